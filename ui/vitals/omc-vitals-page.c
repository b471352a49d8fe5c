/* omc-vitals-page.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-vitals"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-actor-label.h"
#include "omc-codes.h"
#include "omc-lazy.h"
#include "omc-notice.h"
#include "omc-patient-banner.h"
#include "omc-patient-reader.h"
#include "omc-sync-badge.h"
#include "omc-ui.h"
#include "omc-vitals-form.h"
#include "omc-vitals-page.h"
#include "omc-vitals-saved.h"

#define HISTORY_US (3 * G_TIME_SPAN_DAY)
#define DRAFT_DELAY_MS 400

struct _OmcVitalsPage
{
  AdwNavigationPage parent_instance;
  GtkWidget *sync_badge;
  GtkWidget *actor_label;
  GtkWidget *banner;
  GtkWidget *stack;
  GtkWidget *error_page;
  GtkWidget *entry;           /* OmcLazy */
  GtkWidget *saved;           /* OmcLazy */
  OmcUiSession *session;      /* (owned) */
  char *patient_id;           /* (owned) */
  char *draft_key;            /* (owned) */
  OmcVitalsDraft *draft;      /* (owned) */
  OmcPatientSummary *summary; /* (owned) (nullable): once the chart is read */
  GCancellable *cancellable;  /* (owned) */
  guint draft_source;
  guint leave_source;
  char *failure; /* (owned) (nullable): why the set was not saved, once the page was left */
  gboolean saving;
};

G_DEFINE_FINAL_TYPE (OmcVitalsPage, omc_vitals_page, ADW_TYPE_NAVIGATION_PAGE)

static OmcVitalsForm *
get_form (OmcVitalsPage *self)
{
  return OMC_VITALS_FORM (omc_lazy_get (OMC_LAZY (self->entry)));
}

/* Read the chart, then the draft, then show the form:
 * read_chart -> chart_read_cb -> draft_read_cb */

static void
draft_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!omc_store_save_draft_finish (OMC_STORE (source), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_warning ("Cannot keep a draft: %s", error->message);
}

/* bytes: (nullable): forgets the draft. Not cancelled with the page: what was typed is to be kept. */
static void
store_draft (OmcVitalsPage *self, GBytes *bytes)
{
  omc_store_save_draft_async (omc_ui_session_get_store (self->session),
                              omc_ui_session_get_actor (self->session), self->draft_key, bytes,
                              NULL, draft_saved_cb, NULL);
}

static gboolean
save_draft_cb (gpointer user_data)
{
  OmcVitalsPage *self = user_data;
  g_autoptr (GBytes) bytes =
      omc_vitals_draft_get_dirty (self->draft) ? omc_vitals_draft_serialize (self->draft) : NULL;

  self->draft_source = 0;
  store_draft (self, bytes);

  return G_SOURCE_REMOVE;
}

/* Now what would be kept in a moment. */
static void
keep_draft (OmcVitalsPage *self)
{
  if (self->draft_source == 0)
    return;

  g_source_remove (self->draft_source);
  save_draft_cb (self);
}

static void
draft_changed_cb (OmcVitalsPage *self)
{
  if (self->saving || self->draft_source != 0)
    return;

  self->draft_source = g_timeout_add (DRAFT_DELAY_MS, save_draft_cb, self);
}

static void
show_form (gpointer user_data)
{
  OmcVitalsPage *self = user_data;

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "entry");
  gtk_widget_grab_focus (self->entry);
}

static void
draft_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcVitalsPage) self = user_data;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gint64 saved_at_us = 0;

  bytes = omc_store_load_draft_finish (OMC_STORE (source), result, &saved_at_us, &error);
  if (!self->stack || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (bytes && omc_vitals_draft_load (self->draft, bytes, &error))
    {
      g_autofree char *time =
          omc_display_time (saved_at_us, omc_ui_session_get_now (self->session));
      g_autofree char *text = g_strdup_printf (_ ("Your draft of %s is back"), time);

      gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", text);
    }
  else if (error)
    {
      g_autofree char *text = g_strdup_printf (_ ("A draft could not be read: %s"), error->message);

      gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", text);
    }
  omc_lazy_prepare (OMC_LAZY (self->entry), show_form, self);
}

static void
set_units (OmcVitalsPage *self)
{
  GSettings *settings = omc_ui_session_get_settings (self->session);
  static const struct
  {
    OmcVitalKind kind;
    const char *key;
  } units[] = {
    { OMC_VITAL_TEMPERATURE, "temperature-unit" },
    { OMC_VITAL_WEIGHT, "weight-unit" },
    { OMC_VITAL_GLUCOSE, "glucose-unit" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autofree char *unit = g_settings_get_string (settings, units[i].key);

      omc_vitals_draft_set_unit (self->draft, units[i].kind, unit);
    }
}

static void
chart_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcVitalsPage) self = user_data;
  g_autoptr (OmcPatientSummary) summary = NULL;
  g_autoptr (GError) error = NULL;

  summary = omc_patient_read_finish (OMC_STORE (source), result, &error);
  if (!self->stack || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (!summary)
    {
      omc_notice_set_description (OMC_NOTICE (self->error_page), error->message);
      gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "error");
      return;
    }

  g_set_object (&self->summary, summary);
  omc_patient_banner_set_summary (OMC_PATIENT_BANNER (self->banner), self->summary);
  gtk_widget_set_visible (self->banner, TRUE);
  omc_vitals_draft_set_patient (self->draft, omc_patient_summary_get_scope (self->summary),
                                omc_patient_summary_get_scale (self->summary),
                                omc_patient_summary_get_sets (self->summary),
                                omc_patient_summary_get_admitted (self->summary));
  set_units (self);
  omc_store_load_draft_async (OMC_STORE (source), omc_ui_session_get_actor (self->session),
                              self->draft_key, self->cancellable, draft_read_cb,
                              g_object_ref (self));
}

/* Hundreds of widgets end when the answer to the save is on the screen. */
static gboolean
leave_form_cb (gpointer user_data)
{
  OmcVitalsPage *self = user_data;

  self->leave_source = 0;
  omc_lazy_drop (OMC_LAZY (self->entry));
  omc_vitals_draft_clear (self->draft);

  return G_SOURCE_REMOVE;
}

/* A save that failed after the page was left: is there a draft to come back to? Said where the person is now:
 * saved_cb -> draft_looked_up_cb (-> draft_kept_cb) -> tell_unsaved */

static void
tell_unsaved (OmcVitalsPage *self, gboolean kept)
{
  const char *name = omc_patient_summary_get_name (self->summary);
  g_autofree char *text =
      g_strdup_printf (kept ? _ ("The vitals of %s were not saved. They wait as your draft. %s")
                            : _ ("The vitals of %s were not saved and have to be typed again. %s"),
                       name, self->failure);

  omc_ui_session_tell_unsaved (self->session, text, _ ("Back to the Form"), "win.add-vitals",
                               self->patient_id);
}

static void
draft_kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcVitalsPage) self = user_data;

  tell_unsaved (self, omc_store_save_draft_finish (OMC_STORE (source), result, NULL));
}

static void
draft_looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcVitalsPage) self = user_data;
  g_autoptr (GBytes) kept = omc_store_load_draft_finish (OMC_STORE (source), result, NULL, NULL);
  g_autoptr (GBytes) bytes = NULL;

  if (kept)
    {
      tell_unsaved (self, TRUE);
      return;
    }

  bytes = omc_vitals_draft_serialize (self->draft);
  omc_store_save_draft_async (OMC_STORE (source), omc_ui_session_get_actor (self->session),
                              self->draft_key, bytes, NULL, draft_kept_cb, g_object_ref (self));
}

static void
look_up_draft (OmcVitalsPage *self, const char *failure)
{
  g_set_str (&self->failure, failure);
  omc_store_load_draft_async (omc_ui_session_get_store (self->session),
                              omc_ui_session_get_actor (self->session), self->draft_key, NULL,
                              draft_looked_up_cb, g_object_ref (self));
}

/* Also while another page slides over it. */
static gboolean
is_left (OmcVitalsPage *self)
{
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_NAVIGATION_VIEW);

  return !view || adw_navigation_view_get_visible_page (ADW_NAVIGATION_VIEW (view)) !=
                      ADW_NAVIGATION_PAGE (self);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcVitalsPage) self = user_data;
  g_autoptr (GPtrArray) resources = NULL;
  g_autoptr (GError) error = NULL;

  resources = omc_store_save_finish (OMC_STORE (source), result, &error);
  if (!resources && is_left (self))
    look_up_draft (self, error->message);
  if (!self->stack)
    return;

  self->saving = FALSE;
  if (!resources)
    {
      omc_vitals_form_set_busy (get_form (self), FALSE);
      if (is_left (self))
        return;

      g_autofree char *text = g_strdup_printf (_ ("Not saved: %s"), error->message);

      gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", text);
      return;
    }

  g_signal_handlers_disconnect_by_func (self->draft, draft_changed_cb, self);
  omc_vitals_saved_set (OMC_VITALS_SAVED (omc_lazy_get (OMC_LAZY (self->saved))), self->session,
                        self->summary, self->patient_id, resources);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "saved");
  gtk_widget_grab_focus (self->saved);
  self->leave_source = g_idle_add_full (G_PRIORITY_LOW, leave_form_cb, self, NULL);
}

static void
save_cb (OmcVitalsPage *self)
{
  OmcActor *actor = omc_ui_session_get_actor (self->session);
  gboolean preliminary = omc_actor_get_role (actor) == OMC_ROLE_HEALTH_CARE_ASSISTANT;
  g_autoptr (GPtrArray) resources = NULL;
  g_autoptr (GError) error = NULL;

  resources = omc_vitals_draft_to_resources (
      self->draft, self->patient_id, omc_patient_summary_get_encounter (self->summary),
      omc_actor_get_practitioner (actor), omc_actor_get_display (actor), preliminary,
      omc_ui_session_get_now (self->session), &error);
  if (!resources)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", error->message);
      return;
    }

  /* Kept first, for the case that the save fails, as the page may be gone when that is known. */
  keep_draft (self);
  self->saving = TRUE;
  omc_vitals_form_set_busy (get_form (self), TRUE);
  omc_store_save_async (omc_ui_session_get_store (self->session), actor, resources, OMC_SAVE_CHART,
                        self->draft_key, NULL, saved_cb, g_object_ref (self));
}

static void
done_cb (OmcVitalsPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "navigation.pop", NULL);
}

static void
entry_built_cb (OmcVitalsPage *self, GtkWidget *form)
{
  omc_vitals_form_set_draft (OMC_VITALS_FORM (form), self->draft,
                             omc_store_get_clock (omc_ui_session_get_store (self->session)));
  g_signal_connect_object (self->draft, "notify", G_CALLBACK (draft_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (form, "save", G_CALLBACK (save_cb), self, G_CONNECT_SWAPPED);
}

static void
saved_built_cb (OmcVitalsPage *self, GtkWidget *saved)
{
  g_signal_connect_object (saved, "done", G_CALLBACK (done_cb), self, G_CONNECT_SWAPPED);
}

static void
omc_vitals_page_dispose (GObject *object)
{
  OmcVitalsPage *self = OMC_VITALS_PAGE (object);

  /* Leaving, locking or closing while something is typed keeps it. */
  keep_draft (self);
  g_clear_handle_id (&self->leave_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_VITALS_PAGE);

  G_OBJECT_CLASS (omc_vitals_page_parent_class)->dispose (object);
}

static void
omc_vitals_page_finalize (GObject *object)
{
  OmcVitalsPage *self = OMC_VITALS_PAGE (object);

  /* Not before: a save may still be under way. */
  g_clear_object (&self->summary);
  g_clear_object (&self->draft);
  g_clear_object (&self->session);
  g_object_unref (self->cancellable);
  g_free (self->failure);
  g_free (self->patient_id);
  g_free (self->draft_key);

  G_OBJECT_CLASS (omc_vitals_page_parent_class)->finalize (object);
}

static void
omc_vitals_page_class_init (OmcVitalsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = omc_vitals_page_dispose;
  object_class->finalize = omc_vitals_page_finalize;

  g_type_ensure (OMC_TYPE_LAZY);
  g_type_ensure (OMC_TYPE_NOTICE);
  g_type_ensure (OMC_TYPE_SYNC_BADGE);
  g_type_ensure (OMC_TYPE_PATIENT_BANNER);
  g_type_ensure (OMC_TYPE_VITALS_FORM);
  g_type_ensure (OMC_TYPE_VITALS_SAVED);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-vitals-page"));
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsPage, sync_badge);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsPage, actor_label);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsPage, banner);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsPage, error_page);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsPage, entry);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsPage, saved);
  gtk_widget_class_bind_template_callback (widget_class, entry_built_cb);
  gtk_widget_class_bind_template_callback (widget_class, saved_built_cb);
}

static void
omc_vitals_page_init (OmcVitalsPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwNavigationPage *
omc_vitals_page_new (OmcUiSession *session, const char *patient_id)
{
  OmcVitalsPage *self;
  OmcStore *store;

  g_return_val_if_fail (OMC_IS_UI_SESSION (session), NULL);
  g_return_val_if_fail (patient_id != NULL, NULL);

  self = g_object_new (OMC_TYPE_VITALS_PAGE, NULL);
  store = omc_ui_session_get_store (session);
  self->session = g_object_ref (session);
  self->patient_id = g_strdup (patient_id);
  self->draft_key = g_strdup_printf ("vitals/Patient/%s", patient_id);
  self->draft = omc_vitals_draft_new (omc_store_get_clock (store));
  omc_sync_badge_set_session (OMC_SYNC_BADGE (self->sync_badge), session);
  omc_actor_label_show (GTK_LABEL (self->actor_label), omc_ui_session_get_actor (session), TRUE);
  omc_patient_read_async (store, omc_ui_session_get_actor (session), patient_id,
                          omc_ui_session_get_now (session) - HISTORY_US, self->cancellable,
                          chart_read_cb, g_object_ref (self));

  return ADW_NAVIGATION_PAGE (self);
}

gboolean
omc_vitals_page_is_of (OmcVitalsPage *self, const char *patient_id)
{
  g_return_val_if_fail (OMC_IS_VITALS_PAGE (self), FALSE);

  return g_strcmp0 (self->patient_id, patient_id) == 0;
}
