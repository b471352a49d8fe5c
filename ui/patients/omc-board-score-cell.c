/* omc-board-score-cell.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-patients"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-board-cell.h"
#include "omc-news2-chip.h"
#include "omc-sparkline.h"
#include "omc-tip.h"

struct _OmcBoardScoreCell
{
  OmcBoardCell parent_instance;
  GtkWidget *chip;
  GtkWidget *partial;
  GtkWidget *sparkline;
};

G_DEFINE_FINAL_TYPE (OmcBoardScoreCell, omc_board_score_cell, OMC_TYPE_BOARD_CELL)

static void
omc_board_score_cell_update (OmcBoardCell *cell, OmcBoardItem *item)
{
  OmcBoardScoreCell *self = OMC_BOARD_SCORE_CELL (cell);
  OmcBoardRow *row = omc_board_item_get_row (item);
  g_autofree char *partial = NULL;

  gtk_widget_set_visible (self->chip, row != NULL);
  gtk_widget_set_visible (self->sparkline, row != NULL);
  gtk_widget_set_visible (self->partial, row && row->news2_partial >= 0);
  if (!row)
    return;

  omc_news2_chip_set_total (OMC_NEWS2_CHIP (self->chip), row->news2, omc_board_item_get_band (item),
                            row->news2_red);
  omc_sparkline_set_values (OMC_SPARKLINE (self->sparkline), row->trend, OMC_BOARD_TREND);
  if (row->news2_partial >= 0)
    {
      partial = g_strdup_printf (_ ("now ≥ %d"), row->news2_partial);
      gtk_label_set_text (GTK_LABEL (self->partial), partial);
    }
}

static void
omc_board_score_cell_class_init (OmcBoardScoreCellClass *klass)
{
  OMC_BOARD_CELL_CLASS (klass)->update = omc_board_score_cell_update;
}

static void
omc_board_score_cell_init (OmcBoardScoreCell *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->chip = omc_news2_chip_new ();
  self->sparkline = omc_sparkline_new ();
  self->partial = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->partial, "caption");
  omc_tip_set (self->partial, _ ("The newest set is incomplete: the score is at least this"));
  gtk_box_append (GTK_BOX (box), self->chip);
  gtk_box_append (GTK_BOX (box), self->sparkline);
  gtk_box_append (GTK_BOX (box), self->partial);
  adw_bin_set_child (ADW_BIN (self), box);
}
