/* test-frame-budget.c: a long layout and its picture in frames of their own
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-frame-budget.h"
#include "omc-ui-test.h"

/* Well over what a layout may take before its picture is put off. */
#define LONG_US 8000
#define MAX_HELD 2

/* A widget with a long layout. */
typedef struct
{
  GtkWidget parent_instance;
  gint64 takes_us;
  gboolean laid_out; /* in this frame, and long */
  gboolean drawn;    /* in this frame */
  gboolean every_frame;
  guint n_drawn;
  guint n_both; /* frames that had the long layout and drew */
  guint n_held; /* frames in a row that had the long layout and did not draw */
  guint max_held;
} Slow;
typedef struct
{
  GtkWidgetClass parent_class;
} SlowClass;
GType slow_get_type (void);
G_DEFINE_TYPE (Slow, slow, GTK_TYPE_WIDGET)

static void
slow_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  Slow *self = (Slow *)widget;

  if (self->takes_us == 0)
    return;
  g_usleep (self->takes_us);
  self->laid_out = TRUE;
}

static void
slow_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  Slow *self = (Slow *)widget;

  gtk_snapshot_append_color (snapshot, &(GdkRGBA){ 1, 0, 0, 1 },
                             &GRAPHENE_RECT_INIT (0, 0, 10, 10));
  self->drawn = TRUE;
}

static void
slow_class_init (SlowClass *klass)
{
  GTK_WIDGET_CLASS (klass)->size_allocate = slow_size_allocate;
  GTK_WIDGET_CLASS (klass)->snapshot = slow_snapshot;
}

static void
slow_init (Slow *self)
{
}

/* A window as OmniCare's own. */
typedef struct
{
  GtkWindow parent_instance;
  OmcFrameBudget *budget;
} Paced;
typedef struct
{
  GtkWindowClass parent_class;
} PacedClass;
GType paced_get_type (void);
G_DEFINE_TYPE (Paced, paced, GTK_TYPE_WINDOW)

static void
paced_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (paced_parent_class)->realize (widget);
  ((Paced *)widget)->budget = omc_frame_budget_new (widget);
}

static void
paced_unrealize (GtkWidget *widget)
{
  g_clear_pointer (&((Paced *)widget)->budget, omc_frame_budget_free);
  GTK_WIDGET_CLASS (paced_parent_class)->unrealize (widget);
}

static void
paced_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  omc_frame_budget_snapshot (((Paced *)widget)->budget, snapshot,
                             GTK_WIDGET_CLASS (paced_parent_class)->snapshot);
}

static void
paced_class_init (PacedClass *klass)
{
  GTK_WIDGET_CLASS (klass)->realize = paced_realize;
  GTK_WIDGET_CLASS (klass)->unrealize = paced_unrealize;
  GTK_WIDGET_CLASS (klass)->snapshot = paced_snapshot;
}

static void
paced_init (Paced *self)
{
}

typedef struct
{
  GtkWindow *window;
  Slow *slow;
  guint n_frames;
} Fixture;

static void
frame_ended_cb (Fixture *f)
{
  Slow *slow = f->slow;

  f->n_frames++;
  slow->n_drawn += slow->drawn;
  slow->n_both += slow->drawn && slow->laid_out;
  slow->n_held = slow->drawn || !slow->laid_out ? 0 : slow->n_held + 1;
  slow->max_held = MAX (slow->max_held, slow->n_held);
  slow->laid_out = slow->drawn = FALSE;
  if (slow->every_frame)
    {
      gtk_widget_queue_allocate (GTK_WIDGET (slow));
      gtk_widget_queue_draw (GTK_WIDGET (slow));
    }
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->slow = g_object_new (slow_get_type (), NULL);
  f->window = g_object_new (paced_get_type (), "child", f->slow, "default-width", 200, NULL);
  gtk_window_present (f->window);
  g_signal_connect_swapped (gtk_widget_get_frame_clock (GTK_WIDGET (f->window)), "after-paint",
                            G_CALLBACK (frame_ended_cb), f);
  while (f->slow->n_drawn == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (gtk_widget_get_frame_clock (GTK_WIDGET (f->window)), f);
  gtk_window_destroy (f->window);
}

static void
wait_frames (Fixture *f, guint n)
{
  for (guint end = f->n_frames + n; f->n_frames < end;)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_next_frame (Fixture *f, gconstpointer data)
{
  guint drawn = f->slow->n_drawn;

  f->slow->takes_us = LONG_US;
  f->slow->n_both = 0;
  gtk_widget_queue_allocate (GTK_WIDGET (f->slow));
  gtk_widget_queue_draw (GTK_WIDGET (f->slow));
  wait_frames (f, 1);
  g_assert_cmpuint (f->slow->n_held, ==, 1);
  g_assert_cmpuint (f->slow->n_drawn, ==, drawn);
  while (f->slow->n_drawn == drawn)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (f->slow->n_both, ==, 0);
}

/* The first frame has the window's memory to fill: what stands in it comes with the second. */
static void
test_first (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (f->n_frames, >=, 2);
}

static void
test_bounded (Fixture *f, gconstpointer data)
{
  f->slow->takes_us = LONG_US;
  f->slow->every_frame = TRUE;
  gtk_widget_queue_allocate (GTK_WIDGET (f->slow));
  for (guint end = f->slow->n_drawn + 3; f->slow->n_drawn < end;)
    wait_frames (f, 1);
  g_assert_cmpuint (f->slow->max_held, ==, MAX_HELD);
}

static void
test_asked_while_held (Fixture *f, gconstpointer data)
{
  guint drawn = f->slow->n_drawn;

  f->slow->takes_us = LONG_US;
  gtk_widget_queue_allocate (GTK_WIDGET (f->slow));
  gtk_widget_queue_draw (GTK_WIDGET (f->slow));
  wait_frames (f, 1);
  /* In the frame that was put off, what asks again is not drawn twice and not forgotten. */
  f->slow->takes_us = 0;
  gtk_widget_queue_draw (GTK_WIDGET (f->slow));
  while (f->slow->n_drawn == drawn)
    g_main_context_iteration (NULL, TRUE);
  drawn = f->slow->n_drawn;
  gtk_widget_queue_draw (GTK_WIDGET (f->slow));
  while (f->slow->n_drawn == drawn)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add ("/ui/frame-budget/a-long-layout-is-painted-in-a-frame-after", Fixture, NULL, set_up,
              test_next_frame, tear_down);
  g_test_add ("/ui/frame-budget/the-first-picture-is-the-empty-window", Fixture, NULL, set_up,
              test_first, tear_down);
  g_test_add ("/ui/frame-budget/what-is-laid-out-in-every-frame-is-painted-too", Fixture, NULL,
              set_up, test_bounded, tear_down);
  g_test_add ("/ui/frame-budget/what-asks-again-meanwhile-is-painted", Fixture, NULL, set_up,
              test_asked_while_held, tear_down);

  return g_test_run ();
}
