/* omc-session-lock.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-window.h"

G_BEGIN_DECLS

#define OMC_TYPE_SESSION_LOCK (omc_session_lock_get_type ())

/**
 * OmcSessionLock:
 *
 * Locks a window's session after minutes without input (the setting `auto-lock-minutes`), with a warning 15 seconds
 * before (clinical.md 4, Shared workstations).
 */
G_DECLARE_FINAL_TYPE (OmcSessionLock, omc_session_lock, OMC, SESSION_LOCK, GObject)

OmcSessionLock *omc_session_lock_new (OmcWindow *window,
                                      GSettings *settings) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
