/* omc-save-dialog.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-chart"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-save-dialog.h"
#include "omc-ui.h"

typedef struct
{
  OmcUiSession *session;      /* (owned) */
  OmcPatientSummary *summary; /* (owned) */
  GtkWidget *label;           /* (not owned) (nullable): weak */
  GtkWidget *focus;           /* (not owned) (nullable): weak; where it was before the save */
  char *done;                 /* (owned) (nullable) */
  char *undone;               /* (owned) (nullable) */
  gboolean saving;
  gboolean closed;
} OmcSaveDialogPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (OmcSaveDialog, omc_save_dialog, ADW_TYPE_DIALOG)

enum
{
  PROP_0,
  PROP_SAVING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static OmcSaveDialogPrivate *
get_private (OmcSaveDialog *self)
{
  return omc_save_dialog_get_instance_private (self);
}

static void
say (OmcSaveDialog *self, const char *message, gboolean bad)
{
  OmcSaveDialogPrivate *priv = get_private (self);

  if (!priv->label)
    return;

  if (bad)
    gtk_widget_add_css_class (priv->label, "error");
  else
    gtk_widget_remove_css_class (priv->label, "error");
  omc_ui_set_message (priv->label, message);
}

static void
set_saving (OmcSaveDialog *self, gboolean saving)
{
  OmcSaveDialogPrivate *priv = get_private (self);

  if (saving)
    g_set_weak_pointer (&priv->focus, adw_dialog_get_focus (ADW_DIALOG (self)));
  priv->saving = saving;
  adw_dialog_set_can_close (ADW_DIALOG (self), !saving);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SAVING]);
  if (!saving && priv->focus)
    gtk_widget_grab_focus (priv->focus);
}

static const char *
describe (const GError *error)
{
  if (g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_STALE))
    return _ ("The record has changed meanwhile. Close this and open it again.");

  return error->message;
}

static void
tell_unsaved (OmcSaveDialog *self, const GError *error)
{
  OmcSaveDialogPrivate *priv = get_private (self);
  g_autofree char *text = g_strdup_printf ("%s %s", priv->undone, error->message);

  omc_ui_session_tell_unsaved (
      priv->session, text, _ ("Open the Chart"), "win.open-patient",
      omc_resource_get_id (omc_patient_summary_get_chart (priv->summary)->patient));
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcSaveDialog) self = user_data;
  OmcSaveDialogPrivate *priv = get_private (self);
  g_autoptr (GPtrArray) saved = NULL;
  g_autoptr (GError) error = NULL;

  saved = omc_store_save_finish (OMC_STORE (source), result, &error);
  if (priv->closed)
    {
      if (!saved)
        tell_unsaved (self, error);
      return;
    }

  if (saved)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", priv->done);
      adw_dialog_force_close (ADW_DIALOG (self));
      return;
    }
  set_saving (self, FALSE);
  say (self, describe (error), TRUE);
}

/* What is typed while the store works would be lost with the dialog. */
static gboolean
key_pressed_cb (OmcSaveDialog *self, guint keyval)
{
  return get_private (self)->saving && keyval != GDK_KEY_Escape &&
                 GTK_IS_TEXT (adw_dialog_get_focus (ADW_DIALOG (self)))
             ? GDK_EVENT_STOP
             : GDK_EVENT_PROPAGATE;
}

static void
omc_save_dialog_close_attempt (AdwDialog *dialog)
{
  OmcSaveDialog *self = OMC_SAVE_DIALOG (dialog);

  say (self, _ ("Being saved. This closes by itself as soon as that is done."), FALSE);
}

static void
omc_save_dialog_closed (AdwDialog *dialog)
{
  get_private (OMC_SAVE_DIALOG (dialog))->closed = TRUE;
}

static void
omc_save_dialog_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_SAVING)
    g_value_set_boolean (value, omc_save_dialog_is_saving (OMC_SAVE_DIALOG (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
omc_save_dialog_dispose (GObject *object)
{
  OmcSaveDialogPrivate *priv = get_private (OMC_SAVE_DIALOG (object));

  priv->closed = TRUE;
  g_clear_weak_pointer (&priv->label);
  g_clear_weak_pointer (&priv->focus);

  G_OBJECT_CLASS (omc_save_dialog_parent_class)->dispose (object);
}

static void
omc_save_dialog_finalize (GObject *object)
{
  OmcSaveDialogPrivate *priv = get_private (OMC_SAVE_DIALOG (object));

  /* Not before: a save may still be under way. */
  g_clear_object (&priv->session);
  g_clear_object (&priv->summary);
  g_free (priv->done);
  g_free (priv->undone);

  G_OBJECT_CLASS (omc_save_dialog_parent_class)->finalize (object);
}

static void
omc_save_dialog_class_init (OmcSaveDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AdwDialogClass *dialog_class = ADW_DIALOG_CLASS (klass);

  object_class->dispose = omc_save_dialog_dispose;
  object_class->finalize = omc_save_dialog_finalize;
  object_class->get_property = omc_save_dialog_get_property;
  dialog_class->close_attempt = omc_save_dialog_close_attempt;
  dialog_class->closed = omc_save_dialog_closed;

  properties[PROP_SAVING] =
      g_param_spec_boolean ("saving", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
omc_save_dialog_init (OmcSaveDialog *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

void
omc_save_dialog_set_up (OmcSaveDialog *self,
                        OmcUiSession *session,
                        OmcPatientSummary *summary,
                        GtkWidget *person_label,
                        GtkWidget *label)
{
  OmcSaveDialogPrivate *priv;
  g_autofree char *identity = NULL;

  g_return_if_fail (OMC_IS_SAVE_DIALOG (self));
  g_return_if_fail (OMC_IS_UI_SESSION (session));
  g_return_if_fail (OMC_IS_PATIENT_SUMMARY (summary));
  g_return_if_fail (GTK_IS_LABEL (person_label));
  g_return_if_fail (GTK_IS_LABEL (label));

  priv = get_private (self);
  g_set_object (&priv->session, session);
  g_set_object (&priv->summary, summary);
  g_set_weak_pointer (&priv->label, label);
  identity = g_strdup_printf ("%s · %s", omc_patient_summary_get_name (summary),
                              omc_patient_summary_get_birth (summary));
  gtk_label_set_text (GTK_LABEL (person_label), identity);
}

OmcUiSession *
omc_save_dialog_get_session (OmcSaveDialog *self)
{
  g_return_val_if_fail (OMC_IS_SAVE_DIALOG (self), NULL);

  return get_private (self)->session;
}

OmcPatientSummary *
omc_save_dialog_get_summary (OmcSaveDialog *self)
{
  g_return_val_if_fail (OMC_IS_SAVE_DIALOG (self), NULL);

  return get_private (self)->summary;
}

gboolean
omc_save_dialog_is_saving (OmcSaveDialog *self)
{
  g_return_val_if_fail (OMC_IS_SAVE_DIALOG (self), FALSE);

  return get_private (self)->saving;
}

void
omc_save_dialog_save (OmcSaveDialog *self,
                      GPtrArray *resources,
                      OmcSaveReason reason,
                      const char *done,
                      const char *undone)
{
  OmcSaveDialogPrivate *priv;

  g_return_if_fail (OMC_IS_SAVE_DIALOG (self));
  g_return_if_fail (resources != NULL);
  g_return_if_fail (done != NULL);
  g_return_if_fail (undone != NULL);

  priv = get_private (self);
  g_return_if_fail (priv->session != NULL && !priv->saving);

  g_set_str (&priv->done, done);
  g_set_str (&priv->undone, undone);
  set_saving (self, TRUE);
  say (self, NULL, TRUE);
  omc_store_save_async (omc_ui_session_get_store (priv->session),
                        omc_ui_session_get_actor (priv->session), resources, reason, NULL, NULL,
                        saved_cb, g_object_ref (self));
}
