/* omc-application.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-app"

#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>

#include "omc-application.h"
#include "omc-bounded-file.h"
#include "omc-config.h"
#include "omc-config-retention.h"
#include "omc-help-window.h"
#include "omc-services.h"
#include "omc-session-lock.h"
#include "omc-settings.h"
#include "omc-startup-trace.h"
#include "omc-ui.h"
#include "omc-watchdog.h"
#include "omc-window.h"

struct _OmcApplication
{
  AdwApplication parent_instance;
  gboolean practice;
  gboolean kiosk;
  guint auto_lock_seconds; /* 0: the person's own choice alone */
  char *data_dir;          /* (owned) (nullable) */
  char *server;            /* (owned) (nullable) */
  char *client_id;         /* (owned) (nullable) */
  char *secret_file;       /* (owned) (nullable) */
  char *config_file;       /* (owned) (nullable) */
  char *user;              /* (owned) (nullable) */
  OmcSyncConfig *config;   /* (owned) (nullable): from command-line on */
  guint rotation_days;
  guint lifetime_hours;
  gint64 max_size;
  char *policy_file; /* (owned) (nullable) */
  char *policy_key;  /* (owned) (nullable) */
  char *department;  /* (owned) (nullable) */
  OmcRetention retention;
  guint audit_days;
  gboolean evicts;       /* retention is in force */
  GSettings *settings;   /* (owned) (nullable): from startup on */
  OmcServices *services; /* (owned) (nullable): from the first activation on */
  OmcSessionLock *lock;  /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (OmcApplication, omc_application, ADW_TYPE_APPLICATION)

static void
add_options (OmcApplication *self)
{
  const GOptionEntry entries[] = {
    { "practice", 0, 0, G_OPTION_ARG_NONE, &self->practice,
      N_ ("Open the practice ward, made when there is none"), NULL },
    { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, &self->data_dir,
      N_ ("Folder of the store (OMNICARE_DATA_DIR; default: the user’s data folder)"), N_ ("DIR") },
    { "server", 0, 0, G_OPTION_ARG_STRING, &self->server, N_ ("FHIR server to sync with"),
      N_ ("URL") },
    { "client-id", 0, 0, G_OPTION_ARG_STRING, &self->client_id, N_ ("OAuth client of this device"),
      N_ ("ID") },
    { "client-secret-file", 0, 0, G_OPTION_ARG_FILENAME, &self->secret_file,
      N_ ("File with its secret"), N_ ("FILE") },
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &self->config_file,
      N_ ("Configuration instead of the system’s"), N_ ("FILE") },
    { "user", 0, 0, G_OPTION_ARG_STRING, &self->user, N_ ("Person who is chosen at first"),
      N_ ("NAME") },
    { "kiosk", 0, 0, G_OPTION_ARG_NONE, &self->kiosk,
      N_ ("Full screen without a way out, large controls"), NULL },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), entries);
}

static gboolean
read_secret (OmcApplication *self, GError **error)
{
  g_autofree char *secret = NULL;

  if (!self->secret_file)
    return TRUE;
  if (!omc_bounded_file_read (self->secret_file, OMC_CONFIG_SECRET_MAX, &secret, NULL, error))
    return FALSE;

  g_set_str (&self->config->client_secret, g_strchomp (secret));

  return TRUE;
}

static gboolean
read_config (OmcApplication *self, GError **error)
{
  g_autoptr (OmcConfig) config = omc_config_load (self->config_file, error);

  if (!config)
    return FALSE;

  self->auto_lock_seconds = (guint)omc_config_get_integer (config, "session.autoLockSeconds");
  self->lifetime_hours = (guint)omc_config_get_integer (config, "offline.access.lifetimeHours");
  self->rotation_days = (guint)omc_config_get_integer (config, "offline.storage.keyRotationDays");
  self->audit_days = (guint)omc_config_get_integer (config, "audit.retentionDays");
  self->evicts = omc_config_to_retention (config, &self->retention);
  self->max_size = omc_config_get_integer (config, "offline.storage.maxSize");
  g_set_str (&self->policy_file, omc_config_get_string (config, "access.policyFile"));
  g_set_str (&self->policy_key, omc_config_get_string (config, "access.policyKey"));
  g_set_str (&self->department, omc_config_get_string (config, "department"));
  self->config = omc_config_to_sync_config (config, error);
  if (!self->config)
    return FALSE;

  if (self->server)
    g_set_str (&self->config->server_url, self->server);
  if (self->client_id)
    g_set_str (&self->config->client_id, self->client_id);

  return read_secret (self, error);
}

static int
omc_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  OmcApplication *self = OMC_APPLICATION (application);
  g_autoptr (GError) error = NULL;

  if (!read_config (self, &error))
    {
      g_printerr ("omnicare: %s\n", error->message);
      return 2;
    }

  return -1;
}

static void
scheme_changed_cb (OmcApplication *self)
{
  g_autofree char *scheme = g_settings_get_string (self->settings, "color-scheme");
  AdwColorScheme choice = g_str_equal (scheme, "dark")    ? ADW_COLOR_SCHEME_FORCE_DARK
                          : g_str_equal (scheme, "light") ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                                          : ADW_COLOR_SCHEME_DEFAULT;

  adw_style_manager_set_color_scheme (adw_application_get_style_manager (ADW_APPLICATION (self)),
                                      choice);
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AdwDialog *dialog = adw_about_dialog_new ();

  adw_about_dialog_set_application_name (ADW_ABOUT_DIALOG (dialog), _ ("OmniCare"));
  adw_about_dialog_set_application_icon (ADW_ABOUT_DIALOG (dialog), OMC_APP_ID);
  adw_about_dialog_set_version (ADW_ABOUT_DIALOG (dialog), OMC_VERSION);
  adw_about_dialog_set_developer_name (ADW_ABOUT_DIALOG (dialog), "The OmniCare Authors");
  adw_about_dialog_set_license_type (ADW_ABOUT_DIALOG (dialog), GTK_LICENSE_AGPL_3_0);
  adw_about_dialog_set_comments (
      ADW_ABOUT_DIALOG (dialog),
      _ ("NEWS2 is the National Early Warning Score of the Royal College of Physicians (2017). "
         "This program supports clinical judgement and does not replace it."));
  adw_dialog_present (dialog,
                      GTK_WIDGET (gtk_application_get_active_window (GTK_APPLICATION (user_data))));
}

static void
help_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = GTK_WINDOW (omc_help_window_new ());

  gtk_window_set_transient_for (window,
                                gtk_application_get_active_window (GTK_APPLICATION (user_data)));
  gtk_window_present (window);
}

static void
add_actions (OmcApplication *self)
{
  static const GActionEntry actions[] = {
    { .name = "about", .activate = about_cb },
    { .name = "help", .activate = help_cb },
  };
  static const struct
  {
    const char *action;
    const char *keys[3];
  } accels[] = {
    { "app.help", { "F1" } },
    { "win.lock", { "<Primary>l" } },
    { "win.switch-person", { "<Primary><Shift>l" } },
    { "win.search", { "<Primary>f" } },
    { "win.sync-now", { "<Primary>r" } },
    { "win.show-board", { "<Alt>1" } },
    { "win.show-sync", { "<Alt>2" } },
    { "win.show-conflicts", { "<Alt>3" } },
    { "win.show-dashboard", { "<Alt>4" } },
    { "win.show-audit", { "<Alt>5" } },
    { "win.preferences", { "<Primary>comma" } },
    { "win.shortcuts", { "<Primary>question", "<Primary>F1" } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action,
                                           accels[i].keys);
}

static gboolean
signal_cb (gpointer user_data)
{
  g_application_quit (user_data);

  return G_SOURCE_CONTINUE;
}

static void
omc_application_startup (GApplication *application)
{
  OmcApplication *self = OMC_APPLICATION (application);

  omc_ui_init ();

  G_APPLICATION_CLASS (omc_application_parent_class)->startup (application);

  self->settings = omc_settings_new ();
  g_signal_connect_object (self->settings, "changed::color-scheme", G_CALLBACK (scheme_changed_cb),
                           self, G_CONNECT_SWAPPED);
  scheme_changed_cb (self);
  add_actions (self);
  omc_watchdog_start ();
  g_unix_signal_add (SIGTERM, signal_cb, self);
  g_unix_signal_add (SIGINT, signal_cb, self);
}

static void
locked_cb (OmcApplication *self, OmcActor *actor)
{
  omc_services_note_lock (self->services, actor);
}

/* A first run without --practice may have made a practice ward. */
static void
signed_in_cb (OmcApplication *self, OmcUiSession *session, OmcWindow *window)
{
  g_autofree char *notice = omc_services_dup_notice (self->services);

  omc_window_set_practice (window, omc_services_is_practice (self->services));
  omc_window_set_notice (window, notice);
}

static char *
find_data_dir (OmcApplication *self)
{
  const char *environment = g_getenv ("OMNICARE_DATA_DIR");

  if (self->data_dir)
    return g_canonicalize_filename (self->data_dir, NULL);
  if (environment && *environment)
    return g_canonicalize_filename (environment, NULL);

  /* The practice ward never shares a folder with a real one. */
  return g_build_filename (g_get_user_data_dir (), "omnicare",
                           self->practice ? "practice" : "store", NULL);
}

static void
omc_application_activate (GApplication *application)
{
  OmcApplication *self = OMC_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (!window)
    {
      g_autofree char *directory = find_data_dir (self);
      OmcWindow *main_window;

      self->services = omc_services_new (directory, self->config, self->settings, self->practice);
      omc_services_set_lifetime_hours (self->services, self->lifetime_hours);
      omc_services_set_rotation_days (self->services, self->rotation_days);
      omc_services_set_lock_seconds (self->services, self->auto_lock_seconds);
      omc_services_set_max_size (self->services, self->max_size);
      omc_services_set_policy (self->services, self->policy_file, self->policy_key);
      if (self->kiosk)
        omc_services_set_kiosk (self->services, self->department);
      omc_services_set_audit_days (self->services, self->audit_days);
      omc_services_set_retention (self->services, self->evicts ? &self->retention : NULL);
      main_window =
          omc_window_new (GTK_APPLICATION (self), OMC_GATE (self->services), self->settings,
                          self->user, omc_services_is_practice (self->services), self->kiosk);
      self->lock = omc_session_lock_new (main_window, self->settings, self->auto_lock_seconds);
      g_signal_connect_object (main_window, "locked", G_CALLBACK (locked_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (main_window, "signed-in", G_CALLBACK (signed_in_cb), self,
                               G_CONNECT_SWAPPED);
      window = GTK_WINDOW (main_window);
    }

  gtk_window_present (window);
  omc_watchdog_arm (GTK_WIDGET (window));
}

static void
omc_application_shutdown (GApplication *application)
{
  OmcApplication *self = OMC_APPLICATION (application);

  omc_watchdog_finish ();
  g_clear_object (&self->lock);

  G_APPLICATION_CLASS (omc_application_parent_class)->shutdown (application);

  if (self->services)
    omc_services_shut_down (self->services);
}

static void
omc_application_finalize (GObject *object)
{
  OmcApplication *self = OMC_APPLICATION (object);

  g_clear_object (&self->services);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->config, omc_sync_config_free);
  g_free (self->policy_file);
  g_free (self->policy_key);
  g_free (self->department);
  g_free (self->data_dir);
  g_free (self->server);
  g_free (self->client_id);
  g_free (self->secret_file);
  g_free (self->config_file);
  g_free (self->user);

  G_OBJECT_CLASS (omc_application_parent_class)->finalize (object);
}

static void
omc_application_class_init (OmcApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = omc_application_finalize;

  application_class->handle_local_options = omc_application_handle_local_options;
  application_class->startup = omc_application_startup;
  application_class->activate = omc_application_activate;
  application_class->shutdown = omc_application_shutdown;
}

static void
omc_application_init (OmcApplication *self)
{
  omc_startup_trace_begin ();
  add_options (self);
}

OmcApplication *
omc_application_new (void)
{
  return g_object_new (OMC_TYPE_APPLICATION, "application-id", OMC_APP_ID, "flags",
                       G_APPLICATION_NON_UNIQUE, "resource-base-path", OMC_RESOURCE_PATH, NULL);
}
