/* ctl-backup.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "omc-ctl.h"

#include "omc-bounded-file.h"
#include "omc-keyring-file.h"
#include "omc-restore.h"
#include "omc-store-backup.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_CODE 256

static OmcJsonNode *
info_node (OmcJsonBuilder *b, const OmcBackupInfo *info)
{
  OmcJsonNode *root = omc_json_builder_object (b);

  omc_json_node_set_string (b, root, "kind", info->kind == OMC_BACKUP_WORK ? "work" : "store");
  omc_json_node_set_string (b, root, "storeId", info->store_id);
  omc_ctl_set_instant (b, root, "created", info->created_us);
  omc_ctl_set_integer (b, root, "schemaVersion", info->schema_version);
  omc_ctl_set_integer (b, root, "auditSequence", (gint64)info->audit_sequence);
  omc_ctl_set_integer (b, root, "resources", info->n_resources);
  omc_ctl_set_integer (b, root, "unsent", info->n_unsent);
  omc_ctl_set_integer (b, root, "contentBytes", (gint64)info->content_length);
  omc_ctl_set_integer (b, root, "segments", info->n_segments);
  omc_ctl_set_integer (b, root, "lostSegments", info->n_lost_segments);
  return root;
}

static void
print_info (OmcCtl *self, const char *text, const OmcBackupInfo *info)
{
  g_autofree char *when = NULL;
  g_autofree char *size = NULL;

  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();

      omc_ctl_print_json (b, info_node (b, info));
      return;
    }
  when = omc_instant_format_local (info->created_us);
  size = g_format_size (info->content_length);
  g_print (_ ("%s: of %s, %u records, %u unsent, %s\n"), text, when, info->n_resources,
           info->n_unsent, size);
  if (info->n_segments > 0)
    g_print (ngettext ("With %u file of the audit archive.\n",
                       "With %u files of the audit archive.\n", info->n_segments),
             info->n_segments - info->n_lost_segments);
}

/* Of made and restored ones: what is verified lacks none. */
static void
say_lost (const OmcBackupInfo *info)
{
  if (info->n_lost_segments > 0)
    omc_ctl_say (ngettext ("The audit archive has %u files, %u of them is missing or damaged: run "
                           "'omnicarectl audit verify --full'; an older backup may have it.",
                           "The audit archive has %u files, %u of them are missing or damaged: run "
                           "'omnicarectl audit verify --full'; an older backup may have them.",
                           info->n_lost_segments),
                 info->n_segments, info->n_lost_segments);
}

static int
create (OmcCtl *self, const char *path)
{
  g_auto (OmcBackupInfo) info = { 0 };
  g_autoptr (GError) error = NULL;
  int status;

  if (!omc_ctl_open (self, &status))
    return status;
  if (!omc_store_backup_sync (self->store, self->actor, path, &info, NULL, &error))
    return omc_ctl_fail_error (error);
  print_info (self, _ ("Backup made and read back"), &info);
  say_lost (&info);
  omc_ctl_say_elsewhere (self);
  return OMC_CTL_OK;
}

/* --- keys: those of this folder, or in an empty folder those that the backup brings --- */

static char *
read_code (const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!omc_bounded_file_read (path, MAX_CODE, &text, NULL, &error))
    {
      omc_ctl_fail (OMC_CTL_USAGE, "%s", error->message);
      return NULL;
    }
  return g_strdup (g_strstrip (text));
}

static gboolean
unlock_by_code (OmcCtl *self, const char *path, int *status)
{
  g_autofree char *code = read_code (path);
  g_autoptr (GError) error = NULL;
  gboolean done;

  *status = OMC_CTL_USAGE;
  if (code == NULL)
    return FALSE;
  done = omc_key_manager_unlock_recovery_sync (omc_ctl_get_keys (self), code, NULL, &error);
  omc_wipe (code, strlen (code));
  if (!done)
    omc_ctl_fail (*status, "%s", error->message);
  return done;
}

/* A key manager on the keyring of the backup, in a folder of its own for the time of the restore. */
static gboolean
take_keys_of_backup (OmcCtl *self, const char *path, char **folder, int *status)
{
  g_auto (OmcBackupInfo) info = { 0 };
  g_autoptr (GError) error = NULL;

  *status = OMC_CTL_FINDING;
  if (!omc_backup_file_read_info (path, &info, &error))
    {
      *status = omc_ctl_fail_error (error);
      return FALSE;
    }
  if (info.keyring == NULL)
    {
      omc_ctl_fail (*status, "%s", _ ("the file brings no keys; restore it where its store is"));
      return FALSE;
    }
  if (g_mkdir_with_parents (self->data_dir, 0700) != 0 ||
      (*folder = g_mkdtemp_full (g_build_filename (self->data_dir, "keys-XXXXXX", NULL), 0700)) ==
          NULL)
    {
      omc_ctl_fail (*status, _ ("cannot make the folder %s: %s"), self->data_dir,
                    g_strerror (errno));
      return FALSE;
    }
  if (!omc_keyring_file_replace (*folder, OMC_KEYRING_FILE, info.keyring, &error))
    {
      omc_ctl_fail (*status, "%s", error->message);
      return FALSE;
    }
  self->keys = omc_key_manager_new (
      *folder, omc_key_manager_get_secret_store (omc_ctl_get_keys (self)), NULL);
  return TRUE;
}

static void
remove_folder (char *folder)
{
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  if (folder != NULL)
    g_rmdir (folder);
  g_free (folder);
}

/* Who restores: the person that the store here knows; or who proves by the recovery code to look after a store that cannot be
 * asked; or, where there is none, whose keys open the backup. */
static gboolean
find_who (OmcCtl *self, const char *user, int *status)
{
  g_autoptr (GError) error = NULL;
  gboolean known = FALSE;

  if (user != NULL)
    known = omc_ctl_open_unlocked (self, user, &error);
  if (self->store != NULL)
    omc_store_close (self->store);
  g_clear_object (&self->store);
  if (known)
    return TRUE;
  if (g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED) ||
      g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY))
    {
      *status = omc_ctl_fail (OMC_CTL_FINDING, "%s", error->message);
      return FALSE;
    }
  if (error != NULL)
    {
      *status = omc_ctl_fail (
          OMC_CTL_FINDING,
          _ ("the store here cannot be opened, and cannot say what %s may do: %s Restore with "
             "--recovery-code-file."),
          user, error->message);
      return FALSE;
    }
  user = user != NULL ? user : g_get_user_name ();
  self->actor = omc_actor_new (user, user, OMC_ROLE_ADMINISTRATOR, NULL, NULL);
  return TRUE;
}

static void
print_report (OmcCtl *self, const OmcRestoreReport *report)
{
  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);

      omc_json_node_set (b, root, "backup", info_node (b, &report->backup));
      omc_json_node_set_string (b, root, "keptDatabase", report->kept);
      omc_json_node_set_string (b, root, "unsentWork", report->work);
      omc_ctl_set_integer (b, root, "unsentRecords", report->n_work);
      omc_ctl_set_integer (b, root, "unreadableRecords", report->n_work_unreadable);
      omc_ctl_set_boolean (b, root, "queueDamaged", report->queue_damaged);
      omc_ctl_set_boolean (b, root, "auditTrailGoesOn", report->trail_goes_on);
      omc_ctl_print_json (b, root);
    }
  else
    print_info (self, _ ("Restored"), &report->backup);
  say_lost (&report->backup);
  if (report->kept != NULL)
    omc_ctl_say (_ ("The store that was here is kept as %s."), report->kept);
  if (report->work != NULL)
    omc_ctl_say (_ ("It held %u records that were not on the server. They are in %s; bring them "
                    "back with 'omnicarectl backup work %s --output FILE' and 'omnicarectl import "
                    "FILE'."),
                 report->n_work, report->work, report->work);
  if (report->n_work_unreadable > 0)
    omc_ctl_say (_ ("%u more of them are damaged and could not be read; only the kept store has "
                    "them."),
                 report->n_work_unreadable);
  if (report->queue_damaged)
    omc_ctl_say ("%s", _ ("What waited for the server is on a damaged page and could not be read; "
                          "only the kept store has it."));
  if (report->kept != NULL && !report->trail_goes_on)
    omc_ctl_say ("%s", _ ("The audit trail since the backup could not be taken over; 'audit "
                          "verify' will say so. It is in the kept store."));
}

static int
restore_with_keys (OmcCtl *self, const char *path, const char *code_file, gboolean here)
{
  g_auto (OmcRestoreReport) report = { { 0 } };
  g_autofree char *user = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (code_file != NULL ? !unlock_by_code (self, code_file, &status)
                        : !omc_ctl_unlock (self, &user, &status))
    return status;
  if (!find_who (self, here ? user : NULL, &status))
    return status;
  if (!omc_restore_sync (self->data_dir, self->keys, self->clock, self->actor, path, &report, NULL,
                         &error))
    return omc_ctl_fail_error (error);
  print_report (self, &report);
  return OMC_CTL_OK;
}

static int
restore (OmcCtl *self, const char *path, const char *code_file)
{
  gboolean here = omc_key_manager_exists (omc_ctl_get_keys (self));
  g_autoptr (OmcKeyManager) own = NULL;
  char *folder = NULL;
  int status = OMC_CTL_FINDING;

  if (!here)
    {
      own = self->keys;
      if (!take_keys_of_backup (self, path, &folder, &status))
        {
          if (self->keys == own)
            own = NULL;
          remove_folder (folder);
          return status;
        }
    }
  status = restore_with_keys (self, path, code_file, here);
  remove_folder (folder);
  return status;
}

static int
verify (OmcCtl *self, const char *path)
{
  g_auto (OmcBackupInfo) info = { 0 };
  g_autofree char *user = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!omc_ctl_unlock (self, &user, &status))
    return status;
  if (!omc_restore_verify_sync (path, self->keys, self->data_dir, &info, NULL, &error))
    return omc_ctl_fail_error (error);
  print_info (self, _ ("The backup is whole"), &info);
  return OMC_CTL_OK;
}

static int
work (OmcCtl *self, const char *path, const char *output)
{
  g_auto (OmcBackupInfo) info = { 0 };
  g_autofree char *user = NULL;
  g_autofree char *inside = g_build_filename (self->data_dir, path, NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gconstpointer data;
  gsize length;
  int status;

  if (!omc_ctl_unlock (self, &user, &status))
    return status;
  /* The name that a restore printed is of a file in the store's folder. */
  if (!g_path_is_absolute (path) && !g_file_test (path, G_FILE_TEST_EXISTS))
    path = inside;
  bytes = omc_restore_read_work (path, self->keys, &info, &error);
  if (bytes == NULL)
    return omc_ctl_fail_error (error);
  data = g_bytes_get_data (bytes, &length);
  if (output == NULL)
    fwrite (data, 1, length, stdout);
  else if (!g_file_set_contents_full (output, data, (gssize)length,
                                      G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                      0600, &error))
    return omc_ctl_fail (OMC_CTL_FINDING, "%s", error->message);
  else if (self->json)
    omc_ctl_print_written (output, "records", info.n_resources);
  omc_ctl_say (_ ("%u records that were not on the server"), info.n_resources);
  return OMC_CTL_OK;
}

int
omc_ctl_backup (OmcCtl *self, int argc, char **argv)
{
  g_autofree char *code_file = NULL;
  g_autofree char *output = NULL;
  const GOptionEntry entries[] = {
    { "recovery-code-file", 0, 0, G_OPTION_ARG_FILENAME, &code_file, NULL, NULL },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse (entries, OMC_CTL_USAGE_BACKUP, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc == 3 && g_str_equal (argv[1], "create"))
    return create (self, argv[2]);
  if (argc == 3 && g_str_equal (argv[1], "verify"))
    return verify (self, argv[2]);
  if (argc == 3 && g_str_equal (argv[1], "restore"))
    return restore (self, argv[2], code_file);
  if (argc == 3 && g_str_equal (argv[1], "work"))
    return work (self, argv[2], output);
  return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_BACKUP);
}
