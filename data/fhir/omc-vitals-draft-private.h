/* omc-vitals-draft-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-vitals-draft.h"

G_BEGIN_DECLS

/* Kinds that are typed: all but the total of the coma scale, which is the last. */
#define OMC_VITALS_DRAFT_N_FIELDS OMC_VITAL_GCS

const char *_omc_vitals_draft_get_note (OmcVitalsDraft *self);
const char *_omc_vitals_draft_get_late_reason (OmcVitalsDraft *self);
int _omc_vitals_draft_get_scale (OmcVitalsDraft *self);

/* The number as the record takes it, comparator in front cut off into comparator ("<", ">", or NULL); NULL if the
 * field is empty or holds a word. */
char *
_omc_vitals_draft_dup_number (OmcVitalsDraft *self, OmcVitalKind kind, const char **comparator);

/* "118 (3 h ago)", or "". history: (nullable) */
char *_omc_vitals_dup_hint (GPtrArray *history, OmcVitalKind kind, gint64 now_us);
/* What is wrong with a time of observation, or "". */
char *_omc_vitals_dup_time_obstacle (gint64 taken_at_us,
                                     gint64 now_us,
                                     gint64 admitted_us,
                                     gboolean has_late_reason);

/* What a saved draft says, field by field; texts as typed. */
typedef struct
{
  char *texts[OMC_VITALS_DRAFT_N_FIELDS];       /* (owned) (nullable) */
  const char *units[OMC_VITALS_DRAFT_N_FIELDS]; /* (nullable) */
  OmcUnable unables[OMC_VITALS_DRAFT_N_FIELDS];
  gboolean confirmed[OMC_VITALS_DRAFT_N_FIELDS];
  gint64 taken_at_us;
  char *late_reason; /* (owned) (nullable) */
  char *note;        /* (owned) (nullable) */
} OmcVitalsDraftState;

void _omc_vitals_draft_state_clear (OmcVitalsDraftState *state);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OmcVitalsDraftState, _omc_vitals_draft_state_clear)
gboolean _omc_vitals_draft_state_parse (OmcVitalsDraftState *state, GBytes *bytes, GError **error);
void _omc_vitals_draft_restore (OmcVitalsDraft *self, const OmcVitalsDraftState *state);

G_END_DECLS
