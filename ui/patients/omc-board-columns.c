/* omc-board-columns.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-patients"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-board-columns.h"

#define MIN_BED_DIGITS 7

/* In widths of a digit, so that the board grows with the text. The patient takes what is left. */
static const struct
{
  const char *title;
  int digits;
  int narrow; /* in proportion to the others, where there is less room than all would like */
  int large; /* the same, where text is so large that not all has room: the name and what to take note of come first */
} columns[OMC_N_COLUMNS] = {
  [OMC_COLUMN_BED] = { N_ ("Bed"), 11, 9, 9 },
  [OMC_COLUMN_PATIENT] = { N_ ("Patient"), 30, 30, 30 },
  [OMC_COLUMN_SCORE] = { N_ ("NEWS2"), 20, 15, 15 },
  [OMC_COLUMN_DUE] = { N_ ("Due"), 17, 15, 17 },
  [OMC_COLUMN_LAST_SET] = { N_ ("Last Set"), 20, 13, 0 },
  [OMC_COLUMN_MARKS] = { N_ ("Take Note"), 25, 22, 29 },
};

const char *
omc_board_column_get_title (OmcBoardColumn column)
{
  g_return_val_if_fail (column < OMC_N_COLUMNS, "");

  return _ (columns[column].title);
}

static int
digit_width (GtkWidget *widget)
{
  PangoFontMetrics *metrics =
      pango_context_get_metrics (gtk_widget_get_pango_context (widget), NULL, NULL);
  int width = PANGO_PIXELS_CEIL (pango_font_metrics_get_approximate_digit_width (metrics));

  pango_font_metrics_unref (metrics);

  return width;
}

static int
sum_digits (const int digits[OMC_N_COLUMNS])
{
  int sum = 0;

  for (guint i = 0; i < OMC_N_COLUMNS; i++)
    sum += digits[i];

  return sum;
}

/* The columns' widths in digits, for so many digits in all. */
static void
choose_digits (int room, int digits[OMC_N_COLUMNS])
{
  for (guint i = 0; i < OMC_N_COLUMNS; i++)
    digits[i] = columns[i].digits;
  if (room >= sum_digits (digits))
    return;

  for (guint i = 0; i < OMC_N_COLUMNS; i++)
    digits[i] = columns[i].narrow;
  if (room >= sum_digits (digits) * 7 / 10)
    return;

  for (guint i = 0; i < OMC_N_COLUMNS; i++)
    digits[i] = columns[i].large;
}

/* Where the text is large and the window small, all columns shrink alike. */
void
omc_board_columns_arrange (GtkWidget *widget, graphene_rect_t areas[OMC_N_COLUMNS])
{
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int width = gtk_widget_get_width (widget);
  int digit = digit_width (widget);
  int digits[OMC_N_COLUMNS], widths[OMC_N_COLUMNS];
  int wanted, x = 0;

  choose_digits (width / digit, digits);
  wanted = sum_digits (digits) * digit;
  widths[OMC_COLUMN_PATIENT] = width;
  for (guint i = 0; i < OMC_N_COLUMNS; i++)
    if (i != OMC_COLUMN_PATIENT)
      {
        widths[i] = digits[i] * digit * MIN (width, wanted) / wanted;
        /* A bed without its number says nothing. */
        if (i == OMC_COLUMN_BED)
          widths[i] = MAX (widths[i], MIN_BED_DIGITS * digit + 2 * OMC_BOARD_GAP);
        widths[OMC_COLUMN_PATIENT] -= widths[i];
      }

  for (guint i = 0; i < OMC_N_COLUMNS; i++)
    {
      areas[i] = GRAPHENE_RECT_INIT ((rtl ? width - x - widths[i] : x) + OMC_BOARD_GAP, 0,
                                     MAX (widths[i] - 2 * OMC_BOARD_GAP, 0),
                                     gtk_widget_get_height (widget));
      x += widths[i];
    }
}
