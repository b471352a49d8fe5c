/* test-board-line.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-board-line.h"
#include "omc-news2-chip.h"
#include "omc-tag.h"
#include "omc-ui-test.h"
#include "omc-ui.h"

#define NOW_US (G_GINT64_CONSTANT (1795000000) * G_USEC_PER_SEC)

static OmcBoardItem *
make_item (const char *family, int news2)
{
  OmcBoardItem *item = omc_board_item_new ();
  g_autoptr (OmcBoardRow) row = g_new0 (OmcBoardRow, 1);

  g_atomic_ref_count_init (&row->ref_count);
  row->patient_id = g_strdup ("p1");
  row->family = g_strdup (family);
  row->news2 = news2;
  row->news2_partial = news2 + 1;
  row->last_set_us = NOW_US - G_TIME_SPAN_HOUR;
  row->due_us = NOW_US - G_TIME_SPAN_MINUTE;
  row->n_allergies = row->n_alerts = row->n_unsent = row->n_conflicts = 2;
  omc_board_item_set_row (item, row, NOW_US);

  return item;
}

/* Besides the name: the score, the trend, when the next set is due and what else to take note of. */
static guint
count_facts (GtkWidget *line)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (line); child;
       child = gtk_widget_get_next_sibling (child))
    n += gtk_widget_get_visible (child) && !GTK_IS_BUTTON (child);

  return n;
}

static gboolean
says_score (GtkWidget *line, int news2, const char *risk)
{
  g_autofree char *words = g_strdup_printf ("NEWS2 %d, risk %s", news2, risk);

  return omc_ui_test_find (line, OMC_TYPE_NEWS2_CHIP, words) != NULL;
}

/* A list gives a line that scrolls out of sight to another patient, whose row may not be read yet. */
static void
test_no_facts_of_another (void)
{
  g_autoptr (OmcBoardItem) read = make_item ("Doe", 7);
  g_autoptr (OmcBoardItem) unread = omc_board_item_new ();
  GtkWidget *line = g_object_new (OMC_TYPE_BOARD_LINE, "item", read, NULL);
  GtkWindow *window = omc_ui_test_show (line, 1280, 100, NULL);

  g_assert_nonnull (omc_ui_test_find (line, GTK_TYPE_LABEL, "DOE*"));
  g_assert_cmpuint (count_facts (line), ==, 8);

  g_object_set (line, "item", unread, NULL);
  g_assert_null (omc_ui_test_find (line, GTK_TYPE_LABEL, "DOE*"));
  g_assert_cmpuint (count_facts (line), ==, 0);

  g_object_set (line, "item", read, NULL);
  g_assert_cmpuint (count_facts (line), ==, 8);
  omc_ui_test_close (window, line);
}

/* Whether it is told its item once or again, it shows what becomes of it, and nothing of one that it had before. */
static void
test_follows_its_item (void)
{
  g_autoptr (OmcBoardItem) first = make_item ("Doe", 7);
  g_autoptr (OmcBoardItem) second = make_item ("Roe", 1);
  g_autoptr (OmcBoardItem) newer = make_item ("Roe", 5);
  GtkWidget *line = g_object_new (OMC_TYPE_BOARD_LINE, "item", first, NULL);
  GtkWindow *window = omc_ui_test_show (line, 1280, 100, NULL);

  g_object_set (line, "item", second, NULL);
  g_object_set (line, "item", second, NULL);
  omc_board_item_set_row (first, omc_board_item_get_row (newer), NOW_US);
  g_assert_true (says_score (line, 1, "Low"));
  omc_board_item_set_row (second, omc_board_item_get_row (newer), NOW_US);
  g_assert_true (says_score (line, 5, "Medium"));
  omc_ui_test_close (window, line);
}

static void
assert_whole (GtkWidget *line, const char *text)
{
  GtkWidget *label = omc_ui_test_find (line, GTK_TYPE_LABEL, text);

  g_assert_nonnull (label);
  g_assert_true (gtk_widget_get_mapped (label));
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (label))));
}

/* Who shares a surname is told apart by birth date and number: both are there in full beside the warning, the age is not. */
static void
test_tells_surnames_apart (void)
{
  g_autoptr (OmcBoardItem) item = make_item ("Doe", 7);
  OmcBoardRow *row = omc_board_item_get_row (item);
  GtkWidget *line;
  GtkWindow *window;

  row->birth_date = g_strdup ("1948-03-07");
  row->number = g_strdup ("4000000019");
  line = g_object_new (OMC_TYPE_BOARD_LINE, "item", item, NULL);
  window = omc_ui_test_show (line, 1280, 100, NULL);
  g_assert_nonnull (omc_ui_test_find (line, GTK_TYPE_LABEL, "DOE*(*y)*"));
  omc_board_item_set_same_surname (item, TRUE);
  g_assert_null (omc_ui_test_find (line, GTK_TYPE_LABEL, "DOE*(*y)*"));
  g_assert_nonnull (omc_ui_test_find (line, GTK_TYPE_LABEL, "DOE*07-Mar-1948*0019*"));
  assert_whole (line, "DOE*");
  omc_ui_test_close (window, line);
}

/* Where there is little room the warning leaves the name's column to what tells the two apart. */
static void
test_tells_surnames_apart_where_narrow (void)
{
  g_autoptr (OmcBoardItem) item = make_item ("Doe", 7);
  OmcBoardRow *row = omc_board_item_get_row (item);
  GtkWidget *warning;
  GtkWidget *line;
  GtkWindow *window;

  row->birth_date = g_strdup ("1948-03-07");
  row->number = g_strdup ("4000000019");
  row->n_unsent = row->n_conflicts = row->n_alerts = 0;
  omc_board_item_set_same_surname (item, TRUE);
  line = g_object_new (OMC_TYPE_BOARD_LINE, "item", item, NULL);
  window = omc_ui_test_show (line, 960, 100, NULL);
  assert_whole (line, "DOE*");
  warning = omc_ui_test_find (line, OMC_TYPE_TAG, "same surname");
  g_assert_nonnull (warning);
  g_assert_true (gtk_widget_get_child_visible (warning));
  omc_ui_test_close (window, line);
}

/* Nothing of a line lies over something else of it, or beyond its end. */
static void
assert_apart (GtkWidget *line, const char *look)
{
  graphene_rect_t own, other;

  for (GtkWidget *child = gtk_widget_get_first_child (line); child;
       child = gtk_widget_get_next_sibling (child))
    {
      if (!gtk_widget_get_mapped (child))
        continue;
      g_assert_true (gtk_widget_compute_bounds (child, line, &own));
      if (own.origin.x < 0 || own.origin.x + own.size.width > gtk_widget_get_width (line))
        g_error ("%s: a %s from %g to %g is cut", look, G_OBJECT_TYPE_NAME (child),
                 (double)own.origin.x, (double)(own.origin.x + own.size.width));
      for (GtkWidget *next = gtk_widget_get_next_sibling (child); next;
           next = gtk_widget_get_next_sibling (next))
        if (gtk_widget_get_mapped (next) && gtk_widget_compute_bounds (next, line, &other) &&
            graphene_rect_intersection (&own, &other, NULL))
          g_error ("%s: a %s lies over a %s", look, G_OBJECT_TYPE_NAME (next),
                   G_OBJECT_TYPE_NAME (child));
    }
}

static void
test_all_marks_have_room (gconstpointer data)
{
  static const struct
  {
    int width;
    const char *look;
  } cases[] = { { 1270, "board-line" }, { 1014, "board-line-small" } };
  gboolean rtl = GPOINTER_TO_INT (data);
  g_autoptr (GtkCssProvider) styles = gtk_css_provider_new ();

  /* As wide as they are in the client, which finds its styles by itself. */
  gtk_css_provider_load_from_resource (styles, OMC_RESOURCE_PATH "/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (styles),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                    OMC_RESOURCE_PATH "/icons");
  gtk_widget_set_default_direction (rtl ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcBoardItem) item = make_item ("Doe", 0);
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      GtkWidget *heading = g_object_new (OMC_TYPE_BOARD_LINE, "heading", TRUE, NULL);
      GtkWidget *line = g_object_new (OMC_TYPE_BOARD_LINE, "item", item, NULL);
      g_autofree char *look = g_strconcat (cases[i].look, rtl ? "-rtl" : "", NULL);
      GtkWindow *window;

      gtk_box_append (GTK_BOX (box), heading);
      gtk_box_append (GTK_BOX (box), line);
      window = omc_ui_test_show (box, cases[i].width, 120, look);
      assert_apart (line, look);
      omc_ui_test_close (window, box);
    }
  gtk_style_context_remove_provider_for_display (gdk_display_get_default (),
                                                 GTK_STYLE_PROVIDER (styles));
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

int
main (int argc, char **argv)
{
  if (!omc_ui_test_init (&argc, &argv))
    return 0;

  g_test_add_func ("/ui/board-line/shows-nothing-of-the-patient-before", test_no_facts_of_another);
  g_test_add_func ("/ui/board-line/follows-its-item", test_follows_its_item);

  g_test_add_func ("/ui/board-line/tells-a-shared-surname-apart", test_tells_surnames_apart);
  g_test_add_func ("/ui/board-line/tells-a-shared-surname-apart-where-narrow",
                   test_tells_surnames_apart_where_narrow);

  g_test_add_data_func ("/ui/board-line/all-marks-have-room/left-to-right", GINT_TO_POINTER (FALSE),
                        test_all_marks_have_room);
  g_test_add_data_func ("/ui/board-line/all-marks-have-room/right-to-left", GINT_TO_POINTER (TRUE),
                        test_all_marks_have_room);

  return g_test_run ();
}
