/* omc-startup-trace.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-widgets"

#include "config.h"

#include "omc-startup-trace.h"

static gint64 started_us;
static gint64 unlocked_us;
static gboolean written;

void
omc_startup_trace_begin (void)
{
  started_us = g_get_monotonic_time ();
}

void
omc_startup_trace_unlocked (void)
{
  if (unlocked_us == 0)
    unlocked_us = g_get_monotonic_time ();
}

static void
after_paint_cb (GdkFrameClock *clock, gpointer user_data)
{
  const char *file = g_getenv ("OMNICARE_TRACE_STARTUP");
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_signal_handlers_disconnect_by_func (clock, after_paint_cb, user_data);
  if (written)
    return;

  written = TRUE;
  text = g_strdup_printf ("{\"start\": %" G_GINT64_FORMAT ", \"unlocked\": %" G_GINT64_FORMAT
                          ", \"boardInteractive\": %" G_GINT64_FORMAT "}\n",
                          started_us, unlocked_us, g_get_monotonic_time ());
  if (!g_file_set_contents (file, text, -1, &error))
    g_warning ("Cannot write the startup trace: %s", error->message);
}

void
omc_startup_trace_board_shown (GtkWidget *board)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (board);

  if (written || !clock || !g_getenv ("OMNICARE_TRACE_STARTUP"))
    return;

  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), NULL);
  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_PAINT);
}
