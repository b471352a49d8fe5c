/* omc-audit-chain.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <string.h>

#include "omc-audit-chain.h"
#include "omc-hash.h"

struct _OmcAuditVerifier
{
  OmcHmac *hmac; /* (owned) (nullable): none when the library failed, then nothing verifies */
  guint8 previous[OMC_AUDIT_HASH_LENGTH];
  guint8 anchor_hash[OMC_AUDIT_HASH_LENGTH];
  guint64 anchor_sequence;
  guint64 last; /* verified */
  guint64 broken;
  OmcAuditFinding finding;
  gboolean has_anchor_hash;
};

static gboolean
link_hash (OmcHmac *hmac,
           guint64 sequence,
           const guint8 previous[OMC_AUDIT_HASH_LENGTH],
           gconstpointer entry,
           gsize entry_length,
           guint8 hash[OMC_AUDIT_HASH_LENGTH],
           GError **error)
{
  guint64 length_be = GUINT64_TO_BE ((guint64)entry_length);
  guint64 sequence_be = GUINT64_TO_BE (sequence);
  guint8 tail[sizeof sequence_be + OMC_AUDIT_HASH_LENGTH];

  memcpy (tail, &sequence_be, sizeof sequence_be);
  memcpy (tail + sizeof sequence_be, previous, OMC_AUDIT_HASH_LENGTH);

  return omc_hmac_update (hmac, &length_be, sizeof length_be, error) &&
         omc_hmac_update (hmac, entry, entry_length, error) &&
         omc_hmac_update (hmac, tail, sizeof tail, error) && omc_hmac_end (hmac, hash, error);
}

gboolean
omc_audit_chain_next (OmcHmac *hmac,
                      guint64 sequence,
                      const guint8 previous[OMC_AUDIT_HASH_LENGTH],
                      gconstpointer entry,
                      gsize entry_length,
                      guint8 hash[OMC_AUDIT_HASH_LENGTH],
                      GError **error)
{
  g_return_val_if_fail (hmac != NULL && previous != NULL && hash != NULL, FALSE);
  g_return_val_if_fail (sequence > 0, FALSE);
  g_return_val_if_fail (entry != NULL || entry_length == 0, FALSE);

  return link_hash (hmac, sequence, previous, entry, entry_length, hash, error);
}

OmcAuditVerifier *
omc_audit_verifier_new (OmcSecret *key, guint64 anchor_sequence, const guint8 *anchor_hash)
{
  OmcAuditVerifier *self;

  g_return_val_if_fail (key != NULL, NULL);

  self = g_new0 (OmcAuditVerifier, 1);
  self->hmac = omc_hmac_new (key, NULL);
  self->anchor_sequence = anchor_sequence;
  if (anchor_hash != NULL && anchor_sequence > 0)
    {
      memcpy (self->anchor_hash, anchor_hash, OMC_AUDIT_HASH_LENGTH);
      self->has_anchor_hash = TRUE;
    }
  return self;
}

void
omc_audit_verifier_free (OmcAuditVerifier *self)
{
  if (self == NULL)
    return;
  omc_hmac_free (self->hmac);
  g_free (self);
}

static gboolean
found (OmcAuditVerifier *self, OmcAuditFinding finding, guint64 place)
{
  self->finding = finding;
  self->broken = place;
  return FALSE;
}

/* kept: (nullable) the hash that stands beside the entry */
static gboolean
take (OmcAuditVerifier *self,
      guint64 sequence,
      gconstpointer entry,
      gsize entry_length,
      const guint8 *kept)
{
  guint8 hash[OMC_AUDIT_HASH_LENGTH];

  if (self->finding != OMC_AUDIT_INTACT)
    return FALSE;
  if (sequence != self->last + 1)
    return found (self, OMC_AUDIT_GAP, MIN (sequence, self->last + 1));
  if (self->hmac == NULL ||
      !link_hash (self->hmac, sequence, self->previous, entry, entry_length, hash, NULL) ||
      (kept != NULL && !omc_hash_equal (hash, kept)))
    return found (self, OMC_AUDIT_BROKEN_HASH, sequence);
  if (self->has_anchor_hash && sequence == self->anchor_sequence &&
      !omc_hash_equal (hash, self->anchor_hash))
    return found (self, OMC_AUDIT_HEAD_DIFFERS, sequence);

  memcpy (self->previous, hash, OMC_AUDIT_HASH_LENGTH);
  self->last = sequence;
  return TRUE;
}

gboolean
omc_audit_verifier_feed (OmcAuditVerifier *self,
                         guint64 sequence,
                         gconstpointer entry,
                         gsize entry_length,
                         const guint8 hash[OMC_AUDIT_HASH_LENGTH])
{
  g_return_val_if_fail (self != NULL && hash != NULL, FALSE);
  g_return_val_if_fail (entry != NULL || entry_length == 0, FALSE);

  return take (self, sequence, entry, entry_length, hash);
}

gboolean
omc_audit_verifier_follow (OmcAuditVerifier *self,
                           guint64 sequence,
                           gconstpointer entry,
                           gsize entry_length)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (entry != NULL || entry_length == 0, FALSE);

  return take (self, sequence, entry, entry_length, NULL);
}

void
omc_audit_verifier_go_on (OmcAuditVerifier *self,
                          guint64 sequence,
                          const guint8 hash[OMC_AUDIT_HASH_LENGTH])
{
  g_return_if_fail (self != NULL && hash != NULL);
  g_return_if_fail (self->last == 0 && self->finding == OMC_AUDIT_INTACT);

  self->last = sequence;
  memcpy (self->previous, hash, OMC_AUDIT_HASH_LENGTH);
  if (self->has_anchor_hash && sequence == self->anchor_sequence &&
      !omc_hash_equal (hash, self->anchor_hash))
    found (self, OMC_AUDIT_HEAD_DIFFERS, sequence);
}

void
omc_audit_verifier_fail (OmcAuditVerifier *self, OmcAuditFinding finding, guint64 place)
{
  g_return_if_fail (self != NULL && finding != OMC_AUDIT_INTACT);

  if (self->finding == OMC_AUDIT_INTACT)
    found (self, finding, place);
}

gboolean
omc_audit_verifier_has_failed (OmcAuditVerifier *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->finding != OMC_AUDIT_INTACT;
}

guint64
omc_audit_verifier_get_last (OmcAuditVerifier *self, guint8 *hash)
{
  g_return_val_if_fail (self != NULL, 0);

  if (hash != NULL)
    memcpy (hash, self->previous, OMC_AUDIT_HASH_LENGTH);
  return self->last;
}

OmcAuditFinding
omc_audit_verifier_end (OmcAuditVerifier *self, guint64 *place)
{
  g_return_val_if_fail (self != NULL, OMC_AUDIT_BROKEN_HASH);

  if (self->finding == OMC_AUDIT_INTACT && self->last < self->anchor_sequence)
    found (self, OMC_AUDIT_CUT, self->last + 1);
  if (place != NULL)
    *place = self->finding == OMC_AUDIT_INTACT ? self->last : self->broken;
  return self->finding;
}
