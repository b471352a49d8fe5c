/* omc-void-dialog.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-save-dialog.h"

G_BEGIN_DECLS

#define OMC_TYPE_VOID_DIALOG (omc_void_dialog_get_type ())

/* Marks a set as entered in error, with a reason that must be given. */
G_DECLARE_FINAL_TYPE (OmcVoidDialog, omc_void_dialog, OMC, VOID_DIALOG, OmcSaveDialog)

AdwDialog *omc_void_dialog_new (OmcUiSession *session,
                                OmcPatientSummary *summary) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
