/* omc-review-row.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-audit-ui"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-audit-words.h"
#include "omc-break-glass.h"
#include "omc-display.h"
#include "omc-review-row.h"
#include "omc-store-audit.h"
#include "omc-ui.h"

/* More of one half hour is told by its number. */
#define MAX_ACTS 40
#define PAGE 1000

struct _OmcReviewRow
{
  AdwExpanderRow parent_instance;
  GtkWidget *words_row;
  GtkWidget *acts_row;
  GtkWidget *note_row;
  GtkWidget *error_row;
  OmcUiSession *session; /* (owned) */
  OmcGlass *glass;       /* (owned) */
  gboolean looked;
};

G_DEFINE_FINAL_TYPE (OmcReviewRow, omc_review_row, ADW_TYPE_EXPANDER_ROW)

enum
{
  REVIEWED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- what was done --- */

typedef struct
{
  OmcStore *store; /* (owned) */
  OmcActor *actor; /* (owned) */
  char *user;      /* (owned) */
  char *patient_id;
  gint64 since_us;
  gint64 until_us;
} Look;

static void
look_free (Look *self)
{
  g_object_unref (self->store);
  g_object_unref (self->actor);
  g_free (self->user);
  g_free (self->patient_id);
  g_free (self);
}

static char *
describe_act (const OmcAuditEntry *entry, gint64 now_us)
{
  g_autofree char *time = omc_display_time (entry->recorded_us, now_us);
  g_autofree char *act = omc_audit_words_act (entry);
  g_autofree char *subject = omc_audit_words_subject (entry);
  g_autofree char *more = omc_audit_words_detail (entry);

  return g_strdup_printf ("%s  %s%s%s%s%s", time, act, subject ? " · " : "", subject ? subject : "",
                          more ? " · " : "", more ? more : "");
}

/* Adds to text what the person did then; how many acts there were so far. */
static void
add_acts (const Look *look, GPtrArray *entries, GString *text, guint *n)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const OmcAuditEntry *entry = entries->pdata[i];
      g_autofree char *act = NULL;

      if (g_strcmp0 (entry->user, look->user) != 0 || entry->recorded_us < look->since_us ||
          entry->recorded_us > look->until_us || (*n)++ >= MAX_ACTS)
        continue;
      act = describe_act (entry, look->until_us);
      g_string_append_printf (text, "%s%s", text->len ? "\n" : "", act);
    }
}

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Look *look = data;
  g_autoptr (GString) text = g_string_new (NULL);
  guint64 next = 1;
  guint n = 0;

  while (next != 0)
    {
      GError *error = NULL;
      g_autoptr (GPtrArray) entries = omc_store_list_audit_of_patient_sync (
          look->store, look->actor, look->patient_id, next, PAGE, &next, cancellable, &error);

      if (!entries)
        {
          g_task_return_error (task, error);
          return;
        }
      add_acts (look, entries, text, &n);
    }
  if (n > MAX_ACTS)
    g_string_append_printf (text, ngettext ("\nand %u more", "\nand %u more", n - MAX_ACTS),
                            n - MAX_ACTS);
  g_task_return_pointer (task, g_string_free (g_steal_pointer (&text), FALSE), g_free);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  OmcReviewRow *self = OMC_REVIEW_ROW (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_task_propagate_pointer (G_TASK (result), &error);

  if (self->acts_row)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self->acts_row), text ? text : error->message);
}

static void
expanded_cb (OmcReviewRow *self)
{
  g_autoptr (GTask) task = NULL;
  Look *look;

  if (self->looked || !self->glass)
    return;

  self->looked = TRUE;
  look = g_new0 (Look, 1);
  look->store = g_object_ref (omc_ui_session_get_store (self->session));
  look->actor = g_object_ref (omc_ui_session_get_actor (self->session));
  look->user = g_strdup (self->glass->user);
  look->patient_id = g_strdup (self->glass->patient_id);
  look->since_us = self->glass->opened_us;
  look->until_us = self->glass->expires_us;
  task = g_task_new (self, NULL, looked_cb, NULL);
  g_task_set_source_tag (task, expanded_cb);
  g_task_set_task_data (task, look, (GDestroyNotify)look_free);
  g_task_run_in_thread (task, look_thread);
}

/* --- the verdict --- */

static void
reviewed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcReviewRow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = omc_store_review_glass_finish (OMC_STORE (source), result, &error);

  if (!self->error_row)
    return;

  gtk_widget_set_sensitive (GTK_WIDGET (self), TRUE);
  gtk_widget_set_visible (self->error_row, !done);
  if (done)
    g_signal_emit (self, signals[REVIEWED], 0);
  else
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->error_row), error->message);
}

static void
review (OmcReviewRow *self, gboolean justified)
{
  const char *words = gtk_editable_get_text (GTK_EDITABLE (self->note_row));

  gtk_widget_set_sensitive (GTK_WIDGET (self), FALSE);
  omc_store_review_glass_async (
      omc_ui_session_get_store (self->session), omc_ui_session_get_actor (self->session),
      self->glass->id, justified, *words ? words : NULL, NULL, reviewed_cb, g_object_ref (self));
}

static void
justified_cb (OmcReviewRow *self)
{
  review (self, TRUE);
}

static void
unjustified_cb (OmcReviewRow *self)
{
  review (self, FALSE);
}

static void
omc_review_row_dispose (GObject *object)
{
  OmcReviewRow *self = OMC_REVIEW_ROW (object);

  g_clear_pointer (&self->glass, omc_glass_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_REVIEW_ROW);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (omc_review_row_parent_class)->dispose (object);
}

static void
omc_review_row_class_init (OmcReviewRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_review_row_dispose;

  signals[REVIEWED] = g_signal_new ("reviewed", OMC_TYPE_REVIEW_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-review-row"));
  gtk_widget_class_bind_template_child (widget_class, OmcReviewRow, words_row);
  gtk_widget_class_bind_template_child (widget_class, OmcReviewRow, acts_row);
  gtk_widget_class_bind_template_child (widget_class, OmcReviewRow, note_row);
  gtk_widget_class_bind_template_child (widget_class, OmcReviewRow, error_row);
  gtk_widget_class_bind_template_callback (widget_class, expanded_cb);
  gtk_widget_class_bind_template_callback (widget_class, justified_cb);
  gtk_widget_class_bind_template_callback (widget_class, unjustified_cb);
}

static void
omc_review_row_init (OmcReviewRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static char *
describe (const OmcGlass *glass)
{
  g_autofree char *identity =
      glass->family || glass->given
          ? omc_display_identity (glass->family, glass->given, glass->birth_date)
          /* Translators: the id of a patient */
          : g_strdup_printf (_ ("patient %s"), glass->patient_id);

  /* Translators: a user name, a role and whose chart, "DOE, John · 02-Mar-1954" */
  return g_strdup_printf (_ ("%s (%s) opened the chart of %s"), glass->user,
                          omc_audit_words_role (glass->role), identity);
}

GtkWidget *
omc_review_row_new (OmcUiSession *session, OmcGlass *glass)
{
  OmcReviewRow *self;
  g_autofree char *title = NULL;
  g_autofree char *subtitle = NULL;
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;
  const char *reason;

  g_return_val_if_fail (OMC_IS_UI_SESSION (session), NULL);
  g_return_val_if_fail (glass != NULL, NULL);

  self = g_object_new (OMC_TYPE_REVIEW_ROW, NULL);
  self->session = g_object_ref (session);
  self->glass = glass;
  reason = omc_break_glass_get_label (glass->reason);
  from = omc_display_time (glass->opened_us, omc_ui_session_get_now (session));
  to = omc_display_time (glass->expires_us, omc_ui_session_get_now (session));
  title = describe (glass);
  subtitle = g_strdup_printf ("%s – %s · %s", from, to, reason ? reason : glass->reason);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), subtitle);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->words_row), glass->words);

  return GTK_WIDGET (self);
}
