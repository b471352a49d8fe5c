/* omc-board-page.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-patients"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-board-list.h"
#include "omc-board-model.h"
#include "omc-board-page.h"
#include "omc-notice.h"
#include "omc-startup-trace.h"
#include "omc-store-cache.h"
#include "omc-ui.h"

struct _OmcBoardPage
{
  AdwBin parent_instance;
  GtkWidget *stack;
  GtkWidget *search_entry;
  GtkWidget *filter_all;
  GtkWidget *filter_overdue;
  GtkWidget *filter_worse;
  GtkWidget *filter_unsent;
  GtkWidget *filter_conflict;
  GtkWidget *count_label;
  GtkWidget *sort_drop_down;
  GtkWidget *list;
  GtkWidget *empty_page;
  GtkWidget *error_page;
  OmcUiSession *session; /* (owned) (nullable) */
  OmcBoardModel *model;  /* (owned) (nullable) */
  guint attach_tick;     /* until the list shows the model */
  guint frames;
  guint n_evicted;  /* charts that are on the server only, as far as was looked */
  gboolean beyond;  /* other departments are searched too */
  gboolean entered; /* until the answer to the search is there */
};

G_DEFINE_FINAL_TYPE (OmcBoardPage, omc_board_page, ADW_TYPE_BIN)

static OmcBoardFilter
get_filter (OmcBoardPage *self)
{
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->filter_overdue)))
    return OMC_BOARD_OVERDUE;
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->filter_worse)))
    return OMC_BOARD_DETERIORATING;
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->filter_unsent)))
    return OMC_BOARD_UNSENT;
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->filter_conflict)))
    return OMC_BOARD_CONFLICT;

  return OMC_BOARD_ALL;
}

/* Who was removed from this device is not found by a name: the name went too. */
static char *
describe_nobody (OmcBoardPage *self)
{
  const char *here = self->beyond ? _ ("Nobody on this device, in no department, has this in the "
                                       "name, bed or number. It takes three letters or more.")
                                  : _ ("Nobody here has this in the name, bed or number.");
  g_autofree char *evicted = NULL;

  if (self->n_evicted == 0)
    return g_strdup (here);
  evicted = g_strdup_printf (
      ngettext ("%u chart is on the server only, to make room: it comes back when something new of "
                "the patient arrives, or when IT recalls it.",
                "%u charts are on the server only, to make room: one comes back when something "
                "new of the patient arrives, or when IT recalls it.",
                self->n_evicted),
      self->n_evicted);

  return g_strdup_printf ("%s\n%s", here, evicted);
}

static void
explain_empty (OmcBoardPage *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
  OmcNotice *page = OMC_NOTICE (self->empty_page);
  gboolean bounded = omc_actor_get_department (omc_ui_session_get_actor (self->session)) != NULL;

  omc_notice_set_button_label (
      page, *text && bounded && !self->beyond ? _ ("Look in Other Departments") : NULL);
  if (*text)
    {
      g_autofree char *nobody = describe_nobody (self);

      omc_notice_set_title (page, _ ("No Patient Found"));
      omc_notice_set_description (page, nobody);
    }
  else if (get_filter (self) != OMC_BOARD_ALL)
    {
      omc_notice_set_title (page, _ ("Nobody in This List"));
      omc_notice_set_description (page, _ ("Choose “All” to see the whole ward."));
    }
  else
    {
      omc_notice_set_title (page, _ ("No Patients on This Device Yet"));
      omc_notice_set_description (page,
                                  _ ("They appear when the device has synced with the server."));
    }
}

static void
count_evicted_thread (GTask *task, gpointer source, gpointer store, GCancellable *cancellable)
{
  OmcCacheStatus status = { 0 };
  GError *error = NULL;

  if (omc_store_get_cache_status_sync (store, &status, cancellable, &error))
    g_task_return_int (task, status.n_evicted_charts);
  else
    g_task_return_error (task, error);
}

static void
evicted_counted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  OmcBoardPage *self = OMC_BOARD_PAGE (source);
  gssize n_evicted = g_task_propagate_int (G_TASK (result), NULL);

  if (!self->model || n_evicted < 0 || (guint)n_evicted == self->n_evicted)
    return;

  self->n_evicted = (guint)n_evicted;
  explain_empty (self);
}

static void
count_evicted (OmcBoardPage *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, evicted_counted_cb, NULL);

  g_task_set_source_tag (task, count_evicted);
  g_task_set_task_data (task, g_object_ref (omc_ui_session_get_store (self->session)),
                        g_object_unref);
  g_task_run_in_thread (task, count_evicted_thread);
}

/* Enter after a search that leaves one patient opens that patient; else the list gets the focus. */
static void
follow_entered (OmcBoardPage *self, guint total)
{
  self->entered = FALSE;
  if (total == 1)
    omc_board_list_open (OMC_BOARD_LIST (self->list), 0);
  else
    gtk_widget_grab_focus (self->list);
}

static void
update (OmcBoardPage *self)
{
  g_autofree char *error = NULL;
  g_autofree char *count = NULL;
  guint total = 0;
  gboolean loading = FALSE;

  if (!self->model)
    return;

  g_object_get (self->model, "total", &total, "loading", &loading, "error", &error, NULL);
  count = g_strdup_printf (ngettext ("%u patient", "%u patients", total), total);
  gtk_label_set_text (GTK_LABEL (self->count_label), count);

  if (error && total == 0)
    {
      omc_notice_set_description (OMC_NOTICE (self->error_page), error);
      gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "error");
    }
  else if (total > 0)
    {
      gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "list");
      if (!self->attach_tick)
        omc_startup_trace_board_shown (GTK_WIDGET (self));
    }
  else if (loading)
    {
      gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "loading");
    }
  else
    {
      explain_empty (self);
      if (*gtk_editable_get_text (GTK_EDITABLE (self->search_entry)))
        count_evicted (self);
      gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "empty");
    }
  if (self->entered && !loading)
    follow_entered (self, total);
}

static void
beyond_cb (OmcBoardPage *self)
{
  self->beyond = TRUE;
  omc_board_model_set_beyond (self->model, TRUE);
  gtk_widget_grab_focus (self->search_entry);
}

/* The look into other departments is for the one search that it was asked for. */
static void
end_beyond (OmcBoardPage *self)
{
  self->beyond = FALSE;
  omc_board_model_set_beyond (self->model, FALSE);
}

static void
search_changed_cb (OmcBoardPage *self)
{
  if (!self->model)
    return;

  if (!*gtk_editable_get_text (GTK_EDITABLE (self->search_entry)))
    end_beyond (self);
  omc_board_model_set_text (self->model, gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
}

static void
stop_search_cb (OmcBoardPage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  gtk_widget_grab_focus (self->list);
}

/* Who types and presses Enter at once means what was typed, not what the list still shows. */
static void
search_activate_cb (OmcBoardPage *self)
{
  if (!self->model)
    return;

  self->entered = TRUE;
  search_changed_cb (self);
  update (self);
}

static void
filter_toggled_cb (OmcBoardPage *self, GtkToggleButton *button)
{
  if (self->model && gtk_toggle_button_get_active (button))
    omc_board_model_set_filter (self->model, get_filter (self));
}

static void
sort_selected_cb (OmcBoardPage *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->sort_drop_down));

  if (!self->model || selected == GTK_INVALID_LIST_POSITION)
    return;

  omc_board_model_set_sort (self->model, (OmcBoardSort)selected);
  g_settings_set_uint (omc_ui_session_get_settings (self->session), "board-sort", selected);
}

static void
retry_cb (OmcBoardPage *self)
{
  omc_board_model_reload (self->model);
}

static void
search_action_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  omc_board_page_focus_search (OMC_BOARD_PAGE (widget));
}

static void
tick_cb (OmcBoardPage *self)
{
  omc_board_model_tick (self->model);
}

static void
omc_board_page_dispose (GObject *object)
{
  OmcBoardPage *self = OMC_BOARD_PAGE (object);

  if (self->session)
    omc_board_page_set_session (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_BOARD_PAGE);

  G_OBJECT_CLASS (omc_board_page_parent_class)->dispose (object);
}

static void
omc_board_page_class_init (OmcBoardPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_board_page_dispose;

  g_type_ensure (OMC_TYPE_NOTICE);
  g_type_ensure (OMC_TYPE_BOARD_LIST);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-board-page"));
  gtk_widget_class_bind_template_child (widget_class, OmcBoardPage, stack);
  gtk_widget_class_bind_template_child (widget_class, OmcBoardPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, OmcBoardPage, filter_all);
  gtk_widget_class_bind_template_child (widget_class, OmcBoardPage, filter_overdue);
  gtk_widget_class_bind_template_child (widget_class, OmcBoardPage, filter_worse);
  gtk_widget_class_bind_template_child (widget_class, OmcBoardPage, filter_unsent);
  gtk_widget_class_bind_template_child (widget_class, OmcBoardPage, filter_conflict);
  gtk_widget_class_bind_template_child (widget_class, OmcBoardPage, count_label);
  gtk_widget_class_bind_template_child (widget_class, OmcBoardPage, sort_drop_down);
  gtk_widget_class_bind_template_child (widget_class, OmcBoardPage, list);
  gtk_widget_class_bind_template_child (widget_class, OmcBoardPage, empty_page);
  gtk_widget_class_bind_template_child (widget_class, OmcBoardPage, error_page);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, filter_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, sort_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, beyond_cb);
  gtk_widget_class_install_action (widget_class, "board.search", NULL, search_action_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "board.search",
                                       NULL);
}

static void
omc_board_page_init (OmcBoardPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (self->search_entry),
                                           GTK_WIDGET (self));
}

/* The lines come a frame after what stands around them. */
static gboolean
attach_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  OmcBoardPage *self = OMC_BOARD_PAGE (widget);

  if (self->frames++ == 0)
    return G_SOURCE_CONTINUE;

  self->attach_tick = 0;
  omc_board_list_set_model (OMC_BOARD_LIST (self->list), G_LIST_MODEL (self->model));
  update (self);

  return G_SOURCE_REMOVE;
}

static void
follow_session (OmcBoardPage *self)
{
  guint sort = g_settings_get_uint (omc_ui_session_get_settings (self->session), "board-sort");

  self->model = omc_board_model_new (omc_ui_session_get_store (self->session),
                                     omc_ui_session_get_actor (self->session));
  omc_board_model_set_sort (self->model, (OmcBoardSort)sort);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->sort_drop_down), sort);
  g_signal_connect_object (self->model, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "tick", G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
  self->frames = 0;
  self->attach_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), attach_cb, NULL, NULL);
  update (self);
}

void
omc_board_page_set_session (OmcBoardPage *self, OmcUiSession *session)
{
  g_return_if_fail (OMC_IS_BOARD_PAGE (self));
  g_return_if_fail (!session || OMC_IS_UI_SESSION (session));

  if (self->session == session)
    return;

  if (self->session)
    {
      g_signal_handlers_disconnect_by_data (self->session, self);
      g_signal_handlers_disconnect_by_data (self->model, self);
      if (self->attach_tick)
        gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->attach_tick);
      self->attach_tick = 0;
      self->entered = FALSE;
      self->beyond = FALSE;
      self->n_evicted = 0;
      omc_board_list_set_model (OMC_BOARD_LIST (self->list), NULL);
      g_clear_object (&self->model);
      gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
      /* Who comes next begins with the whole ward, and the buttons say so. */
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->filter_all), TRUE);
    }
  g_set_object (&self->session, session);
  if (session)
    follow_session (self);
}

void
omc_board_page_focus_search (OmcBoardPage *self)
{
  g_return_if_fail (OMC_IS_BOARD_PAGE (self));

  gtk_widget_grab_focus (self->search_entry);
}
