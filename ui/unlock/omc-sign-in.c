/* omc-sign-in.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-unlock"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "omc-display.h"
#include "omc-sign-in.h"
#include "omc-ui.h"

struct _OmcSignIn
{
  AdwBin parent_instance;
  GtkWidget *person_row;
  GtkWidget *passphrase_row;
  GtkWidget *code_row;
  GtkWidget *code_button;
  GtkWidget *error_box;
  GtkWidget *error_label;
  GtkWidget *unlock_button;
  GtkWidget *fresh_label;
};

G_DEFINE_FINAL_TYPE (OmcSignIn, omc_sign_in, ADW_TYPE_BIN)

enum
{
  SUBMITTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
uses_code (OmcSignIn *self)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->code_button));
}

static void
edited_cb (OmcSignIn *self)
{
  GtkWidget *row = uses_code (self) ? self->code_row : self->passphrase_row;

  gtk_widget_set_sensitive (self->unlock_button,
                            *gtk_editable_get_text (GTK_EDITABLE (row)) != '\0');
}

static void
code_toggled_cb (OmcSignIn *self)
{
  gboolean code = uses_code (self);

  gtk_widget_set_visible (self->code_row, code);
  gtk_widget_set_visible (self->passphrase_row, !code);
  gtk_widget_set_visible (self->error_box, FALSE);
  edited_cb (self);
  omc_sign_in_focus (self);
}

static void
submit_cb (OmcSignIn *self)
{
  if (gtk_widget_get_sensitive (self->unlock_button))
    g_signal_emit (self, signals[SUBMITTED], 0);
}

static void
omc_sign_in_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), OMC_TYPE_SIGN_IN);

  G_OBJECT_CLASS (omc_sign_in_parent_class)->dispose (object);
}

static void
omc_sign_in_class_init (OmcSignInClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_sign_in_dispose;

  signals[SUBMITTED] = g_signal_new ("submitted", OMC_TYPE_SIGN_IN, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-sign-in"));
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, person_row);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, code_row);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, code_button);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, error_box);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, error_label);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, unlock_button);
  gtk_widget_class_bind_template_child (widget_class, OmcSignIn, fresh_label);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, code_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, submit_cb);
}

static void
omc_sign_in_init (OmcSignIn *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
omc_sign_in_set_report (OmcSignIn *self,
                        const OmcGateReport *report,
                        const char *preferred,
                        gint64 now_us)
{
  g_autoptr (GtkStringList) people = NULL;
  g_autofree char *time = NULL;
  g_autofree char *ago = NULL;
  g_autofree char *fresh = NULL;

  g_return_if_fail (OMC_IS_SIGN_IN (self));
  g_return_if_fail (report != NULL);

  people = gtk_string_list_new ((const char *const *)report->people);
  adw_combo_row_set_model (ADW_COMBO_ROW (self->person_row), G_LIST_MODEL (people));
  for (guint i = 0; preferred && report->people && report->people[i]; i++)
    if (g_str_equal (report->people[i], preferred))
      adw_combo_row_set_selected (ADW_COMBO_ROW (self->person_row), i);

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->code_button), FALSE);
  time = omc_display_time (report->changed_us, now_us);
  ago = omc_display_ago (report->changed_us, now_us);
  fresh =
      report->read_only
          ? g_strdup (
                _ ("This place cannot be written: records can be read, nothing can be charted."))
      : report->changed_us
          ? g_strdup_printf (_ ("The records on this device last changed at %s, %s."), time, ago)
          : g_strdup ("");
  gtk_label_set_text (GTK_LABEL (self->fresh_label), fresh);
}

OmcGateRequest *
omc_sign_in_take_request (OmcSignIn *self)
{
  OmcGateRequest *request;
  GtkStringObject *person;

  g_return_val_if_fail (OMC_IS_SIGN_IN (self), NULL);

  person = GTK_STRING_OBJECT (adw_combo_row_get_selected_item (ADW_COMBO_ROW (self->person_row)));
  request =
      omc_gate_request_new (uses_code (self) ? OMC_GATE_BY_RECOVERY_CODE : OMC_GATE_BY_PASSPHRASE);
  request->user = g_strdup (person ? gtk_string_object_get_string (person) : "");
  if (uses_code (self))
    {
      request->code = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->code_row)));
    }
  else
    {
      const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->passphrase_row));

      request->passphrase = omc_secret_new (typed, strlen (typed));
    }

  /* The entry of a passphrase keeps its text in wiped memory; emptying it is what clears it. */
  gtk_editable_set_text (GTK_EDITABLE (self->passphrase_row), "");
  gtk_editable_set_text (GTK_EDITABLE (self->code_row), "");

  return request;
}

/* What the person can do, where the error's own sentence does not say it. */
static char *
explain (OmcSignIn *self, const GError *error)
{
  /* What is wrong with a code is in the error's own sentence. */
  if (g_error_matches (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET) && !uses_code (self))
    return g_strdup (_ ("Wrong passphrase. Try again; capitals matter."));
  if (g_error_matches (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DEVICE_SECRET))
    return g_strdup (_ ("The system’s keyring does not give this device’s secret. Unlock the "
                        "keyring and try again, "
                        "or use the recovery code."));
  if (g_error_matches (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_NO_SLOT))
    return g_strdup (
        _ ("This person has no passphrase on this device. Ask an administrator to add it."));
  if (g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NEWER))
    return g_strdup (
        _ ("The records were written by a newer OmniCare. Update the program on this device."));
  if (g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED) ||
      g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_WRONG_KEY))
    return g_strdup_printf (
        _ ("The store is damaged and was left as it is. Nothing is deleted. Tell IT: %s"),
        error->message);
  if (g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_READ_ONLY))
    return g_strdup (_ ("The disk cannot be written. Records cannot be opened until it can."));
  if (g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY))
    return g_strdup (_ ("Another program has this store open. Close it and try again."));

  return g_strdup (error->message);
}

void
omc_sign_in_show_error (OmcSignIn *self, const GError *error)
{
  g_autofree char *text = NULL;

  g_return_if_fail (OMC_IS_SIGN_IN (self));

  gtk_widget_set_visible (self->error_box, error != NULL);
  if (!error)
    return;

  text = explain (self, error);
  gtk_label_set_text (GTK_LABEL (self->error_label), text);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
  if (g_error_matches (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DEVICE_SECRET))
    {
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->code_button), TRUE);
      gtk_widget_set_visible (self->error_box, TRUE);
    }
}

void
omc_sign_in_focus (OmcSignIn *self)
{
  g_return_if_fail (OMC_IS_SIGN_IN (self));

  gtk_widget_grab_focus (uses_code (self) ? self->code_row : self->passphrase_row);
}
