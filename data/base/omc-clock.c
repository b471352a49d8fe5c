/* omc-clock.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-base"

#include "config.h"

#include <string.h>
#include <time.h>

#include "omc-clock.h"
#include "omc-contact-mark.h"
#include "omc-hash.h"

struct _OmcClock
{
  GObject parent_instance;
  GMutex mutex;
  gboolean manual;
  gint64 manual_us; /* device time of a manual clock */
  gint64 manual_monotonic_us;
  gint64 anchor_us; /* what the clock showed at anchor_boot_us */
  gint64 anchor_boot_us;
  gboolean has_server_time;
  char *start_id; /* (owned) */
};

G_DEFINE_FINAL_TYPE (OmcClock, omc_clock, G_TYPE_OBJECT)

/* A step of the device's own clock that is taken over while no server has told the time; less is slewing. */
#define STEP_US (2 * G_USEC_PER_SEC)

/* Goes on while the machine sleeps, unlike g_get_monotonic_time(). */
static gint64
boot_time_us (void)
{
  struct timespec ts;

  if (clock_gettime (CLOCK_BOOTTIME, &ts) != 0)
    return g_get_monotonic_time ();

  return (gint64)ts.tv_sec * G_USEC_PER_SEC + ts.tv_nsec / 1000;
}

static gint64
running_us (OmcClock *self)
{
  return self->manual ? self->manual_monotonic_us : boot_time_us ();
}

static gint64
device_us (OmcClock *self)
{
  return self->manual ? self->manual_us : g_get_real_time ();
}

static gint64
now_locked (OmcClock *self)
{
  gint64 running = running_us (self);
  gint64 now = self->anchor_us + (running - self->anchor_boot_us);

  if (!self->has_server_time)
    {
      gint64 device = device_us (self);

      if (ABS (device - now) > STEP_US)
        {
          self->anchor_us = device;
          self->anchor_boot_us = running;
          now = device;
        }
    }

  return now;
}

static void
omc_clock_finalize (GObject *object)
{
  OmcClock *self = OMC_CLOCK (object);

  g_mutex_clear (&self->mutex);
  g_free (self->start_id);

  G_OBJECT_CLASS (omc_clock_parent_class)->finalize (object);
}

static void
omc_clock_class_init (OmcClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = omc_clock_finalize;
}

static void
omc_clock_init (OmcClock *self)
{
  g_mutex_init (&self->mutex);
}

static char *
read_start_id (void)
{
  static const guint8 unknown[OMC_BOOT_ID_LENGTH] = { 0 };
  g_autoptr (GString) text = g_string_new (NULL);
  OmcDeviceTime now;

  omc_device_time_now (&now);
  if (memcmp (now.boot_id, unknown, sizeof unknown) != 0)
    omc_hash_append_hex (text, now.boot_id, sizeof now.boot_id);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

OmcClock *
omc_clock_new (void)
{
  OmcClock *self = g_object_new (OMC_TYPE_CLOCK, NULL);

  self->start_id = read_start_id ();
  self->anchor_us = g_get_real_time ();
  self->anchor_boot_us = boot_time_us ();

  return self;
}

OmcClock *
omc_clock_new_manual (gint64 unix_us)
{
  OmcClock *self = g_object_new (OMC_TYPE_CLOCK, NULL);

  self->manual = TRUE;
  self->start_id = g_strdup ("manual");
  self->manual_us = unix_us;
  self->anchor_us = unix_us;

  return self;
}

gint64
omc_clock_get_now (OmcClock *self)
{
  g_return_val_if_fail (OMC_IS_CLOCK (self), 0);

  g_mutex_lock (&self->mutex);
  gint64 now = now_locked (self);
  g_mutex_unlock (&self->mutex);

  return now;
}

gint64
omc_clock_get_monotonic (OmcClock *self)
{
  g_return_val_if_fail (OMC_IS_CLOCK (self), 0);

  g_mutex_lock (&self->mutex);
  gint64 running = running_us (self);
  g_mutex_unlock (&self->mutex);

  return running;
}

const char *
omc_clock_get_start_id (OmcClock *self)
{
  g_return_val_if_fail (OMC_IS_CLOCK (self), NULL);

  return self->start_id;
}

void
omc_clock_set_device_time (OmcClock *self, gint64 unix_us)
{
  g_return_if_fail (OMC_IS_CLOCK (self));
  g_return_if_fail (self->manual);

  g_mutex_lock (&self->mutex);
  self->manual_us = unix_us;
  g_mutex_unlock (&self->mutex);
}

void
omc_clock_start_again (OmcClock *self, const char *start_id)
{
  g_return_if_fail (OMC_IS_CLOCK (self));
  g_return_if_fail (self->manual && start_id != NULL);

  g_set_str (&self->start_id, start_id);
}

void
omc_clock_advance (OmcClock *self, gint64 us)
{
  g_return_if_fail (OMC_IS_CLOCK (self));
  g_return_if_fail (self->manual);
  g_return_if_fail (us >= 0);

  g_mutex_lock (&self->mutex);
  self->manual_us += us;
  self->manual_monotonic_us += us;
  g_mutex_unlock (&self->mutex);
}

/**
 * omc_clock_set_server_time:
 * @self: a clock
 * @server_unix_us: what the server's clock showed just now, in microseconds since 1970
 *
 * From now on the clock runs from this moment and no longer follows the device's own clock, which somebody
 * may set wrong at any time.
 */
void
omc_clock_set_server_time (OmcClock *self, gint64 server_unix_us)
{
  g_return_if_fail (OMC_IS_CLOCK (self));

  g_mutex_lock (&self->mutex);
  self->anchor_us = server_unix_us;
  self->anchor_boot_us = running_us (self);
  self->has_server_time = TRUE;
  g_mutex_unlock (&self->mutex);
}

gint64
omc_clock_get_skew (OmcClock *self)
{
  g_return_val_if_fail (OMC_IS_CLOCK (self), 0);

  g_mutex_lock (&self->mutex);
  gint64 skew = self->has_server_time ? device_us (self) - now_locked (self) : 0;
  g_mutex_unlock (&self->mutex);

  return skew;
}

gboolean
omc_clock_has_server_time (OmcClock *self)
{
  g_return_val_if_fail (OMC_IS_CLOCK (self), FALSE);

  g_mutex_lock (&self->mutex);
  gboolean known = self->has_server_time;
  g_mutex_unlock (&self->mutex);

  return known;
}
