/* omc-record-list.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-widgets"

#include "config.h"

#include "omc-notice.h"
#include "omc-record-item.h"
#include "omc-record-list.h"
#include "omc-ui.h"

struct _OmcRecordList
{
  AdwBin parent_instance;
  GtkWidget *empty_page;
  GtkWidget *list_view;
};

G_DEFINE_FINAL_TYPE (OmcRecordList, omc_record_list, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_EMPTY_TITLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
omc_record_list_set_property (GObject *object,
                              guint prop_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  OmcRecordList *self = OMC_RECORD_LIST (object);

  if (prop_id == PROP_EMPTY_TITLE)
    omc_notice_set_title (OMC_NOTICE (self->empty_page), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
omc_record_list_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), OMC_TYPE_RECORD_LIST);

  G_OBJECT_CLASS (omc_record_list_parent_class)->dispose (object);
}

static void
omc_record_list_class_init (OmcRecordListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = omc_record_list_dispose;
  object_class->set_property = omc_record_list_set_property;

  properties[PROP_EMPTY_TITLE] = g_param_spec_string ("empty-title", NULL, NULL, NULL,
                                                      G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (OMC_TYPE_NOTICE);
  g_type_ensure (OMC_TYPE_RECORD_ITEM);
  g_type_ensure (OMC_TYPE_RECORD_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-record-list"));
  gtk_widget_class_bind_template_child (widget_class, OmcRecordList, empty_page);
  gtk_widget_class_bind_template_child (widget_class, OmcRecordList, list_view);
}

static void
omc_record_list_init (OmcRecordList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static gboolean
items_equal (GListModel *a, GListModel *b, guint i)
{
  g_autoptr (OmcRecordItem) left = g_list_model_get_item (a, i);
  g_autoptr (OmcRecordItem) right = g_list_model_get_item (b, i);

  return omc_record_item_equal (left, right);
}

/* A chart is read again whenever something of its patient has changed: most of its lists are what they were. */
static gboolean
shows_already (OmcRecordList *self, GListModel *model)
{
  GtkSelectionModel *shown = gtk_list_view_get_model (GTK_LIST_VIEW (self->list_view));
  guint n_items = model ? g_list_model_get_n_items (model) : 0;

  if (!shown || !model || gtk_no_selection_get_model (GTK_NO_SELECTION (shown)) == model ||
      g_list_model_get_n_items (G_LIST_MODEL (shown)) != n_items)
    return FALSE;
  for (guint i = 0; i < n_items; i++)
    if (!items_equal (G_LIST_MODEL (shown), model, i))
      return FALSE;

  return TRUE;
}

void
omc_record_list_set_model (OmcRecordList *self, GListModel *model)
{
  g_autoptr (GtkNoSelection) selection = NULL;
  gboolean empty;

  g_return_if_fail (OMC_IS_RECORD_LIST (self));
  g_return_if_fail (!model || G_IS_LIST_MODEL (model));

  if (shows_already (self, model))
    return;

  empty = !model || g_list_model_get_n_items (model) == 0;
  selection = model ? gtk_no_selection_new (g_object_ref (model)) : NULL;
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list_view), (GtkSelectionModel *)selection);
  gtk_stack_set_visible_child_name (GTK_STACK (adw_bin_get_child (ADW_BIN (self))),
                                    empty ? "empty" : "list");
}
