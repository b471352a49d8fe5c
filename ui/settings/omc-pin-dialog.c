/* omc-pin-dialog.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-settings"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "omc-pin-dialog.h"
#include "omc-pin.h"
#include "omc-ui.h"

struct _OmcPinDialog
{
  AdwDialog parent_instance;
  GtkWidget *passphrase_row;
  GtkWidget *pin_row;
  GtkWidget *repeat_row;
  GtkWidget *error_label;
  GtkWidget *set_button;
  OmcGate *gate;   /* (owned) */
  OmcActor *actor; /* (owned) */
};

G_DEFINE_FINAL_TYPE (OmcPinDialog, omc_pin_dialog, ADW_TYPE_DIALOG)

enum
{
  SET,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What stands in an entry is wiped with it; so is this copy. */
static OmcSecret *
read_secret (GtkWidget *row)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (row));

  return omc_secret_new (typed, strlen (typed));
}

/* (nullable): what is wrong, in words; "" while not all is typed */
static char *
find_obstacle (OmcPinDialog *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->pin_row));
  const char *repeat = gtk_editable_get_text (GTK_EDITABLE (self->repeat_row));
  g_autoptr (OmcSecret) pin = read_secret (self->pin_row);
  g_autoptr (GError) error = NULL;

  if (!*typed)
    return g_strdup ("");
  if (!omc_pin_check (pin, &error))
    return g_strdup (error->message);
  if (*repeat && strcmp (typed, repeat) != 0)
    return g_strdup (_ ("The two PINs differ."));
  if (!*repeat || !*gtk_editable_get_text (GTK_EDITABLE (self->passphrase_row)))
    return g_strdup ("");

  return NULL;
}

static void
edited_cb (OmcPinDialog *self)
{
  g_autofree char *obstacle = find_obstacle (self);

  gtk_widget_set_sensitive (self->set_button, obstacle == NULL);
  omc_ui_set_message (self->error_label, obstacle && *obstacle ? obstacle : NULL);
}

static void
pin_set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcPinDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = omc_gate_set_pin_finish (OMC_GATE (source), result, &error);

  if (!self->set_button)
    return;

  if (done)
    {
      g_signal_emit (self, signals[SET], 0);
      adw_dialog_force_close (ADW_DIALOG (self));
      return;
    }
  adw_dialog_set_can_close (ADW_DIALOG (self), TRUE);
  gtk_editable_set_text (GTK_EDITABLE (self->passphrase_row), "");
  omc_ui_set_message (self->error_label,
                      g_error_matches (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET)
                          ? _ ("Wrong passphrase. Try again; capitals matter.")
                          : error->message);
  gtk_widget_grab_focus (self->passphrase_row);
}

static void
set_cb (OmcPinDialog *self)
{
  g_autoptr (OmcSecret) passphrase = NULL;
  g_autoptr (OmcSecret) pin = NULL;

  if (!gtk_widget_get_sensitive (self->set_button))
    return;

  passphrase = read_secret (self->passphrase_row);
  pin = read_secret (self->pin_row);
  gtk_widget_set_sensitive (self->set_button, FALSE);
  adw_dialog_set_can_close (ADW_DIALOG (self), FALSE);
  omc_gate_set_pin_async (self->gate, self->actor, passphrase, pin, NULL, pin_set_cb,
                          g_object_ref (self));
}

static void
cancel_cb (OmcPinDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
omc_pin_dialog_dispose (GObject *object)
{
  OmcPinDialog *self = OMC_PIN_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_PIN_DIALOG);
  g_clear_object (&self->gate);
  g_clear_object (&self->actor);

  G_OBJECT_CLASS (omc_pin_dialog_parent_class)->dispose (object);
}

static void
omc_pin_dialog_class_init (OmcPinDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_pin_dialog_dispose;

  signals[SET] = g_signal_new ("set", OMC_TYPE_PIN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-pin-dialog"));
  gtk_widget_class_bind_template_child (widget_class, OmcPinDialog, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, OmcPinDialog, pin_row);
  gtk_widget_class_bind_template_child (widget_class, OmcPinDialog, repeat_row);
  gtk_widget_class_bind_template_child (widget_class, OmcPinDialog, error_label);
  gtk_widget_class_bind_template_child (widget_class, OmcPinDialog, set_button);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, set_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
omc_pin_dialog_init (OmcPinDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
omc_pin_dialog_new (OmcGate *gate, OmcActor *actor)
{
  OmcPinDialog *self;

  g_return_val_if_fail (OMC_IS_GATE (gate), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);

  self = g_object_new (OMC_TYPE_PIN_DIALOG, NULL);
  self->gate = g_object_ref (gate);
  self->actor = g_object_ref (actor);

  return ADW_DIALOG (self);
}
