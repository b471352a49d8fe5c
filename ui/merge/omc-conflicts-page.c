/* omc-conflicts-page.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge-ui"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-conflict-card.h"
#include "omc-conflict-inbox.h"
#include "omc-conflicts-page.h"
#include "omc-lazy.h"
#include "omc-merge-editor.h"
#include "omc-merge-words.h"
#include "omc-notice.h"
#include "omc-ui.h"

/* A decision is parked this long after it was made; leaving the conflict parks at once. */
#define PARK_DELAY_MS 400

struct _OmcConflictsPage
{
  AdwBin parent_instance;
  GtkWidget *toasts;
  GtkWidget *stack;
  GtkWidget *inbox;
  GtkWidget *title_label;
  GtkWidget *editor_toggle;
  GtkWidget *view_stack;
  GtkWidget *card;   /* OmcLazy */
  GtkWidget *editor; /* OmcLazy */
  GtkWidget *deleted_page;
  GtkWidget *keep_button;
  GtkWidget *error_page;
  OmcStore *store;           /* (owned) */
  OmcActor *actor;           /* (owned) */
  GCancellable *cancellable; /* (owned): of what reads for this page */
  GCancellable *reading;     /* (owned) (nullable): of what reads for the conflict that is open */
  gint64 open_id;            /* of the conflict that is shown or being read, 0: none */
  OmcConflict *conflict;     /* (owned) (nullable) */
  OmcMergeSession *session;  /* (owned) (nullable) */
  guint park_id;             /* timeout, 0: nothing to park */
  gboolean wants_focus;      /* asked for before there was something to give it to */
};

G_DEFINE_FINAL_TYPE (OmcConflictsPage, omc_conflicts_page, ADW_TYPE_BIN)

static void
toast (OmcConflictsPage *self, const char *text)
{
  AdwToast *message = adw_toast_new (text);

  adw_toast_set_use_markup (message, FALSE);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), message);
}

static void
show_error (OmcConflictsPage *self, const GError *error)
{
  omc_notice_set_description (OMC_NOTICE (self->error_page), error->message);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "error");
}

/* --- inbox: load, listed --- */

static void
reveal_inbox (OmcConflictsPage *self)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (self->stack)), "inbox") != 0)
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "inbox");
  if (self->wants_focus)
    gtk_widget_grab_focus (self->inbox);
  self->wants_focus = FALSE;
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (OmcConflictsPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) conflicts =
      omc_store_list_conflicts_finish (OMC_STORE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (conflicts)
    omc_conflict_inbox_set_conflicts (OMC_CONFLICT_INBOX (self->inbox), conflicts);
  if (self->open_id != 0)
    return;
  if (conflicts)
    reveal_inbox (self);
  else
    show_error (self, error);
}

static void
load (OmcConflictsPage *self)
{
  gboolean journal = omc_conflict_inbox_is_journal (OMC_CONFLICT_INBOX (self->inbox));

  omc_store_list_conflicts_async (self->store, self->actor,
                                  journal ? OMC_CONFLICTS_JOURNAL : OMC_CONFLICTS_OPEN,
                                  self->cancellable, listed_cb, g_object_ref (self));
}

static void
filter_changed_cb (OmcConflictsPage *self)
{
  if (self->store)
    load (self);
}

static void
opened_cb (OmcConflictsPage *self, gint64 conflict_id)
{
  omc_conflicts_page_open (self, conflict_id);
}

static void
retry_cb (OmcConflictsPage *self)
{
  if (self->open_id)
    omc_conflicts_page_open (self, self->open_id);
  else
    load (self);
}

static void
store_changed_cb (OmcConflictsPage *self, OmcStoreChange *change)
{
  if (change->flags & OMC_CHANGED_CONFLICTS)
    load (self);
}

/* --- parking --- */

static char *
dup_draft_key (gint64 conflict_id)
{
  return g_strdup_printf ("conflict/%" G_GINT64_FORMAT, conflict_id);
}

static void
parked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (OmcConflictsPage) self = data;
  g_autoptr (GError) error = NULL;

  if (!omc_store_save_draft_finish (OMC_STORE (source), result, &error) && self->toasts)
    toast (self, error->message);
}

static gboolean
park (gpointer data)
{
  OmcConflictsPage *self = data;
  g_autoptr (GBytes) bytes = omc_merge_session_serialize (self->session);
  g_autofree char *key = dup_draft_key (self->open_id);

  self->park_id = 0;
  omc_store_save_draft_async (self->store, self->actor, key, bytes, NULL, parked_cb,
                              g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
session_changed_cb (OmcConflictsPage *self)
{
  if (self->park_id == 0)
    self->park_id = g_timeout_add (PARK_DELAY_MS, park, self);
}

/* The screen has been left before: what is dropped has no focus any more. */
static void
close_session (OmcConflictsPage *self)
{
  if (self->park_id)
    {
      g_clear_handle_id (&self->park_id, g_source_remove);
      park (self);
    }
  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  if (self->card)
    {
      omc_lazy_drop (OMC_LAZY (self->card));
      omc_lazy_drop (OMC_LAZY (self->editor));
    }
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_object (&self->session);
  g_clear_pointer (&self->conflict, omc_conflict_unref);
  self->open_id = 0;
}

/* --- one conflict: open, read, draft loaded, shown --- */

static void
editor_toggled_cb (OmcConflictsPage *self)
{
  gboolean side_by_side = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->editor_toggle));

  gtk_stack_set_visible_child_name (GTK_STACK (self->view_stack), side_by_side ? "editor" : "card");
  gtk_widget_grab_focus (side_by_side ? self->editor : self->card);
}

static void
show_session (OmcConflictsPage *self)
{
  gboolean stop = omc_merge_session_is_stop (self->session);

  g_signal_connect_object (self->session, "changed", G_CALLBACK (session_changed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_set_visible (self->editor_toggle, !stop);
  if (stop)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->editor_toggle), FALSE);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "conflict");
  editor_toggled_cb (self);
}

static void
draft_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (OmcConflictsPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) draft = omc_store_load_draft_finish (OMC_STORE (source), result, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->session)
    return;
  if (draft && !omc_merge_session_restore (self->session, draft, &error))
    toast (self, error->message);
  show_session (self);
}

/* One side deleted the record (clinical.md 5, rule 6): a person says whether it stays deleted. */
static void
show_deletion (OmcConflictsPage *self)
{
  gboolean there = self->conflict->remote == NULL;
  g_autofree char *title =
      g_strdup_printf (there ? _ ("Deleted on the Server: %s") : _ ("Deleted Here: %s"),
                       omc_merge_words_type (self->conflict->resource_type));

  adw_status_page_set_title (ADW_STATUS_PAGE (self->deleted_page), title);
  adw_status_page_set_description (
      ADW_STATUS_PAGE (self->deleted_page),
      there ? _ ("It was changed on this device after it had been deleted on the server.")
            : _ ("It was changed on the server after it had been deleted on this device."));
  gtk_button_set_label (GTK_BUTTON (self->keep_button),
                        there ? _ ("Record It Again as New") : _ ("Keep the Server’s"));
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "deleted");
}

static void
begin_session (OmcConflictsPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcMergeResult) result = NULL;
  g_autofree char *key = dup_draft_key (self->open_id);
  g_autofree char *title = omc_merge_words_title (self->conflict);

  gtk_label_set_text (GTK_LABEL (self->title_label), title);
  if (!self->conflict->local || !self->conflict->remote)
    {
      show_deletion (self);
      return;
    }
  result = omc_merge3 (self->conflict->base, self->conflict->local, self->conflict->remote,
                       OMC_MERGE_STRATEGY_MERGE, &error);
  if (!result)
    {
      show_error (self, error);
      return;
    }
  self->session = omc_merge_session_new (result);
  omc_store_load_draft_async (self->store, self->actor, key, self->reading, draft_loaded_cb,
                              g_object_ref (self));
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (OmcConflictsPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcConflict) conflict =
      omc_store_read_conflict_finish (OMC_STORE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->open_id == 0)
    return;
  if (!conflict)
    {
      show_error (self, error);
      return;
    }
  if (conflict->id != self->open_id || self->conflict)
    return;
  self->conflict = g_steal_pointer (&conflict);
  begin_session (self);
}

void
omc_conflicts_page_open (OmcConflictsPage *self, gint64 conflict_id)
{
  g_return_if_fail (OMC_IS_CONFLICTS_PAGE (self));
  g_return_if_fail (conflict_id > 0);

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "loading");
  close_session (self);
  self->open_id = conflict_id;
  self->reading = g_cancellable_new ();
  omc_store_read_conflict_async (self->store, self->actor, conflict_id, self->reading, read_cb,
                                 g_object_ref (self));
}

void
omc_conflicts_page_show_inbox (OmcConflictsPage *self)
{
  g_return_if_fail (OMC_IS_CONFLICTS_PAGE (self));

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "inbox");
  gtk_widget_grab_focus (self->inbox);
  close_session (self);
  load (self);
}

/* --- deciding: save, stored --- */

/* What was decided, on its way into the store: by its answer another conflict may be on the screen, or none. */
typedef struct
{
  OmcConflictsPage *page; /* (owned) */
  OmcActor *actor;        /* (owned) */
  gint64 conflict_id;
} Decision;

static void
decision_free (Decision *decision)
{
  g_object_unref (decision->page);
  g_object_unref (decision->actor);
  g_free (decision);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Decision, decision_free)

static void
forget_draft (OmcStore *store, Decision *decision)
{
  g_autofree char *key = dup_draft_key (decision->conflict_id);

  omc_store_save_draft_async (store, decision->actor, key, NULL, NULL, parked_cb,
                              g_object_ref (decision->page));
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Decision) decision = data;
  OmcConflictsPage *self = decision->page;
  g_autoptr (GError) error = NULL;
  gboolean is_open = self->store && self->open_id == decision->conflict_id;

  if (omc_store_resolve_conflict_finish (OMC_STORE (source), result, &error))
    {
      if (is_open)
        {
          g_clear_handle_id (&self->park_id, g_source_remove);
          omc_conflicts_page_show_inbox (self);
        }
      forget_draft (OMC_STORE (source), decision);
      if (self->store)
        toast (self, _ ("Saved. It goes to the server with the next sync."));
    }
  else if (self->store && g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_STALE))
    {
      toast (self, _ ("The server’s version has changed meanwhile. Please look again."));
      if (is_open)
        omc_conflicts_page_open (self, decision->conflict_id);
    }
  else if (self->toasts)
    toast (self, error->message);
}

static void
resolve (OmcConflictsPage *self, OmcResource *merged, OmcJson *decisions)
{
  Decision *decision = g_new (Decision, 1);

  *decision = (Decision){ g_object_ref (self), g_object_ref (self->actor), self->open_id };
  omc_store_resolve_conflict_async (self->store, self->actor, self->open_id, merged, decisions,
                                    NULL, stored_cb, decision);
}

static void
save_cb (OmcConflictsPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcResource) merged = omc_merge_session_build_merged (self->session, &error);
  g_autoptr (OmcJson) decisions = NULL;

  if (!merged)
    {
      toast (self, error->message);
      return;
    }
  decisions = omc_merge_session_build_decisions (self->session);
  resolve (self, merged, decisions);
}

static void
card_built_cb (OmcConflictsPage *self, GtkWidget *card)
{
  g_signal_connect_object (card, "save", G_CALLBACK (save_cb), self, G_CONNECT_SWAPPED);
  omc_conflict_card_set_session (OMC_CONFLICT_CARD (card), self->session, self->conflict);
}

static void
editor_built_cb (OmcConflictsPage *self, GtkWidget *editor)
{
  g_signal_connect_object (editor, "save", G_CALLBACK (save_cb), self, G_CONNECT_SWAPPED);
  omc_merge_editor_set_session (OMC_MERGE_EDITOR (editor), self->session, self->conflict);
}

static void
leave_deleted_cb (OmcConflictsPage *self)
{
  resolve (self, NULL, NULL);
}

static void
keep_record_cb (OmcConflictsPage *self)
{
  resolve (self, self->conflict->remote ? self->conflict->remote : self->conflict->local, NULL);
}

/* --- the object --- */

static void
go_back (GtkWidget *widget, const char *action, GVariant *parameter)
{
  omc_conflicts_page_show_inbox (OMC_CONFLICTS_PAGE (widget));
}

static void
toggle_view (GtkWidget *widget, const char *action, GVariant *parameter)
{
  OmcConflictsPage *self = OMC_CONFLICTS_PAGE (widget);
  GtkToggleButton *toggle = GTK_TOGGLE_BUTTON (self->editor_toggle);

  if (self->session && gtk_widget_get_visible (self->editor_toggle))
    gtk_toggle_button_set_active (toggle, !gtk_toggle_button_get_active (toggle));
}

static void
undo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  OmcConflictsPage *self = OMC_CONFLICTS_PAGE (widget);

  if (!self->session ||
      !(g_str_has_suffix (action, "undo") ? omc_merge_session_undo (self->session)
                                          : omc_merge_session_redo (self->session)))
    gtk_widget_error_bell (widget);
}

static gboolean
omc_conflicts_page_grab_focus (GtkWidget *widget)
{
  OmcConflictsPage *self = OMC_CONFLICTS_PAGE (widget);
  const char *shown = gtk_stack_get_visible_child_name (GTK_STACK (self->stack));

  self->wants_focus = g_strcmp0 (shown, "loading") == 0;
  if (self->wants_focus)
    return TRUE;
  if (g_strcmp0 (shown, "inbox") == 0)
    return gtk_widget_grab_focus (self->inbox);

  return gtk_widget_child_focus (gtk_stack_get_visible_child (GTK_STACK (self->stack)),
                                 GTK_DIR_TAB_FORWARD);
}

static void
omc_conflicts_page_dispose (GObject *object)
{
  OmcConflictsPage *self = OMC_CONFLICTS_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  if (self->store)
    close_session (self);
  if (self->store)
    g_signal_handlers_disconnect_by_data (self->store, self);
  g_clear_object (&self->store);
  g_clear_object (&self->actor);
  G_OBJECT_CLASS (omc_conflicts_page_parent_class)->dispose (object);
}

static void
omc_conflicts_page_finalize (GObject *object)
{
  g_clear_object (&OMC_CONFLICTS_PAGE (object)->cancellable);
  G_OBJECT_CLASS (omc_conflicts_page_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, OmcConflictsPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictsPage, inbox);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictsPage, title_label);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictsPage, editor_toggle);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictsPage, view_stack);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictsPage, card);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictsPage, editor);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictsPage, deleted_page);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictsPage, keep_button);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictsPage, error_page);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, opened_cb);
  gtk_widget_class_bind_template_callback (widget_class, editor_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, card_built_cb);
  gtk_widget_class_bind_template_callback (widget_class, editor_built_cb);
  gtk_widget_class_bind_template_callback (widget_class, leave_deleted_cb);
  gtk_widget_class_bind_template_callback (widget_class, keep_record_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
}

static void
omc_conflicts_page_class_init (OmcConflictsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (OMC_TYPE_LAZY);
  g_type_ensure (OMC_TYPE_NOTICE);
  g_type_ensure (OMC_TYPE_CONFLICT_CARD);
  g_type_ensure (OMC_TYPE_CONFLICT_INBOX);
  g_type_ensure (OMC_TYPE_MERGE_EDITOR);
  G_OBJECT_CLASS (klass)->dispose = omc_conflicts_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = omc_conflicts_page_finalize;
  widget_class->grab_focus = omc_conflicts_page_grab_focus;
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-conflicts-page"));
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "conflict.back", NULL, go_back);
  gtk_widget_class_install_action (widget_class, "conflict.toggle-view", NULL, toggle_view);
  gtk_widget_class_install_action (widget_class, "conflict.undo", NULL, undo);
  gtk_widget_class_install_action (widget_class, "conflict.redo", NULL, undo);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "conflict.back",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F4, 0, "conflict.toggle-view", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "conflict.undo",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "conflict.redo", NULL);
}

static void
omc_conflicts_page_init (OmcConflictsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
}

void
omc_conflicts_page_set_store (OmcConflictsPage *self, OmcStore *store, OmcActor *actor)
{
  g_return_if_fail (OMC_IS_CONFLICTS_PAGE (self));
  g_return_if_fail (OMC_IS_STORE (store));
  g_return_if_fail (OMC_IS_ACTOR (actor));
  g_return_if_fail (!self->store);

  self->store = g_object_ref (store);
  self->actor = g_object_ref (actor);
  g_signal_connect_object (store, "changed", G_CALLBACK (store_changed_cb), self,
                           G_CONNECT_SWAPPED);
  load (self);
}
