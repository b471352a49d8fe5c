/* omc-unsaved.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-window"

#include "config.h"

#include "omc-unsaved.h"

typedef struct
{
  char *user;     /* (owned): whose it is */
  char *sentence; /* (owned) */
  char *button;   /* (owned) */
  char *action;   /* (owned) */
  char *target;   /* (owned) (nullable) */
} Note;

struct _OmcUnsaved
{
  GObject parent_instance;
  GtkWidget *above;  /* (not owned) (nullable): weak */
  GtkWidget *banner; /* (not owned) (nullable): weak; of the same box */
  GPtrArray *notes;  /* (owned) (element-type Note) */
  char *user;        /* (owned) (nullable): who is signed in */
};

G_DEFINE_FINAL_TYPE (OmcUnsaved, omc_unsaved, G_TYPE_OBJECT)

static void
note_free (gpointer data)
{
  Note *self = data;

  g_free (self->user);
  g_free (self->sentence);
  g_free (self->button);
  g_free (self->action);
  g_free (self->target);
  g_free (self);
}

static Note *
find_first (OmcUnsaved *self)
{
  for (guint i = 0; self->user && i < self->notes->len; i++)
    {
      Note *note = self->notes->pdata[i];

      if (g_str_equal (note->user, self->user))
        return note;
    }

  return NULL;
}

static void update (OmcUnsaved *self);

static void
go_back_cb (OmcUnsaved *self)
{
  Note *note = find_first (self);
  g_autofree char *action = NULL;
  g_autofree char *target = NULL;

  if (!note || !self->banner)
    return;

  /* Others that lead to the same place say something else. */
  action = g_strdup (note->action);
  target = g_strdup (note->target);
  g_ptr_array_remove (self->notes, note);
  update (self);
  gtk_widget_activate_action (self->banner, action, target ? "s" : NULL, target);
}

static void
build_banner (OmcUnsaved *self)
{
  GtkWidget *banner = adw_banner_new ("");

  adw_banner_set_use_markup (ADW_BANNER (banner), FALSE);
  adw_banner_set_revealed (ADW_BANNER (banner), TRUE);
  gtk_widget_add_css_class (banner, "omc-unsaved");
  g_signal_connect_object (banner, "button-clicked", G_CALLBACK (go_back_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_insert_child_after (GTK_BOX (gtk_widget_get_parent (self->above)), banner, self->above);
  g_set_weak_pointer (&self->banner, banner);
}

static void
update (OmcUnsaved *self)
{
  const Note *note = find_first (self);

  if (note && !self->banner && self->above)
    build_banner (self);
  if (!self->banner)
    return;

  /* Nothing of it stays behind for who comes next. */
  adw_banner_set_title (ADW_BANNER (self->banner), note ? note->sentence : "");
  adw_banner_set_button_label (ADW_BANNER (self->banner), note ? note->button : NULL);
  gtk_widget_set_visible (self->banner, note != NULL);
}

static void
unsaved_cb (OmcUnsaved *self,
            const char *sentence,
            const char *button,
            const char *action,
            const char *target,
            OmcUiSession *session)
{
  const char *user = omc_actor_get_user (omc_ui_session_get_actor (session));
  Note *note = g_new0 (Note, 1);

  note->user = g_strdup (user);
  note->sentence = g_strdup (sentence);
  note->button = g_strdup (button);
  note->action = g_strdup (action);
  note->target = g_strdup (target);
  g_ptr_array_add (self->notes, note);
  update (self);
  if (g_strcmp0 (self->user, user) == 0 && self->banner)
    gtk_accessible_announce (GTK_ACCESSIBLE (self->banner), sentence,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
omc_unsaved_finalize (GObject *object)
{
  OmcUnsaved *self = OMC_UNSAVED (object);

  g_clear_weak_pointer (&self->above);
  g_clear_weak_pointer (&self->banner);
  g_ptr_array_unref (self->notes);
  g_free (self->user);

  G_OBJECT_CLASS (omc_unsaved_parent_class)->finalize (object);
}

static void
omc_unsaved_class_init (OmcUnsavedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = omc_unsaved_finalize;
}

static void
omc_unsaved_init (OmcUnsaved *self)
{
  self->notes = g_ptr_array_new_with_free_func (note_free);
}

OmcUnsaved *
omc_unsaved_new (GtkWidget *above)
{
  OmcUnsaved *self;

  g_return_val_if_fail (GTK_IS_WIDGET (above), NULL);

  self = g_object_new (OMC_TYPE_UNSAVED, NULL);
  g_set_weak_pointer (&self->above, above);

  return self;
}

void
omc_unsaved_set_session (OmcUnsaved *self, OmcUiSession *session)
{
  g_return_if_fail (OMC_IS_UNSAVED (self));
  g_return_if_fail (session == NULL || OMC_IS_UI_SESSION (session));

  g_set_str (&self->user, session ? omc_actor_get_user (omc_ui_session_get_actor (session)) : NULL);
  if (session)
    g_signal_connect_object (session, "unsaved", G_CALLBACK (unsaved_cb), self, G_CONNECT_SWAPPED);
  update (self);
}

void
omc_unsaved_forget (OmcUnsaved *self, const char *action, const char *target)
{
  g_return_if_fail (OMC_IS_UNSAVED (self));
  g_return_if_fail (action != NULL);

  for (guint i = self->notes->len; self->user && i > 0; i--)
    {
      const Note *note = self->notes->pdata[i - 1];

      if (g_str_equal (note->user, self->user) && g_str_equal (note->action, action) &&
          g_strcmp0 (note->target, target) == 0)
        g_ptr_array_remove_index (self->notes, i - 1);
    }
  update (self);
}
