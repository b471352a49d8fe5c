/* omc-merge-value-editor.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-merge-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_MERGE_VALUE_EDITOR (omc_merge_value_editor_get_type ())

/**
 * OmcMergeValueEditor:
 *
 * Types the result of one row: an entry for texts, dates and numbers, a list for codes. A value that cannot be is
 * explained below it and changes nothing.
 *
 * Signal `done`: a value was taken over, or typing was given up.
 */
G_DECLARE_FINAL_TYPE (OmcMergeValueEditor, omc_merge_value_editor, OMC, MERGE_VALUE_EDITOR, AdwBin)

void
omc_merge_value_editor_begin (OmcMergeValueEditor *self, OmcMergeSession *session, guint position);

G_END_DECLS
