/* omc-people-page.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-settings"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-people-page.h"
#include "omc-person-dialog.h"
#include "omc-person-words.h"
#include "omc-ui.h"

struct _OmcPeoplePage
{
  AdwPreferencesPage parent_instance;
  GtkWidget *group;
  GPtrArray *rows;       /* (owned): of the group */
  OmcGate *gate;         /* (owned) */
  OmcUiSession *session; /* (owned) */
};

G_DEFINE_FINAL_TYPE (OmcPeoplePage, omc_people_page, ADW_TYPE_PREFERENCES_PAGE)

static GtkWidget *
make_row (const OmcStoreUser *user)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *subtitle = g_strdup_printf (
      user->disabled ? _ ("%s · %s · blocked") : "%s · %s", omc_actor_get_user (user->actor),
      omc_role_describe (omc_actor_get_role (user->actor)));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), omc_actor_get_display (user->actor));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);

  return row;
}

static void
list_thread (GTask *task, gpointer source, gpointer store, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *users = omc_store_list_users_sync (store, cancellable, &error);

  if (users)
    g_task_return_pointer (task, users, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  OmcPeoplePage *self = OMC_PEOPLE_PAGE (source);
  g_autoptr (GPtrArray) users = g_task_propagate_pointer (G_TASK (result), NULL);

  if (!users || !self->group)
    return;

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->group), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < users->len; i++)
    {
      GtkWidget *row = make_row (users->pdata[i]);

      g_ptr_array_add (self->rows, row);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row);
    }
}

static void
list_people (OmcPeoplePage *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, listed_cb, NULL);

  g_task_set_source_tag (task, list_people);
  g_task_set_task_data (task, g_object_ref (omc_ui_session_get_store (self->session)),
                        g_object_unref);
  g_task_run_in_thread (task, list_thread);
}

static void
added_cb (OmcPeoplePage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s",
                              _ ("Added. The person can sign in on this device now."));
  list_people (self);
}

static void
add_cb (OmcPeoplePage *self)
{
  AdwDialog *dialog = omc_person_dialog_new (self->gate, omc_ui_session_get_actor (self->session));

  g_signal_connect_object (dialog, "added", G_CALLBACK (added_cb), self, G_CONNECT_SWAPPED);
  omc_ui_present_dialog (dialog, GTK_WIDGET (self));
}

static void
omc_people_page_dispose (GObject *object)
{
  OmcPeoplePage *self = OMC_PEOPLE_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_PEOPLE_PAGE);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_object (&self->gate);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (omc_people_page_parent_class)->dispose (object);
}

static void
omc_people_page_class_init (OmcPeoplePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_people_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-people-page"));
  gtk_widget_class_bind_template_child (widget_class, OmcPeoplePage, group);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
}

static void
omc_people_page_init (OmcPeoplePage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwPreferencesPage *
omc_people_page_new (OmcGate *gate, OmcUiSession *session)
{
  OmcPeoplePage *self;

  g_return_val_if_fail (OMC_IS_GATE (gate), NULL);
  g_return_val_if_fail (OMC_IS_UI_SESSION (session), NULL);

  self = g_object_new (OMC_TYPE_PEOPLE_PAGE, NULL);
  self->gate = g_object_ref (gate);
  self->session = g_object_ref (session);
  list_people (self);

  return ADW_PREFERENCES_PAGE (self);
}
