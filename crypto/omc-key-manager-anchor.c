/* omc-key-manager-anchor.c: the head of the audit chain, kept outside; declared in omc-key-manager.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-audit-head.h"
#include "omc-key-manager-private.h"

/* Asking the service costs a round trip on the bus (or its time limit): the file is written every time. */
#define SERVICE_ANCHOR_INTERVAL_US (5 * G_USEC_PER_SEC)

static OmcSecret *
derive_head_key (OmcKeyManager *self, GError **error)
{
  return _omc_key_manager_derive (self, "omnicare audit head key 1", error);
}

static gboolean
is_service_anchor_due (OmcKeyManager *self)
{
  gint64 now = g_get_monotonic_time ();
  gboolean due;

  g_mutex_lock (&self->state);
  due = self->service_anchored_at == 0 ||
        now - self->service_anchored_at >= SERVICE_ANCHOR_INTERVAL_US;
  if (due)
    self->service_anchored_at = now;
  g_mutex_unlock (&self->state);
  return due;
}

gboolean
omc_key_manager_anchor_audit_head_sync (OmcKeyManager *self,
                                        guint64 sequence,
                                        GBytes *hash,
                                        GError **error)
{
  g_autoptr (OmcSecret) key = NULL;
  OmcAuditHead head = { sequence, { 0 } };

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (hash != NULL && g_bytes_get_size (hash) == OMC_AUDIT_HASH_LENGTH, FALSE);

  key = derive_head_key (self, error);
  if (key == NULL)
    return FALSE;
  memcpy (head.hash, g_bytes_get_data (hash, NULL), sizeof head.hash);
  if (!omc_audit_head_anchor_file (self->directory, key, &head, error))
    return FALSE;
  _omc_key_manager_see_time (self);
  if (is_service_anchor_due (self))
    omc_audit_head_anchor_service (self->secrets, omc_key_manager_get_store_id (self), key, &head);
  return TRUE;
}

gboolean
omc_key_manager_write_audit_head_sync (OmcKeyManager *self,
                                       const char *directory,
                                       guint64 sequence,
                                       GBytes *hash,
                                       GError **error)
{
  g_autoptr (OmcSecret) key = NULL;
  OmcAuditHead head = { sequence, { 0 } };

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (directory != NULL, FALSE);
  g_return_val_if_fail (hash != NULL && g_bytes_get_size (hash) == OMC_AUDIT_HASH_LENGTH, FALSE);

  key = derive_head_key (self, error);
  memcpy (head.hash, g_bytes_get_data (hash, NULL), sizeof head.hash);

  return key != NULL && omc_audit_head_anchor_file (directory, key, &head, error);
}

gboolean
omc_key_manager_has_audit_head (OmcKeyManager *self)
{
  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);

  return omc_audit_head_has_file (self->directory);
}

gboolean
omc_key_manager_read_audit_head_sync (OmcKeyManager *self,
                                      guint64 *sequence,
                                      GBytes **hash,
                                      GError **error)
{
  g_autoptr (OmcSecret) key = NULL;
  OmcAuditHead head;
  gboolean disagree;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (sequence != NULL && hash != NULL, FALSE);

  key = derive_head_key (self, error);
  if (key == NULL ||
      !omc_audit_head_read (self->directory, self->secrets, omc_key_manager_get_store_id (self),
                            key, &head, &disagree, error))
    return FALSE;
  if (disagree)
    _omc_key_manager_add_notice (
        self, _ ("The two places that keep the head of the audit trail disagree; the newer "
                 "one is used. Have the audit trail examined."));
  *sequence = head.sequence;
  *hash = head.sequence > 0 ? g_bytes_new (head.hash, sizeof head.hash) : NULL;
  return TRUE;
}
