/* omc-audit-head.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "omc-audit-head.h"
#include "omc-bounded-file.h"
#include "omc-hash.h"
#include "omc-keyring-file.h"

#define HEAD_FILE "audit-head"
#define HEAD_NAME "audit-head"
#define HEAD_MAGIC "OMCHEAD1"
#define MAGIC_LENGTH 8
#define BODY_LENGTH (MAGIC_LENGTH + 8 + OMC_AUDIT_HASH_LENGTH)
#define HEAD_LENGTH (BODY_LENGTH + OMC_HASH_LENGTH)

GBytes *
omc_audit_head_to_bytes (const OmcAuditHead *head, OmcSecret *key, GError **error)
{
  guint8 data[HEAD_LENGTH];
  guint64 sequence;

  g_return_val_if_fail (head != NULL && key != NULL, NULL);

  sequence = GUINT64_TO_BE (head->sequence);
  memcpy (data, HEAD_MAGIC, MAGIC_LENGTH);
  memcpy (data + MAGIC_LENGTH, &sequence, sizeof sequence);
  memcpy (data + MAGIC_LENGTH + 8, head->hash, sizeof head->hash);
  if (!omc_hmac_compute (key, data, BODY_LENGTH, data + BODY_LENGTH, error))
    return NULL;
  return g_bytes_new (data, sizeof data);
}

OmcAuditHeadState
omc_audit_head_parse (gconstpointer data, gsize length, OmcSecret *key, OmcAuditHead *head)
{
  const guint8 *bytes = data;
  guint8 code[OMC_HASH_LENGTH];
  guint64 sequence;

  g_return_val_if_fail (key != NULL && head != NULL, OMC_AUDIT_HEAD_FORGED);

  memset (head, 0, sizeof *head);
  if (length != HEAD_LENGTH || memcmp (bytes, HEAD_MAGIC, MAGIC_LENGTH) != 0 ||
      !omc_hmac_compute (key, bytes, BODY_LENGTH, code, NULL) ||
      !omc_hash_equal (code, bytes + BODY_LENGTH))
    return OMC_AUDIT_HEAD_FORGED;
  memcpy (&sequence, bytes + MAGIC_LENGTH, sizeof sequence);
  head->sequence = GUINT64_FROM_BE (sequence);
  memcpy (head->hash, bytes + MAGIC_LENGTH + 8, sizeof head->hash);
  return OMC_AUDIT_HEAD_GOOD;
}

static OmcAuditHeadState
load_file (const char *directory, OmcSecret *key, OmcAuditHead *head)
{
  g_autofree char *path = g_build_filename (directory, HEAD_FILE, NULL);
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  memset (head, 0, sizeof *head);
  if (!omc_bounded_file_read_regular (path, HEAD_LENGTH, &data, &length, &error))
    return g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ? OMC_AUDIT_HEAD_ABSENT
                                                                     : OMC_AUDIT_HEAD_FORGED;
  return omc_audit_head_parse (data, length, key, head);
}

static gboolean
save_file (const char *directory, OmcSecret *key, const OmcAuditHead *head, GError **error)
{
  g_autoptr (GBytes) content = omc_audit_head_to_bytes (head, key, error);

  return content != NULL && omc_keyring_file_replace (directory, HEAD_FILE, content, error);
}

/* A service that cannot be asked counts as absent. */
static OmcAuditHeadState
load_service (OmcSecretStore *secrets, const char *store_id, OmcSecret *key, OmcAuditHead *head)
{
  g_autoptr (OmcSecret) secret = NULL;
  gconstpointer data;
  gsize length;

  memset (head, 0, sizeof *head);
  if (omc_secret_store_lookup_sync (secrets, store_id, HEAD_NAME, &secret, NULL, NULL) !=
      OMC_SECRET_FOUND)
    return OMC_AUDIT_HEAD_ABSENT;
  data = omc_secret_get_data (secret, &length);
  return omc_audit_head_parse (data, length, key, head);
}

static gboolean
save_service (OmcSecretStore *secrets,
              const char *store_id,
              OmcSecret *key,
              const OmcAuditHead *head,
              GError **error)
{
  g_autoptr (GBytes) content = omc_audit_head_to_bytes (head, key, error);
  g_autoptr (OmcSecret) secret = NULL;
  gconstpointer data;
  gsize length;

  if (content == NULL)
    return FALSE;
  data = g_bytes_get_data (content, &length);
  secret = omc_secret_new (data, length);
  return omc_secret_store_store_sync (secrets, store_id, HEAD_NAME,
                                      _ ("OmniCare: head of the audit trail"), secret, NULL, error);
}

gboolean
omc_audit_head_anchor_file (const char *directory,
                            OmcSecret *key,
                            const OmcAuditHead *head,
                            GError **error)
{
  OmcAuditHead there;
  gboolean ok = TRUE;
  int fd;

  g_return_val_if_fail (directory != NULL && key != NULL && head != NULL, FALSE);

  fd = omc_keyring_file_lock (directory, HEAD_FILE, error);
  if (fd < 0)
    return FALSE;
  if (load_file (directory, key, &there) != OMC_AUDIT_HEAD_GOOD || there.sequence < head->sequence)
    ok = save_file (directory, key, head, error);
  close (fd);
  return ok;
}

void
omc_audit_head_anchor_service (OmcSecretStore *secrets,
                               const char *store_id,
                               OmcSecret *key,
                               const OmcAuditHead *head)
{
  OmcAuditHead there;

  g_return_if_fail (OMC_IS_SECRET_STORE (secrets) && store_id != NULL && key != NULL &&
                    head != NULL);

  if (load_service (secrets, store_id, key, &there) != OMC_AUDIT_HEAD_GOOD ||
      there.sequence < head->sequence)
    save_service (secrets, store_id, key, head, NULL);
}

gboolean
omc_audit_head_has_file (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, HEAD_FILE, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

gboolean
omc_audit_head_read (const char *directory,
                     OmcSecretStore *secrets,
                     const char *store_id,
                     OmcSecret *key,
                     OmcAuditHead *head,
                     gboolean *disagree,
                     GError **error)
{
  OmcAuditHead service;
  OmcAuditHeadState file_state;
  OmcAuditHeadState service_state;
  gboolean forged;

  g_return_val_if_fail (directory != NULL && OMC_IS_SECRET_STORE (secrets), FALSE);
  g_return_val_if_fail (store_id != NULL && key != NULL && head != NULL && disagree != NULL, FALSE);

  file_state = load_file (directory, key, head);
  service_state = load_service (secrets, store_id, key, &service);
  forged = file_state == OMC_AUDIT_HEAD_FORGED || service_state == OMC_AUDIT_HEAD_FORGED;
  *disagree = forged || service.sequence > head->sequence;
  if ((forged && head->sequence == 0 && service.sequence == 0) ||
      (head->sequence == service.sequence &&
       memcmp (head->hash, service.hash, sizeof head->hash) != 0))
    {
      g_set_error_literal (
          error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED,
          _ ("The anchored head of the audit trail was changed; have the audit trail examined"));
      return FALSE;
    }
  if (service.sequence > head->sequence)
    *head = service;
  return TRUE;
}
