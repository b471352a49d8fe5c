/* omc-merge-editor.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-merge-session.h"
#include "omc-store-types.h"

G_BEGIN_DECLS

#define OMC_TYPE_MERGE_EDITOR (omc_merge_editor_get_type ())

/**
 * OmcMergeEditor:
 *
 * The three-pane editor: this device, result, server; the base beside them on demand and read-only. Rows by section,
 * unchanged ones folded away.
 *
 * Signal `save`: all is decided and the person wants it stored.
 */
G_DECLARE_FINAL_TYPE (OmcMergeEditor, omc_merge_editor, OMC, MERGE_EDITOR, AdwBin)

/* Both NULL: empties the editor. */
void omc_merge_editor_set_session (OmcMergeEditor *self,
                                   OmcMergeSession *session,
                                   OmcConflict *conflict);

G_END_DECLS
