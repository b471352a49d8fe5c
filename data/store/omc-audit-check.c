/* omc-audit-check.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-audit-check.h"

#include <string.h>

#include "omc-audit-dao.h"
#include "omc-audit-items.h"
#include "omc-audit-mark.h"
#include "omc-setting-dao.h"

/* What an entry that tells of a lost anchor is recognised by; its entity is "audit/SEQUENCE", its detail one of these. */
#define LOST_SUBTYPE "anchor-lost"
#define LOST_MARK "\x1f" LOST_SUBTYPE "\x1f"
#define LOST_ENTITY                                                                                \
  "\x1f"                                                                                           \
  "audit/"
#define CUT_MARK "audit-cut-told"
#define DETAIL_CUT "the trail ended before its anchor"
#define DETAIL_DIFFERS "the anchored entry was another one"
#define DETAIL_MISSING "the anchor was missing"
#define DETAIL_FORGED "the anchor was changed"
#define DETAIL_SERVER_CUT "the trail ended before its head on the server"
#define DETAIL_SERVER_DIFFERS "the head on the server was another entry"

static const char select_entries[] = "SELECT sequence, entry, hash, items FROM audit_log WHERE "
                                     "sequence >= ?1 ORDER BY sequence LIMIT "
                                     "?2";
static const char select_hash[] = "SELECT hash FROM audit_log WHERE sequence = ?1";

struct _OmcAuditCheck
{
  OmcAuditVerifier *verifier; /* (owned) */
  gint64 next;
  guint64 n_entries;
  guint64 lost; /* where an anchor was lost first; 0: never */
  OmcAuditFinding lost_as;
  gboolean forged;
};

OmcAuditCheck *
omc_audit_check_new (OmcSession *session, GError **error)
{
  g_autoptr (OmcAuditCheck) self = g_new0 (OmcAuditCheck, 1);
  g_autoptr (GBytes) anchor = NULL;
  g_autoptr (GError) local_error = NULL;
  guint64 anchored = 0;
  gconstpointer data = NULL;
  gsize length = 0;

  /* An anchor that is not one of ours is a finding, and no reason to look no further. */
  if (!omc_key_manager_read_audit_head_sync (session->keys, &anchored, &anchor, &local_error))
    {
      if (!g_error_matches (local_error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
      self->forged = TRUE;
    }
  if (anchor != NULL)
    data = g_bytes_get_data (anchor, &length);
  self->verifier = omc_audit_verifier_new (session->audit_key, anchored,
                                           length == OMC_AUDIT_HASH_LENGTH ? data : NULL);
  self->next = G_MININT64;

  return g_steal_pointer (&self);
}

void
omc_audit_check_free (OmcAuditCheck *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->verifier, omc_audit_verifier_free);
  g_free (self);
}

static OmcAuditFinding
finding_of (const char *entry, gsize length)
{
  if (g_strstr_len (entry, (gssize)length, DETAIL_CUT) != NULL ||
      g_strstr_len (entry, (gssize)length, DETAIL_SERVER_CUT) != NULL)
    return OMC_AUDIT_CUT;
  if (g_strstr_len (entry, (gssize)length, DETAIL_DIFFERS) != NULL ||
      g_strstr_len (entry, (gssize)length, DETAIL_SERVER_DIFFERS) != NULL)
    return OMC_AUDIT_HEAD_DIFFERS;

  return OMC_AUDIT_UNANCHORED;
}

/* An entry of the chain, so that nobody without its key wrote it. */
static void
note_lost (OmcAuditCheck *self, const char *entry, gsize length)
{
  const char *place;

  if (self->lost != 0 || memmem (entry, length, LOST_MARK, strlen (LOST_MARK)) == NULL)
    return;
  place = g_strstr_len (entry, (gssize)length, LOST_ENTITY);
  if (place == NULL)
    return;
  self->lost = g_ascii_strtoull (place + strlen (LOST_ENTITY), NULL, 10);
  self->lost_as = finding_of (entry, length);
}

/* Are the records that stand beside the entry those that it speaks of? */
static gboolean
has_its_items (OmcStmt *stmt, const char *entry, gsize length)
{
  const char *last = length > 0 ? memrchr (entry, OMC_AUDIT_FIELD_SEPARATOR, length) : NULL;
  g_autofree char *described = NULL;
  gsize items_length;
  gconstpointer items = omc_stmt_get_blob (stmt, 3, &items_length);

  if (last == NULL || (items == NULL && last + 1 == entry + length))
    return items == NULL;
  described = g_strndup (last + 1, length - (gsize)(last + 1 - entry));

  return omc_audit_items_match (described, items, items_length);
}

gboolean
omc_audit_check_step (OmcAuditCheck *self,
                      OmcSession *session,
                      guint max,
                      gboolean *done,
                      GError **error)
{
  static const guint8 none[OMC_AUDIT_HASH_LENGTH];
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_entries, error);
  guint n = 0;
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, self->next);
  omc_stmt_bind_integer (stmt, 2, max);
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      gint64 sequence = omc_stmt_get_integer (stmt, 0);
      gsize length, hash_length;
      gconstpointer data = omc_stmt_get_blob (stmt, 1, &length);
      const guint8 *hash = omc_stmt_get_blob (stmt, 2, &hash_length);
      gboolean whole = hash_length == OMC_AUDIT_HASH_LENGTH && has_its_items (stmt, data, length);

      n++;
      self->n_entries++;
      self->next = sequence + 1;
      if (!omc_audit_verifier_feed (self->verifier, (guint64)sequence, data, length,
                                    whole ? hash : none))
        {
          /* Chained as it should be, but in the place of the one that was anchored. */
          if (omc_audit_verifier_end (self->verifier, NULL) == OMC_AUDIT_HEAD_DIFFERS)
            note_lost (self, data, length);
          *done = TRUE;
          return TRUE;
        }
      note_lost (self, data, length);
    }
  *done = n < max;

  return step == OMC_STEP_DONE;
}

void
omc_audit_check_end (OmcAuditCheck *self, OmcAuditReport *report)
{
  report->n_entries = self->n_entries;
  report->finding = omc_audit_verifier_end (self->verifier, &report->place);
  /* What was noted at a start is nearer to the deed than what the anchor says by now. */
  if (self->lost != 0 && (report->finding == OMC_AUDIT_INTACT || self->lost <= report->place))
    {
      report->finding = self->lost_as;
      report->place = self->lost;
    }
  else if (self->forged && report->finding == OMC_AUDIT_INTACT)
    report->finding = OMC_AUDIT_UNANCHORED;
}

/* --- the start --- */

void
omc_audit_anchor_clear (OmcAuditAnchor *anchor)
{
  g_clear_pointer (&anchor->hash, g_bytes_unref);
}

void
omc_audit_anchor_read (OmcKeyManager *keys, OmcAuditAnchor *anchor)
{
  *anchor = (OmcAuditAnchor){ .found = omc_key_manager_has_audit_head (keys) };
  anchor->forged =
      !omc_key_manager_read_audit_head_sync (keys, &anchor->sequence, &anchor->hash, NULL);
}

static gboolean
append_lost (OmcSession *session, guint64 place, const char *detail, GError **error)
{
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  g_autofree char *entity = g_strdup_printf ("audit/%" G_GUINT64_FORMAT, place);
  OmcAuditEvent event = {
    .type = "security",
    .subtype = LOST_SUBTYPE,
    .action = 'E',
    .outcome = 12,
    .entity = entity,
    .detail = detail,
  };

  g_message ("The audit trail does not go on where it was anchored: %s. Have it examined.", detail);

  return omc_audit_dao_append (session, device, &event, error);
}

/* The anchor stays ahead until the trail has passed it: what is missing is told once, and not at every start. */
static gboolean
note_cut (OmcSession *session, const OmcAuditAnchor *anchor, guint64 place, GError **error)
{
  gint64 told;

  return omc_setting_dao_get_integer (session, OMC_TEXTS_SYNC, CUT_MARK, &told, error) &&
         (told == (gint64)anchor->sequence ||
          (omc_setting_dao_set_integer (session, OMC_TEXTS_SYNC, CUT_MARK, (gint64)anchor->sequence,
                                        error) &&
           append_lost (session, place, DETAIL_CUT, error)));
}

static gboolean
compare_hash (OmcSession *session,
              guint64 sequence,
              const guint8 *wanted,
              gboolean *same,
              GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_hash, error);
  gconstpointer found;
  gint64 archived;
  gsize length;
  OmcStep step;

  if (stmt == NULL || !omc_setting_dao_get_integer (session, OMC_TEXTS_SYNC,
                                                    OMC_AUDIT_MARK_ARCHIVED, &archived, error))
    return FALSE;
  /* What is in a segment is looked at by who verifies. */
  *same = TRUE;
  if ((gint64)sequence <= archived)
    return TRUE;
  omc_stmt_bind_integer (stmt, 1, (gint64)sequence);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ERROR)
    return FALSE;
  found = step == OMC_STEP_ROW ? omc_stmt_get_blob (stmt, 0, &length) : NULL;
  *same = found != NULL && length == OMC_AUDIT_HASH_LENGTH && memcmp (found, wanted, length) == 0;

  return TRUE;
}

gboolean
omc_audit_anchor_compare (OmcSession *session, const OmcAuditAnchor *anchor, GError **error)
{
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
  guint64 last;
  gboolean same = TRUE;

  if (!omc_audit_dao_get_head (session, &last, hash, error))
    return FALSE;
  if (anchor->forged)
    return append_lost (session, last + 1, DETAIL_FORGED, error);
  /* The secret service may know what the file would say. */
  if (anchor->sequence > last)
    return note_cut (session, anchor, last + 1, error);
  if (!anchor->found)
    return last == 0 || append_lost (session, last + 1, DETAIL_MISSING, error);
  if (anchor->hash != NULL && g_bytes_get_size (anchor->hash) == OMC_AUDIT_HASH_LENGTH &&
      !compare_hash (session, anchor->sequence, g_bytes_get_data (anchor->hash, NULL), &same,
                     error))
    return FALSE;

  return same || append_lost (session, anchor->sequence, DETAIL_DIFFERS, error);
}

gboolean
omc_audit_server_head_compare (OmcSession *session,
                               guint64 sequence,
                               const guint8 *hash,
                               gboolean *lost,
                               GError **error)
{
  guint8 newest[OMC_AUDIT_HASH_LENGTH];
  gboolean same = FALSE;
  guint64 last;
  gint64 told;

  if (!omc_audit_dao_get_head (session, &last, newest, error) ||
      (sequence <= last && !compare_hash (session, sequence, hash, &same, error)))
    return FALSE;
  *lost = !same;
  if (same)
    return TRUE;

  /* That head stays on the server: it is told once. */
  return omc_setting_dao_get_integer (session, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_ALARM, &told,
                                      error) &&
         (told == (gint64)sequence ||
          (omc_setting_dao_set_integer (session, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_ALARM,
                                        (gint64)sequence, error) &&
           append_lost (session, sequence > last ? last + 1 : sequence,
                        sequence > last ? DETAIL_SERVER_CUT : DETAIL_SERVER_DIFFERS, error)));
}
