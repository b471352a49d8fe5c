/* omc-dashboard-page.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-dashboard"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-dashboard-page.h"
#include "omc-display.h"
#include "omc-ui.h"

/* design/sync.md: staleness is an alarm at 10 and at 30 minutes without contact. */
#define STALE_US (10 * G_TIME_SPAN_MINUTE)
#define VERY_STALE_US (30 * G_TIME_SPAN_MINUTE)

typedef enum
{
  FIGURE_SETS,
  FIGURE_OLDEST,
  FIGURE_CONFLICTS,
  FIGURE_ATTENTION,
  FIGURE_CONTACT,
  FIGURE_LAST_SYNC,
  FIGURE_PATIENTS,
  FIGURE_RESOURCES,
  FIGURE_STORAGE,
  FIGURE_RATIO,
  FIGURE_LATENCY,
  FIGURE_AUDIT,
  N_FIGURES
} Figure;

static const char *const figure_names[N_FIGURES] = {
  N_ ("Sets not sent"), N_ ("Oldest of them"), N_ ("Conflicts"),        N_ ("Need attention"),
  N_ ("Last contact"),  N_ ("Last full sync"), N_ ("Patients"),         N_ ("Records"),
  N_ ("Storage"),       N_ ("Compressed to"),  N_ ("Store answers in"), N_ ("Audit entries"),
};

struct _OmcDashboardPage
{
  AdwBin parent_instance;
  GtkWidget *flow_box;
  GtkWidget *error_label;
  GtkWidget *values[N_FIGURES];
  OmcUiSession *session;     /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) (nullable) */
  gint64 asked_us;
  gboolean asking;
};

G_DEFINE_FINAL_TYPE (OmcDashboardPage, omc_dashboard_page, ADW_TYPE_BIN)

/* text: (transfer full) */
static void
show (OmcDashboardPage *self, Figure figure, char *text, const char *style)
{
  const char *classes[] = { "title-2", "numeric", style, NULL };

  gtk_widget_set_css_classes (self->values[figure], classes);
  gtk_label_set_text (GTK_LABEL (self->values[figure]), text);
  g_free (text);
}

static char *
format_time (gint64 us, gint64 now)
{
  return us ? omc_display_ago (us, now) : g_strdup (_ ("never"));
}

static void
show_status (OmcDashboardPage *self, const OmcStoreStatus *status)
{
  gint64 now = omc_ui_session_get_now (self->session);
  gint64 silence = status->last_contact_us ? now - status->last_contact_us : G_MAXINT64;

  show (self, FIGURE_SETS, g_strdup_printf ("%u", status->n_pending_sets),
        status->n_pending_sets ? "warning" : NULL);
  show (self, FIGURE_OLDEST,
        status->oldest_pending_us ? omc_display_span (now - status->oldest_pending_us)
                                  : g_strdup ("–"),
        status->oldest_pending_us && now - status->oldest_pending_us > VERY_STALE_US ? "error"
                                                                                     : NULL);
  show (self, FIGURE_CONFLICTS, g_strdup_printf ("%u", status->n_conflicts),
        status->n_conflicts ? "error" : NULL);
  show (self, FIGURE_ATTENTION, g_strdup_printf ("%u", status->n_attention),
        status->n_attention ? "error" : NULL);
  show (self, FIGURE_CONTACT, format_time (status->last_contact_us, now),
        silence > VERY_STALE_US ? "error"
        : silence > STALE_US    ? "warning"
                                : NULL);
  show (self, FIGURE_LAST_SYNC, format_time (status->last_sync_us, now), NULL);
  show (self, FIGURE_PATIENTS, g_strdup_printf ("%'u", status->n_patients), NULL);
  show (self, FIGURE_RESOURCES, g_strdup_printf ("%'u", status->n_resources), NULL);
  show (self, FIGURE_STORAGE, omc_display_bytes (status->file_bytes), NULL);
  show (self, FIGURE_RATIO,
        status->original_bytes
            ? g_strdup_printf ("%.0f %%", 100.0 * status->payload_bytes / status->original_bytes)
            : g_strdup ("–"),
        NULL);
  show (self, FIGURE_LATENCY,
        g_strdup_printf ("%.1f ms", (g_get_monotonic_time () - self->asked_us) / 1000.0), NULL);
  show (self, FIGURE_AUDIT, g_strdup_printf ("%'" G_GUINT64_FORMAT, status->audit_sequence), NULL);
}

static void
status_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcDashboardPage) self = user_data;
  g_autoptr (GError) error = NULL;
  OmcStoreStatus status = { 0 };
  gboolean read = omc_store_get_status_finish (OMC_STORE (source), result, &status, &error);

  self->asking = FALSE;
  if (!self->session || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  gtk_widget_set_visible (self->error_label, !read);
  if (read)
    show_status (self, &status);
  else
    gtk_label_set_text (GTK_LABEL (self->error_label), error->message);
}

static void
refresh (OmcDashboardPage *self)
{
  if (!self->session || self->asking || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  self->asking = TRUE;
  self->asked_us = g_get_monotonic_time ();
  omc_store_get_status_async (omc_ui_session_get_store (self->session), self->cancellable,
                              status_cb, g_object_ref (self));
}

static void
omc_dashboard_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (omc_dashboard_page_parent_class)->map (widget);
  refresh (OMC_DASHBOARD_PAGE (widget));
}

static void
omc_dashboard_page_dispose (GObject *object)
{
  omc_dashboard_page_set_session (OMC_DASHBOARD_PAGE (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), OMC_TYPE_DASHBOARD_PAGE);

  G_OBJECT_CLASS (omc_dashboard_page_parent_class)->dispose (object);
}

static void
omc_dashboard_page_class_init (OmcDashboardPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_dashboard_page_dispose;
  widget_class->map = omc_dashboard_page_map;

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-dashboard-page"));
  gtk_widget_class_bind_template_child (widget_class, OmcDashboardPage, flow_box);
  gtk_widget_class_bind_template_child (widget_class, OmcDashboardPage, error_label);
}

static void
omc_dashboard_page_init (OmcDashboardPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  for (guint i = 0; i < N_FIGURES; i++)
    {
      GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
      GtkWidget *name = gtk_label_new (_ (figure_names[i]));

      self->values[i] = gtk_label_new ("–");
      gtk_accessible_update_relation (GTK_ACCESSIBLE (self->values[i]),
                                      GTK_ACCESSIBLE_RELATION_LABELLED_BY, name, NULL, -1);
      gtk_widget_add_css_class (card, "card");
      gtk_widget_add_css_class (card, "omc-figure");
      gtk_widget_add_css_class (name, "dim-label");
      gtk_box_append (GTK_BOX (card), self->values[i]);
      gtk_box_append (GTK_BOX (card), name);
      gtk_flow_box_append (GTK_FLOW_BOX (self->flow_box), card);
    }
}

void
omc_dashboard_page_set_session (OmcDashboardPage *self, OmcUiSession *session)
{
  g_return_if_fail (OMC_IS_DASHBOARD_PAGE (self));
  g_return_if_fail (!session || OMC_IS_UI_SESSION (session));

  if (self->session)
    {
      g_cancellable_cancel (self->cancellable);
      g_clear_object (&self->cancellable);
      g_signal_handlers_disconnect_by_data (omc_ui_session_get_store (self->session), self);
      g_signal_handlers_disconnect_by_data (self->session, self);
    }
  g_set_object (&self->session, session);
  if (!session)
    return;

  self->cancellable = g_cancellable_new ();
  g_signal_connect_object (omc_ui_session_get_store (session), "changed", G_CALLBACK (refresh),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "tick", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  refresh (self);
}
