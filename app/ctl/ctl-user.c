/* ctl-user.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "ctl-people.h"
#include "omc-store-slots.h"

#include <glib/gi18n.h>
#include <string.h>

static void
print_user (OmcCtl *self, OmcActor *user, gboolean disabled)
{
  const char *role = omc_role_to_string (omc_actor_get_role (user));

  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (builder);

      omc_json_node_set_string (builder, root, "user", omc_actor_get_user (user));
      omc_json_node_set_string (builder, root, "display", omc_actor_get_display (user));
      omc_json_node_set_string (builder, root, "role", role);
      omc_json_node_set_string (builder, root, "practitioner", omc_actor_get_practitioner (user));
      omc_ctl_set_boolean (builder, root, "disabled", disabled);
      omc_ctl_print_json (builder, root);
    }
  else
    g_print ("%-20s %-24s %s%s\n", omc_actor_get_user (user), role, omc_actor_get_display (user),
             disabled ? _ (" (disabled)") : "");
}

static int
list_users (OmcCtl *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) users = omc_store_list_users_sync (self->store, NULL, &error);

  if (users == NULL)
    return omc_ctl_fail_error (error);
  for (guint i = 0; i < users->len; i++)
    {
      OmcStoreUser *user = g_ptr_array_index (users, i);

      print_user (self, user->actor, user->disabled);
    }
  return OMC_CTL_OK;
}

typedef struct
{
  char *role;            /* (owned) (nullable) */
  char *display;         /* (owned) (nullable) */
  char *department;      /* (owned) (nullable) */
  char *practitioner;    /* (owned) (nullable) */
  char *passphrase_file; /* (owned) (nullable) */
  gboolean replace;
} Wanted;

static void
wanted_clear (Wanted *wanted)
{
  g_free (wanted->role);
  g_free (wanted->display);
  g_free (wanted->department);
  g_free (wanted->practitioner);
  g_free (wanted->passphrase_file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wanted, wanted_clear)

static int
check_wanted (const char *name, const Wanted *wanted, OmcRole *role)
{
  g_autoptr (GError) error = NULL;

  if (!omc_key_manager_check_user (name, &error))
    return omc_ctl_fail (OMC_CTL_USAGE, "%s", error->message);
  /* What names nobody would never be withdrawn. */
  if (wanted->practitioner != NULL && (!g_str_has_prefix (wanted->practitioner, "Practitioner/") ||
                                       wanted->practitioner[strlen ("Practitioner/")] == '\0'))
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("--practitioner '%s' must be Practitioner/ID"),
                         wanted->practitioner);
  if (!omc_ctl_people_read_role (wanted->role, role))
    return OMC_CTL_USAGE;
  if (wanted->passphrase_file == NULL)
    return omc_ctl_fail (OMC_CTL_USAGE, "%s",
                         _ ("give the person's first passphrase with --new-passphrase-file FILE"));

  return OMC_CTL_OK;
}

/* known: (out) (nullable): as the person is here already. */
static int
check_known (OmcCtl *self, const char *name, const Wanted *wanted, OmcRole role, OmcActor **known)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) users = omc_store_list_users_sync (self->store, NULL, &error);
  const OmcStoreUser *user = NULL;

  if (users == NULL)
    return omc_ctl_fail_error (error);
  for (guint i = 0; i < users->len && user == NULL; i++)
    {
      user = g_ptr_array_index (users, i);
      if (g_strcmp0 (omc_actor_get_user (user->actor), name) != 0)
        user = NULL;
    }
  if (user == NULL)
    return OMC_CTL_OK;
  if (user->disabled)
    return omc_ctl_fail (OMC_CTL_USAGE,
                         _ ("%s is on this device and cannot sign in: 'omnicarectl user enable "
                            "NAME' comes first; nothing was changed"),
                         name);
  if (!wanted->replace && omc_key_manager_has_passphrase (self->keys, name))
    return omc_ctl_fail (OMC_CTL_USAGE,
                         _ ("%s is on this device already: choose another name, or give --replace "
                            "for another role or a new passphrase; nothing was changed"),
                         name);
  if (g_strcmp0 (omc_actor_get_user (self->actor), name) == 0 &&
      omc_actor_get_role (user->actor) != role)
    return omc_ctl_fail (
        OMC_CTL_USAGE, "%s",
        _ ("nobody can change their own role; somebody else who manages people does it"));
  *known = g_object_ref (user->actor);

  return OMC_CTL_OK;
}

/* What is not named stays as it is. */
static OmcActor *
build_user (const char *name, const Wanted *wanted, OmcRole role, OmcActor *known)
{
  const char *display = known != NULL ? omc_actor_get_display (known) : name;
  const char *department = known != NULL ? omc_actor_get_department (known) : NULL;
  const char *practitioner = known != NULL ? omc_actor_get_practitioner (known) : NULL;

  return omc_actor_new (name, wanted->display != NULL ? wanted->display : display, role,
                        wanted->department != NULL ? wanted->department : department,
                        wanted->practitioner != NULL ? wanted->practitioner : practitioner);
}

static int
add_user (OmcCtl *self, const char *name, const Wanted *wanted)
{
  OmcCtl other = { .data_dir = self->data_dir, .passphrase_file = wanted->passphrase_file };
  g_autoptr (OmcActor) known = NULL;
  g_autoptr (OmcActor) user = NULL;
  g_autoptr (OmcSecret) passphrase = NULL;
  g_autoptr (GError) error = NULL;
  OmcRole role = OMC_ROLE_DEVICE;
  int status = check_wanted (name, wanted, &role);

  if (status == OMC_CTL_OK)
    status = check_known (self, name, wanted, role, &known);
  if (status != OMC_CTL_OK)
    return status;
  if ((passphrase = omc_ctl_read_new_passphrase (&other, "")) == NULL)
    return OMC_CTL_USAGE;
  user = build_user (name, wanted, role, known);
  /* The role first: a slot without a role opens nothing, a role without a slot can be tried again. */
  if (!omc_store_put_user_sync (self->store, self->actor, user, FALSE, NULL, &error) ||
      !omc_key_manager_set_passphrase_sync (self->keys, name, passphrase, NULL, &error))
    return omc_ctl_fail_error (error);
  if (self->json)
    print_user (self, user, FALSE);
  else
    g_print (_ ("%s can unlock this device as %s.\n"), name, omc_role_to_string (role));
  return OMC_CTL_OK;
}

/* As the store has the person now. */
static int
print_switched (OmcCtl *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) users = omc_store_list_users_sync (self->store, NULL, &error);

  if (users == NULL)
    return omc_ctl_fail_error (error);
  for (guint i = 0; i < users->len; i++)
    {
      OmcStoreUser *user = g_ptr_array_index (users, i);

      if (g_strcmp0 (omc_actor_get_user (user->actor), name) == 0)
        print_user (self, user->actor, user->disabled);
    }
  return OMC_CTL_OK;
}

static int
switch_user (OmcCtl *self, const char *name, gboolean disabled)
{
  g_autoptr (GError) error = NULL;

  if (!omc_store_set_user_disabled_sync (self->store, self->actor, name, disabled, NULL, &error))
    return omc_ctl_fail_error (error);
  if (self->json)
    return print_switched (self, name);
  if (disabled)
    g_print (_ ("%s can no longer sign in on this device.\n"), name);
  else
    g_print (_ ("%s can sign in on this device again.\n"), name);
  return OMC_CTL_OK;
}

/* Who forgot it signs in by passphrase and chooses another one. */
static int
reset_pin (OmcCtl *self, const char *name)
{
  OmcSlotChange change = { .act = OMC_SLOT_REMOVE, .kind = OMC_KEY_SLOT_PIN, .user = name };
  g_autoptr (GError) error = NULL;

  if (!omc_store_change_slot_sync (self->store, self->actor, &change, NULL, &error))
    return omc_ctl_fail_error (error);
  if (self->json)
    return print_switched (self, name);
  g_print (_ ("The PIN of %s opens nothing any more; the passphrase does.\n"), name);
  return OMC_CTL_OK;
}

int
omc_ctl_user (OmcCtl *self, int argc, char **argv)
{
  g_auto (Wanted) wanted = { 0 };
  int status;
  const GOptionEntry entries[] = {
    { "role", 0, 0, G_OPTION_ARG_STRING, &wanted.role, NULL, NULL },
    { "display", 0, 0, G_OPTION_ARG_STRING, &wanted.display, NULL, NULL },
    { "department", 0, 0, G_OPTION_ARG_STRING, &wanted.department, NULL, NULL },
    { "practitioner", 0, 0, G_OPTION_ARG_STRING, &wanted.practitioner, NULL, NULL },
    { "new-passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &wanted.passphrase_file, NULL, NULL },
    { "replace", 0, 0, G_OPTION_ARG_NONE, &wanted.replace, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse (entries, OMC_CTL_USAGE_USER, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc < 2 || argc != (g_str_equal (argv[1], "list") ? 2 : 3))
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_USER);
  if (!omc_ctl_open (self, &status))
    return status;
  if (g_str_equal (argv[1], "disable") &&
      g_strcmp0 (argv[2], omc_actor_get_user (self->actor)) == 0)
    return omc_ctl_fail (
        OMC_CTL_USAGE, "%s",
        _ ("nobody can disable their own entry; somebody else who manages people does it"));
  if (g_str_equal (argv[1], "list"))
    return list_users (self);
  if (g_str_equal (argv[1], "add"))
    return add_user (self, argv[2], &wanted);
  if (g_str_equal (argv[1], "disable") || g_str_equal (argv[1], "enable"))
    return switch_user (self, argv[2], g_str_equal (argv[1], "disable"));
  if (g_str_equal (argv[1], "reset-pin"))
    return reset_pin (self, argv[2]);
  return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_USER);
}
