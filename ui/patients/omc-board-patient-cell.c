/* omc-board-patient-cell.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-patients"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-board-cell.h"
#include "omc-tip.h"

/* The name is a button: what opens the patient by keyboard and by screen reader as well as by pointer. */
struct _OmcBoardPatientCell
{
  OmcBoardCell parent_instance;
  GtkWidget *button;
  GtkWidget *name;
  GtkWidget *details;
  GtkWidget *same;
};

G_DEFINE_FINAL_TYPE (OmcBoardPatientCell, omc_board_patient_cell, OMC_TYPE_BOARD_CELL)

static char *
describe_details (OmcBoardItem *item)
{
  OmcBoardRow *row = omc_board_item_get_row (item);
  g_autofree char *age = NULL;
  g_autofree char *number = NULL;
  g_autofree char *born = NULL;

  if (!row)
    return g_strdup ("");

  g_object_get (item, "age", &age, "number", &number, NULL);
  born = omc_display_date (row->birth_date);

  return g_strdup_printf ("%s (%s) · %s · %s", born, age, omc_display_gender (row->gender), number);
}

static void
omc_board_patient_cell_update (OmcBoardCell *cell, OmcBoardItem *item)
{
  OmcBoardPatientCell *self = OMC_BOARD_PATIENT_CELL (cell);
  OmcBoardRow *row = omc_board_item_get_row (item);
  g_autofree char *name = NULL;
  g_autofree char *details = describe_details (item);
  gboolean same = FALSE;

  g_object_get (item, "name", &name, "same-surname", &same, NULL);
  gtk_label_set_text (GTK_LABEL (self->name), name);
  gtk_label_set_text (GTK_LABEL (self->details), details);
  gtk_widget_set_visible (self->same, same);
  gtk_widget_set_sensitive (self->button, row != NULL);
  if (row)
    gtk_actionable_set_action_target (GTK_ACTIONABLE (self->button), "s", row->patient_id);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, details, -1);
}

static void
omc_board_patient_cell_class_init (OmcBoardPatientCellClass *klass)
{
  OMC_BOARD_CELL_CLASS (klass)->update = omc_board_patient_cell_update;
}

static void
omc_board_patient_cell_init (OmcBoardPatientCell *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->name =
      g_object_new (GTK_TYPE_LABEL, "xalign", 0.0f, "ellipsize", PANGO_ELLIPSIZE_END, NULL);
  self->details =
      g_object_new (GTK_TYPE_LABEL, "xalign", 0.0f, "ellipsize", PANGO_ELLIPSIZE_END, NULL);
  self->same = gtk_label_new (_ ("same surname"));
  omc_tip_set (self->same, _ ("Another patient here has this surname: check first name, birth date "
                              "and number"));
  self->button = g_object_new (GTK_TYPE_BUTTON, "has-frame", FALSE, "action-name",
                               "win.open-patient", "child", box, NULL);
  gtk_widget_add_css_class (self->name, "heading");
  gtk_widget_add_css_class (self->details, "caption");
  gtk_widget_add_css_class (self->details, "dim-label");
  gtk_widget_add_css_class (self->same, "omc-warning-tag");
  gtk_widget_add_css_class (self->button, "omc-cell-button");
  gtk_box_append (GTK_BOX (line), self->name);
  gtk_box_append (GTK_BOX (line), self->same);
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), self->details);
  adw_bin_set_child (ADW_BIN (self), self->button);
}
