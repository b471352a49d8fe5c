/* omc-window.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-window"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "omc-actor-label.h"
#include "omc-audit-page.h"
#include "omc-board-page.h"
#include "omc-conflicts-page.h"
#include "omc-dashboard-page.h"
#include "omc-frame-budget.h"
#include "omc-device-banner.h"
#include "omc-lazy.h"
#include "omc-patient-page.h"
#include "omc-preferences.h"
#include "omc-startup-trace.h"
#include "omc-sync-badge.h"
#include "omc-queue-page.h"
#include "omc-ui.h"
#include "omc-unlock-page.h"
#include "omc-unsaved.h"
#include "omc-vitals-page.h"
#include "omc-warm-up.h"
#include "omc-window.h"

struct _OmcWindow
{
  AdwApplicationWindow parent_instance;
  GtkWidget *practice_banner;
  GtkWidget *device_banner; /* OmcLazy */
  GtkWidget *toast_overlay;
  GtkWidget *root_stack;
  GtkWidget *unlock_page;
  GtkWidget *navigation;
  GtkWidget *sync_badge;
  GtkWidget *actor_label;
  GtkWidget *view_stack;
  GtkWidget *board_page;
  GtkWidget *sync_page;
  AdwViewStackPage *conflicts_view;
  GtkWidget *conflicts_page;
  GtkWidget *dashboard_page;
  AdwViewStackPage *audit_view;
  GtkWidget *audit_page;
  OmcFrameBudget *budget;  /* (owned) (nullable): while there is a surface */
  OmcGate *gate;           /* (owned) */
  GSettings *settings;     /* (owned) */
  GtkWindow *shortcuts;    /* (not owned) (nullable): weak */
  OmcUiSession *session;   /* (owned) (nullable): while a person is signed in */
  OmcDeviceBanner *device; /* (owned) (nullable): since the first sign-in */
  OmcUnsaved *unsaved;     /* (owned) (nullable): the same */
  char *notice;            /* (owned) (nullable): of the site */
  gboolean kiosk;
  gboolean narrow; /* no room for a whole name */
};

G_DEFINE_FINAL_TYPE (OmcWindow, omc_window, ADW_TYPE_APPLICATION_WINDOW)

enum
{
  SIGNED_IN,
  LOCKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
sync_notify_cb (OmcWindow *self)
{
  OmcSyncService *sync = self->session ? omc_ui_session_get_sync (self->session) : NULL;
  guint conflicts = sync ? omc_sync_service_get_conflict_count (sync) : 0;

  adw_view_stack_page_set_badge_number (self->conflicts_view, conflicts);
  adw_view_stack_page_set_needs_attention (self->conflicts_view, conflicts > 0);
}

static void
sync_built_cb (OmcWindow *self, GtkWidget *page)
{
  omc_queue_page_set_session (OMC_QUEUE_PAGE (page), self->session);
}

static void
conflicts_built_cb (OmcWindow *self, GtkWidget *page)
{
  if (self->session)
    omc_conflicts_page_set_store (OMC_CONFLICTS_PAGE (page),
                                  omc_ui_session_get_store (self->session),
                                  omc_ui_session_get_actor (self->session));
}

static void
dashboard_built_cb (OmcWindow *self, GtkWidget *page)
{
  omc_dashboard_page_set_session (OMC_DASHBOARD_PAGE (page), self->session);
}

static void
audit_built_cb (OmcWindow *self, GtkWidget *page)
{
  omc_audit_page_set_session (OMC_AUDIT_PAGE (page), self->session);
}

static void
show_actor (OmcWindow *self)
{
  omc_actor_label_show (GTK_LABEL (self->actor_label),
                        self->session ? omc_ui_session_get_actor (self->session) : NULL,
                        self->narrow);
}

static void
narrowed_cb (OmcWindow *self)
{
  self->narrow = TRUE;
  show_actor (self);
}

static void
widened_cb (OmcWindow *self)
{
  self->narrow = FALSE;
  show_actor (self);
}

static void
watch_device (OmcWindow *self)
{
  if (!self->device)
    self->device = omc_device_banner_new (OMC_LAZY (self->device_banner));
  omc_device_banner_set_session (self->device, self->session, self->notice,
                                 adw_banner_get_revealed (ADW_BANNER (self->practice_banner)));
}

static void
set_session (OmcWindow *self, OmcUiSession *session)
{
  GtkWidget *const pages[] = { self->sync_page, self->conflicts_page, self->dashboard_page,
                               self->audit_page };
  gboolean audit;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.lock", session != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.switch-person", session != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.sync-now", session != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.preferences", session != NULL);

  if (self->session)
    g_signal_handlers_disconnect_by_data (omc_ui_session_get_sync (self->session), self);
  g_set_object (&self->session, session);
  if (session && !self->unsaved)
    self->unsaved = omc_unsaved_new (self->device_banner);
  if (self->unsaved)
    omc_unsaved_set_session (self->unsaved, session);

  omc_sync_badge_set_session (OMC_SYNC_BADGE (self->sync_badge), session);
  omc_board_page_set_session (OMC_BOARD_PAGE (self->board_page), session);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    omc_lazy_drop (OMC_LAZY (pages[i]));
  audit = session && omc_store_offers (omc_ui_session_get_store (session),
                                       omc_ui_session_get_actor (session), OMC_ACCESS_READ_AUDIT);
  adw_view_stack_page_set_visible (self->audit_view, audit);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.show-audit", audit);
  show_actor (self);
  if (session)
    g_signal_connect_object (omc_ui_session_get_sync (session), "notify::conflict-count",
                             G_CALLBACK (sync_notify_cb), self, G_CONNECT_SWAPPED);
  sync_notify_cb (self);
}

static void
opened_cb (OmcWindow *self, OmcUiSession *session)
{
  omc_startup_trace_unlocked ();
  adw_view_stack_set_visible_child_name (ADW_VIEW_STACK (self->view_stack), "board");
  gtk_stack_set_visible_child_name (GTK_STACK (self->root_stack), "main");
  set_session (self, session);
  omc_board_page_focus_search (OMC_BOARD_PAGE (self->board_page));
  g_signal_emit (self, signals[SIGNED_IN], 0, session);
  watch_device (self);
}

static void
popped_cb (OmcWindow *self, AdwNavigationPage *page)
{
  if (g_strcmp0 (adw_navigation_page_get_tag (
                     adw_navigation_view_get_visible_page (ADW_NAVIGATION_VIEW (self->navigation))),
                 "home") == 0)
    gtk_widget_grab_focus (self->board_page);
}

static void
push_page (OmcWindow *self, AdwNavigationPage *page)
{
  adw_navigation_view_push (ADW_NAVIGATION_VIEW (self->navigation), page);
}

static void
open_patient_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  OmcWindow *self = OMC_WINDOW (widget);
  const char *patient_id = g_variant_get_string (parameter, NULL);
  AdwNavigationPage *page;

  if (!self->session)
    return;

  page = adw_navigation_view_get_visible_page (ADW_NAVIGATION_VIEW (self->navigation));
  if (!OMC_IS_PATIENT_PAGE (page) || !omc_patient_page_is_of (OMC_PATIENT_PAGE (page), patient_id))
    push_page (self, omc_patient_page_new (self->session, patient_id));
}

static void
add_vitals_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  OmcWindow *self = OMC_WINDOW (widget);
  const char *patient_id = g_variant_get_string (parameter, NULL);
  AdwNavigationPage *page;

  if (!self->session)
    return;

  omc_unsaved_forget (self->unsaved, name, patient_id);
  page = adw_navigation_view_get_visible_page (ADW_NAVIGATION_VIEW (self->navigation));
  if (!OMC_IS_VITALS_PAGE (page) || !omc_vitals_page_is_of (OMC_VITALS_PAGE (page), patient_id))
    push_page (self, omc_vitals_page_new (self->session, patient_id));
}

static void
show_view_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  OmcWindow *self = OMC_WINDOW (widget);

  if (!self->session)
    return;

  adw_navigation_view_pop_to_tag (ADW_NAVIGATION_VIEW (self->navigation), "home");
  adw_view_stack_set_visible_child_name (ADW_VIEW_STACK (self->view_stack),
                                         name + strlen ("win.show-"));
  gtk_widget_grab_focus (adw_view_stack_get_visible_child (ADW_VIEW_STACK (self->view_stack)));
}

static void
search_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  OmcWindow *self = OMC_WINDOW (widget);

  show_view_cb (widget, "win.show-board", NULL);
  omc_board_page_focus_search (OMC_BOARD_PAGE (self->board_page));
}

static void
toast_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  omc_window_add_toast (OMC_WINDOW (widget),
                        adw_toast_new (g_variant_get_string (parameter, NULL)));
}

static void
lock_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  omc_window_lock (OMC_WINDOW (widget));
}

static void
switch_person_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  OmcWindow *self = OMC_WINDOW (widget);

  omc_window_lock (self);
  omc_unlock_page_choose_person (OMC_UNLOCK_PAGE (self->unlock_page));
}

static void
sync_now_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  OmcWindow *self = OMC_WINDOW (widget);

  if (self->session)
    omc_sync_service_request_sync (omc_ui_session_get_sync (self->session), OMC_SYNC_REASON_USER);
}

static void
preferences_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  OmcWindow *self = OMC_WINDOW (widget);

  if (self->session)
    omc_ui_present_dialog (ADW_DIALOG (omc_preferences_new (self->gate, self->session)), widget);
}

/* Not the help overlay of GtkApplication, which would be built with the window. */
static void
shortcuts_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  OmcWindow *self = OMC_WINDOW (widget);
  g_autoptr (GtkBuilder) builder = NULL;

  if (!self->shortcuts)
    {
      builder = gtk_builder_new_from_resource (OMC_TEMPLATE ("omc-help-overlay"));
      g_set_weak_pointer (&self->shortcuts,
                          GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay")));
      gtk_window_set_transient_for (self->shortcuts, GTK_WINDOW (widget));
    }
  gtk_window_present (self->shortcuts);
}

static gboolean
omc_window_close_request (GtkWindow *window)
{
  OmcWindow *self = OMC_WINDOW (window);
  int width, height;

  /* A kiosk has no way to the desktop; it ends with its session. */
  if (self->kiosk)
    return GDK_EVENT_STOP;

  gtk_window_get_default_size (window, &width, &height);
  g_settings_set_int (self->settings, "window-width", width);
  g_settings_set_int (self->settings, "window-height", height);
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (window));

  return GTK_WINDOW_CLASS (omc_window_parent_class)->close_request (window);
}

static void
omc_window_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (omc_window_parent_class)->map (widget);

  omc_warm_up (widget, OMC_WINDOW (widget)->navigation);
}

static void
omc_window_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (omc_window_parent_class)->realize (widget);

  OMC_WINDOW (widget)->budget = omc_frame_budget_new (widget);
}

static void
omc_window_unrealize (GtkWidget *widget)
{
  g_clear_pointer (&OMC_WINDOW (widget)->budget, omc_frame_budget_free);

  GTK_WIDGET_CLASS (omc_window_parent_class)->unrealize (widget);
}

static void
omc_window_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  omc_frame_budget_snapshot (OMC_WINDOW (widget)->budget, snapshot,
                             GTK_WIDGET_CLASS (omc_window_parent_class)->snapshot);
}

static void
omc_window_dispose (GObject *object)
{
  OmcWindow *self = OMC_WINDOW (object);

  if (self->session)
    set_session (self, NULL);
  g_clear_object (&self->device);
  g_clear_object (&self->unsaved);
  g_clear_pointer (&self->notice, g_free);
  g_clear_object (&self->gate);
  g_clear_object (&self->settings);
  g_clear_weak_pointer (&self->shortcuts);
  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_WINDOW);

  G_OBJECT_CLASS (omc_window_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-window"));
  gtk_widget_class_bind_template_child (widget_class, OmcWindow, practice_banner);
  gtk_widget_class_bind_template_child (widget_class, OmcWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, OmcWindow, device_banner);
  gtk_widget_class_bind_template_child (widget_class, OmcWindow, root_stack);
  gtk_widget_class_bind_template_child (widget_class, OmcWindow, unlock_page);
  gtk_widget_class_bind_template_child (widget_class, OmcWindow, navigation);
  gtk_widget_class_bind_template_child (widget_class, OmcWindow, sync_badge);
  gtk_widget_class_bind_template_child (widget_class, OmcWindow, actor_label);
  gtk_widget_class_bind_template_child (widget_class, OmcWindow, view_stack);
  gtk_widget_class_bind_template_child (widget_class, OmcWindow, board_page);
  gtk_widget_class_bind_template_child (widget_class, OmcWindow, sync_page);
  gtk_widget_class_bind_template_child (widget_class, OmcWindow, conflicts_view);
  gtk_widget_class_bind_template_child (widget_class, OmcWindow, conflicts_page);
  gtk_widget_class_bind_template_child (widget_class, OmcWindow, dashboard_page);
  gtk_widget_class_bind_template_child (widget_class, OmcWindow, audit_view);
  gtk_widget_class_bind_template_child (widget_class, OmcWindow, audit_page);
  gtk_widget_class_bind_template_callback (widget_class, narrowed_cb);
  gtk_widget_class_bind_template_callback (widget_class, widened_cb);
  gtk_widget_class_bind_template_callback (widget_class, sync_built_cb);
  gtk_widget_class_bind_template_callback (widget_class, conflicts_built_cb);
  gtk_widget_class_bind_template_callback (widget_class, dashboard_built_cb);
  gtk_widget_class_bind_template_callback (widget_class, audit_built_cb);
  gtk_widget_class_bind_template_callback (widget_class, opened_cb);
  gtk_widget_class_bind_template_callback (widget_class, popped_cb);
}

static void
omc_window_class_init (OmcWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_window_dispose;
  widget_class->map = omc_window_map;
  widget_class->realize = omc_window_realize;
  widget_class->unrealize = omc_window_unrealize;
  widget_class->snapshot = omc_window_snapshot;
  GTK_WINDOW_CLASS (klass)->close_request = omc_window_close_request;

  signals[SIGNED_IN] = g_signal_new ("signed-in", OMC_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 1, OMC_TYPE_UI_SESSION);
  signals[LOCKED] = g_signal_new ("locked", OMC_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, OMC_TYPE_ACTOR);

  g_type_ensure (OMC_TYPE_LAZY);
  g_type_ensure (OMC_TYPE_UNLOCK_PAGE);
  g_type_ensure (OMC_TYPE_BOARD_PAGE);
  g_type_ensure (OMC_TYPE_SYNC_BADGE);
  g_type_ensure (OMC_TYPE_QUEUE_PAGE);
  g_type_ensure (OMC_TYPE_CONFLICTS_PAGE);
  g_type_ensure (OMC_TYPE_DASHBOARD_PAGE);
  g_type_ensure (OMC_TYPE_AUDIT_PAGE);
  bind_template (widget_class);

  gtk_widget_class_install_action (widget_class, "win.open-patient", "s", open_patient_cb);
  gtk_widget_class_install_action (widget_class, "win.add-vitals", "s", add_vitals_cb);
  gtk_widget_class_install_action (widget_class, "win.toast", "s", toast_cb);
  gtk_widget_class_install_action (widget_class, "win.show-board", NULL, show_view_cb);
  gtk_widget_class_install_action (widget_class, "win.show-sync", NULL, show_view_cb);
  gtk_widget_class_install_action (widget_class, "win.show-conflicts", NULL, show_view_cb);
  gtk_widget_class_install_action (widget_class, "win.show-dashboard", NULL, show_view_cb);
  gtk_widget_class_install_action (widget_class, "win.show-audit", NULL, show_view_cb);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_cb);
  gtk_widget_class_install_action (widget_class, "win.lock", NULL, lock_cb);
  gtk_widget_class_install_action (widget_class, "win.switch-person", NULL, switch_person_cb);
  gtk_widget_class_install_action (widget_class, "win.sync-now", NULL, sync_now_cb);
  gtk_widget_class_install_action (widget_class, "win.preferences", NULL, preferences_cb);
  gtk_widget_class_install_action (widget_class, "win.shortcuts", NULL, shortcuts_cb);
}

static void
omc_window_init (OmcWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  set_session (self, NULL);
}

static void
enter_kiosk (OmcWindow *self)
{
  self->kiosk = TRUE;
  gtk_widget_add_css_class (GTK_WIDGET (self), "kiosk");
  /* Header bars would still offer to minimise. */
  g_object_set (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-decoration-layout", ":", NULL);
  gtk_window_set_deletable (GTK_WINDOW (self), FALSE);
  gtk_window_set_decorated (GTK_WINDOW (self), FALSE);
  gtk_window_fullscreen (GTK_WINDOW (self));
}

OmcWindow *
omc_window_new (GtkApplication *application,
                OmcGate *gate,
                GSettings *settings,
                const char *user,
                gboolean practice,
                gboolean kiosk)
{
  OmcWindow *self;

  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (OMC_IS_GATE (gate), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (OMC_TYPE_WINDOW, "application", application, NULL);
  self->gate = g_object_ref (gate);
  self->settings = g_object_ref (settings);
  omc_window_set_practice (self, practice);
  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (settings, "window-width"),
                               g_settings_get_int (settings, "window-height"));
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  if (kiosk)
    enter_kiosk (self);
  omc_unlock_page_set_gate (OMC_UNLOCK_PAGE (self->unlock_page), gate, user);
  omc_warm_up_styles (GTK_WIDGET (self), g_settings_get_int (settings, "window-width"));

  return self;
}

void
omc_window_set_practice (OmcWindow *self, gboolean practice)
{
  g_return_if_fail (OMC_IS_WINDOW (self));

  /* Not only unrevealed: a screen reader would still read it out. */
  gtk_widget_set_visible (self->practice_banner, practice);
  adw_banner_set_revealed (ADW_BANNER (self->practice_banner), practice);
}

void
omc_window_set_notice (OmcWindow *self, const char *notice)
{
  g_return_if_fail (OMC_IS_WINDOW (self));

  g_set_str (&self->notice, notice);
}

void
omc_window_lock (OmcWindow *self)
{
  g_autoptr (OmcActor) actor = NULL;
  AdwDialog *dialog;

  g_return_if_fail (OMC_IS_WINDOW (self));

  if (!self->session)
    {
      omc_unlock_page_abandon (OMC_UNLOCK_PAGE (self->unlock_page));
      return;
    }

  actor = g_object_ref (omc_ui_session_get_actor (self->session));
  while ((dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self))))
    adw_dialog_force_close (dialog);
  adw_navigation_view_pop_to_tag (ADW_NAVIGATION_VIEW (self->navigation), "home");
  set_session (self, NULL);
  watch_device (self);
  gtk_stack_set_visible_child_name (GTK_STACK (self->root_stack), "gate");
  /* What was said to who was here is not for who comes. */
  adw_toast_overlay_dismiss_all (ADW_TOAST_OVERLAY (self->toast_overlay));
  omc_unlock_page_examine (OMC_UNLOCK_PAGE (self->unlock_page));
  g_signal_emit (self, signals[LOCKED], 0, actor);
}

OmcUiSession *
omc_window_get_session (OmcWindow *self)
{
  g_return_val_if_fail (OMC_IS_WINDOW (self), NULL);

  return self->session;
}

void
omc_window_add_toast (OmcWindow *self, AdwToast *toast)
{
  AdwDialog *dialog;

  g_return_if_fail (OMC_IS_WINDOW (self));
  g_return_if_fail (ADW_IS_TOAST (toast));

  /* What it says may come from a server or a file: it is text. */
  adw_toast_set_use_markup (toast, FALSE);
  dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self));
  /* Preferences cover the place of the window's own toasts. */
  if (ADW_IS_PREFERENCES_DIALOG (dialog))
    adw_preferences_dialog_add_toast (ADW_PREFERENCES_DIALOG (dialog), toast);
  else
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toast_overlay), toast);
}
