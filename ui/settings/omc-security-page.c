/* omc-security-page.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-settings"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-pin-dialog.h"
#include "omc-security-page.h"
#include "omc-ui.h"

struct _OmcSecurityPage
{
  AdwPreferencesPage parent_instance;
  GtkWidget *pin_row;
  GtkWidget *set_button;
  GtkWidget *remove_button;
  OmcGate *gate;             /* (owned) */
  OmcUiSession *session;     /* (owned) */
  GCancellable *cancellable; /* (owned) */
};

G_DEFINE_FINAL_TYPE (OmcSecurityPage, omc_security_page, ADW_TYPE_PREFERENCES_PAGE)

static void
show_pin (OmcSecurityPage *self, gboolean has_pin)
{
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->pin_row),
                               has_pin ? _ ("Set, until this computer is started again")
                                       : _ ("Not set"));
  gtk_button_set_label (GTK_BUTTON (self->set_button), has_pin ? _ ("Change…") : _ ("Set a PIN…"));
  gtk_widget_set_visible (self->remove_button, has_pin);
}

static void
examined_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcSecurityPage) self = user_data;
  g_autoptr (OmcGateReport) report = omc_gate_examine_finish (OMC_GATE (source), result, NULL);
  const OmcGatePerson *person;

  if (!self->pin_row || !report)
    return;

  person =
      omc_gate_report_find (report, omc_actor_get_user (omc_ui_session_get_actor (self->session)));
  show_pin (self, person && person->has_pin);
}

static void
look (OmcSecurityPage *self)
{
  omc_gate_examine_async (self->gate, self->cancellable, examined_cb, g_object_ref (self));
}

static void
pin_set_cb (OmcSecurityPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s",
                              _ ("The PIN is set. It unlocks this device from now on."));
  look (self);
}

static void
set_cb (OmcSecurityPage *self)
{
  AdwDialog *dialog = omc_pin_dialog_new (self->gate, omc_ui_session_get_actor (self->session));

  g_signal_connect_object (dialog, "set", G_CALLBACK (pin_set_cb), self, G_CONNECT_SWAPPED);
  omc_ui_present_dialog (dialog, GTK_WIDGET (self));
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcSecurityPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = omc_gate_set_pin_finish (OMC_GATE (source), result, &error);

  if (!self->pin_row)
    return;

  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s",
                              done ? _ ("The PIN is removed.") : error->message);
  look (self);
}

static void
remove_cb (OmcSecurityPage *self)
{
  omc_gate_set_pin_async (self->gate, omc_ui_session_get_actor (self->session), NULL, NULL, NULL,
                          removed_cb, g_object_ref (self));
}

static void
omc_security_page_dispose (GObject *object)
{
  OmcSecurityPage *self = OMC_SECURITY_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_SECURITY_PAGE);
  g_clear_object (&self->gate);
  g_clear_object (&self->session);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (omc_security_page_parent_class)->dispose (object);
}

static void
omc_security_page_class_init (OmcSecurityPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_security_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-security-page"));
  gtk_widget_class_bind_template_child (widget_class, OmcSecurityPage, pin_row);
  gtk_widget_class_bind_template_child (widget_class, OmcSecurityPage, set_button);
  gtk_widget_class_bind_template_child (widget_class, OmcSecurityPage, remove_button);
  gtk_widget_class_bind_template_callback (widget_class, set_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
}

static void
omc_security_page_init (OmcSecurityPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwPreferencesPage *
omc_security_page_new (OmcGate *gate, OmcUiSession *session)
{
  OmcSecurityPage *self;

  g_return_val_if_fail (OMC_IS_GATE (gate), NULL);
  g_return_val_if_fail (OMC_IS_UI_SESSION (session), NULL);

  self = g_object_new (OMC_TYPE_SECURITY_PAGE, NULL);
  self->gate = g_object_ref (gate);
  self->session = g_object_ref (session);
  look (self);

  return ADW_PREFERENCES_PAGE (self);
}
