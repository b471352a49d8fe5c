/* omc-glass-dialog.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_GLASS_DIALOG (omc_glass_dialog_get_type ())

/* Emergency access to another department's patient: the reason, in own words too, and the sign-in anew. Signal:
 * `opened`. */
G_DECLARE_FINAL_TYPE (OmcGlassDialog, omc_glass_dialog, OMC, GLASS_DIALOG, AdwDialog)

AdwDialog *omc_glass_dialog_new (OmcUiSession *session,
                                 const char *patient_id) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
