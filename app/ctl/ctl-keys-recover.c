/* ctl-keys-recover.c: when a passphrase is lost, or the server is away for too long
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "ctl-keys.h"
#include "omc-hospital-key.h"
#include "omc-store-slots.h"

#include <glib/gi18n.h>
#include <string.h>

#define DEFAULT_HOURS 24
#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

typedef struct
{
  char *code_file;
  char *hospital_file;
  char *name;
  char *new_file;
  int hours;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->code_file);
  g_free (options->hospital_file);
  g_free (options->name);
  g_free (options->new_file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse (Options *options, int *argc, char ***argv)
{
  const GOptionEntry entries[] = {
    { "recovery-code-file", 0, 0, G_OPTION_ARG_FILENAME, &options->code_file, NULL, NULL },
    { "hospital", 0, 0, G_OPTION_ARG_FILENAME, &options->hospital_file, NULL, NULL },
    { "name", 0, 0, G_OPTION_ARG_STRING, &options->name, NULL, NULL },
    { "new-passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &options->new_file, NULL, NULL },
    { "hours", 0, 0, G_OPTION_ARG_INT, &options->hours, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse (entries, OMC_CTL_USAGE_KEYS, argc, argv))
    return FALSE;
  if (*argc == 1 && (options->code_file == NULL) != (options->hospital_file == NULL))
    return TRUE;
  omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_KEYS);
  return FALSE;
}

static gboolean
unlock_by_code (OmcKeyManager *keys, const char *file, GError **error)
{
  OmcCtl other = { .passphrase_file = (char *)file };
  g_autoptr (OmcSecret) secret = omc_ctl_read_passphrase (&other, "");
  const char *data;
  char *code;
  gsize length;
  gboolean open;

  if (secret == NULL)
    return FALSE;
  data = omc_secret_get_data (secret, &length);
  code = g_strndup (data, length);
  open = omc_key_manager_unlock_recovery_sync (keys, code, NULL, error);
  omc_wipe (code, length);
  g_free (code);
  return open;
}

static gboolean
unlock_by_hospital (OmcKeyManager *keys, const char *file, GError **error)
{
  g_autoptr (OmcSecret) text = omc_ctl_keys_read_file (file);
  g_autoptr (OmcSecret) private_key =
      text != NULL ? omc_hospital_key_parse_private (text, error) : NULL;

  return private_key != NULL && omc_key_manager_unlock_hospital_sync (keys, private_key, error);
}

/* FALSE after telling. */
static gboolean
unlock_master (OmcKeyManager *keys, const Options *options, int *code)
{
  g_autoptr (GError) error = NULL;

  if (options->code_file != NULL ? unlock_by_code (keys, options->code_file, &error)
                                 : unlock_by_hospital (keys, options->hospital_file, &error))
    return TRUE;
  *code = OMC_CTL_USAGE;
  if (error != NULL)
    omc_ctl_fail (OMC_CTL_USAGE, "%s", error->message);
  return FALSE;
}

static int
tell (OmcCtl *self, const char *user, const char *until_key, gint64 until_us)
{
  const char *notice = omc_key_manager_get_notice (self->keys);

  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);

      omc_json_node_set_string (b, root, "user", user);
      if (until_key != NULL)
        omc_ctl_set_instant (b, root, until_key, until_us);
      omc_json_node_set_string (b, root, "notice", notice);
      omc_ctl_print_json (b, root);
    }
  if (notice != NULL)
    omc_ctl_say ("omnicarectl: %s", notice);
  return OMC_CTL_OK;
}

int
omc_ctl_keys_recover (OmcCtl *self, int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSecret) passphrase = NULL;
  OmcKeySlotKind by;
  int code;

  if (!parse (&options, &argc, &argv))
    return OMC_CTL_USAGE;
  by = options.code_file != NULL ? OMC_KEY_SLOT_RECOVERY : OMC_KEY_SLOT_HOSPITAL;
  if (options.name == NULL || options.new_file == NULL)
    return omc_ctl_fail (OMC_CTL_USAGE, "%s",
                         _ ("say whose passphrase with --name USER, and give it with "
                            "--new-passphrase-file FILE"));
  {
    OmcCtl other = { .passphrase_file = options.new_file };

    passphrase = omc_ctl_read_new_passphrase (&other, "");
  }
  if (passphrase == NULL || !omc_ctl_check_store (self, &code))
    return passphrase == NULL ? OMC_CTL_USAGE : code;
  if (!unlock_master (omc_ctl_get_keys (self), &options, &code))
    return code;
  if (!omc_ctl_open_store (self, &error) ||
      !omc_store_recover_sync (self->store, options.name, passphrase, by, NULL, &error))
    return omc_ctl_fail_error (error);
  if (!self->json)
    g_print (_ ("%s signs in with the new passphrase from now on.\n"), options.name);
  return tell (self, options.name, NULL, 0);
}

/* Two proofs: who asks, by the passphrase, which is tried although its time is over; and that they may, by the code. */
int
omc_ctl_keys_extend (OmcCtl *self, int argc, char **argv)
{
  g_auto (Options) options = { .hours = DEFAULT_HOURS };
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcKeyManager) prover = NULL;
  OmcKeyLifetime lifetime;
  int code;

  if (!parse (&options, &argc, &argv))
    return OMC_CTL_USAGE;
  self->for_contact = TRUE;
  if (!omc_ctl_open (self, &code))
    return code;
  prover =
      omc_key_manager_new (self->data_dir, omc_key_manager_get_secret_store (self->keys), NULL);
  if (!unlock_master (prover, &options, &code))
    {
      const OmcAuditEvent event = {
        .type = "security", .subtype = "key-lifetime-extended", .action = 'U', .outcome = 4
      };

      omc_store_audit_sync (self->store, self->actor, &event, NULL, NULL);
      return code;
    }
  omc_key_manager_lock (prover);
  if (!omc_store_extend_lifetime_sync (self->store, self->actor, (guint)MAX (0, options.hours),
                                       NULL, &error) ||
      !omc_key_manager_get_lifetime_sync (self->keys, &lifetime, &error))
    return omc_ctl_fail_error (error);
  if (lifetime.revoked)
    return omc_ctl_fail (OMC_CTL_FINDING, "%s",
                         _ ("the server has withdrawn this device: no time is given, and only the "
                            "recovery code opens the store until the server takes it back"));
  if (!self->json)
    g_print (_ ("Passphrases open this device for %d hours more without the server; a PIN does "
                "when the server was met.\n"),
             (int)(MIN (lifetime.left_us, OMC_KEY_LIFETIME_MAX_HOURS * HOUR_US) / HOUR_US));
  return tell (self, omc_actor_get_user (self->actor), "until",
               lifetime.left_us == G_MAXINT64 ? 0
                                              : omc_clock_get_now (self->clock) + lifetime.left_us);
}
