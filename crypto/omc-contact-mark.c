/* omc-contact-mark.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <string.h>
#include <sys/timex.h>
#include <time.h>

#include "omc-bounded-file.h"
#include "omc-contact-mark.h"
#include "omc-hash.h"
#include "omc-keyring-file.h"

/* The file, all numbers big endian: magic 8 | contact 8 | seen 8 | until 8 | revoked 8 | boot time 8 | wall 8 |
 * off 8 | seen before it 8 | wall before it 8 | boot id 16 | HMAC 32 */
#define MARK_FILE "server-contact"
#define MARK_MAGIC "OMCSEEN3"
#define MAGIC_LENGTH 8
#define N_NUMBERS 9
#define BODY_LENGTH (MAGIC_LENGTH + N_NUMBERS * 8 + OMC_BOOT_ID_LENGTH)
#define MARK_LENGTH (BODY_LENGTH + OMC_HASH_LENGTH)
/* What a crash may take back. */
#define WORTH_WRITING_US (60 * G_USEC_PER_SEC)
/* No device of a ward is off for longer: a clock that says so was wrong before, or is now. */
#define LONGEST_OFF_US (G_GINT64_CONSTANT (366) * G_TIME_SPAN_DAY)

static void
read_boot_id (guint8 id[OMC_BOOT_ID_LENGTH])
{
  g_autofree char *text = NULL;
  guint n = 0;

  memset (id, 0, OMC_BOOT_ID_LENGTH);
  if (!g_file_get_contents ("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
    return;
  for (const char *p = text; *p != '\0' && n < 2 * OMC_BOOT_ID_LENGTH; p++)
    if (g_ascii_isxdigit (*p))
      {
        id[n / 2] = (guint8)(id[n / 2] << 4 | g_ascii_xdigit_value (*p));
        n++;
      }
}

/* The kernel takes the mark of a steered clock away when somebody sets it by hand. */
static gboolean
is_disciplined (void)
{
  struct timex state = { .modes = 0 };
  int clock = adjtimex (&state);

  return clock >= 0 && clock != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

void
omc_device_time_now (OmcDeviceTime *self)
{
  struct timespec time;

  g_return_if_fail (self != NULL);

  self->wall_us = g_get_real_time ();
  clock_gettime (CLOCK_BOOTTIME, &time);
  self->boot_us = (gint64)time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
  read_boot_id (self->boot_id);
  self->disciplined = is_disciplined ();
}

static gboolean
is_known (const guint8 boot_id[OMC_BOOT_ID_LENGTH])
{
  static const guint8 unknown[OMC_BOOT_ID_LENGTH] = { 0 };

  return memcmp (boot_id, unknown, sizeof unknown) != 0;
}

static gboolean
is_same_start (const OmcContactMark *self, const OmcDeviceTime *now)
{
  return is_known (self->boot_id) && memcmp (self->boot_id, now->boot_id, sizeof now->boot_id) == 0;
}

static void
note_time (OmcContactMark *self, const OmcDeviceTime *now)
{
  self->wall_us = now->wall_us;
  self->boot_us = now->boot_us;
  memcpy (self->boot_id, now->boot_id, sizeof self->boot_id);
}

static gboolean
may_be_off (gint64 passed_us)
{
  return passed_us >= 0 && passed_us <= LONGEST_OFF_US;
}

/* Between two starts only the clock tells, and it may have been set on either side: by what it said last, or by what was
 * counted until then. The shorter that can be believed counts. A year and more is a clock that died or was put right:
 * it locks nobody out, but leaves no more than the time of which people are told (a fifth), however often it is set. Who
 * sets it, back or ahead, gains the time in which the device was off, no more: the time since its start is known.
 * wall_us, boot_us: now; self: as it was before the start */
static gint64
measure_off (const OmcContactMark *self, gint64 wall_us, gint64 boot_us, gint64 limit_us)
{
  gint64 by_wall_us = wall_us - self->wall_us;
  gint64 by_count_us = wall_us - self->seen_us;
  gint64 off_us = 0;

  if (may_be_off (by_wall_us) && may_be_off (by_count_us))
    off_us = MIN (by_wall_us, by_count_us);
  else if (may_be_off (by_wall_us))
    off_us = by_wall_us;
  else if (may_be_off (by_count_us))
    off_us = by_count_us;
  else if (MAX (by_wall_us, by_count_us) > LONGEST_OFF_US)
    off_us = self->contact_us + limit_us / 5 * 4 - self->seen_us;
  return MAX (off_us, boot_us);
}

static gint64
count_off (OmcContactMark *self, const OmcDeviceTime *now, gint64 limit_us)
{
  gint64 least_us = is_known (self->boot_id) && is_known (now->boot_id) ? now->boot_us : 0;
  gint64 off_us = measure_off (self, now->wall_us, least_us, limit_us);

  self->off_us = now->disciplined ? 0 : off_us;
  self->off_seen_us = self->seen_us;
  self->off_wall_us = self->wall_us;
  return off_us;
}

/* The computer was started with a wrong clock, and a time service has put it right since: the time off is what it says now.
 * Only less, once, before the next start, and never of the time since this one: who sets the clock by hand gains nothing, and
 * who can deceive the time service could have done so before the start. Gives what was counted too much. */
static gint64
recount_off (OmcContactMark *self, const OmcDeviceTime *now, gint64 limit_us)
{
  const OmcContactMark before = { .contact_us = self->contact_us,
                                  .seen_us = self->off_seen_us,
                                  .wall_us = self->off_wall_us };
  gint64 since_us = now->boot_us - self->boot_us + self->seen_us - self->off_seen_us - self->off_us;
  gint64 off_us =
      measure_off (&before, now->wall_us - since_us, MAX (0, now->boot_us - since_us), limit_us);
  gint64 excess_us = MAX (0, self->off_us - off_us);

  self->off_us = 0;
  self->seen_us -= excess_us;
  return excess_us;
}

/* Within one start the clock is not asked how much time passed, only noted for the next. */
gboolean
omc_contact_mark_advance (OmcContactMark *self, const OmcDeviceTime *now, gint64 limit_us)
{
  gboolean same_start;
  gint64 excess_us = 0;
  gint64 passed_us;
  gint64 set_us;

  g_return_val_if_fail (self != NULL && now != NULL, FALSE);

  same_start = is_same_start (self, now);
  if (same_start && self->off_us > 0 && now->disciplined)
    excess_us = recount_off (self, now, limit_us);
  if (self->seen_us == 0)
    passed_us = now->wall_us; /* the mark was lost */
  else if (same_start)
    passed_us = MAX (0, now->boot_us - self->boot_us);
  else
    passed_us = count_off (self, now, limit_us);
  set_us = now->wall_us - self->wall_us - passed_us;
  self->seen_us += passed_us;
  note_time (self, now);
  return !same_start || excess_us > 0 || passed_us >= WORTH_WRITING_US ||
         ABS (set_us) >= WORTH_WRITING_US;
}

/* Who holds the recovery code has looked at the time. */
void
omc_contact_mark_extend (OmcContactMark *self,
                         const OmcDeviceTime *now,
                         gint64 limit_us,
                         gint64 period_us)
{
  g_return_if_fail (self != NULL && now != NULL);

  omc_contact_mark_advance (self, now, limit_us);
  self->until_us = MAX (self->until_us, self->seen_us + period_us);
  self->off_us = 0;
}

void
omc_contact_mark_meet (OmcContactMark *self, const OmcDeviceTime *now)
{
  g_return_if_fail (self != NULL && now != NULL);

  *self = (OmcContactMark){ .contact_us = now->wall_us, .seen_us = now->wall_us };
  note_time (self, now);
}

static void
put_number (guint8 *data, guint i, gint64 value)
{
  guint64 number = GUINT64_TO_BE ((guint64)value);

  memcpy (data + MAGIC_LENGTH + 8 * i, &number, sizeof number);
}

static gint64
number_at (const guint8 *data, guint i)
{
  guint64 number;

  memcpy (&number, data + MAGIC_LENGTH + 8 * i, sizeof number);
  return (gint64)GUINT64_FROM_BE (number);
}

GBytes *
omc_contact_mark_to_bytes (const OmcContactMark *self, OmcSecret *key, GError **error)
{
  guint8 data[MARK_LENGTH];

  g_return_val_if_fail (self != NULL && key != NULL, NULL);

  memcpy (data, MARK_MAGIC, MAGIC_LENGTH);
  put_number (data, 0, self->contact_us);
  put_number (data, 1, self->seen_us);
  put_number (data, 2, self->until_us);
  put_number (data, 3, self->revoked ? 1 : 0);
  put_number (data, 4, self->boot_us);
  put_number (data, 5, self->wall_us);
  put_number (data, 6, self->off_us);
  put_number (data, 7, self->off_seen_us);
  put_number (data, 8, self->off_wall_us);
  memcpy (data + BODY_LENGTH - OMC_BOOT_ID_LENGTH, self->boot_id, OMC_BOOT_ID_LENGTH);
  if (!omc_hmac_compute (key, data, BODY_LENGTH, data + BODY_LENGTH, error))
    return NULL;
  return g_bytes_new (data, sizeof data);
}

OmcContactMarkState
omc_contact_mark_parse (gconstpointer data, gsize length, OmcSecret *key, OmcContactMark *self)
{
  const guint8 *bytes = data;
  guint8 code[OMC_HASH_LENGTH];

  g_return_val_if_fail (key != NULL && self != NULL, OMC_CONTACT_MARK_FORGED);

  *self = (OmcContactMark){ 0 };
  if (length != MARK_LENGTH || memcmp (bytes, MARK_MAGIC, MAGIC_LENGTH) != 0 ||
      !omc_hmac_compute (key, bytes, BODY_LENGTH, code, NULL) ||
      !omc_hash_equal (code, bytes + BODY_LENGTH))
    return OMC_CONTACT_MARK_FORGED;
  self->contact_us = number_at (bytes, 0);
  self->seen_us = number_at (bytes, 1);
  self->until_us = number_at (bytes, 2);
  self->revoked = number_at (bytes, 3) != 0;
  self->boot_us = number_at (bytes, 4);
  self->wall_us = number_at (bytes, 5);
  self->off_us = number_at (bytes, 6);
  self->off_seen_us = number_at (bytes, 7);
  self->off_wall_us = number_at (bytes, 8);
  memcpy (self->boot_id, bytes + BODY_LENGTH - OMC_BOOT_ID_LENGTH, OMC_BOOT_ID_LENGTH);
  return OMC_CONTACT_MARK_GOOD;
}

OmcContactMarkState
omc_contact_mark_load (const char *directory, OmcSecret *key, OmcContactMark *self)
{
  g_autofree char *path = g_build_filename (directory, MARK_FILE, NULL);
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_return_val_if_fail (key != NULL && self != NULL, OMC_CONTACT_MARK_FORGED);

  *self = (OmcContactMark){ 0 };
  if (!omc_bounded_file_read_regular (path, MARK_LENGTH, &data, &length, &error))
    return g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ? OMC_CONTACT_MARK_ABSENT
                                                                     : OMC_CONTACT_MARK_FORGED;
  return omc_contact_mark_parse (data, length, key, self);
}

gboolean
omc_contact_mark_save (const char *directory,
                       OmcSecret *key,
                       const OmcContactMark *self,
                       GError **error)
{
  g_autoptr (GBytes) content = omc_contact_mark_to_bytes (self, key, error);

  return content != NULL && omc_keyring_file_replace (directory, MARK_FILE, content, error);
}

int
omc_contact_mark_lock (const char *directory, GError **error)
{
  return omc_keyring_file_lock (directory, MARK_FILE, error);
}
