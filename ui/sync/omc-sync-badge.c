/* omc-sync-badge.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync-ui"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-sync-badge.h"
#include "omc-sync-words.h"
#include "omc-ui.h"
#include "omc-tip.h"

struct _OmcSyncBadge
{
  GtkWidget parent_instance;
  GtkWidget *button;
  GtkWidget *icon;
  GtkWidget *label;
  OmcUiSession *session; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (OmcSyncBadge, omc_sync_badge, GTK_TYPE_WIDGET)

static void
update (OmcSyncBadge *self)
{
  const char *classes[] = { NULL, NULL };
  g_autoptr (OmcSyncWords) words = NULL;
  g_autofree char *label = NULL;

  gtk_widget_set_visible (self->button, self->session != NULL);
  if (!self->session)
    return;

  words = omc_sync_words_new (omc_ui_session_get_sync (self->session),
                              omc_ui_session_get_now (self->session));
  classes[0] = words->style;
  gtk_widget_set_css_classes (self->icon, (const char **)classes);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), words->icon);
  gtk_label_set_text (GTK_LABEL (self->label), words->text);
  omc_tip_set (self->button,
               *words->detail ? words->detail : _ ("Show what waits and when it was sent"));
  label = g_strdup_printf (_ ("Sync: %s"), words->text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
}

static void
omc_sync_badge_dispose (GObject *object)
{
  OmcSyncBadge *self = OMC_SYNC_BADGE (object);

  omc_sync_badge_set_session (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_SYNC_BADGE);

  G_OBJECT_CLASS (omc_sync_badge_parent_class)->dispose (object);
}

static void
omc_sync_badge_class_init (OmcSyncBadgeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_sync_badge_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-sync-badge"));
  gtk_widget_class_bind_template_child (widget_class, OmcSyncBadge, button);
  gtk_widget_class_bind_template_child (widget_class, OmcSyncBadge, icon);
  gtk_widget_class_bind_template_child (widget_class, OmcSyncBadge, label);
}

static void
omc_sync_badge_init (OmcSyncBadge *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (self->button, FALSE);
}

void
omc_sync_badge_set_session (OmcSyncBadge *self, OmcUiSession *session)
{
  g_return_if_fail (OMC_IS_SYNC_BADGE (self));
  g_return_if_fail (!session || OMC_IS_UI_SESSION (session));

  if (self->session)
    {
      g_signal_handlers_disconnect_by_data (omc_ui_session_get_sync (self->session), self);
      g_signal_handlers_disconnect_by_data (self->session, self);
    }
  if (!g_set_object (&self->session, session) || !self->button)
    return;

  if (session)
    {
      g_signal_connect_object (omc_ui_session_get_sync (session), "notify", G_CALLBACK (update),
                               self, G_CONNECT_SWAPPED);
      g_signal_connect_object (session, "tick", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  update (self);
}
