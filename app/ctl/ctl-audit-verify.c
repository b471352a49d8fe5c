/* ctl-audit-verify.c: is the audit trail whole?
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

static const char *const findings[] = {
  [OMC_AUDIT_INTACT] = N_ ("intact"),
  [OMC_AUDIT_GAP] = N_ ("an entry is missing or repeated"),
  [OMC_AUDIT_BROKEN_HASH] = N_ ("an entry was changed, swapped or inserted"),
  [OMC_AUDIT_CUT] = N_ ("the newest entries are missing"),
  [OMC_AUDIT_HEAD_DIFFERS] = N_ ("the newest entry is not the one that was anchored"),
  [OMC_AUDIT_UNANCHORED] =
      N_ ("the anchor was missing or changed; entries may have been taken back"),
  [OMC_AUDIT_SEGMENT_MISSING] = N_ ("the archive file that begins with it is missing"),
  [OMC_AUDIT_SEGMENT_DAMAGED] = N_ ("the archive file that begins with it was cut or changed"),
  [OMC_AUDIT_SEGMENT_FOREIGN] = N_ ("the archive file that begins with it is another one"),
};

static const char *const codes[] = {
  [OMC_AUDIT_INTACT] = "intact",
  [OMC_AUDIT_GAP] = "gap",
  [OMC_AUDIT_BROKEN_HASH] = "broken-hash",
  [OMC_AUDIT_CUT] = "cut",
  [OMC_AUDIT_HEAD_DIFFERS] = "head-differs",
  [OMC_AUDIT_UNANCHORED] = "unanchored",
  [OMC_AUDIT_SEGMENT_MISSING] = "segment-missing",
  [OMC_AUDIT_SEGMENT_DAMAGED] = "segment-damaged",
  [OMC_AUDIT_SEGMENT_FOREIGN] = "segment-foreign",
};

char *
omc_ctl_audit_describe (const OmcAuditReport *report)
{
  return g_strdup_printf (_ ("the audit trail is broken at entry %" G_GUINT64_FORMAT ": %s"),
                          report->place, _ (findings[report->finding]));
}

void
omc_ctl_audit_add_report (OmcJsonBuilder *b, OmcJsonNode *object, const OmcAuditReport *report)
{
  omc_ctl_set_boolean (b, object, "intact", report->finding == OMC_AUDIT_INTACT);
  omc_json_node_set_string (b, object, "finding", codes[report->finding]);
  omc_ctl_set_integer (b, object, "place", (gint64)report->place);
  omc_ctl_set_integer (b, object, "through", (gint64)report->through);
}

static void
show_progress (guint64 done, guint64 total, gpointer user_data)
{
  gboolean *shown = user_data;

  fprintf (stderr, "\r%" G_GUINT64_FORMAT " / %" G_GUINT64_FORMAT " ", done, total);
  *shown = TRUE;
}

static void
print_json (const OmcAuditReport *report, gboolean full)
{
  g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (b);

  omc_ctl_audit_add_report (b, root, report);
  omc_ctl_set_integer (b, root, "entries", (gint64)report->n_entries);
  omc_ctl_set_boolean (b, root, "full", full || report->from == 1);
  omc_ctl_set_integer (b, root, "from", (gint64)report->from);
  omc_ctl_set_integer (b, root, "segments", report->n_segments);
  omc_ctl_set_instant (b, root, "lastFull", report->full_us);
  omc_ctl_set_boolean (b, root, "checkpointForged", report->checkpoint_forged);
  omc_ctl_print_json (b, root);
}

static void
print_intact (const OmcAuditReport *report)
{
  g_autofree char *when = report->full_us != 0 ? omc_instant_format_local (report->full_us) : NULL;

  g_print (_ ("The audit trail is intact: %" G_GUINT64_FORMAT " entries.\n"), report->n_entries);
  if (report->from == 1)
    return;
  g_print (_ ("Read from entry %" G_GUINT64_FORMAT " on; those before were found good earlier.\n"),
           report->from);
  if (when != NULL)
    g_print (_ ("All of it was last read at %s; --full reads it again.\n"), when);
  else
    g_print (_ ("--full reads all of it again.\n"));
}

int
omc_ctl_audit_verify (OmcCtl *self, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  OmcAuditReport report = { 0 };
  gboolean full = FALSE, shown = FALSE, done;
  int status;
  const GOptionEntry entries[] = {
    { "full", 0, 0, G_OPTION_ARG_NONE, &full, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse_alone (entries, "audit " OMC_CTL_USAGE_AUDIT_VERIFY, &argc, &argv))
    return OMC_CTL_USAGE;
  if (!omc_ctl_open (self, &status))
    return status;
  done =
      omc_store_check_audit_sync (self->store, full, isatty (STDERR_FILENO) ? show_progress : NULL,
                                  &shown, &report, NULL, &error);
  if (shown)
    fputc ('\n', stderr);
  if (!done)
    return omc_ctl_fail_error (error);
  if (self->json)
    print_json (&report, full);
  else if (report.finding == OMC_AUDIT_INTACT)
    print_intact (&report);
  if (report.finding != OMC_AUDIT_INTACT)
    {
      text = omc_ctl_audit_describe (&report);
      return omc_ctl_fail (OMC_CTL_FINDING,
                           _ ("%s. Keep this store as it is and tell the security officer"), text);
    }
  if (report.checkpoint_forged)
    return omc_ctl_fail (OMC_CTL_FINDING, "%s",
                         _ ("the note of how far the audit trail was verified had been changed by "
                            "somebody without its key, so that all of it was read. Tell the "
                            "security officer"));
  return OMC_CTL_OK;
}
