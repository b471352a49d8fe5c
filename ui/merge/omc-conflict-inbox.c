/* omc-conflict-inbox.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge-ui"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-conflict-inbox.h"
#include "omc-conflict-item.h"
#include "omc-conflict-row.h"
#include "omc-notice.h"
#include "omc-ui.h"

struct _OmcConflictInbox
{
  AdwBin parent_instance;
  GtkWidget *open_toggle;
  GtkWidget *list_stack;
  GtkWidget *list_view;
  GtkWidget *empty_page;
  GListStore *items; /* (owned) (element-type OmcConflictItem) */
};

G_DEFINE_FINAL_TYPE (OmcConflictInbox, omc_conflict_inbox, ADW_TYPE_BIN)

enum
{
  FILTER_CHANGED,
  OPENED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

gboolean
omc_conflict_inbox_is_journal (OmcConflictInbox *self)
{
  g_return_val_if_fail (OMC_IS_CONFLICT_INBOX (self), FALSE);

  return !gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->open_toggle));
}

void
omc_conflict_inbox_set_conflicts (OmcConflictInbox *self, GPtrArray *conflicts)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean journal;

  g_return_if_fail (OMC_IS_CONFLICT_INBOX (self));
  g_return_if_fail (conflicts != NULL);

  journal = omc_conflict_inbox_is_journal (self);
  for (guint i = 0; i < conflicts->len; i++)
    g_ptr_array_add (items, omc_conflict_item_new (g_ptr_array_index (conflicts, i)));
  g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)),
                       items->pdata, items->len);
  omc_notice_set_title (OMC_NOTICE (self->empty_page),
                        journal ? _ ("Nothing Merged Yet") : _ ("Nothing to Decide"));
  omc_notice_set_description (
      OMC_NOTICE (self->empty_page),
      journal ? _ ("What is merged by rule or decided by a person is listed here.")
              : _ ("When this device and the server changed the same thing, it appears here."));
  gtk_stack_set_visible_child_name (GTK_STACK (self->list_stack), items->len ? "list" : "empty");
}

static void
filter_toggled_cb (OmcConflictInbox *self)
{
  g_signal_emit (self, signals[FILTER_CHANGED], 0);
}

static void
activate_cb (OmcConflictInbox *self, guint position)
{
  g_autoptr (OmcConflictItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), position);

  if (item && !omc_conflict_inbox_is_journal (self))
    g_signal_emit (self, signals[OPENED], 0, omc_conflict_item_get_conflict (item)->id);
}

/* --- the list's rows --- */

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, omc_conflict_row_new ());
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  g_autofree char *sentence = omc_conflict_row_set_conflict (
      OMC_CONFLICT_ROW (gtk_list_item_get_child (item)),
      omc_conflict_item_get_conflict (gtk_list_item_get_item (item)));

  gtk_list_item_set_accessible_label (item, sentence);
}

/* --- the object --- */

static gboolean
omc_conflict_inbox_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (OMC_CONFLICT_INBOX (widget)->list_view);
}

static void
omc_conflict_inbox_dispose (GObject *object)
{
  g_clear_object (&OMC_CONFLICT_INBOX (object)->items);
  G_OBJECT_CLASS (omc_conflict_inbox_parent_class)->dispose (object);
}

static void
omc_conflict_inbox_class_init (OmcConflictInboxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (OMC_TYPE_NOTICE);
  G_OBJECT_CLASS (klass)->dispose = omc_conflict_inbox_dispose;
  widget_class->grab_focus = omc_conflict_inbox_grab_focus;
  signals[FILTER_CHANGED] = g_signal_new ("filter-changed", OMC_TYPE_CONFLICT_INBOX,
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[OPENED] = g_signal_new ("opened", OMC_TYPE_CONFLICT_INBOX, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-conflict-inbox"));
  gtk_widget_class_bind_template_child (widget_class, OmcConflictInbox, open_toggle);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictInbox, list_stack);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictInbox, list_view);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictInbox, empty_page);
  gtk_widget_class_bind_template_callback (widget_class, filter_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
}

static void
omc_conflict_inbox_init (OmcConflictInbox *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->items = g_list_store_new (OMC_TYPE_CONFLICT_ITEM);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  gtk_list_view_set_factory (GTK_LIST_VIEW (self->list_view), factory);
  gtk_list_view_set_model (
      GTK_LIST_VIEW (self->list_view),
      GTK_SELECTION_MODEL (gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->items)))));
}
