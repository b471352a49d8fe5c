/* omc-board-due-cell.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-patients"

#include "config.h"

#include "omc-board-cell.h"

struct _OmcBoardDueCell
{
  OmcBoardCell parent_instance;
  GtkWidget *icon;
  GtkWidget *label;
};

G_DEFINE_FINAL_TYPE (OmcBoardDueCell, omc_board_due_cell, OMC_TYPE_BOARD_CELL)

static const char *const state_classes[] = { "dim-label", "due-later", "due-soon", "due-late",
                                             "due-very-late" };

static void
omc_board_due_cell_update (OmcBoardCell *cell, OmcBoardItem *item)
{
  OmcBoardDueCell *self = OMC_BOARD_DUE_CELL (cell);
  const char *classes[] = { "omc-due", NULL, NULL };
  g_autofree char *due = NULL;
  guint state;

  g_object_get (item, "due", &due, "due-state", &state, NULL);
  classes[1] = state_classes[state];
  gtk_widget_set_css_classes (adw_bin_get_child (ADW_BIN (self)), classes);
  gtk_label_set_text (GTK_LABEL (self->label), due);
  gtk_widget_set_visible (self->icon, state >= OMC_DUE_SOON);
  gtk_image_set_from_icon_name (
      GTK_IMAGE (self->icon), state >= OMC_DUE_OVERDUE ? "omc-allergy-symbolic" : "alarm-symbolic");
}

static void
omc_board_due_cell_class_init (OmcBoardDueCellClass *klass)
{
  OMC_BOARD_CELL_CLASS (klass)->update = omc_board_due_cell_update;
}

static void
omc_board_due_cell_init (OmcBoardDueCell *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->icon =
      g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  self->label = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0f, NULL);
  gtk_widget_set_halign (box, GTK_ALIGN_START);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), self->icon);
  gtk_box_append (GTK_BOX (box), self->label);
  adw_bin_set_child (ADW_BIN (self), box);
}
