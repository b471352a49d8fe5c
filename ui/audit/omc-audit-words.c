/* omc-audit-words.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-audit-ui"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "omc-audit-counts.h"
#include "omc-audit-words.h"
#include "omc-break-glass.h"
#include "omc-merge-words.h"
#include "omc-person-words.h"

typedef struct
{
  const char *code;
  const char *words;
} Word;

/* Signing in, locking and looking at a chart are told as what they are; the rest by the subtype. */
static const Word acts[] = {
  { "login", N_ ("Signed in") },
  { "lock", N_ ("Locked the screen") },
  { "read", N_ ("Looked at a record") },
  { "search", N_ ("Searched") },
  { "create", N_ ("Recorded") },
  { "create-preliminary", N_ ("Recorded, to be confirmed") },
  { "update", N_ ("Changed") },
  { "update-preliminary", N_ ("Changed what is to be confirmed") },
  { "correct", N_ ("Corrected") },
  { "entered-in-error", N_ ("Marked as entered in error") },
  { "delete", N_ ("Deleted") },
  { "cancel", N_ ("Took back before it was sent") },
  { "retry", N_ ("Sent again by hand") },
  { "import", N_ ("Imported a file") },
  { "export", N_ ("Exported") },
  { "backup", N_ ("Made a backup") },
  { "restore", N_ ("Restored from a backup") },
  { "sync", N_ ("Worked on the synchronisation") },
  { "sync-pull", N_ ("Received from the server") },
  { "sync-push", N_ ("Sent to the server") },
  { "sync-run", N_ ("Synced with the server") },
  { "cache", N_ ("Kept or recalled a chart") },
  { "sync-hide", N_ ("Hid records that the server no longer has") },
  { "configuration-confirmed", N_ ("Confirmed the server and the time without it") },
  { "cache-evict", N_ ("Removed a chart from this device to make room") },
  { "conflict", N_ ("Two versions differ") },
  { "conflict-decision", N_ ("Decided between two versions") },
  { "decide-conflict", N_ ("Decided between two versions") },
  { "break-glass", N_ ("Opened an emergency access") },
  { "break-glass-end", N_ ("Ended an emergency access") },
  { "break-glass-review", N_ ("Reviewed an emergency access") },
  { "policy-installed", N_ ("Installed an access policy") },
  { "policy-refused", N_ ("Access policy not accepted") },
  { "setting", N_ ("Changed a setting") },
  { "user-changed", N_ ("Added or changed a person") },
  { "user-disabled", N_ ("Withdrew a person") },
  { "device-withdrawn", N_ ("The server withdrew this device") },
  { "device-restored", N_ ("The server gave this device back") },
  { "key-rotation", N_ ("Rotated a key") },
  { "key-slot-added", N_ ("Added a way to sign in") },
  { "key-slot-changed", N_ ("Changed a way to sign in") },
  { "key-slot-removed", N_ ("Removed a way to sign in") },
  { "key-lifetime-extended", N_ ("Extended the time without the server") },
  { "anchor-lost", N_ ("The proof of the trail’s end is missing") },
  { "archive", N_ ("Archived older entries") },
  { "read-audit", N_ ("Looked at the audit trail") },
  { "manage-keys", N_ ("Managed keys") },
  { "manage-users", N_ ("Managed people") },
  { "manage-device", N_ ("Managed this device") },
};

static const Word details[] = {
  { "board", N_ ("the ward board") },
  { "beyond the department", N_ ("also in other departments") },
  { "conflict", N_ ("two versions of a record") },
  { "identity", N_ ("who it is, before an emergency access") },
  { "denied", N_ ("not allowed") },
  { "denied: another department", N_ ("another department’s patient") },
  { "passphrase not accepted", N_ ("passphrase not accepted") },
  { "PIN not accepted", N_ ("PIN not accepted") },
  { "recovery code", N_ ("with the recovery code") },
  { "PIN", N_ ("with the PIN") },
  { "kiosk credential", N_ ("by the kiosk itself") },
  { "complete", N_ ("complete") },
  { "incomplete", N_ ("not complete") },
  { "put to a person", N_ ("waits for a person") },
  { "merged by rule", N_ ("merged by rule") },
  { "pinned to this device", N_ ("kept on this device") },
  { "no longer pinned", N_ ("need not be kept any more") },
  { "asked for from the server", N_ ("asked for from the server") },
  { "justified", N_ ("justified") },
  { "unjustified", N_ ("not justified") },
  { "all", N_ ("of all patients") },
  { "decided by a person", N_ ("decided by a person") },
  { "taken back before it was sent", N_ ("taken back before it was sent") },
  { "new data key", N_ ("new data key") },
  { "old data keys destroyed", N_ ("old data keys destroyed") },
  { "old data keys kept for damaged payloads", N_ ("old data keys kept for damaged records") },
  { "restored from a backup", N_ ("restored from a backup") },
  { "not on the server any more", N_ ("not on the server any more") },
  { "the server has another one under its id", N_ ("the server has another one under its number") },
  { "right, of nobody who may use this device", N_ ("right, but nobody who may use this device") },
  { "credential", N_ ("credential of the kiosk") },
  { "the trail ended before its anchor", N_ ("the trail ended before its anchor") },
  { "the anchored entry was another one", N_ ("the anchored entry was another one") },
  { "the anchor was missing", N_ ("the anchor was missing") },
  { "the anchor was changed", N_ ("the anchor was changed") },
  { "the trail ended before its head on the server",
    N_ ("the trail ended before its head on the server") },
  { "the head on the server was another entry", N_ ("the head on the server was another entry") },
  { "how far the trail was verified was changed",
    N_ ("how far the trail was verified was changed") },
  { "database key", N_ ("key of the database") },
  { "master key", N_ ("master key") },
};

static const char *
find_word (const Word *words, gsize n_words, const char *code)
{
  for (gsize i = 0; i < n_words; i++)
    if (g_strcmp0 (words[i].code, code) == 0)
      return _ (words[i].words);

  return code;
}

static gboolean
opens_chart (const OmcAuditEntry *entry)
{
  return g_strcmp0 (entry->detail, "patient opened") == 0;
}

char *
omc_audit_words_act (const OmcAuditEntry *entry)
{
  const char *words;

  g_return_val_if_fail (entry != NULL, NULL);

  words = opens_chart (entry) ? _ ("Opened a patient’s chart")
                              : find_word (acts, G_N_ELEMENTS (acts), entry->subtype);
  if (entry->outcome == 0)
    return g_strdup (words);

  /* Translators: what somebody tried to do, and was refused or failed at */
  return g_strdup_printf (_ ("%s: refused or failed"), words);
}

static const char *
describe_type (const char *type)
{
  return g_str_equal (type, "Patient") ? _ ("Patient") : omc_merge_words_type (type);
}

/* "Observation/7/_history/3", or what is no record: "passphrase anna" */
static char *
describe_entity (const char *entity)
{
  g_auto (GStrv) parts = g_strsplit (entity, "/", -1);
  guint n_parts = g_strv_length (parts);

  if (n_parts == 2)
    return g_strdup_printf ("%s %s", describe_type (parts[0]), parts[1]);
  if (n_parts == 4 && g_str_equal (parts[2], "_history"))
    /* Translators: a kind of record, its id and its version */
    return g_strdup_printf (_ ("%s %s, version %s"), describe_type (parts[0]), parts[1], parts[3]);

  return g_strdup (entity);
}

char *
omc_audit_words_subject (const OmcAuditEntry *entry)
{
  g_autofree char *patient = NULL;
  g_autofree char *entity = NULL;

  g_return_val_if_fail (entry != NULL, NULL);

  if (entry->patient_id)
    patient = g_strdup_printf (_ ("Patient %s"), entry->patient_id);
  if (entry->entity)
    entity = describe_entity (entry->entity);
  if (!patient || !entity || g_str_has_prefix (entry->entity, "Patient/"))
    return entity ? g_steal_pointer (&entity) : g_steal_pointer (&patient);

  return g_strdup_printf ("%s · %s", patient, entity);
}

char *
omc_audit_words_detail (const OmcAuditEntry *entry)
{
  char *counts;
  const char *reason;
  OmcRole role;

  g_return_val_if_fail (entry != NULL, NULL);

  if (!entry->detail || opens_chart (entry))
    return NULL;
  reason = omc_break_glass_get_label (entry->detail);
  if (reason)
    return g_strdup (reason);
  if (omc_role_from_string (entry->detail, &role))
    return g_strdup (omc_role_describe (role));
  counts = omc_audit_counts_describe (entry->detail);

  return counts ? counts : g_strdup (find_word (details, G_N_ELEMENTS (details), entry->detail));
}

const char *
omc_audit_words_role (const char *role)
{
  OmcRole known;

  return role && omc_role_from_string (role, &known) ? omc_role_describe (known) : role;
}
