/* ctl-keys-slots.c: the ways into the store, one by one
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "ctl-keys.h"
#include "omc-hospital-key.h"
#include "omc-pin.h"
#include "omc-store-slots.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#define KEY_FILE_MAX 4096

static int
wrong_usage (void)
{
  return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_KEYS);
}

OmcSecret *
omc_ctl_keys_read_file (const char *path)
{
  char buffer[KEY_FILE_MAX];
  OmcSecret *text = NULL;
  gsize length;
  FILE *file = g_str_equal (path, "-") ? stdin : fopen (path, "re");

  if (file == NULL)
    {
      omc_ctl_fail (OMC_CTL_USAGE, _ ("cannot read the key file %s: %s"), path, g_strerror (errno));
      return NULL;
    }
  length = fread (buffer, 1, sizeof buffer, file);
  if (file != stdin)
    fclose (file);
  if (length > 0)
    text = omc_secret_new (buffer, length);
  else
    omc_ctl_fail (OMC_CTL_USAGE, _ ("the key file %s is empty"), path);
  omc_wipe (buffer, sizeof buffer);
  return text;
}

/* --key: the digits themselves, which are no secret, or a file */
static gboolean
read_public_key (const char *key, guint8 public_key[32])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSecret) text = NULL;
  const char *data;
  gsize length;

  if (omc_hospital_key_parse_public (key, strlen (key), public_key, NULL))
    return TRUE;
  if ((text = omc_ctl_keys_read_file (key)) == NULL)
    return FALSE;
  data = omc_secret_get_data (text, &length);
  if (omc_hospital_key_parse_public (data, length, public_key, &error))
    return TRUE;
  omc_ctl_fail (OMC_CTL_USAGE, "%s: %s", key, error->message);
  return FALSE;
}

static OmcSecret *
read_new_pin (OmcCtl *other)
{
  g_autoptr (OmcSecret) pin = omc_ctl_read_passphrase (other, "");
  g_autoptr (GError) error = NULL;

  if (pin == NULL || omc_pin_check (pin, &error))
    return g_steal_pointer (&pin);
  omc_ctl_fail (OMC_CTL_USAGE, "%s", error->message);
  return NULL;
}

static OmcSecret *
read_new_secret (OmcSlotChange *change, const char *file)
{
  OmcCtl other = { .passphrase_file = (char *)file };

  if (file == NULL)
    {
      omc_ctl_fail (OMC_CTL_USAGE,
                    _ ("give the new %s with --secret-file FILE, or - for standard "
                       "input"),
                    omc_key_slot_kind_to_string (change->kind));
      return NULL;
    }
  return change->kind == OMC_KEY_SLOT_PIN ? read_new_pin (&other)
                                          : omc_ctl_read_new_passphrase (&other, "");
}

/* Is it all that opens the store when the people's passphrases are lost? */
static gboolean
check_last_resort (OmcCtl *self, const OmcSlotChange *change, gboolean yes)
{
  g_autoptr (GPtrArray) slots = NULL;
  guint n_others = 0;
  gboolean is_there = FALSE;

  if (yes || change->act != OMC_SLOT_REMOVE ||
      (change->kind != OMC_KEY_SLOT_RECOVERY && change->kind != OMC_KEY_SLOT_HOSPITAL))
    return TRUE;
  slots = omc_key_manager_list_slots (self->keys, NULL);
  for (guint i = 0; slots != NULL && i < slots->len; i++)
    {
      OmcKeySlotInfo *slot = g_ptr_array_index (slots, i);

      if (slot->kind == change->kind && g_strcmp0 (slot->user, change->user) == 0)
        is_there = TRUE;
      else if (slot->kind == OMC_KEY_SLOT_RECOVERY || slot->kind == OMC_KEY_SLOT_HOSPITAL)
        n_others++;
    }
  if (!is_there || n_others > 0)
    return TRUE;
  omc_ctl_fail (OMC_CTL_USAGE, "%s",
                _ ("it is the last way into the store when passphrases are lost or their time is "
                   "over: add a recovery code or a hospital key first, or say --yes"));
  return FALSE;
}

static int
print_change (OmcCtl *self, OmcSlotChange *change)
{
  int code = OMC_CTL_OK;

  if (change->code != NULL && self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);

      omc_json_node_set_string (b, root, "recoveryCode", change->code);
      omc_ctl_print_json (b, root);
    }
  else if (change->code != NULL)
    g_print (_ ("Recovery code: %s\n\nPrint it and keep it away from this computer. It is shown "
                "only this once; the one before opens nothing any more.\n"),
             change->code);
  if (change->code != NULL)
    code = omc_ctl_check_code_is_out (change->code);
  else if (self->json)
    code = omc_ctl_keys_print_slots (self);
  else
    omc_ctl_say ("%s", change->act == OMC_SLOT_REMOVE ? _ ("It opens the store no longer.")
                                                      : _ ("It opens the store from now on."));
  if (change->code != NULL)
    omc_wipe (change->code, strlen (change->code));
  g_clear_pointer (&change->code, g_free);
  return code;
}

static gboolean
prepare (OmcCtl *self,
         OmcSlotChange *change,
         const char *name,
         const char *secret_file,
         const char *key,
         guint8 public_key[32],
         int *code)
{
  gboolean personal = change->kind == OMC_KEY_SLOT_PASSPHRASE || change->kind == OMC_KEY_SLOT_PIN;

  *code = OMC_CTL_USAGE;
  if (change->kind == OMC_KEY_SLOT_HOSPITAL && name == NULL)
    {
      omc_ctl_fail (OMC_CTL_USAGE, "%s", _ ("say which hospital key with --name NAME"));
      return FALSE;
    }
  change->user = personal && name == NULL ? omc_actor_get_user (self->actor) : name;
  if (change->kind == OMC_KEY_SLOT_RECOVERY)
    change->user = NULL;
  if (change->act == OMC_SLOT_REMOVE)
    return TRUE;
  if (personal)
    return (change->secret = read_new_secret (change, secret_file)) != NULL;
  if (change->kind != OMC_KEY_SLOT_HOSPITAL)
    return TRUE;
  if (key == NULL)
    {
      omc_ctl_fail (OMC_CTL_USAGE, "%s",
                    _ ("give the hospital's public key with --key FILE, or its 64 digits"));
      return FALSE;
    }
  change->public_key = public_key;
  return read_public_key (key, public_key);
}

int
omc_ctl_keys_change_slot (OmcCtl *self, int argc, char **argv)
{
  g_autofree char *name = NULL;
  g_autofree char *secret_file = NULL;
  g_autofree char *key = NULL;
  g_autoptr (GError) error = NULL;
  guint8 public_key[32] = { 0 };
  OmcSlotChange change = { 0 };
  gboolean yes = FALSE;
  gboolean done;
  int code;
  const GOptionEntry entries[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, NULL, NULL },
    { "secret-file", 0, 0, G_OPTION_ARG_FILENAME, &secret_file, NULL, NULL },
    { "key", 0, 0, G_OPTION_ARG_STRING, &key, NULL, NULL },
    { "yes", 0, 0, G_OPTION_ARG_NONE, &yes, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse (entries, OMC_CTL_USAGE_KEYS, &argc, &argv))
    return OMC_CTL_USAGE;
  change.act = g_str_equal (argv[0], "add")      ? OMC_SLOT_ADD
               : g_str_equal (argv[0], "change") ? OMC_SLOT_CHANGE
                                                 : OMC_SLOT_REMOVE;
  if (argc != 2 || !omc_key_slot_kind_from_string (argv[1], &change.kind) ||
      (change.kind == OMC_KEY_SLOT_CREDENTIAL && change.act != OMC_SLOT_REMOVE))
    return wrong_usage ();
  if (!omc_ctl_open (self, &code) ||
      !prepare (self, &change, name, secret_file, key, public_key, &code))
    return code;
  if (!check_last_resort (self, &change, yes))
    return OMC_CTL_USAGE;
  done = omc_store_change_slot_sync (self->store, self->actor, &change, NULL, &error);
  g_clear_pointer (&change.secret, omc_secret_unref);
  return done ? print_change (self, &change) : omc_ctl_fail_error (error);
}
