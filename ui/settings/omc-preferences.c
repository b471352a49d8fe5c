/* omc-preferences.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-settings"

#include "config.h"

#include "omc-people-page.h"
#include "omc-preferences.h"
#include "omc-security-page.h"
#include "omc-ui.h"

struct _OmcPreferences
{
  AdwPreferencesDialog parent_instance;
  GtkWidget *temperature_row;
  GtkWidget *weight_row;
  GtkWidget *glucose_row;
  GtkWidget *lock_row;
  GtkWidget *scheme_row;
  OmcGate *gate;         /* (owned) */
  OmcUiSession *session; /* (owned) */
  guint pages_source;
  guint n_pages; /* that were added */
};

G_DEFINE_FINAL_TYPE (OmcPreferences, omc_preferences, ADW_TYPE_PREFERENCES_DIALOG)

static const char *const temperature_units[] = { "Cel", "[degF]", NULL };
static const char *const weight_units[] = { "kg", "[lb_av]", NULL };
static const char *const glucose_units[] = { "mmol/L", "mg/dL", NULL };
static const char *const schemes[] = { "system", "light", "dark", NULL };

/* user_data: the values in the order of the row's model */
static gboolean
to_row (GValue *value, GVariant *variant, gpointer user_data)
{
  const char *const *choices = user_data;

  for (guint i = 0; choices[i]; i++)
    if (g_str_equal (choices[i], g_variant_get_string (variant, NULL)))
      g_value_set_uint (value, i);

  return TRUE;
}

static GVariant *
from_row (const GValue *value, const GVariantType *type, gpointer user_data)
{
  const char *const *choices = user_data;

  return g_variant_new_string (choices[g_value_get_uint (value)]);
}

static void
bind (GSettings *settings, const char *key, GtkWidget *row, const char *const *choices)
{
  g_settings_bind_with_mapping (settings, key, row, "selected", G_SETTINGS_BIND_DEFAULT, to_row,
                                from_row, (gpointer)choices, NULL);
}

static void
omc_preferences_dispose (GObject *object)
{
  OmcPreferences *self = OMC_PREFERENCES (object);

  g_clear_handle_id (&self->pages_source, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (object), OMC_TYPE_PREFERENCES);
  g_clear_object (&self->gate);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (omc_preferences_parent_class)->dispose (object);
}

static void
omc_preferences_class_init (OmcPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_preferences_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-preferences"));
  gtk_widget_class_bind_template_child (widget_class, OmcPreferences, temperature_row);
  gtk_widget_class_bind_template_child (widget_class, OmcPreferences, weight_row);
  gtk_widget_class_bind_template_child (widget_class, OmcPreferences, glucose_row);
  gtk_widget_class_bind_template_child (widget_class, OmcPreferences, lock_row);
  gtk_widget_class_bind_template_child (widget_class, OmcPreferences, scheme_row);
}

static void
omc_preferences_init (OmcPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Each page in a turn of the main loop of its own: all at once would hold up a frame. */
static gboolean
add_page_cb (gpointer user_data)
{
  OmcPreferences *self = user_data;

  if (!self->n_pages++)
    {
      adw_preferences_dialog_add (ADW_PREFERENCES_DIALOG (self),
                                  omc_security_page_new (self->gate, self->session));
      return G_SOURCE_CONTINUE;
    }
  self->pages_source = 0;
  if (omc_store_offers (omc_ui_session_get_store (self->session),
                        omc_ui_session_get_actor (self->session), OMC_ACCESS_MANAGE_USERS))
    adw_preferences_dialog_add (ADW_PREFERENCES_DIALOG (self),
                                omc_people_page_new (self->gate, self->session));

  return G_SOURCE_REMOVE;
}

OmcPreferences *
omc_preferences_new (OmcGate *gate, OmcUiSession *session)
{
  OmcPreferences *self;
  GSettings *settings;

  g_return_val_if_fail (OMC_IS_GATE (gate), NULL);
  g_return_val_if_fail (OMC_IS_UI_SESSION (session), NULL);

  self = g_object_new (OMC_TYPE_PREFERENCES, NULL);
  self->gate = g_object_ref (gate);
  self->session = g_object_ref (session);
  settings = omc_ui_session_get_settings (session);
  bind (settings, "temperature-unit", self->temperature_row, temperature_units);
  bind (settings, "weight-unit", self->weight_row, weight_units);
  bind (settings, "glucose-unit", self->glucose_row, glucose_units);
  bind (settings, "color-scheme", self->scheme_row, schemes);
  g_settings_bind (settings, "auto-lock-minutes", self->lock_row, "value", G_SETTINGS_BIND_DEFAULT);
  self->pages_source = g_idle_add (add_page_cb, self);

  return self;
}
