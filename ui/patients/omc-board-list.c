/* omc-board-list.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-patients"

#include "config.h"

#include "omc-board-line.h"
#include "omc-board-list.h"
#include "omc-ui.h"

struct _OmcBoardList
{
  AdwBin parent_instance;
  GtkWidget *list_view;
};

G_DEFINE_FINAL_TYPE (OmcBoardList, omc_board_list, ADW_TYPE_BIN)

static void
activate_cb (OmcBoardList *self, guint position)
{
  omc_board_list_open (self, position);
}

static gboolean
omc_board_list_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (OMC_BOARD_LIST (widget)->list_view);
}

static void
omc_board_list_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), OMC_TYPE_BOARD_LIST);

  G_OBJECT_CLASS (omc_board_list_parent_class)->dispose (object);
}

static void
omc_board_list_class_init (OmcBoardListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_board_list_dispose;
  widget_class->grab_focus = omc_board_list_grab_focus;

  g_type_ensure (OMC_TYPE_BOARD_ITEM);
  g_type_ensure (OMC_TYPE_BOARD_LINE);

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-board-list"));
  gtk_widget_class_bind_template_child (widget_class, OmcBoardList, list_view);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
}

static void
omc_board_list_init (OmcBoardList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
omc_board_list_set_model (OmcBoardList *self, GListModel *model)
{
  g_autoptr (GtkNoSelection) selection = NULL;

  g_return_if_fail (OMC_IS_BOARD_LIST (self));
  g_return_if_fail (!model || G_IS_LIST_MODEL (model));

  selection = model ? gtk_no_selection_new (g_object_ref (model)) : NULL;
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list_view), (GtkSelectionModel *)selection);
}

void
omc_board_list_open (OmcBoardList *self, guint position)
{
  GtkSelectionModel *model;
  g_autoptr (OmcBoardItem) item = NULL;
  OmcBoardRow *row;

  g_return_if_fail (OMC_IS_BOARD_LIST (self));

  model = gtk_list_view_get_model (GTK_LIST_VIEW (self->list_view));
  item = model ? g_list_model_get_item (G_LIST_MODEL (model), position) : NULL;
  row = item ? omc_board_item_get_row (item) : NULL;
  if (row)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-patient", "s", row->patient_id);
}
