/* ctl-keys-rotate.c: new keys, and where their taking over stands
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "ctl-keys.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#define POLL_US (100 * 1000)
/* Another program that writes is waited for; what fails so many times in a row is not going to end by itself. */
#define GIVE_UP_AFTER 3

static void
show_progress (const OmcKeyStatus *status)
{
  if (!isatty (STDERR_FILENO))
    return;
  fprintf (stderr, "\r%s %3u %%", status->checking ? _ ("checking") : _ ("sealing anew"),
           status->total > 0 ? (guint)(100 * status->done / status->total) : 100);
  if (!status->resealing)
    fputc ('\n', stderr);
}

static gboolean
keeps_failing (OmcCtl *self, const OmcKeyStatus *status)
{
  g_autoptr (GError) failure =
      status->n_failures > 0 ? omc_store_dup_reseal_failure (self->store) : NULL;

  if (failure == NULL || (status->n_failures < GIVE_UP_AFTER &&
                          !g_error_matches (failure, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED)))
    return FALSE;
  omc_ctl_fail (OMC_CTL_FINDING,
                _ ("sealing anew stopped at %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                   " records: %s; the old data keys are kept. Run 'omnicarectl doctor --deep', "
                   "repair what it names, and the rotation goes on by itself"),
                status->done, status->total, failure->message);
  return TRUE;
}

static int
wait_for_end (OmcCtl *self, GError **error)
{
  OmcKeyStatus status;

  for (;;)
    {
      if (!omc_store_get_key_status_sync (self->store, &status, NULL, error))
        return OMC_CTL_FINDING;
      show_progress (&status);
      if (!status.resealing)
        break;
      if (keeps_failing (self, &status))
        return OMC_CTL_FINDING;
      g_usleep (POLL_US);
    }
  if (status.n_damaged > 0)
    return omc_ctl_fail (
        OMC_CTL_FINDING,
        ngettext ("%" G_GUINT64_FORMAT " payload fails authentication: the old data key is kept "
                  "for it; run 'omnicarectl doctor --deep'",
                  "%" G_GUINT64_FORMAT " payloads fail authentication: the old data keys are kept "
                  "for them; run 'omnicarectl doctor --deep'",
                  (gulong)status.n_damaged),
        status.n_damaged);
  return OMC_CTL_OK;
}

static int
print_done (OmcCtl *self, gboolean data, gboolean master, gboolean database)
{
  g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (b);
  g_autoptr (GError) error = NULL;
  OmcKeyStatus status;

  if (!omc_store_get_key_status_sync (self->store, &status, NULL, &error))
    return omc_ctl_fail_error (error);
  omc_ctl_set_boolean (b, root, "data", data);
  omc_ctl_set_boolean (b, root, "master", master);
  omc_ctl_set_boolean (b, root, "database", database);
  omc_ctl_set_integer (b, root, "epoch", status.epoch);
  omc_ctl_set_boolean (b, root, "running", status.resealing);
  omc_ctl_set_integer (b, root, "oldKeys", status.n_old_keys);
  omc_ctl_print_json (b, root);
  return OMC_CTL_OK;
}

static int
rotate_data (OmcCtl *self, gboolean wait)
{
  g_autoptr (GError) error = NULL;
  int code;

  if (!omc_store_rotate_data_key_sync (self->store, self->actor, 0, NULL, NULL, &error))
    return omc_ctl_fail_error (error);
  if (!wait)
    {
      omc_ctl_say ("%s", _ ("A new data key seals from now on. Older payloads follow while a "
                            "program has the store open."));
      return OMC_CTL_OK;
    }
  code = wait_for_end (self, &error);
  return error != NULL ? omc_ctl_fail_error (error) : code;
}

static gboolean
rotate_master (OmcCtl *self, GError **error)
{
  const OmcAuditEvent event = {
    .type = "security", .subtype = "key-rotation", .action = 'E', .detail = "master key"
  };

  return omc_store_check_manage_keys_sync (self->store, self->actor, error) &&
         omc_store_audit_sync (self->store, self->actor, &event, NULL, error) &&
         omc_key_manager_rotate_master_sync (self->keys, error);
}

int
omc_ctl_keys_rotate (OmcCtl *self, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  gboolean data = FALSE;
  gboolean master = FALSE;
  gboolean database = FALSE;
  gboolean no_wait = FALSE;
  int code;
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_NONE, &data, NULL, NULL },
    { "master", 0, 0, G_OPTION_ARG_NONE, &master, NULL, NULL },
    { "database", 0, 0, G_OPTION_ARG_NONE, &database, NULL, NULL },
    { "no-wait", 0, 0, G_OPTION_ARG_NONE, &no_wait, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse (entries, OMC_CTL_USAGE_KEYS, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc != 1)
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_KEYS);
  /* What is safe beside a running client. */
  if (!data && !master && !database)
    data = master = TRUE;
  if (!omc_ctl_open (self, &code))
    return code;
  if ((master && !rotate_master (self, &error)) ||
      (database && !omc_store_rotate_database_key_sync (self->store, self->actor, NULL, &error)))
    return omc_ctl_fail_error (error);
  if (database)
    omc_ctl_say ("%s", _ ("The store has another key. Make a backup now: older ones are restored "
                          "only into an empty folder, with the recovery code."));
  code = data ? rotate_data (self, !no_wait) : OMC_CTL_OK;
  return code == OMC_CTL_OK && self->json ? print_done (self, data, master, database) : code;
}
