/* omc-preferences.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-gate.h"

G_BEGIN_DECLS

#define OMC_TYPE_PREFERENCES (omc_preferences_get_type ())

/* Units, lock time, appearance: bound to the settings as they are changed; and what protects the records. */
G_DECLARE_FINAL_TYPE (OmcPreferences, omc_preferences, OMC, PREFERENCES, AdwPreferencesDialog)

OmcPreferences *omc_preferences_new (OmcGate *gate,
                                     OmcUiSession *session) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
