/* omc-board-marks-cell.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-patients"

#include "config.h"

#include "omc-board-cell.h"
#include "omc-tip.h"

/* What else must not be overlooked, each an icon with its number: allergies, alerts, unsent work, conflicts. */
static const struct
{
  const char *has;
  const char *text;
  const char *icon;
  const char *style;
} marks[] = {
  { "has-allergy", "allergies", "omc-allergy-symbolic", "mark-allergy" },
  { "has-alert", "alerts", "omc-alert-symbolic", "mark-alert" },
  { "has-unsent", "unsent", "omc-unsent-symbolic", "mark-unsent" },
  { "has-conflict", "conflicts", "omc-conflict-symbolic", "mark-conflict" },
};

struct _OmcBoardMarksCell
{
  OmcBoardCell parent_instance;
  GtkWidget *tags[G_N_ELEMENTS (marks)];
  GtkWidget *labels[G_N_ELEMENTS (marks)];
};

G_DEFINE_FINAL_TYPE (OmcBoardMarksCell, omc_board_marks_cell, OMC_TYPE_BOARD_CELL)

static void
omc_board_marks_cell_update (OmcBoardCell *cell, OmcBoardItem *item)
{
  OmcBoardMarksCell *self = OMC_BOARD_MARKS_CELL (cell);
  OmcBoardRow *row = omc_board_item_get_row (item);
  const guint counts[] = { row ? row->n_allergies : 0, row ? row->n_alerts : 0,
                           row ? row->n_unsent : 0, row ? row->n_conflicts : 0 };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      g_autofree char *text = NULL;
      g_autofree char *number = NULL;
      gboolean has = FALSE;

      g_object_get (item, marks[i].has, &has, marks[i].text, &text, NULL);
      number = g_strdup_printf ("%u", counts[i]);
      gtk_widget_set_visible (self->tags[i], has);
      gtk_label_set_text (GTK_LABEL (self->labels[i]), number);
      omc_tip_set (self->tags[i], text);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->labels[i]),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
    }
}

static void
omc_board_marks_cell_class_init (OmcBoardMarksCellClass *klass)
{
  OMC_BOARD_CELL_CLASS (klass)->update = omc_board_marks_cell_update;
}

static void
omc_board_marks_cell_init (OmcBoardMarksCell *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      GtkWidget *icon = gtk_image_new_from_icon_name (marks[i].icon);

      gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
      self->labels[i] = gtk_label_new (NULL);
      self->tags[i] = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
      gtk_widget_add_css_class (self->tags[i], "omc-mark");
      gtk_widget_add_css_class (self->tags[i], marks[i].style);
      gtk_widget_set_valign (self->tags[i], GTK_ALIGN_CENTER);
      gtk_box_append (GTK_BOX (self->tags[i]), icon);
      gtk_box_append (GTK_BOX (self->tags[i]), self->labels[i]);
      gtk_box_append (GTK_BOX (box), self->tags[i]);
    }
  adw_bin_set_child (ADW_BIN (self), box);
}
