/* omc-demographics-dialog.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-save-dialog.h"

G_BEGIN_DECLS

#define OMC_TYPE_DEMOGRAPHICS_DIALOG (omc_demographics_dialog_get_type ())

/* Telephone, address and birth date of a patient. */
G_DECLARE_FINAL_TYPE (OmcDemographicsDialog,
                      omc_demographics_dialog,
                      OMC,
                      DEMOGRAPHICS_DIALOG,
                      OmcSaveDialog)

AdwDialog *omc_demographics_dialog_new (OmcUiSession *session,
                                        OmcPatientSummary *summary) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
