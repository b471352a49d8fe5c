/* omc-merge-identity.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource.h"

G_BEGIN_DECLS

/* Does remote describe another person than base: two or more of family name, date of birth, gender and official
 * number replaced (clinical.md 5, Patient)? What was unknown before and is filled in now does not count. */
gboolean omc_merge_is_identity_drift (OmcResource *base, OmcResource *remote);
/* A number by which the hospital or the country knows the patient: one that says so, or that says nothing else. */
gboolean omc_merge_is_official_number (const OmcJsonValue *identifier);

G_END_DECLS
