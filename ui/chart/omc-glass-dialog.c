/* omc-glass-dialog.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-chart"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "omc-break-glass.h"
#include "omc-display.h"
#include "omc-glass-dialog.h"
#include "omc-ui.h"

struct _OmcGlassDialog
{
  AdwDialog parent_instance;
  GtkWidget *person_label;
  GtkWidget *reason_row;
  GtkWidget *words_row;
  GtkWidget *secret_row;
  GtkWidget *pin_row;
  GtkWidget *error_label;
  GtkWidget *open_button;
  OmcUiSession *session; /* (owned) */
  char *patient_id;      /* (owned) */
};

G_DEFINE_FINAL_TYPE (OmcGlassDialog, omc_glass_dialog, ADW_TYPE_DIALOG)

enum
{
  OPENED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const char *
get_text (GtkWidget *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

/* The first line of the list asks to choose. */
static const char *
get_reason (OmcGlassDialog *self)
{
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self->reason_row));
  gsize n_reasons;
  const OmcBreakGlassReason *reasons = omc_break_glass_list_reasons (&n_reasons);

  return selected > 0 && selected <= n_reasons ? reasons[selected - 1].code : NULL;
}

static gboolean
uses_pin (OmcGlassDialog *self)
{
  return adw_switch_row_get_active (ADW_SWITCH_ROW (self->pin_row));
}

static void
edited_cb (OmcGlassDialog *self)
{
  gtk_widget_set_sensitive (
      self->open_button,
      omc_break_glass_check (get_reason (self), get_text (self->words_row), NULL) &&
          *get_text (self->secret_row) != '\0');
}

static void
way_cb (OmcGlassDialog *self)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->secret_row),
                                 uses_pin (self) ? _ ("Your PIN") : _ ("Your passphrase"));
  gtk_editable_set_text (GTK_EDITABLE (self->secret_row), "");
}

static void
broken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcGlassDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = omc_store_break_glass_finish (OMC_STORE (source), result, NULL, &error);

  if (!self->open_button)
    return;

  if (done)
    {
      g_signal_emit (self, signals[OPENED], 0);
      adw_dialog_force_close (ADW_DIALOG (self));
      return;
    }
  adw_dialog_set_can_close (ADW_DIALOG (self), TRUE);
  gtk_editable_set_text (GTK_EDITABLE (self->secret_row), "");
  omc_ui_set_message (
      self->error_label,
      g_error_matches (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET)
          ? (uses_pin (self) ? _ ("Wrong PIN. The attempt was recorded.")
                             : _ ("Wrong passphrase; capitals matter. The attempt was recorded."))
          : error->message);
  gtk_widget_grab_focus (self->secret_row);
}

static void
open_cb (OmcGlassDialog *self)
{
  const char *typed = get_text (self->secret_row);
  g_autoptr (OmcSecret) secret = NULL;

  if (!gtk_widget_get_sensitive (self->open_button))
    return;

  secret = omc_secret_new (typed, strlen (typed));
  gtk_widget_set_sensitive (self->open_button, FALSE);
  adw_dialog_set_can_close (ADW_DIALOG (self), FALSE);
  omc_ui_set_message (self->error_label, NULL);
  omc_store_break_glass_async (omc_ui_session_get_store (self->session),
                               omc_ui_session_get_actor (self->session), self->patient_id,
                               get_reason (self), get_text (self->words_row),
                               uses_pin (self) ? OMC_KEY_SLOT_PIN : OMC_KEY_SLOT_PASSPHRASE, secret,
                               NULL, broken_cb, g_object_ref (self));
}

static void
cancel_cb (OmcGlassDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

/* The keyring is a file, and may be in use by who derives a key. */
static void
find_pin_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  OmcUiSession *session = data;
  OmcKeyManager *keys = omc_store_get_key_manager (omc_ui_session_get_store (session));

  g_task_return_boolean (task,
                         omc_key_manager_get_pin_status (
                             keys, omc_actor_get_user (omc_ui_session_get_actor (session)), NULL));
}

static void
pin_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  OmcGlassDialog *self = OMC_GLASS_DIALOG (source);

  if (g_task_propagate_boolean (G_TASK (result), NULL) && self->pin_row)
    gtk_widget_set_visible (self->pin_row, TRUE);
}

static void
find_pin (OmcGlassDialog *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, pin_found_cb, NULL);

  g_task_set_source_tag (task, find_pin);
  g_task_set_task_data (task, g_object_ref (self->session), g_object_unref);
  g_task_run_in_thread (task, find_pin_thread);
}

static void
identified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcGlassDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcBoardRow) row = omc_store_identify_finish (OMC_STORE (source), result, &error);
  g_autofree char *identity = NULL;

  if (!self->person_label)
    return;

  if (!row)
    {
      omc_ui_set_message (self->error_label, error->message);
      return;
    }
  identity = omc_display_identity (row->family, row->given, row->birth_date);
  gtk_label_set_text (GTK_LABEL (self->person_label), identity);
}

static void
list_reasons (OmcGlassDialog *self)
{
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  gsize n_reasons;
  const OmcBreakGlassReason *reasons = omc_break_glass_list_reasons (&n_reasons);

  gtk_string_list_append (labels, _ ("Choose…"));
  for (gsize i = 0; i < n_reasons; i++)
    gtk_string_list_append (labels, omc_break_glass_get_label (reasons[i].code));
  adw_combo_row_set_model (ADW_COMBO_ROW (self->reason_row), G_LIST_MODEL (labels));
  g_signal_connect_object (self->reason_row, "notify::selected", G_CALLBACK (edited_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
omc_glass_dialog_dispose (GObject *object)
{
  OmcGlassDialog *self = OMC_GLASS_DIALOG (object);

  if (self->reason_row)
    g_signal_handlers_disconnect_by_data (self->reason_row, self);
  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_GLASS_DIALOG);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (omc_glass_dialog_parent_class)->dispose (object);
}

static void
omc_glass_dialog_finalize (GObject *object)
{
  g_free (OMC_GLASS_DIALOG (object)->patient_id);

  G_OBJECT_CLASS (omc_glass_dialog_parent_class)->finalize (object);
}

static void
omc_glass_dialog_class_init (OmcGlassDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_glass_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = omc_glass_dialog_finalize;

  signals[OPENED] = g_signal_new ("opened", OMC_TYPE_GLASS_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-glass-dialog"));
  gtk_widget_class_bind_template_child (widget_class, OmcGlassDialog, person_label);
  gtk_widget_class_bind_template_child (widget_class, OmcGlassDialog, reason_row);
  gtk_widget_class_bind_template_child (widget_class, OmcGlassDialog, words_row);
  gtk_widget_class_bind_template_child (widget_class, OmcGlassDialog, secret_row);
  gtk_widget_class_bind_template_child (widget_class, OmcGlassDialog, pin_row);
  gtk_widget_class_bind_template_child (widget_class, OmcGlassDialog, error_label);
  gtk_widget_class_bind_template_child (widget_class, OmcGlassDialog, open_button);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, way_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
omc_glass_dialog_init (OmcGlassDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  list_reasons (self);
}

AdwDialog *
omc_glass_dialog_new (OmcUiSession *session, const char *patient_id)
{
  OmcGlassDialog *self;

  g_return_val_if_fail (OMC_IS_UI_SESSION (session), NULL);
  g_return_val_if_fail (patient_id != NULL, NULL);

  self = g_object_new (OMC_TYPE_GLASS_DIALOG, NULL);
  self->session = g_object_ref (session);
  self->patient_id = g_strdup (patient_id);
  find_pin (self);
  omc_store_identify_async (omc_ui_session_get_store (session), omc_ui_session_get_actor (session),
                            patient_id, NULL, identified_cb, g_object_ref (self));

  return ADW_DIALOG (self);
}
