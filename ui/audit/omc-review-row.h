/* omc-review-row.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_REVIEW_ROW (omc_review_row_get_type ())

/* One emergency access: opened, it shows what was looked at and takes the verdict. Signal: `reviewed`. */
G_DECLARE_FINAL_TYPE (OmcReviewRow, omc_review_row, OMC, REVIEW_ROW, AdwExpanderRow)

/* glass: (transfer full) */
GtkWidget *omc_review_row_new (OmcUiSession *session, OmcGlass *glass) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
