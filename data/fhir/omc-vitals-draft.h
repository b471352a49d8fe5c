/* omc-vitals-draft.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-clock.h"
#include "omc-vitals-check.h"

G_BEGIN_DECLS

#define OMC_TYPE_VITALS_DRAFT (omc_vitals_draft_get_type ())

/**
 * OmcVitalsDraft:
 *
 * A set of vital signs under entry: the model of the form. No field ever has a value that nobody typed.
 *
 * Per kind, by the id of its [struct@VitalInfo] (`respiration`, `spo2`, `oxygen`, `oxygen-device`, `oxygen-flow`,
 * `fio2`, `systolic`, `diastolic`, `pulse`, `consciousness`, `temperature`, `pain`, `glucose`, `weight`, `height`,
 * `urine`, `gcs-eye`, `gcs-verbal`, `gcs-motor`; not `gcs`), these properties:
 *
 * - `ID` (string, read-write): as typed; never NULL, "" is empty
 * - `ID-unit` (string, read-write): UCUM; the usual unit at first
 * - `ID-unable` (string, read-write): see omc_unable_to_string(); "" if it was not said
 * - `ID-message` (string): what to say beside the field; "" if nothing
 * - `ID-level` (string): "ok", "confirm", "suggest", "hard"
 * - `ID-score` (int): NEWS2 sub-score of what is typed; -1 if none (diastolic and the like: always)
 * - `ID-hint` (string): the last value and its age, "118 (3 h ago)"; "" if none
 *
 * And: `taken-at` (int64, microseconds; 0 is the moment of saving), `taken-at-message`, `late-reason` (string),
 * `note` (string), `news2` (boxed OmcNews2Result), `news2-summary` (string), `valid`, `dirty` (boolean).
 *
 * Main thread only. Setting a property to what it is notifies nobody.
 */
G_DECLARE_FINAL_TYPE (OmcVitalsDraft, omc_vitals_draft, OMC, VITALS_DRAFT, GObject)

OmcVitalsDraft *omc_vitals_draft_new (OmcClock *clock) G_GNUC_WARN_UNUSED_RESULT;

/* Who the patient is: the scope and scale of the score, and the sets before (element-type OmcVitalsSet, newest first,
 * (nullable)) for hints and jumps. admitted_us: 0 if unknown. */
void omc_vitals_draft_set_patient (OmcVitalsDraft *self,
                                   OmcNews2Scope scope,
                                   int spo2_scale,
                                   GPtrArray *history,
                                   gint64 admitted_us);

const char *omc_vitals_draft_get_text (OmcVitalsDraft *self, OmcVitalKind kind);
void omc_vitals_draft_set_text (OmcVitalsDraft *self, OmcVitalKind kind, const char *text);
const char *omc_vitals_draft_get_unit (OmcVitalsDraft *self, OmcVitalKind kind);
/* FALSE, and nothing changes, if the sign is not measured in that unit. The typed text stays as it is. */
gboolean omc_vitals_draft_set_unit (OmcVitalsDraft *self, OmcVitalKind kind, const char *ucum);
OmcUnable omc_vitals_draft_get_unable (OmcVitalsDraft *self, OmcVitalKind kind);
void omc_vitals_draft_set_unable (OmcVitalsDraft *self, OmcVitalKind kind, OmcUnable unable);
void omc_vitals_draft_set_all_unable (OmcVitalsDraft *self,
                                      OmcUnable unable); /* the NEWS2 signs that are empty */
const OmcVitalsCheck *omc_vitals_draft_get_check (OmcVitalsDraft *self, OmcVitalKind kind);
/* "Yes, measured": for the value as it stands now; typing takes it back. */
void omc_vitals_draft_confirm (OmcVitalsDraft *self, OmcVitalKind kind);
gboolean omc_vitals_draft_is_confirmed (OmcVitalsDraft *self, OmcVitalKind kind);
/* Takes what the check has on offer. */
void omc_vitals_draft_accept_suggestion (OmcVitalsDraft *self, OmcVitalKind kind);

gint64 omc_vitals_draft_get_taken_at (OmcVitalsDraft *self);
void omc_vitals_draft_set_taken_at (OmcVitalsDraft *self, gint64 unix_us);
void omc_vitals_draft_set_late_reason (OmcVitalsDraft *self, const char *reason);
void omc_vitals_draft_set_note (OmcVitalsDraft *self, const char *note);

const OmcNews2Result *omc_vitals_draft_get_news2 (OmcVitalsDraft *self);
gboolean omc_vitals_draft_get_valid (OmcVitalsDraft *self);
gboolean omc_vitals_draft_get_dirty (OmcVitalsDraft *self);
/* The first sentence that stands against saving; NULL if valid. */
char *omc_vitals_draft_dup_obstacle (OmcVitalsDraft *self);
/* Empties the form. Units stay. */
void omc_vitals_draft_clear (OmcVitalsDraft *self);
/* Judges the time of observation again; the form calls it now and then and before it saves. */
void omc_vitals_draft_refresh (OmcVitalsDraft *self);

/* For the encrypted draft of the store. load: a damaged or newer draft is an error and changes nothing. */
GBytes *omc_vitals_draft_serialize (OmcVitalsDraft *self);
gboolean omc_vitals_draft_load (OmcVitalsDraft *self, GBytes *bytes, GError **error);

/**
 * omc_vitals_draft_to_resources:
 * @encounter_id: (nullable)
 * @practitioner: (nullable): "Practitioner/id"
 * @preliminary: whether a registered nurse has to confirm the set
 * @now_us: when it is saved
 *
 * The set as FHIR Observations: one a sign, blood pressure with components, oxygen on its own (clinical.md 1, trap),
 * the NEWS2 score when it is complete, and last the panel that binds them. Numbers and units as typed.
 *
 * Returns: (transfer full) (element-type OmcResource): members before what refers to them, each with an id; or NULL
 *   and an OMC_FHIR_ERROR_INVALID when the draft is not valid
 */
GPtrArray *omc_vitals_draft_to_resources (OmcVitalsDraft *self,
                                          const char *patient_id,
                                          const char *encounter_id,
                                          const char *practitioner,
                                          const char *display,
                                          gboolean preliminary,
                                          gint64 now_us,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
