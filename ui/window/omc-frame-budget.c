/* omc-frame-budget.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-window"

#include "config.h"

#include "omc-frame-budget.h"

/* A picture of 1280x800 takes 9 to 10 ms of a frame's 16: so much is left for what comes before. */
#define LAYOUT_US 3000

/* A page that fills itself frame by frame is laid out in more than one. */
#define MAX_HELD 2

struct _OmcFrameBudget
{
  GtkWidget *window;      /* (not owned) */
  GdkFrameClock *clock;   /* (owned) */
  GskRenderNode *picture; /* (owned) (nullable): what the window showed last */
  gint64 began_us;        /* when this frame began */
  guint n_held;           /* frames in a row that showed the last picture */
};

static void
began_cb (OmcFrameBudget *self)
{
  self->began_us = g_get_monotonic_time ();
}

static void
ended_cb (OmcFrameBudget *self)
{
  if (self->n_held > 0)
    gtk_widget_queue_draw (self->window);
}

OmcFrameBudget *
omc_frame_budget_new (GtkWidget *window)
{
  OmcFrameBudget *self;

  g_return_val_if_fail (GTK_IS_NATIVE (window), NULL);
  g_return_val_if_fail (gtk_widget_get_realized (window), NULL);

  self = g_new0 (OmcFrameBudget, 1);
  self->window = window;
  self->clock = g_object_ref (gtk_widget_get_frame_clock (window));
  g_signal_connect_swapped (self->clock, "before-paint", G_CALLBACK (began_cb), self);
  g_signal_connect_swapped (self->clock, "after-paint", G_CALLBACK (ended_cb), self);

  return self;
}

void
omc_frame_budget_free (OmcFrameBudget *self)
{
  if (!self)
    return;

  g_signal_handlers_disconnect_by_data (self->clock, self);
  g_object_unref (self->clock);
  g_clear_pointer (&self->picture, gsk_render_node_unref);
  g_free (self);
}

/* The first picture of all is the empty window: it has new memory to fill, and what stands in it follows. */
static gboolean
is_spent (OmcFrameBudget *self)
{
  if (!GSK_IS_CAIRO_RENDERER (gtk_native_get_renderer (GTK_NATIVE (self->window))))
    return FALSE;

  return !self->picture || g_get_monotonic_time () - self->began_us > LAYOUT_US;
}

void
omc_frame_budget_snapshot (OmcFrameBudget *self,
                           GtkSnapshot *snapshot,
                           void (*draw) (GtkWidget *window, GtkSnapshot *snapshot))
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (draw != NULL);

  self->n_held = self->n_held < MAX_HELD && is_spent (self) ? self->n_held + 1 : 0;
  if (self->n_held == 0)
    {
      GtkSnapshot *picture = gtk_snapshot_new ();

      draw (self->window, picture);
      g_clear_pointer (&self->picture, gsk_render_node_unref);
      self->picture = gtk_snapshot_free_to_node (picture);
    }
  if (self->picture)
    gtk_snapshot_append_node (snapshot, self->picture);
}
