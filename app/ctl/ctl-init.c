/* ctl-init.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "ctl-people.h"

#include "omc-practice.h"

#include <glib/gi18n.h>

static gboolean
create_real (OmcCtl *self, const char *user, OmcActor *actor, char **recovery_code, GError **error)
{
  g_autoptr (OmcSecret) passphrase = omc_ctl_read_new_passphrase (self, _ ("New passphrase: "));
  /* The first person may have a role that does not manage people. */
  g_autoptr (OmcActor) device = omc_actor_new_device ();

  if (passphrase == NULL)
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID, _ ("nothing was made"));
      return FALSE;
    }
  if (g_mkdir_with_parents (self->data_dir, 0700) != 0)
    {
      g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_READ_ONLY,
                   _ ("cannot make the folder %s: %s"), self->data_dir, g_strerror (errno));
      return FALSE;
    }
  return omc_key_manager_create_sync (self->keys, user, passphrase, recovery_code, NULL, error) &&
         omc_store_open_sync (self->store, NULL, error) &&
         omc_store_put_user_sync (self->store, device, actor, FALSE, NULL, error);
}

/* The client opens a practice ward as that person, whose passphrase is public. FALSE after telling. */
static gboolean
check_practice (OmcCtl *self, const char *display, const char *role_name)
{
  const char *option = self->user != NULL && !g_str_equal (self->user, OMC_PRACTICE_USER) ? "--user"
                       : display != NULL   ? "--display"
                       : role_name != NULL ? "--role"
                       : self->passphrase_file != NULL
                           ? "--passphrase-file (or OMNICARE_PASSPHRASE_FILE)"
                           : NULL;

  if (option == NULL)
    return TRUE;
  omc_ctl_fail (OMC_CTL_USAGE,
                _ ("%s does not go with --practice: a practice store has one person, %s, with a "
                   "passphrase that is public; leave out one of the two. Nothing was made"),
                option, OMC_PRACTICE_USER);

  return FALSE;
}

static int
tell (OmcCtl *self, const char *user, const char *recovery_code)
{
  const char *notice = omc_key_manager_get_notice (self->keys);

  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (builder);

      omc_json_node_set_string (builder, root, "dataDir", self->data_dir);
      omc_json_node_set_string (builder, root, "storeId",
                                omc_key_manager_get_store_id (self->keys));
      omc_json_node_set_string (builder, root, "user", user);
      omc_json_node_set_string (builder, root, "recoveryCode", recovery_code);
      omc_json_node_set_string (builder, root, "notice", notice);
      omc_ctl_print_json (builder, root);
    }
  else
    {
      g_print (_ ("The store is ready in %s for %s.\n\nRecovery code: %s\n\n"
                  "Print it and keep it away from this computer. It is shown only this once, and "
                  "it is the way in when the "
                  "passphrase or this computer's secret is lost.\n"),
               self->data_dir, user, recovery_code);
    }
  if (notice != NULL)
    omc_ctl_say ("omnicarectl: %s", notice);

  return omc_ctl_check_code_is_out (recovery_code);
}

int
omc_ctl_init (OmcCtl *self, int argc, char **argv)
{
  gboolean practice = FALSE;
  g_autofree char *role_name = NULL;
  g_autofree char *display = NULL;
  g_autofree char *recovery_code = NULL;
  g_autoptr (OmcActor) actor = NULL;
  g_autoptr (GError) error = NULL;
  OmcRole role = OMC_ROLE_CHARGE_NURSE;
  const char *user;
  gboolean done;
  const GOptionEntry entries[] = {
    { "practice", 0, 0, G_OPTION_ARG_NONE, &practice, NULL, NULL },
    { "display", 0, 0, G_OPTION_ARG_STRING, &display, NULL, NULL },
    { "role", 0, 0, G_OPTION_ARG_STRING, &role_name, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse_alone (entries, OMC_CTL_USAGE_INIT, &argc, &argv))
    return OMC_CTL_USAGE;
  if (role_name != NULL && !omc_ctl_people_read_role (role_name, &role))
    return OMC_CTL_USAGE;
  if (practice && !check_practice (self, display, role_name))
    return OMC_CTL_USAGE;
  if (omc_key_manager_exists (omc_ctl_get_keys (self)))
    return omc_ctl_fail (OMC_CTL_FINDING, _ ("there is a store in %s already; nothing was changed"),
                         self->data_dir);

  user = practice ? OMC_PRACTICE_USER : self->user != NULL ? self->user : g_get_user_name ();
  if (practice)
    {
      g_autoptr (OmcSecretStore) secrets = omc_secret_store_memory_new ();

      omc_secret_store_memory_set_state (secrets, OMC_SECRET_UNAVAILABLE);
      g_set_object (&self->keys, NULL);
      self->keys = omc_key_manager_new (self->data_dir, secrets, &OMC_KDF_FLOOR);
    }
  self->store = omc_store_new (self->data_dir, self->keys, self->clock);
  actor = omc_actor_new (user, display != NULL ? display : user, role, NULL, NULL);
  done = practice ? omc_practice_create_sync (self->data_dir, self->keys, self->store,
                                              &recovery_code, NULL, &error)
                  : create_real (self, user, actor, &recovery_code, &error);
  if (!done)
    return omc_ctl_fail_error (error);
  return tell (self, user, recovery_code);
}
