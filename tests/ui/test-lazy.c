/* test-lazy.c: what is built when it is looked at, and goes at any moment
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-lazy.h"
#include "omc-notice.h"
#include "omc-ui-test.h"

/* More turns of the main loop than it takes to prepare something. */
#define N_TURNS 6

typedef struct
{
  GtkWidget *stack;
  OmcLazy *lazy;
  GtkWindow *window;
  guint n_built;
  guint n_ready;
} Fixture;

static void
built_cb (Fixture *f, GtkWidget *widget)
{
  f->n_built++;
  gtk_widget_set_size_request (widget, 400, 20);
}

static void
ready_cb (gpointer user_data)
{
  Fixture *f = user_data;

  f->n_ready++;
  gtk_stack_set_visible_child_name (GTK_STACK (f->stack), "lazy");
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->stack = g_object_new (GTK_TYPE_STACK, "hhomogeneous", FALSE, "vhomogeneous", FALSE, NULL);
  f->lazy = g_object_new (OMC_TYPE_LAZY, "widget-type", GTK_TYPE_LABEL, NULL);
  g_signal_connect_swapped (f->lazy, "built", G_CALLBACK (built_cb), f);
  gtk_stack_add_named (GTK_STACK (f->stack), gtk_label_new ("before"), "before");
  gtk_stack_add_named (GTK_STACK (f->stack), GTK_WIDGET (f->lazy), "lazy");
  /* Narrower than what is to come. */
  f->window = omc_ui_test_show (f->stack, 200, 100, NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->window)
    omc_ui_test_close (f->window, f->stack);
}

static void
turn (guint n)
{
  for (guint i = 0; i < n; i++)
    g_main_context_iteration (NULL, FALSE);
}

static void
test_built_once (Fixture *f, gconstpointer data)
{
  GtkWidget *widget;

  g_assert_null (omc_lazy_peek (f->lazy));
  gtk_stack_set_visible_child_name (GTK_STACK (f->stack), "lazy");
  widget = omc_lazy_peek (f->lazy);
  g_assert_nonnull (widget);
  gtk_stack_set_visible_child_name (GTK_STACK (f->stack), "before");
  gtk_stack_set_visible_child_name (GTK_STACK (f->stack), "lazy");
  g_assert_true (omc_lazy_get (f->lazy) == widget);
  g_assert_cmpuint (f->n_built, ==, 1);
}

static gboolean
is_ready (gpointer user_data)
{
  return ((Fixture *)user_data)->n_ready > 0;
}

static void
test_prepared (Fixture *f, gconstpointer data)
{
  omc_lazy_prepare (f->lazy, ready_cb, f);
  g_assert_null (omc_lazy_peek (f->lazy));
  g_assert_true (omc_ui_test_wait (is_ready, f));
  g_assert_true (gtk_widget_get_mapped (omc_lazy_peek (f->lazy)));
  turn (N_TURNS);
  g_assert_cmpuint (f->n_built, ==, 1);
  g_assert_cmpuint (f->n_ready, ==, 1);
}

/* Asked for again before it was ready, it is ready once. */
static void
test_prepared_anew (Fixture *f, gconstpointer data)
{
  omc_lazy_prepare (f->lazy, ready_cb, f);
  turn (1);
  omc_lazy_prepare (f->lazy, ready_cb, f);
  g_assert_true (omc_ui_test_wait (is_ready, f));
  turn (N_TURNS);
  g_assert_cmpuint (f->n_ready, ==, 1);
}

/* At whatever turn it goes, nobody is told any more: who asked may have gone with it. */
static void
test_destroyed_meanwhile (Fixture *f, gconstpointer data)
{
  for (guint n = 0; n < N_TURNS; n++)
    {
      guint n_ready;

      omc_lazy_prepare (f->lazy, ready_cb, f);
      turn (n);
      n_ready = f->n_ready;
      omc_ui_test_close (f->window, f->stack);
      turn (N_TURNS);
      g_assert_cmpuint (f->n_ready, ==, n_ready);
      set_up (f, data);
    }
}

static void
test_dropped_meanwhile (Fixture *f, gconstpointer data)
{
  for (guint n = 0; n < N_TURNS; n++)
    {
      guint n_ready;

      gtk_stack_set_visible_child_name (GTK_STACK (f->stack), "before");
      omc_lazy_prepare (f->lazy, ready_cb, f);
      turn (n);
      n_ready = f->n_ready;
      omc_lazy_drop (f->lazy);
      turn (N_TURNS);
      g_assert_cmpuint (f->n_ready, ==, n_ready);
      g_assert_null (omc_lazy_peek (f->lazy));
    }
}

/* --- notices --- */

static void
test_notice (void)
{
  GtkWidget *stack = gtk_stack_new ();
  GtkWidget *notice = g_object_new (OMC_TYPE_NOTICE, "title", "Nobody Here", NULL);
  GtkWindow *window;

  gtk_stack_add_named (GTK_STACK (stack), gtk_label_new ("before"), "before");
  gtk_stack_add_named (GTK_STACK (stack), notice, "notice");
  window = omc_ui_test_show (stack, 600, 400, NULL);
  g_assert_null (adw_bin_get_child (ADW_BIN (notice)));

  omc_notice_set_description (OMC_NOTICE (notice), "told while hidden");
  gtk_stack_set_visible_child_name (GTK_STACK (stack), "notice");
  g_assert_nonnull (omc_ui_test_find (notice, GTK_TYPE_LABEL, "Nobody Here"));
  g_assert_nonnull (omc_ui_test_find (notice, GTK_TYPE_LABEL, "told while hidden"));
  omc_notice_set_title (OMC_NOTICE (notice), "Somebody Here");
  g_assert_nonnull (omc_ui_test_find (notice, GTK_TYPE_LABEL, "Somebody Here"));

  gtk_stack_set_visible_child_name (GTK_STACK (stack), "before");
  g_assert_null (adw_bin_get_child (ADW_BIN (notice)));
  omc_ui_test_close (window, stack);
}

static gboolean
has_spinner (gpointer user_data)
{
  return omc_ui_test_find (user_data, GTK_TYPE_LABEL, "Reading") != NULL;
}

/* What is read quickly flashes nothing, and the wait for it ends with the notice. */
static void
test_busy_notice (void)
{
  for (guint round = 0; round < 2; round++)
    {
      GtkWidget *notice = g_object_new (OMC_TYPE_NOTICE, "title", "Reading", "busy", TRUE, NULL);
      GtkWindow *window = omc_ui_test_show (notice, 600, 400, NULL);

      if (round == 0)
        g_assert_true (omc_ui_test_wait (has_spinner, notice));
      omc_ui_test_close (window, notice);
    }
  g_usleep (200 * 1000);
  turn (N_TURNS);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *, gconstpointer);
  } tests[] = {
    { "/ui/lazy/is-built-once-and-when-looked-at", test_built_once },
    { "/ui/lazy/is-prepared-before-it-is-shown", test_prepared },
    { "/ui/lazy/prepared-anew-is-ready-once", test_prepared_anew },
    { "/ui/lazy/destroyed-meanwhile-tells-nobody", test_destroyed_meanwhile },
    { "/ui/lazy/dropped-meanwhile-tells-nobody", test_dropped_meanwhile },
  };

  if (!omc_ui_test_init (&argc, &argv))
    return 0;

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  g_test_add_func ("/ui/notice/is-there-only-while-it-is-seen", test_notice);
  g_test_add_func ("/ui/notice/of-what-lasts-goes-at-any-moment", test_busy_notice);

  return g_test_run ();
}
