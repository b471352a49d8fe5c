/* omc-audit-page.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-audit-ui"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "omc-audit-page.h"
#include "omc-audit-words.h"
#include "omc-display.h"
#include "omc-record-item.h"
#include "omc-record-list.h"
#include "omc-review-dialog.h"
#include "omc-ui.h"

#define PAGE 200
/* Looked through at once for what is searched: a turn of the main loop has to stay short. */
#define SEARCH_PAGE 2000

struct _OmcAuditPage
{
  AdwBin parent_instance;
  GtkWidget *verdict_icon;
  GtkWidget *verdict_label;
  GtkWidget *verify_button;
  GtkWidget *search_entry;
  GtkWidget *list;
  GtkWidget *more_button;
  GListStore *entries;       /* (owned): OmcRecordItem, newest first */
  OmcUiSession *session;     /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) (nullable) */
  GCancellable *verifying;   /* (owned) (nullable): a search does not end it */
  guint64 first;             /* the oldest sequence looked at; 0: none yet */
  char *wanted;              /* (owned) (nullable): what is searched, casefolded */
  guint n_wanted;            /* still to be found for this page */
};

G_DEFINE_FINAL_TYPE (OmcAuditPage, omc_audit_page, ADW_TYPE_BIN)

static OmcRecordItem *
describe (const OmcAuditEntry *entry, gint64 now_us)
{
  g_autofree char *time = omc_display_time (entry->recorded_us, now_us);
  g_autofree char *title = omc_audit_words_act (entry);
  g_autofree char *subject = omc_audit_words_subject (entry);
  g_autofree char *more = omc_audit_words_detail (entry);
  g_autofree char *number = g_strdup_printf ("#%" G_GUINT64_FORMAT " · %s", entry->sequence, time);
  g_autofree char *subtitle = g_strdup_printf (
      "%s · %s%s%s%s%s", entry->user, omc_audit_words_role (entry->role), subject ? " · " : "",
      subject ? subject : "", more ? " · " : "", more ? more : "");

  return omc_record_item_new (title, subtitle, number, FALSE, entry->entity);
}

static gboolean
has (const char *field, const char *wanted)
{
  g_autofree char *folded = field ? g_utf8_casefold (field, -1) : NULL;

  return folded && strstr (folded, wanted);
}

static gboolean
is_wanted (OmcAuditPage *self, const OmcAuditEntry *entry)
{
  const char *const fields[] = { entry->user,       entry->role,   entry->type,   entry->subtype,
                                 entry->patient_id, entry->entity, entry->detail, entry->purpose };
  g_autofree char *act = self->wanted ? omc_audit_words_act (entry) : NULL;
  g_autofree char *detail = self->wanted ? omc_audit_words_detail (entry) : NULL;

  for (guint i = 0; self->wanted && i < G_N_ELEMENTS (fields); i++)
    if (has (fields[i], self->wanted))
      return TRUE;

  return !self->wanted || has (act, self->wanted) || has (detail, self->wanted) ||
         has (omc_audit_words_role (entry->role), self->wanted);
}

static void read_older (OmcAuditPage *self);

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcAuditPage) self = user_data;
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  guint64 before = self->first;

  entries = omc_store_list_audit_finish (OMC_STORE (source), result, &error);
  if (!self->session || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!entries)
    {
      gtk_label_set_text (GTK_LABEL (self->verdict_label), error->message);
      return;
    }

  for (guint i = entries->len; i > 0; i--)
    {
      const OmcAuditEntry *entry = entries->pdata[i - 1];

      if (before != 0 && entry->sequence >= before)
        continue;
      self->first = entry->sequence;
      if (is_wanted (self, entry))
        g_ptr_array_add (items, describe (entry, omc_ui_session_get_now (self->session)));
    }
  g_list_store_splice (self->entries, g_list_model_get_n_items (G_LIST_MODEL (self->entries)), 0,
                       items->pdata, items->len);
  g_object_set (self->list, "empty-title",
                self->wanted && self->n_wanted > items->len && self->first > 1
                    ? _ ("Searching the Trail")
                    : _ ("No Entries"),
                NULL);
  omc_record_list_set_model (OMC_RECORD_LIST (self->list), G_LIST_MODEL (self->entries));
  gtk_widget_set_visible (self->more_button, self->first > 1);
  self->n_wanted -= MIN (items->len, self->n_wanted);
  if (self->wanted && self->n_wanted > 0 && self->first > 1)
    read_older (self);
}

/* Of the entries before those that were looked at, the newest. */
static void
read_before (OmcAuditPage *self, guint64 end)
{
  guint n = self->wanted ? SEARCH_PAGE : PAGE;

  omc_store_list_audit_async (omc_ui_session_get_store (self->session),
                              omc_ui_session_get_actor (self->session), end > n ? end - n : 1, n,
                              self->cancellable, listed_cb, g_object_ref (self));
}

static void
read_older (OmcAuditPage *self)
{
  read_before (self, self->first);
}

static void
status_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcAuditPage) self = user_data;
  OmcStoreStatus status = { 0 };

  if (!omc_store_get_status_finish (OMC_STORE (source), result, &status, NULL) || !self->session)
    return;

  self->first = 0;
  g_list_store_remove_all (self->entries);
  self->n_wanted = PAGE;
  read_before (self, status.audit_sequence + 1);
}

static void
refresh (OmcAuditPage *self)
{
  if (self->session && gtk_widget_get_mapped (GTK_WIDGET (self)))
    omc_store_get_status_async (omc_ui_session_get_store (self->session), self->cancellable,
                                status_cb, g_object_ref (self));
}

static void
more_cb (OmcAuditPage *self)
{
  self->n_wanted = PAGE;
  if (self->session && self->first > 1)
    read_older (self);
}

static void
search_changed_cb (OmcAuditPage *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));

  g_clear_pointer (&self->wanted, g_free);
  if (*text)
    self->wanted = g_utf8_casefold (text, -1);
  if (!self->session)
    return;

  /* What is still read was for the search before. */
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  refresh (self);
}

static void
verify_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  OmcAuditReport *report = g_new0 (OmcAuditReport, 1);
  GError *error = NULL;

  if (omc_store_verify_audit_sync (task_data, report, cancellable, &error))
    {
      g_task_return_pointer (task, report, g_free);
      return;
    }
  g_free (report);
  g_task_return_error (task, error);
}

static char *
describe_report (const OmcAuditReport *report)
{
  switch (report->finding)
    {
    case OMC_AUDIT_INTACT:
      return g_strdup_printf (ngettext ("The trail is whole: %u entry verified.",
                                        "The trail is whole: %u entries verified.",
                                        report->n_entries),
                              (guint)report->n_entries);
    case OMC_AUDIT_GAP:
      return g_strdup_printf (_ ("An entry is missing or repeated at number %u. Tell IT at once."),
                              (guint)report->place);
    case OMC_AUDIT_BROKEN_HASH:
      return g_strdup_printf (_ ("Entry %u was changed. Tell IT at once."), (guint)report->place);
    case OMC_AUDIT_CUT:
      return g_strdup_printf (_ ("The trail was cut after entry %u. Tell IT at once."),
                              (guint)report->place);
    case OMC_AUDIT_UNANCHORED:
      return g_strdup_printf (
          _ ("The anchor of the trail was taken away before entry %u. Tell IT at once."),
          (guint)report->place);
    case OMC_AUDIT_SEGMENT_MISSING:
      return g_strdup_printf (
          _ ("The archive of the entries %u to %u is missing. Tell IT at once."),
          (guint)report->place, (guint)report->through);
    case OMC_AUDIT_SEGMENT_DAMAGED:
    case OMC_AUDIT_SEGMENT_FOREIGN:
      return g_strdup_printf (
          _ ("The archive of the entries %u to %u was changed. Tell IT at once."),
          (guint)report->place, (guint)report->through);
    case OMC_AUDIT_HEAD_DIFFERS:
    default:
      return g_strdup_printf (_ ("Entry %u is not the one that was anchored. Tell IT at once."),
                              (guint)report->place);
    }
}

static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  OmcAuditPage *self = OMC_AUDIT_PAGE (source);
  g_autoptr (GError) error = NULL;
  g_autofree OmcAuditReport *report = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *text = NULL;

  if (!self->session)
    return;

  text = report ? describe_report (report) : g_strdup (error->message);
  gtk_label_set_text (GTK_LABEL (self->verdict_label), text);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->verdict_icon),
                                report && report->finding == OMC_AUDIT_INTACT
                                    ? "omc-synced-symbolic"
                                    : "dialog-error-symbolic");
  gtk_widget_set_visible (self->verdict_icon, TRUE);
  gtk_widget_set_sensitive (self->verify_button, TRUE);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
verify_cb (OmcAuditPage *self)
{
  g_autoptr (GTask) task = g_task_new (self, self->verifying, verified_cb, NULL);

  g_task_set_source_tag (task, verify_cb);
  g_task_set_task_data (task, g_object_ref (omc_ui_session_get_store (self->session)),
                        g_object_unref);
  gtk_widget_set_sensitive (self->verify_button, FALSE);
  gtk_label_set_text (GTK_LABEL (self->verdict_label), _ ("Verifying every entry…"));
  g_task_run_in_thread (task, verify_thread);
}

static void
review_cb (OmcAuditPage *self)
{
  if (self->session)
    omc_ui_present_dialog (omc_review_dialog_new (self->session), GTK_WIDGET (self));
}

static void
omc_audit_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (omc_audit_page_parent_class)->map (widget);
  refresh (OMC_AUDIT_PAGE (widget));
}

static void
omc_audit_page_dispose (GObject *object)
{
  OmcAuditPage *self = OMC_AUDIT_PAGE (object);

  omc_audit_page_set_session (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_AUDIT_PAGE);
  g_clear_object (&self->entries);
  g_clear_pointer (&self->wanted, g_free);

  G_OBJECT_CLASS (omc_audit_page_parent_class)->dispose (object);
}

static void
omc_audit_page_class_init (OmcAuditPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_audit_page_dispose;
  widget_class->map = omc_audit_page_map;

  g_type_ensure (OMC_TYPE_RECORD_LIST);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-audit-page"));
  gtk_widget_class_bind_template_child (widget_class, OmcAuditPage, verdict_icon);
  gtk_widget_class_bind_template_child (widget_class, OmcAuditPage, verdict_label);
  gtk_widget_class_bind_template_child (widget_class, OmcAuditPage, verify_button);
  gtk_widget_class_bind_template_child (widget_class, OmcAuditPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, OmcAuditPage, list);
  gtk_widget_class_bind_template_child (widget_class, OmcAuditPage, more_button);
  gtk_widget_class_bind_template_callback (widget_class, verify_cb);
  gtk_widget_class_bind_template_callback (widget_class, more_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, review_cb);
}

static void
omc_audit_page_init (OmcAuditPage *self)
{
  self->entries = g_list_store_new (OMC_TYPE_RECORD_ITEM);
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
omc_audit_page_set_session (OmcAuditPage *self, OmcUiSession *session)
{
  g_return_if_fail (OMC_IS_AUDIT_PAGE (self));
  g_return_if_fail (!session || OMC_IS_UI_SESSION (session));

  if (self->session)
    {
      g_cancellable_cancel (self->cancellable);
      g_clear_object (&self->cancellable);
      g_cancellable_cancel (self->verifying);
      g_clear_object (&self->verifying);
      g_list_store_remove_all (self->entries);
    }
  g_set_object (&self->session, session);
  if (session)
    {
      self->cancellable = g_cancellable_new ();
      self->verifying = g_cancellable_new ();
      refresh (self);
    }
}
