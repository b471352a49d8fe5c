/* ctl-audit-archive.c: older entries of the audit trail leave the database
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "ctl-audit.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#define MAX_DAYS 3650

char *
omc_ctl_audit_describe_archive (const OmcAuditArchiveStatus *status)
{
  g_autofree char *size = g_format_size (status->n_bytes);

  if (status->n_segments == 0)
    return g_strdup (_ ("none"));
  return g_strdup_printf (ngettext ("%u file, %s, entries 1 to %" G_GUINT64_FORMAT,
                                    "%u files, %s, entries 1 to %" G_GUINT64_FORMAT,
                                    status->n_segments),
                          status->n_segments, size, status->last);
}

void
omc_ctl_audit_add_archive (OmcJsonBuilder *b,
                           OmcJsonNode *object,
                           const OmcAuditArchiveStatus *status)
{
  omc_ctl_set_integer (b, object, "segments", status->n_segments);
  omc_ctl_set_integer (b, object, "bytes", (gint64)status->n_bytes);
  omc_ctl_set_integer (b, object, "last", (gint64)status->last);
  omc_ctl_set_integer (b, object, "oldestLive", (gint64)status->oldest);
  omc_ctl_set_instant (b, object, "oldestLiveRecorded", status->oldest_us);
}

static void
show_progress (const OmcAuditArchiveCounts *counts, gpointer user_data)
{
  gboolean *shown = user_data;

  fprintf (stderr, "\r%" G_GUINT64_FORMAT " ", counts->n_entries);
  *shown = TRUE;
}

static void
print_json (const OmcAuditArchiveCounts *counts, const OmcAuditArchivePlan *plan, gboolean dry_run)
{
  g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (b);
  OmcJsonNode *stay = omc_json_node_add_object (b, root, "stay");

  omc_ctl_set_boolean (b, root, "dryRun", dry_run);
  omc_ctl_set_integer (b, root, "entries", (gint64)(dry_run ? plan->n_due : counts->n_entries));
  if (!dry_run)
    {
      omc_ctl_set_integer (b, root, "segments", counts->n_segments);
      omc_ctl_set_integer (b, root, "bytes", (gint64)counts->n_bytes);
    }
  omc_ctl_set_integer (b, stay, "young", (gint64)plan->n_young);
  omc_ctl_set_integer (b, stay, "unsent", (gint64)plan->n_unsent);
  omc_ctl_set_integer (b, stay, "refused", plan->n_refused);
  omc_ctl_print_json (b, root);
}

static void
print_counts (const OmcAuditArchiveCounts *counts)
{
  g_autofree char *size = g_format_size (counts->n_bytes);

  if (counts->n_segments == 0)
    g_print (_ ("Nothing was archived.\n"));
  else
    g_print (ngettext ("Archived %" G_GUINT64_FORMAT " entries in %u file, %s.\n",
                       "Archived %" G_GUINT64_FORMAT " entries in %u files, %s.\n",
                       counts->n_segments),
             counts->n_entries, counts->n_segments, size);
}

static void
print_stay (const OmcAuditArchivePlan *plan)
{
  if (plan->n_young > 0)
    g_print (_ ("Not old enough, or behind one that is not: %" G_GUINT64_FORMAT ".\n"),
             plan->n_young);
  if (plan->n_unsent > 0)
    g_print (_ ("Not accepted by the server, or behind one that is not: %" G_GUINT64_FORMAT
                "; refused: %u.\n"),
             plan->n_unsent, plan->n_refused);
}

static int
archive (OmcCtl *self, gint64 retention_us, gboolean dry_run)
{
  g_autoptr (GError) error = NULL;
  OmcAuditArchiveCounts counts = { 0 };
  OmcAuditArchivePlan plan;
  gboolean shown = FALSE, done = TRUE;

  if (!dry_run)
    done = omc_store_archive_audit_with_progress_sync (
        self->store, self->actor, retention_us, isatty (STDERR_FILENO) ? show_progress : NULL,
        &shown, &counts, NULL, &error);
  if (shown)
    fputc ('\n', stderr);
  /* What was done stays done, also when something is in the way of more. */
  if (!done && counts.n_segments > 0 && !self->json)
    print_counts (&counts);
  if (!done || !omc_store_plan_audit_archive_sync (self->store, self->actor, retention_us, &plan,
                                                   NULL, &error))
    return omc_ctl_fail_error (error);
  if (self->json)
    {
      print_json (&counts, &plan, dry_run);
      return OMC_CTL_OK;
    }
  if (dry_run)
    g_print (_ ("Would be archived: %" G_GUINT64_FORMAT " entries. Nothing was changed.\n"),
             plan.n_due);
  else
    print_counts (&counts);
  print_stay (&plan);
  return OMC_CTL_OK;
}

int
omc_ctl_audit_archive (OmcCtl *self, int argc, char **argv)
{
  g_autofree char *older_than = NULL;
  gint64 days = 0;
  gboolean dry_run = FALSE;
  int status;
  const GOptionEntry entries[] = {
    { "older-than", 0, 0, G_OPTION_ARG_STRING, &older_than, NULL, NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &dry_run, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse_alone (entries, "audit " OMC_CTL_USAGE_AUDIT_ARCHIVE, &argc, &argv))
    return OMC_CTL_USAGE;
  if (older_than != NULL && !g_ascii_string_to_signed (older_than, 10, 0, MAX_DAYS, &days, NULL))
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("--older-than must be a number of days from 0 to %d"),
                         MAX_DAYS);
  if (!omc_ctl_open (self, &status))
    return status;
  if (older_than != NULL)
    return archive (self, days * G_TIME_SPAN_DAY, dry_run);
  if (self->audit_retention_days == 0)
    return omc_ctl_fail (
        OMC_CTL_USAGE, "%s",
        _ ("audit.retentionDays is 0, so that entries stay in the database for ever; say with "
           "--older-than DAYS which are to be archived"));
  return archive (self, self->audit_retention_days * G_TIME_SPAN_DAY, dry_run);
}
