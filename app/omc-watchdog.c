/* omc-watchdog.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-app"

#include "config.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "omc-watchdog.h"

/* A frame of 60 Hz. */
#define FRAME_US 16667

typedef struct
{
  GSource source;
  gint64 woke_us;        /* when the loop last came back from sleep; 0 while it sleeps */
  gint64 woke_cpu_us;    /* processor time of the thread then */
  gint64 woke_queued_us; /* time that it had been ready and without a processor by then */
} Watch;

static GSource *watch;
static gboolean armed;
static gint64 max_us;
static gint64 max_own_us;
static gint64 max_cpu_us;
static guint over_frame;
static guint over_frame_own;
static guint over_frame_cpu;
static int scheduled =
    -1; /* the scheduler's account of the main thread, where the kernel keeps one */
static guint64 samples;

/* Time that the thread really had: on a busy machine the rest is waiting for a processor. */
static gint64
cpu_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);

  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Time that the thread was ready to run and every processor had somebody else: neither work nor waiting of ours. What it
 * waits for (a disk, a lock, an answer) is not in it. The second number of proc(5), schedstat; 0 where there is none. */
static gint64
queued_now (void)
{
  char text[96];
  ssize_t length = scheduled < 0 ? -1 : pread (scheduled, text, sizeof text - 1, 0);
  char *second = NULL;

  if (length <= 0)
    return 0;
  text[length] = '\0';
  g_ascii_strtoull (text, &second, 10);

  return (gint64)(g_ascii_strtoull (second, NULL, 10) / 1000);
}

static void
note (const Watch *self)
{
  gint64 took = g_get_monotonic_time () - self->woke_us;
  gint64 cpu = cpu_now () - self->woke_cpu_us;
  gint64 own = took - (queued_now () - self->woke_queued_us);

  if (!armed)
    return;

  samples++;
  max_us = MAX (max_us, took);
  max_own_us = MAX (max_own_us, own);
  max_cpu_us = MAX (max_cpu_us, cpu);
  over_frame += took > FRAME_US;
  over_frame_own += own > FRAME_US;
  over_frame_cpu += cpu > FRAME_US;
  if (took > FRAME_US)
    g_debug ("The main loop was busy for %.1f ms, %.1f ms of them its own, %.1f ms at work, from "
             "%.6f s on",
             took / 1000.0, own / 1000.0, cpu / 1000.0, self->woke_us / (double)G_USEC_PER_SEC);
}

/* GLib asks every source before it sleeps and again after it woke: between check and the next prepare lies the work of
 * one turn of the loop, which is what a person would feel. */
static gboolean
watch_prepare (GSource *source, int *timeout)
{
  Watch *self = (Watch *)source;

  if (self->woke_us != 0)
    note (self);
  self->woke_us = 0;
  *timeout = -1;

  return FALSE;
}

static gboolean
watch_check (GSource *source)
{
  Watch *self = (Watch *)source;

  self->woke_us = g_get_monotonic_time ();
  self->woke_cpu_us = cpu_now ();
  self->woke_queued_us = queued_now ();

  return FALSE;
}

static gboolean
watch_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs watch_funcs = { watch_prepare, watch_check, watch_dispatch, NULL, NULL, NULL };

void
omc_watchdog_start (void)
{
  if (!g_getenv ("OMNICARE_WATCHDOG") || watch)
    return;

  scheduled = open ("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  watch = g_source_new (&watch_funcs, sizeof (Watch));
  g_source_set_static_name (watch, "omc-watchdog");
  /* Urgent enough to be asked in every turn: sources after a ready one of higher priority are passed over. */
  g_source_set_priority (watch, G_MININT);
  g_source_attach (watch, NULL);
}

static void
painted_cb (GdkFrameClock *clock, gpointer user_data)
{
  g_signal_handlers_disconnect_by_func (clock, painted_cb, user_data);
  armed = TRUE;
}

void
omc_watchdog_arm (GtkWidget *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);

  if (watch && clock && !armed)
    g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), NULL);
}

void
omc_watchdog_finish (void)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!watch)
    return;

  g_source_destroy (watch);
  g_clear_pointer (&watch, g_source_unref);
  g_clear_fd (&scheduled, NULL);
  text = g_strdup_printf (
      "{\"maxBlockMs\": %.2f, \"over16\": %u, \"maxBlockOwnMs\": %.2f, \"over16Own\": %u,"
      " \"maxBlockCpuMs\": %.2f, \"over16Cpu\": %u, \"samples\": %" G_GUINT64_FORMAT "}\n",
      max_us / 1000.0, over_frame, max_own_us / 1000.0, over_frame_own, max_cpu_us / 1000.0,
      over_frame_cpu, samples);
  if (!g_file_set_contents (g_getenv ("OMNICARE_WATCHDOG"), text, -1, &error))
    g_warning ("Cannot write the watchdog's figures: %s", error->message);
}
