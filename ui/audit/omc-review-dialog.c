/* omc-review-dialog.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-audit-ui"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-notice.h"
#include "omc-review-dialog.h"
#include "omc-review-row.h"
#include "omc-ui.h"

struct _OmcReviewDialog
{
  AdwDialog parent_instance;
  GtkWidget *stack;
  GtkWidget *notice;
  GtkWidget *group;
  guint n_rows;
  OmcUiSession *session;     /* (owned) */
  GCancellable *cancellable; /* (owned) */
};

G_DEFINE_FINAL_TYPE (OmcReviewDialog, omc_review_dialog, ADW_TYPE_DIALOG)

static void
show_notice (OmcReviewDialog *self, const char *title, const char *description)
{
  g_object_set (self->notice, "busy", FALSE, NULL);
  omc_notice_set_title (OMC_NOTICE (self->notice), title);
  omc_notice_set_description (OMC_NOTICE (self->notice), description);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "notice");
}

static void
show_count (OmcReviewDialog *self)
{
  if (self->n_rows == 0)
    show_notice (self, _ ("Nothing to Review"), _ ("Every emergency access was reviewed."));
  else
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "list");
}

static void
reviewed_cb (OmcReviewDialog *self, GtkWidget *row)
{
  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->group), row);
  self->n_rows--;
  show_count (self);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcReviewDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = omc_store_list_glass_finish (OMC_STORE (source), result, &error);

  if (!self->stack)
    return;
  if (!list)
    {
      show_notice (self, _ ("This Cannot Be Read"), error->message);
      return;
    }

  while (list->len > 0)
    {
      GtkWidget *row = omc_review_row_new (self->session, g_ptr_array_steal_index (list, 0));

      g_signal_connect_object (row, "reviewed", G_CALLBACK (reviewed_cb), self, G_CONNECT_SWAPPED);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row);
      self->n_rows++;
    }
  show_count (self);
}

static void
omc_review_dialog_dispose (GObject *object)
{
  OmcReviewDialog *self = OMC_REVIEW_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_REVIEW_DIALOG);
  g_clear_object (&self->session);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (omc_review_dialog_parent_class)->dispose (object);
}

static void
omc_review_dialog_class_init (OmcReviewDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_review_dialog_dispose;

  g_type_ensure (OMC_TYPE_NOTICE);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-review-dialog"));
  gtk_widget_class_bind_template_child (widget_class, OmcReviewDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, OmcReviewDialog, notice);
  gtk_widget_class_bind_template_child (widget_class, OmcReviewDialog, group);
}

static void
omc_review_dialog_init (OmcReviewDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
omc_review_dialog_new (OmcUiSession *session)
{
  OmcReviewDialog *self;

  g_return_val_if_fail (OMC_IS_UI_SESSION (session), NULL);

  self = g_object_new (OMC_TYPE_REVIEW_DIALOG, NULL);
  self->session = g_object_ref (session);
  omc_store_list_glass_async (omc_ui_session_get_store (session),
                              omc_ui_session_get_actor (session), FALSE, self->cancellable,
                              listed_cb, g_object_ref (self));

  return ADW_DIALOG (self);
}
