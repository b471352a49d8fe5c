/* omc-same-record.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource.h"

G_BEGIN_DECLS

/* An id of a server says which record it is on that server alone: where servers count, Patient/17 of one and Patient/17 of
 * another are two people. Pure functions. */

/* A UUID, which no two servers give to different records. */
gboolean omc_record_id_is_universal (const char *id);

/**
 * omc_record_is_same:
 * @here: as another server gave it, or as it stands here
 * @there: what a server has under the same type and id, with the patient that it is about named as in @here
 * @id: that id
 *
 * Under a UUID two records are one unless they contradict each other; under any other id they are two unless it is proved
 * that they are one. A patient is proved by an official number that both have, else by family name, given names and date of
 * birth, all of them known on both sides and equal; a number of the same system that differs, or identity drift
 * (clinical.md 5, Patient), says that they are two. What belongs to a patient is one when the patient is, and neither
 * what it is about nor of when it is differs.
 */
gboolean omc_record_is_same (OmcResource *here, OmcResource *there, const char *id);

G_END_DECLS
