/* omc-attempt-log.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include "omc-attempt-log.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "omc-bounded-file.h"
#include "omc-hash.h"
#include "omc-kdf.h"
#include "omc-keyring-file.h"
#include "omc-random.h"

/* The file, all numbers big endian: magic 8 | nonce 16 | the key now 32 | number of more 4 | entries.
 * An entry: time 8 | slot 4 | kind 1 | code 1 | HMAC 32, with the key before it. */
#define LOG_FILE "sign-ins"
#define LOG_MAGIC "OMCTRY1\n"
#define MAGIC_LENGTH 8
#define NONCE_LENGTH 16
#define KEY_AT (MAGIC_LENGTH + NONCE_LENGTH)
#define MORE_AT (KEY_AT + OMC_HASH_LENGTH)
#define HEAD_LENGTH (MORE_AT + 4)
#define BODY_LENGTH 14
#define ENTRY_LENGTH (BODY_LENGTH + OMC_HASH_LENGTH)
#define LENGTH_MAX (HEAD_LENGTH + OMC_ATTEMPTS_MAX * ENTRY_LENGTH)
/* Each is a step of the key for who reads. */
#define MORE_MAX 100000

static const char first_label[] = "omnicare sign-in log key 1";
static const char next_label[] = "next";

int
omc_attempt_log_lock (const char *directory, GError **error)
{
  return omc_keyring_file_lock (directory, LOG_FILE, error);
}

static gboolean
authenticate (const guint8 key[OMC_HASH_LENGTH],
              gconstpointer data,
              gsize length,
              guint8 code[OMC_HASH_LENGTH])
{
  g_autoptr (OmcSecret) secret = omc_secret_new (key, OMC_HASH_LENGTH);

  return omc_hmac_compute (secret, data, length, code, NULL);
}

/* The key before cannot be had from the one after it. */
static gboolean
step_key (guint8 key[OMC_HASH_LENGTH])
{
  guint8 next[OMC_HASH_LENGTH];

  if (!authenticate (key, next_label, strlen (next_label), next))
    return FALSE;
  memcpy (key, next, sizeof next);
  omc_wipe (next, sizeof next);
  return TRUE;
}

static gboolean
derive_first_key (OmcSecret *key,
                  const guint8 nonce[NONCE_LENGTH],
                  guint8 first[OMC_HASH_LENGTH],
                  GError **error)
{
  g_autoptr (OmcSecret) derived =
      omc_kdf_expand (key, nonce, NONCE_LENGTH, first_label, OMC_HASH_LENGTH, error);

  if (derived == NULL)
    return FALSE;
  memcpy (first, omc_secret_get_data (derived, NULL), OMC_HASH_LENGTH);
  return TRUE;
}

static gboolean
replace (const char *directory, const guint8 *data, gsize length, GError **error)
{
  g_autoptr (GBytes) content = g_bytes_new (data, length);

  return omc_keyring_file_replace (directory, LOG_FILE, content, error);
}

gboolean
omc_attempt_log_begin (const char *directory, OmcSecret *key, GError **error)
{
  guint8 data[HEAD_LENGTH] = { 0 };
  gboolean done;

  g_return_val_if_fail (directory != NULL && key != NULL, FALSE);

  memcpy (data, LOG_MAGIC, MAGIC_LENGTH);
  omc_random_bytes (data + MAGIC_LENGTH, NONCE_LENGTH);
  done = derive_first_key (key, data + MAGIC_LENGTH, data + KEY_AT, error) &&
         replace (directory, data, sizeof data, error);
  omc_wipe (data, sizeof data);
  return done;
}

/* The number of entries in a file that has the right shape. */
static OmcAttemptLogState
load (const char *directory, char **data, guint *n)
{
  g_autofree char *path = g_build_filename (directory, LOG_FILE, NULL);
  GStatBuf info;
  gsize length;

  if (g_lstat (path, &info) != 0)
    return OMC_ATTEMPT_LOG_ABSENT;
  if (!S_ISREG (info.st_mode) ||
      !omc_bounded_file_read_regular (path, LENGTH_MAX, data, &length, NULL))
    return OMC_ATTEMPT_LOG_FORGED;
  if (length < HEAD_LENGTH || length > LENGTH_MAX || (length - HEAD_LENGTH) % ENTRY_LENGTH != 0 ||
      memcmp (*data, LOG_MAGIC, MAGIC_LENGTH) != 0)
    return OMC_ATTEMPT_LOG_FORGED;
  *n = (guint)((length - HEAD_LENGTH) / ENTRY_LENGTH);
  return OMC_ATTEMPT_LOG_GOOD;
}

static guint32
get_more (const guint8 *data)
{
  guint32 number;

  memcpy (&number, data + MORE_AT, sizeof number);
  return GUINT32_FROM_BE (number);
}

static void
take_entry (const guint8 *data, GArray *attempts)
{
  OmcAttempt attempt = { .kind = data[12], .code = data[13] };
  guint64 at;
  guint32 slot;

  memcpy (&at, data, sizeof at);
  memcpy (&slot, data + 8, sizeof slot);
  attempt.at_us = (gint64)GUINT64_FROM_BE (at);
  attempt.slot_id = GUINT32_FROM_BE (slot);
  g_array_append_val (attempts, attempt);
}

static gboolean
verify (OmcSecret *key, const guint8 *data, guint n, GArray *attempts, guint32 *n_more)
{
  guint8 now[OMC_HASH_LENGTH], code[OMC_HASH_LENGTH];
  gboolean good = derive_first_key (key, data + MAGIC_LENGTH, now, NULL);

  for (guint i = 0; good && i < n; i++)
    {
      const guint8 *entry = data + HEAD_LENGTH + i * ENTRY_LENGTH;

      good = authenticate (now, entry, BODY_LENGTH, code) &&
             omc_hash_equal (code, entry + BODY_LENGTH) && step_key (now);
      if (good)
        take_entry (entry, attempts);
    }
  *n_more = get_more (data);
  good = good && *n_more <= MORE_MAX;
  for (guint32 i = 0; good && i < *n_more; i++)
    good = step_key (now);
  good = good && omc_hash_equal (now, data + KEY_AT);
  omc_wipe (now, sizeof now);
  return good;
}

OmcAttemptLogState
omc_attempt_log_read (const char *directory, OmcSecret *key, GArray *attempts, guint32 *n_more)
{
  g_autofree char *data = NULL;
  OmcAttemptLogState state;
  guint n = 0;

  g_return_val_if_fail (directory != NULL && key != NULL, OMC_ATTEMPT_LOG_FORGED);
  g_return_val_if_fail (attempts != NULL && n_more != NULL, OMC_ATTEMPT_LOG_FORGED);

  *n_more = 0;
  state = load (directory, &data, &n);
  if (state != OMC_ATTEMPT_LOG_GOOD || verify (key, (const guint8 *)data, n, attempts, n_more))
    return state;
  g_array_set_size (attempts, 0);
  *n_more = 0;
  return OMC_ATTEMPT_LOG_FORGED;
}

/* Gives the new length, 0: there is nothing to be done. */
static gsize
add (guint8 data[LENGTH_MAX], guint n, const OmcAttempt *attempt)
{
  guint8 *entry = data + HEAD_LENGTH + n * ENTRY_LENGTH;
  guint64 at = GUINT64_TO_BE ((guint64)attempt->at_us);
  guint32 slot = GUINT32_TO_BE (attempt->slot_id);
  guint32 more = get_more (data);

  if (n == OMC_ATTEMPTS_MAX)
    {
      if (more >= MORE_MAX || !step_key (data + KEY_AT))
        return 0;
      more = GUINT32_TO_BE (more + 1);
      memcpy (data + MORE_AT, &more, sizeof more);
      return LENGTH_MAX;
    }
  memcpy (entry, &at, sizeof at);
  memcpy (entry + 8, &slot, sizeof slot);
  entry[12] = attempt->kind;
  entry[13] = attempt->code;
  if (!authenticate (data + KEY_AT, entry, BODY_LENGTH, entry + BODY_LENGTH) ||
      !step_key (data + KEY_AT))
    return 0;
  return HEAD_LENGTH + (n + 1) * ENTRY_LENGTH;
}

void
omc_attempt_log_note (const char *directory, const OmcAttempt *attempt)
{
  guint8 data[LENGTH_MAX] = { 0 };
  g_autofree char *content = NULL;
  gsize length;
  guint n = 0;
  int fd;

  g_return_if_fail (directory != NULL && attempt != NULL);

  fd = omc_attempt_log_lock (directory, NULL);
  if (fd < 0)
    return;
  if (load (directory, &content, &n) == OMC_ATTEMPT_LOG_GOOD)
    {
      memcpy (data, content, HEAD_LENGTH + n * ENTRY_LENGTH);
      omc_wipe (content, HEAD_LENGTH);
      length = add (data, n, attempt);
      if (length > 0)
        replace (directory, data, length, NULL);
      omc_wipe (data, sizeof data);
    }
  close (fd);
}
