/* omc-audit-checkpoint.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-audit-checkpoint.h"

#include <string.h>

#include "omc-audit-dao.h"
#include "omc-audit-mark.h"
#include "omc-hash.h"
#include "omc-setting-dao.h"

#define MAGIC "OMCCHECK"

/* All big endian. */
typedef struct
{
  char magic[8];
  guint64 sequence;
  guint64 lost;
  guint64 lost_as;
  guint64 full_us;
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
  guint8 code[OMC_HASH_LENGTH]; /* HMAC-SHA256 of all before it, under the key of the chain */
} Kept;

G_STATIC_ASSERT (sizeof (Kept) == 40 + 32 + 32);

static gboolean
make_code (OmcSession *session, const Kept *kept, guint8 code[OMC_HASH_LENGTH], GError **error)
{
  return omc_hmac_compute (session->audit_key, kept, G_STRUCT_OFFSET (Kept, code), code, error);
}

gboolean
omc_audit_checkpoint_load (OmcSession *session, OmcAuditCheckpoint *checkpoint, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree guchar *data = NULL;
  guint8 code[OMC_HASH_LENGTH];
  gsize length = 0;
  Kept kept;

  *checkpoint = (OmcAuditCheckpoint){ .forged = TRUE };
  if (!omc_setting_dao_get (session, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_VERIFIED, &text, error))
    return FALSE;
  if (text == NULL)
    {
      checkpoint->forged = FALSE;
      return TRUE;
    }
  data = g_base64_decode (text, &length);
  if (length != sizeof kept)
    return TRUE;
  memcpy (&kept, data, sizeof kept);
  if (memcmp (kept.magic, MAGIC, sizeof kept.magic) != 0 ||
      !make_code (session, &kept, code, NULL) || !omc_hash_equal (code, kept.code))
    return TRUE;
  checkpoint->forged = FALSE;
  checkpoint->sequence = GUINT64_FROM_BE (kept.sequence);
  checkpoint->lost = GUINT64_FROM_BE (kept.lost);
  checkpoint->lost_as = (OmcAuditFinding)GUINT64_FROM_BE (kept.lost_as);
  checkpoint->full_us = (gint64)GUINT64_FROM_BE (kept.full_us);
  memcpy (checkpoint->hash, kept.hash, sizeof checkpoint->hash);

  return TRUE;
}

gboolean
omc_audit_checkpoint_tell_forged (OmcSession *session, GError **error)
{
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  const OmcAuditEvent event = { .type = "security",
                                .subtype = "checkpoint-forged",
                                .action = 'E',
                                .outcome = 12,
                                .detail = "how far the trail was verified was changed" };

  g_message ("How far the audit trail was verified was changed by somebody. Have it examined.");

  return omc_audit_dao_append (session, device, &event, error);
}

gboolean
omc_audit_checkpoint_save (OmcSession *session,
                           const OmcAuditCheckpoint *checkpoint,
                           GError **error)
{
  g_autofree char *text = NULL;
  Kept kept = { 0 };

  if (checkpoint != NULL)
    {
      memcpy (kept.magic, MAGIC, sizeof kept.magic);
      kept.sequence = GUINT64_TO_BE (checkpoint->sequence);
      kept.lost = GUINT64_TO_BE (checkpoint->lost);
      kept.lost_as = GUINT64_TO_BE ((guint64)checkpoint->lost_as);
      kept.full_us = GUINT64_TO_BE ((guint64)checkpoint->full_us);
      memcpy (kept.hash, checkpoint->hash, sizeof kept.hash);
      if (!make_code (session, &kept, kept.code, error))
        return FALSE;
      text = g_base64_encode ((const guchar *)&kept, sizeof kept);
    }

  return omc_setting_dao_set (session, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_VERIFIED, text, error);
}
