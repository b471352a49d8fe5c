/* omc-chart-edit.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store-types.h"
#include "omc-vitals.h"

G_BEGIN_DECLS

/* What the chart's forms change, as pure functions from resource to resource: all that a form does not show stays as
 * it is. */

typedef struct
{
  char *telephone;
  char *line;
  char *city;
  char *postal_code;
  char *birth_date; /* FHIR date */
} OmcDemographics;

OmcDemographics *
omc_demographics_read (OmcResource *patient) G_GNUC_WARN_UNUSED_RESULT; /* no member is NULL */
void omc_demographics_free (OmcDemographics *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcDemographics, omc_demographics_free)

/* Is text a FHIR date (year, month and day as known) that is not after now? */
gboolean omc_demographics_check_birth_date (const char *text, gint64 now_us);
/* The patient with the form's values; "" removes one. NULL and error when the result is no valid resource. */
OmcResource *omc_demographics_apply (OmcResource *patient,
                                     const OmcDemographics *form,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A set that should not be in this record: each of its Observations, its score and its panel with the status
 * entered-in-error and the reason as a note (clinical.md 4, Correction). Erases nothing.
 * (transfer full) (element-type OmcResource); empty when the chart does not hold them. */
GPtrArray *omc_vitals_set_to_error (OmcChart *chart,
                                    const OmcVitalsSet *set,
                                    const char *reason,
                                    const char *author,
                                    gint64 now_us,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
