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
 * Locks a window's session after a time without input, with a warning 15 seconds before (clinical.md 4, Shared
 * workstations). The time is the site's (`session.autoLockSeconds`), unless the person chose a shorter one (the setting
 * `auto-lock-minutes`); without a time of the site it is the person's.
 */
G_DECLARE_FINAL_TYPE (OmcSessionLock, omc_session_lock, OMC, SESSION_LOCK, GObject)

/* site_seconds: 0: the site has no time of its own */
OmcSessionLock *omc_session_lock_new (OmcWindow *window,
                                      GSettings *settings,
                                      guint site_seconds) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
