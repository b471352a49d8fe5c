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
#include "omc-store-keys.h"
#include "omc-ui.h"

struct _OmcSecurityPage
{
  AdwPreferencesPage parent_instance;
  GtkWidget *pin_row;
  GtkWidget *set_button;
  GtkWidget *remove_button;
  GtkWidget *lock_row;
  GtkWidget *epoch_row;
  GtkWidget *rotate_button;
  GtkWidget *lifetime_row;
  guint rotation_days;
  guint keys_source;
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

/* --- the keys of the records --- */

typedef struct
{
  OmcKeyStatus status;
  OmcKeyLifetime lifetime;
} Keys;

static void
read_keys_thread (GTask *task, gpointer source, gpointer store, GCancellable *cancellable)
{
  g_autofree Keys *keys = g_new0 (Keys, 1);
  GError *error = NULL;

  if (omc_store_get_key_status_sync (store, &keys->status, cancellable, &error) &&
      omc_key_manager_get_lifetime_sync (omc_store_get_key_manager (store), &keys->lifetime,
                                         &error))
    g_task_return_pointer (task, g_steal_pointer (&keys), g_free);
  else
    g_task_return_error (task, error);
}

static char *
describe_epoch (OmcSecurityPage *self, const OmcKeyStatus *status)
{
  gint64 age = (omc_ui_session_get_now (self->session) - status->epoch_at_us) / G_TIME_SPAN_DAY;
  gint64 left = (gint64)self->rotation_days - age;

  if (status->resealing)
    return g_strdup_printf (
        _ ("Rotating: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " records are under key %u"),
        status->done, status->total, status->epoch);
  if (self->rotation_days == 0)
    return g_strdup_printf (_ ("Number %u; never rotated by itself"), status->epoch);

  return g_strdup_printf (ngettext ("Number %u; rotated again in %d day",
                                    "Number %u; rotated again in %d days", (gulong)MAX (left, 0)),
                          status->epoch, (int)MAX (left, 0));
}

static char *
describe_lifetime (const OmcKeyLifetime *lifetime)
{
  guint hours = (guint)(lifetime->left_us / G_TIME_SPAN_HOUR);

  if (lifetime->revoked)
    return g_strdup (_ ("The server has withdrawn this device. Tell IT."));
  if (!lifetime->has_server || lifetime->left_us == G_MAXINT64)
    return g_strdup (_ ("This device may be used without a limit."));

  return g_strdup_printf (ngettext ("%u hour left until this device must reach its server",
                                    "%u hours left until this device must reach its server", hours),
                          hours);
}

static void look_at_keys (OmcSecurityPage *self);

static gboolean
look_again_cb (gpointer user_data)
{
  OMC_SECURITY_PAGE (user_data)->keys_source = 0;
  look_at_keys (user_data);

  return G_SOURCE_REMOVE;
}

static void
keys_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  OmcSecurityPage *self = OMC_SECURITY_PAGE (source);
  g_autoptr (GError) error = NULL;
  g_autofree Keys *keys = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *epoch = NULL;
  g_autofree char *lifetime = NULL;

  if (!self->epoch_row || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!keys)
    {
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->epoch_row), error->message);
      return;
    }

  epoch = describe_epoch (self, &keys->status);
  lifetime = describe_lifetime (&keys->lifetime);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->epoch_row), epoch);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->lifetime_row), lifetime);
  gtk_widget_set_sensitive (self->rotate_button, !keys->status.resealing);
  if (keys->status.resealing && !self->keys_source)
    self->keys_source = g_timeout_add_seconds (1, look_again_cb, self);
}

static void
look_at_keys (OmcSecurityPage *self)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, keys_read_cb, NULL);

  g_task_set_source_tag (task, look_at_keys);
  g_task_set_task_data (task, g_object_ref (omc_ui_session_get_store (self->session)),
                        g_object_unref);
  g_task_run_in_thread (task, read_keys_thread);
}

static void
rotated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcSecurityPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!omc_store_rotate_data_key_finish (OMC_STORE (source), result, NULL, &error) &&
      self->epoch_row)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", error->message);
  if (self->epoch_row)
    look_at_keys (self);
}

static void
rotate_cb (OmcSecurityPage *self)
{
  gtk_widget_set_sensitive (self->rotate_button, FALSE);
  omc_store_rotate_data_key_async (omc_ui_session_get_store (self->session),
                                   omc_ui_session_get_actor (self->session), 0, NULL, rotated_cb,
                                   g_object_ref (self));
}

/* --- how one comes in --- */

static void
show_lock (OmcSecurityPage *self, guint site_seconds)
{
  g_autofree char *text = NULL;

  if (site_seconds == 0)
    text = g_strdup (_ ("The time on the page “General”; your site has set none."));
  else
    text = g_strdup_printf (
        ngettext ("%u second without input, as your site has set it; you can choose less.",
                  "%u seconds without input, as your site has set it; you can choose less.",
                  site_seconds),
        site_seconds);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->lock_row), text);
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
  show_lock (self, report->lock_seconds);
  self->rotation_days = report->rotation_days;
  look_at_keys (self);
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

  g_clear_handle_id (&self->keys_source, g_source_remove);
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
  gtk_widget_class_bind_template_child (widget_class, OmcSecurityPage, lifetime_row);
  gtk_widget_class_bind_template_child (widget_class, OmcSecurityPage, rotate_button);
  gtk_widget_class_bind_template_child (widget_class, OmcSecurityPage, epoch_row);
  gtk_widget_class_bind_template_child (widget_class, OmcSecurityPage, lock_row);
  gtk_widget_class_bind_template_callback (widget_class, set_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
  gtk_widget_class_bind_template_callback (widget_class, rotate_cb);
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
  gtk_widget_set_visible (self->rotate_button, omc_store_offers (omc_ui_session_get_store (session),
                                                                 omc_ui_session_get_actor (session),
                                                                 OMC_ACCESS_MANAGE_KEYS));
  look (self);

  return ADW_PREFERENCES_PAGE (self);
}
