/* ward-sample.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource.h"

G_BEGIN_DECLS

/* A generated ward, the same for the same seed: what the store is filled with in tests and benchmarks, and what its
 * compression dictionary is trained on. Nobody in it is a real person. */

typedef void (*WardSampleFunc) (const char *json, gsize length, gpointer user_data);

typedef struct
{
  guint32 seed;
  guint n_patients;
  guint n_sets; /* vitals sets a patient, one every four hours, the last one ends at end_us */
  gint64 end_us;
  gboolean server; /* with meta.versionId and lastUpdated, as a server sends it */
} WardSampleOptions;

/* Patient by patient: the person, the stay, allergies, problems, medication, flags, observations. */
void
ward_sample_generate (const WardSampleOptions *options, WardSampleFunc func, gpointer user_data);
/* (element-type OmcResource) */
GPtrArray *ward_sample_resources (const WardSampleOptions *options) G_GNUC_WARN_UNUSED_RESULT;
/* One set of ten vital signs of a patient, new, without ids of a server. */
GPtrArray *ward_sample_vitals_set (guint32 seed,
                                   const char *patient_id,
                                   gint64 time_us) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
