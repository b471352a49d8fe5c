/* omc-ui-session.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-actor.h"
#include "omc-store.h"
#include "omc-sync-service.h"

G_BEGIN_DECLS

#define OMC_TYPE_UI_SESSION (omc_ui_session_get_type ())

/**
 * OmcUiSession:
 *
 * What a screen works with while a person is signed in: the open store, its sync service, who acts, and the
 * settings. Emits `tick` once a minute, for texts that tell the time, and `unsaved (sentence, button, action, target)`.
 * Main thread only.
 */
G_DECLARE_FINAL_TYPE (OmcUiSession, omc_ui_session, OMC, UI_SESSION, GObject)

OmcUiSession *omc_ui_session_new (OmcStore *store,
                                  OmcSyncService *sync,
                                  OmcActor *actor,
                                  GSettings *settings) G_GNUC_WARN_UNUSED_RESULT;
OmcStore *omc_ui_session_get_store (OmcUiSession *self);
OmcSyncService *omc_ui_session_get_sync (OmcUiSession *self);
OmcActor *omc_ui_session_get_actor (OmcUiSession *self);
GSettings *omc_ui_session_get_settings (OmcUiSession *self);
/* Microseconds since 1970 by the store's clock. */
gint64 omc_ui_session_get_now (OmcUiSession *self);

/**
 * omc_ui_session_tell_unsaved:
 * @sentence: what it is, why it was not saved, and what became of it; may name the patient
 * @button: what the way back is called
 * @action: the way back, an action of the window
 * @target: (nullable): the action's string
 *
 * Something that this person saved is not in the store, and the screen that could have said so was left meanwhile.
 */
void omc_ui_session_tell_unsaved (OmcUiSession *self,
                                  const char *sentence,
                                  const char *button,
                                  const char *action,
                                  const char *target);

G_END_DECLS
