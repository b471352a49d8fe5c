/* omc-pin.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include "omc-pin.h"

#include <string.h>
#include <time.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "omc-bounded-file.h"
#include "omc-hash.h"
#include "omc-keyring-file.h"

#define FIRST_DELAY_US (30 * G_USEC_PER_SEC)
#define MAGIC "OMCPIN1\n"
/* magic 8 | slot 4 | count 4 | time 8 | SHA-256 of all before; big endian */
#define BODY_LENGTH 24
#define FILE_LENGTH (BODY_LENGTH + OMC_HASH_LENGTH)

/* Beside those that a rule finds: the most frequent ones of published collections. */
static const char *const common[] = {
  "112233", "123321", "147258", "159753", "159357", "246810", "102030", "520131",
  "789456", "456789", "135790", "987456", "741852", "963852", "142536", "314159",
};

static gboolean
repeats (const char *digits, gsize length, gsize period)
{
  for (gsize i = period; i < length; i++)
    if (digits[i] != digits[i - period])
      return FALSE;
  return TRUE;
}

static gboolean
counts (const char *digits, gsize length, int step)
{
  for (gsize i = 1; i < length; i++)
    if ((digits[i] - digits[i - 1] + 10) % 10 != (step + 10) % 10)
      return FALSE;
  return TRUE;
}

static gboolean
is_common (const char *digits, gsize length)
{
  for (gsize period = 1; period <= length / 2; period++)
    if (repeats (digits, length, period))
      return TRUE;
  if (counts (digits, length, 1) || counts (digits, length, -1))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (common); i++)
    if (strlen (common[i]) == length && memcmp (common[i], digits, length) == 0)
      return TRUE;
  return FALSE;
}

gboolean
omc_pin_check (OmcSecret *pin, GError **error)
{
  gsize length;
  const char *digits;

  g_return_val_if_fail (pin != NULL, FALSE);

  digits = omc_secret_get_data (pin, &length);
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (digits[i]))
      length = 0;
  if (length < OMC_PIN_DIGITS_MIN || length > OMC_PIN_DIGITS_MAX)
    {
      g_set_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WEAK,
                   _ ("A PIN has %d to %d digits and nothing else"), OMC_PIN_DIGITS_MIN,
                   OMC_PIN_DIGITS_MAX);
      return FALSE;
    }
  if (!is_common (digits, length))
    return TRUE;
  g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WEAK,
                       _ ("This PIN is one of those that are tried first; choose another one"));
  return FALSE;
}

gint64
omc_pin_attempts_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

gint64
omc_pin_attempts_get_delay (const OmcPinAttempts *self, gint64 now_us)
{
  gint64 delay_us;

  if (self->count < OMC_PIN_FREE_ATTEMPTS)
    return 0;
  delay_us = FIRST_DELAY_US << MIN (self->count - OMC_PIN_FREE_ATTEMPTS, 16);
  /* A time to come belongs to another start of the computer. */
  if (now_us < self->last_us)
    return delay_us;
  return MAX (0, self->last_us + delay_us - now_us);
}

static char *
make_name (guint slot_id)
{
  return g_strdup_printf ("pin.%u", slot_id);
}

static void
write_body (guint8 body[BODY_LENGTH], guint32 slot_id, const OmcPinAttempts *self)
{
  guint32 id = GUINT32_TO_BE (slot_id);
  guint32 count = GUINT32_TO_BE (self->count);
  guint64 time = GUINT64_TO_BE ((guint64)self->last_us);

  memcpy (body, MAGIC, 8);
  memcpy (body + 8, &id, 4);
  memcpy (body + 12, &count, 4);
  memcpy (body + 16, &time, 8);
}

gboolean
omc_pin_attempts_read (const char *directory, guint slot_id, OmcPinAttempts *self)
{
  g_autofree char *name = make_name (slot_id);
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *data = NULL;
  guint8 body[BODY_LENGTH];
  guint8 hash[OMC_HASH_LENGTH];
  guint32 count;
  guint64 time;
  gsize length;

  *self = (OmcPinAttempts){ 0 };
  if (!omc_bounded_file_read_regular (path, FILE_LENGTH, &data, &length, NULL) ||
      length != FILE_LENGTH || !omc_hash_sha256 (data, BODY_LENGTH, hash, NULL) ||
      !omc_hash_equal (hash, (const guint8 *)data + BODY_LENGTH))
    return FALSE;
  memcpy (&count, data + 12, 4);
  memcpy (&time, data + 16, 8);
  self->count = GUINT32_FROM_BE (count);
  self->last_us = (gint64)GUINT64_FROM_BE (time);
  write_body (body, slot_id, self);
  return memcmp (body, data, BODY_LENGTH) == 0;
}

gboolean
omc_pin_attempts_write (const char *directory,
                        guint slot_id,
                        const OmcPinAttempts *self,
                        GError **error)
{
  g_autofree char *name = make_name (slot_id);
  g_autoptr (GBytes) bytes = NULL;
  guint8 content[FILE_LENGTH];

  write_body (content, slot_id, self);
  if (!omc_hash_sha256 (content, BODY_LENGTH, content + BODY_LENGTH, error))
    return FALSE;
  bytes = g_bytes_new (content, sizeof content);
  return omc_keyring_file_replace (directory, name, bytes, error);
}

void
omc_pin_attempts_remove (const char *directory, guint slot_id)
{
  g_autofree char *name = make_name (slot_id);
  g_autofree char *path = g_build_filename (directory, name, NULL);

  g_unlink (path);
}
