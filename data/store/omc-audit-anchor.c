/* omc-audit-anchor.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-audit-anchor.h"

#include <string.h>

#include "omc-audit-dao.h"
#include "omc-audit-mark.h"
#include "omc-audit-records.h"
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

guint64
omc_audit_lost_parse (const char *entry, gsize length, OmcAuditFinding *finding)
{
  const char *place;

  if (memmem (entry, length, LOST_MARK, strlen (LOST_MARK)) == NULL)
    return 0;
  place = g_strstr_len (entry, (gssize)length, LOST_ENTITY);
  if (place == NULL)
    return 0;
  *finding = finding_of (entry, length);

  return g_ascii_strtoull (place + strlen (LOST_ENTITY), NULL, 10);
}

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
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
  gboolean found;
  gint64 archived;

  if (!omc_audit_records_get_hash (session, sequence, hash, &found, error) ||
      !omc_setting_dao_get_integer (session, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_ARCHIVED, &archived,
                                    error))
    return FALSE;
  /* A file that cannot be read is found by who verifies. */
  *same = found ? memcmp (hash, wanted, sizeof hash) == 0 : (gint64)sequence <= archived;

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
