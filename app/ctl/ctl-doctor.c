/* ctl-doctor.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "ctl-audit.h"
#include "ctl-people.h"
#include "ctl-server.h"

#include "omc-audit-archive.h"
#include "omc-store-budget.h"
#include "omc-store-policy.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#define SHOWN_TYPES 5
/* A store that a restore put aside is asked about after a month. */
#define KEPT_SECONDS (30 * 24 * 3600)
#define KEPT_MARK ".before-"
#define LOW_DISK_BYTES (G_GUINT64_CONSTANT (200) << 20)

typedef struct
{
  OmcCtl *ctl;
  OmcJsonBuilder *builder;
  OmcJsonNode *checks;
  guint n_problems;
} Doctor;

/* remedy NULL: this check is well. */
static void
note (Doctor *self, const char *check, const char *finding, const char *remedy)
{
  if (remedy != NULL)
    self->n_problems++;
  if (self->ctl->json)
    {
      OmcJsonNode *node = omc_json_node_append_object (self->builder, self->checks);

      omc_json_node_set_string (self->builder, node, "check", check);
      omc_ctl_set_boolean (self->builder, node, "ok", remedy == NULL);
      omc_json_node_set_string (self->builder, node, "finding", finding);
      omc_json_node_set_string (self->builder, node, "remedy", remedy);
    }
  else if (remedy == NULL)
    g_print ("  ok  %-12s %s\n", check, finding);
  else
    g_print ("  !!  %-12s %s\n      %s\n", check, finding, remedy);
}

static void
check_disk (Doctor *self)
{
  struct statvfs info;
  g_autofree char *free_text = NULL;
  guint64 bytes;

  if (statvfs (self->ctl->data_dir, &info) != 0)
    {
      note (self, "disk", g_strerror (errno), _ ("check that the folder is there and can be read"));
      return;
    }
  bytes = (guint64)info.f_bavail * info.f_frsize;
  free_text = g_format_size (bytes);
  note (self, "disk", free_text,
        bytes >= LOW_DISK_BYTES ? NULL : _ ("free at least 200 MB, so that charting can go on"));
}

/* What takes the room, the largest first. */
static char *
describe_types (const OmcStorage *storage)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < MIN (storage->types->len, SHOWN_TYPES); i++)
    {
      const OmcStorageRow *row = g_ptr_array_index (storage->types, i);
      g_autofree char *size = g_format_size ((guint64)row->payload_bytes);

      g_string_append_printf (text, "; %s %u, %s", row->name, row->n_resources, size);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
check_storage (Doctor *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcStorage) storage =
      omc_store_read_storage_sync (self->ctl->store, self->ctl->actor, 0, NULL, &error);
  g_autofree char *used = NULL;
  g_autofree char *limit = NULL;
  g_autofree char *types = NULL;
  g_autofree char *text = NULL;

  if (storage == NULL)
    {
      note (self, "storage", error->message, _ ("run 'omnicarectl doctor --deep'"));
      return;
    }
  used = g_format_size ((guint64)storage->used_bytes);
  limit = g_format_size ((guint64)storage->max_bytes);
  types = describe_types (storage);
  text = g_strdup_printf (_ ("%s of %s%s"), used, limit, types);
  if (storage->used_bytes > storage->max_bytes / 10 * 9)
    note (self, "storage", text, _ ("raise offline.storage.maxSize in the configuration"));
  else
    note (self, "storage", text, NULL);
  if (storage->reserve_bytes == 0)
    note (self, "reserve", _ ("the room that is kept for unsent work is used up or was not made"),
          _ ("free space on the disk; it is made again by itself"));
}

/* When a restore put a file or folder aside, by its name: a folder is as old as its newest file. 0: the name does not say. */
static gint64
read_stamp (const char *name)
{
  const char *stamp = strstr (name, KEPT_MARK);
  int year, month, day, hour, minute, second;
  g_autoptr (GDateTime) time = NULL;

  if (stamp == NULL || sscanf (stamp + strlen (KEPT_MARK), "%4d%2d%2d-%2d%2d%2d", &year, &month,
                               &day, &hour, &minute, &second) != 6)
    return 0;
  time = g_date_time_new_utc (year, month, day, hour, minute, second);
  return time != NULL ? g_date_time_to_unix (time) : 0;
}

static guint64
measure (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  GStatBuf info;
  guint64 size = 0;

  if (dir == NULL)
    return g_lstat (path, &info) == 0 ? (guint64)info.st_size : 0;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      if (g_lstat (file, &info) == 0)
        size += (guint64)info.st_size;
    }
  return size;
}

/* folder: that of the store's where it lies, with a slash, or nothing */
static void
note_kept_archive (Doctor *self, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (self->ctl->data_dir, folder, name, NULL);
  g_autofree char *quoted = g_shell_quote (path);
  g_autofree char *size = g_format_size (measure (path));
  g_autofree char *text = NULL;
  g_autofree char *remedy = NULL;
  gint64 now = omc_clock_get_now (self->ctl->clock) / G_USEC_PER_SEC;

  text = g_strdup_printf (_ ("%s%s, %s, of the audit archive is kept from before a restore"),
                          folder, name, size);
  remedy = g_strdup_printf (_ ("when 'omnicarectl audit verify --full' finds the trail whole and a "
                               "newer backup was verified, remove it: rm %s%s"),
                            g_file_test (path, G_FILE_TEST_IS_DIR) ? "-r " : "", quoted);
  note (self, "kept", text, now - read_stamp (name) > KEPT_SECONDS ? remedy : NULL);
}

/* Whole archives beside the store, and single files that were in the way of a whole one. */
static void
check_kept_archive (Doctor *self)
{
  g_autofree char *archive = g_build_filename (self->ctl->data_dir, OMC_AUDIT_ARCHIVE_FOLDER, NULL);
  g_autoptr (GDir) dir = g_dir_open (self->ctl->data_dir, 0, NULL);
  g_autoptr (GDir) files = g_dir_open (archive, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, OMC_AUDIT_ARCHIVE_FOLDER KEPT_MARK))
      note_kept_archive (self, "", name);
  while (files != NULL && (name = g_dir_read_name (files)) != NULL)
    if (strstr (name, KEPT_MARK) != NULL)
      note_kept_archive (self, OMC_AUDIT_ARCHIVE_FOLDER "/", name);
}

/* What a restore put aside holds patients' records and takes room, until a person decides. */
static void
check_kept (Doctor *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->ctl->data_dir, 0, NULL);
  gint64 now = omc_clock_get_now (self->ctl->clock) / G_USEC_PER_SEC;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->ctl->data_dir, name, NULL);
      g_autofree char *text = NULL;
      g_autofree char *size = NULL;
      g_autofree char *quoted = NULL;
      g_autofree char *remedy = NULL;
      GStatBuf info;

      if (!g_str_has_prefix (name, "omnicare.db.before") || g_str_has_suffix (name, "-wal") ||
          g_stat (path, &info) != 0)
        continue;
      size = g_format_size ((guint64)info.st_size);
      text = g_strdup_printf (_ ("%s, %s, is kept from before a restore"), name, size);
      quoted = g_shell_quote (path);
      remedy = g_strdup_printf (_ ("when a newer backup was verified, remove it: rm %s*"), quoted);
      note (self, "kept", text, now - info.st_mtime > KEPT_SECONDS ? remedy : NULL);
    }
}

static void
check_audit (Doctor *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  OmcAuditReport report = { 0 };

  if (!omc_store_check_audit_sync (self->ctl->store, TRUE, NULL, NULL, &report, NULL, &error))
    {
      note (self, "audit", error->message, _ ("run 'omnicarectl audit verify'"));
      return;
    }
  if (report.finding != OMC_AUDIT_INTACT)
    {
      text = omc_ctl_audit_describe (&report);
      note (self, "audit", text,
            report.finding >= OMC_AUDIT_SEGMENT_MISSING
                ? _ ("put the file back from a backup, run 'omnicarectl audit verify --full' and "
                     "tell the security officer")
                : _ ("keep this store as it is and tell the security officer"));
    }
  else
    note (self, "audit", _ ("the audit trail is intact"), NULL);
  if (report.checkpoint_forged)
    note (self, "audit", _ ("the note of how far it was verified had been changed"),
          _ ("tell the security officer; all of it was read again"));
}

/* Where it lies, and how far back the database goes. */
static void
check_archive (Doctor *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *archive = NULL;
  g_autofree char *when = NULL;
  g_autofree char *text = NULL;
  OmcAuditArchiveStatus status;

  if (!omc_store_read_audit_archive_sync (self->ctl->store, &status, NULL, &error))
    {
      note (self, "archive", error->message, _ ("run 'omnicarectl doctor --deep'"));
      return;
    }
  archive = omc_ctl_audit_describe_archive (&status);
  when = status.oldest != 0 ? omc_instant_format_local (status.oldest_us) : NULL;
  text = when != NULL
             ? g_strdup_printf (_ ("%s; in the database from entry %" G_GUINT64_FORMAT " of %s on"),
                                archive, status.oldest, when)
             : g_steal_pointer (&archive);
  note (self, "archive", text, NULL);
}

/* What the server says of the trail. */
static void
check_audit_server (Doctor *self)
{
  OmcStoreStatus status;
  g_autofree char *text = NULL;

  if (!omc_store_get_status_sync (self->ctl->store, &status, NULL, NULL))
    return;
  if (status.audit_alarm != 0)
    note (
        self, "audit", _ ("the server knows more of the audit trail than there is here"),
        _ ("the store was rolled back or rebuilt: keep it as it is and tell the security officer"));
  if (status.n_audit_refused == 0)
    return;
  text = g_strdup_printf (_ ("%u entries of the audit trail were refused by the server"),
                          status.n_audit_refused);
  note (self, "audit", text, _ ("run 'omnicarectl audit retry', then synchronise; or export them"));
}

static void
check_store (Doctor *self, gboolean deep)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = omc_store_check_sync (self->ctl->store, deep, NULL, &error);

  if (findings == NULL)
    {
      note (self, "store", error->message,
            _ ("keep the folder as it is and restore from a backup"));
      return;
    }
  if (findings->len == 0)
    note (self, "store", _ ("every page and record that was read is whole"), NULL);
  for (guint i = 0; i < findings->len; i++)
    {
      OmcStoreFinding *finding = g_ptr_array_index (findings, i);
      g_autofree char *text = g_strdup_printf ("%s: %s", finding->place, finding->problem);

      note (self, "store", text, finding->remedy);
    }
}

static void
check_queue (Doctor *self)
{
  g_autoptr (GError) error = NULL;
  OmcStoreStatus status;
  g_autofree char *text = NULL;

  if (!omc_store_get_status_sync (self->ctl->store, &status, NULL, &error))
    {
      note (self, "queue", error->message, _ ("run 'omnicarectl status'"));
      return;
    }
  text = g_strdup_printf (_ ("%u waiting, %u refused by the server, %u conflicts"),
                          status.n_pending, status.n_attention, status.n_conflicts);
  note (self, "queue", text,
        status.n_attention + status.n_conflicts == 0
            ? NULL
            : _ ("see 'omnicarectl queue list' and 'omnicarectl conflicts list'"));
}

static void
check_keys (Doctor *self)
{
  const char *notice = omc_key_manager_get_notice (self->ctl->keys);

  note (self, "keys", notice != NULL ? notice : _ ("the keys open"), NULL);
}

static void
check_people (Doctor *self)
{
  g_autofree char *text = omc_ctl_people_describe_unheard (self->ctl);

  if (text != NULL)
    note (self, "sign-in", text, omc_ctl_people_get_remedy ());
}

static void
check_server (Doctor *self)
{
  g_auto (OmcCtlServer) server = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!omc_ctl_server_read (self->ctl, NULL, NULL, &server, &error))
    {
      note (self, "server", error->message, _ ("mend the configuration"));
      return;
    }
  text = omc_ctl_server_describe (&server);
  if (server.refusal != NULL)
    note (self, "server", server.refusal,
          _ ("find out who wrote the configuration; when it is meant, run 'omnicarectl keys "
             "confirm'"));
  else if (text != NULL)
    note (self, "server", text, NULL);
}

static void
check_policy (Doctor *self)
{
  guint64 version = omc_store_get_policy_version (self->ctl->store);
  g_autofree char *notice = omc_store_dup_policy_notice (self->ctl->store);
  g_autofree char *text =
      notice != NULL ? g_strdup (notice)
      : version == 0 ? g_strdup (_ ("the built-in policy"))
                     : g_strdup_printf (_ ("version %" G_GUINT64_FORMAT " of the site"), version);

  note (self, "policy", text,
        notice != NULL ? _ ("put a policy in place that 'omnicarectl policy check' accepts")
                       : NULL);
}

int
omc_ctl_doctor (OmcCtl *self, int argc, char **argv)
{
  gboolean deep = FALSE;
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (builder);
  Doctor doctor = { self, builder, omc_json_node_add_array (builder, root, "checks"), 0 };
  int status;
  const GOptionEntry entries[] = {
    { "deep", 0, 0, G_OPTION_ARG_NONE, &deep, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse (entries, OMC_CTL_USAGE_DOCTOR, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc > 1)
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_DOCTOR);
  if (!omc_ctl_open (self, &status))
    return status;
  check_disk (&doctor);
  check_storage (&doctor);
  check_kept (&doctor);
  check_kept_archive (&doctor);
  check_keys (&doctor);
  check_people (&doctor);
  check_server (&doctor);
  check_store (&doctor, deep);
  check_audit (&doctor);
  check_archive (&doctor);
  check_audit_server (&doctor);
  check_queue (&doctor);
  check_policy (&doctor);
  if (self->json)
    {
      omc_ctl_set_boolean (builder, root, "ok", doctor.n_problems == 0);
      omc_ctl_print_json (builder, root);
    }
  return doctor.n_problems == 0 ? OMC_CTL_OK : OMC_CTL_FINDING;
}
