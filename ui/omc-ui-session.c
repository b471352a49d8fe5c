/* omc-ui-session.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-ui"

#include "config.h"

#include "omc-ui-session.h"

struct _OmcUiSession
{
  GObject parent_instance;
  OmcStore *store;      /* (owned) */
  OmcSyncService *sync; /* (owned) */
  OmcActor *actor;      /* (owned) */
  GSettings *settings;  /* (owned) */
  guint tick_source;
};

G_DEFINE_FINAL_TYPE (OmcUiSession, omc_ui_session, G_TYPE_OBJECT)

enum
{
  TICK,
  UNSAVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
tick_cb (gpointer user_data)
{
  g_signal_emit (user_data, signals[TICK], 0);

  return G_SOURCE_CONTINUE;
}

static void
omc_ui_session_dispose (GObject *object)
{
  OmcUiSession *self = OMC_UI_SESSION (object);

  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_clear_object (&self->sync);
  g_clear_object (&self->store);
  g_clear_object (&self->actor);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (omc_ui_session_parent_class)->dispose (object);
}

static void
omc_ui_session_class_init (OmcUiSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = omc_ui_session_dispose;

  signals[TICK] = g_signal_new ("tick", OMC_TYPE_UI_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  signals[UNSAVED] =
      g_signal_new ("unsaved", OMC_TYPE_UI_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 4, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
}

static void
omc_ui_session_init (OmcUiSession *self)
{
  self->tick_source = g_timeout_add_seconds (60, tick_cb, self);
}

OmcUiSession *
omc_ui_session_new (OmcStore *store, OmcSyncService *sync, OmcActor *actor, GSettings *settings)
{
  OmcUiSession *self;

  g_return_val_if_fail (OMC_IS_STORE (store), NULL);
  g_return_val_if_fail (OMC_IS_SYNC_SERVICE (sync), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (OMC_TYPE_UI_SESSION, NULL);
  self->store = g_object_ref (store);
  self->sync = g_object_ref (sync);
  self->actor = g_object_ref (actor);
  self->settings = g_object_ref (settings);

  return self;
}

OmcStore *
omc_ui_session_get_store (OmcUiSession *self)
{
  g_return_val_if_fail (OMC_IS_UI_SESSION (self), NULL);

  return self->store;
}

OmcSyncService *
omc_ui_session_get_sync (OmcUiSession *self)
{
  g_return_val_if_fail (OMC_IS_UI_SESSION (self), NULL);

  return self->sync;
}

OmcActor *
omc_ui_session_get_actor (OmcUiSession *self)
{
  g_return_val_if_fail (OMC_IS_UI_SESSION (self), NULL);

  return self->actor;
}

GSettings *
omc_ui_session_get_settings (OmcUiSession *self)
{
  g_return_val_if_fail (OMC_IS_UI_SESSION (self), NULL);

  return self->settings;
}

gint64
omc_ui_session_get_now (OmcUiSession *self)
{
  g_return_val_if_fail (OMC_IS_UI_SESSION (self), 0);

  return omc_clock_get_now (omc_store_get_clock (self->store));
}

void
omc_ui_session_tell_unsaved (OmcUiSession *self,
                             const char *sentence,
                             const char *button,
                             const char *action,
                             const char *target)
{
  g_return_if_fail (OMC_IS_UI_SESSION (self));
  g_return_if_fail (sentence != NULL);
  g_return_if_fail (button != NULL);
  g_return_if_fail (action != NULL);

  g_signal_emit (self, signals[UNSAVED], 0, sentence, button, action, target);
}
