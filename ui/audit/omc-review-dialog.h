/* omc-review-dialog.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_REVIEW_DIALOG (omc_review_dialog_get_type ())

/* The emergency accesses that wait for their review: who, whom, why, what was looked at, and the verdict. */
G_DECLARE_FINAL_TYPE (OmcReviewDialog, omc_review_dialog, OMC, REVIEW_DIALOG, AdwDialog)

AdwDialog *omc_review_dialog_new (OmcUiSession *session) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
