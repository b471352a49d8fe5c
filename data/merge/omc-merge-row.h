/* omc-merge-row.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-merge3.h"
#include "omc-merge-edit.h"

G_BEGIN_DECLS

typedef enum
{
  OMC_DECISION_NONE, /* nobody decided: a rule did, or it is open */
  OMC_DECISION_LOCAL,
  OMC_DECISION_REMOTE,
  OMC_DECISION_BASE,
  OMC_DECISION_EDITED,
} OmcMergeDecision;

typedef enum
{
  OMC_ROW_UNCHANGED, /* the same on all sides */
  OMC_ROW_AUTOMATIC, /* decided by a rule; may be flipped */
  OMC_ROW_UNDECIDED,
  OMC_ROW_DECIDED,
  OMC_ROW_STOPPED, /* wrong-patient danger: not to be decided here */
} OmcMergeRowState;

#define OMC_TYPE_MERGE_ROW (omc_merge_row_get_type ())

/**
 * OmcMergeRow:
 *
 * One unit of a merge as a person sees it. All texts are translated. Notifies `result-text`, `state` and `decision`.
 */
G_DECLARE_FINAL_TYPE (OmcMergeRow, omc_merge_row, OMC, MERGE_ROW, GObject)

const char *omc_merge_row_get_path (OmcMergeRow *self);
const char *omc_merge_row_get_label (OmcMergeRow *self);
const char *omc_merge_row_get_section (OmcMergeRow *self);
guint omc_merge_row_get_section_order (OmcMergeRow *self);
const char *omc_merge_row_get_reason (OmcMergeRow *self); /* (nullable): a sentence */
OmcSeverity omc_merge_row_get_severity (OmcMergeRow *self);
OmcMergeRowState omc_merge_row_get_state (OmcMergeRow *self);
OmcMergeDecision omc_merge_row_get_decision (OmcMergeRow *self);
/* Empty: nothing there. */
const char *omc_merge_row_get_base_text (OmcMergeRow *self);
const char *omc_merge_row_get_local_text (OmcMergeRow *self);
const char *omc_merge_row_get_remote_text (OmcMergeRow *self);
const char *omc_merge_row_get_result_text (OmcMergeRow *self);
const OmcJsonValue *omc_merge_row_get_local (OmcMergeRow *self);
const OmcJsonValue *omc_merge_row_get_remote (OmcMergeRow *self);
gboolean omc_merge_row_has_base (OmcMergeRow *self);
OmcEditKind omc_merge_row_get_edit_kind (OmcMergeRow *self);
const char *const *omc_merge_row_get_codes (OmcMergeRow *self); /* (nullable) */
/* The text with which typing begins. */
char *omc_merge_row_dup_edit_text (OmcMergeRow *self);
/* A unit that a person must or may decide. */
gboolean omc_merge_row_is_decidable (OmcMergeRow *self);

G_END_DECLS
