/* omc-ward.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A practice ward of invented people: the same options give the same bytes on every machine. */

#define OMC_WARD_BEDS 24
#define OMC_WARD_MIN_PATIENTS 24
#define OMC_WARD_MAX_PATIENTS 100000
/* The person every walk through the program meets; in the first bed of the first ward. */
#define OMC_WARD_JOHN_DOE "john-doe"

typedef struct
{
  guint patients;
  guint64 seed;
  gint64 now_us;
  int offset_minutes; /* of the times written */
  int vitals_sets;    /* a patient; -1: three days of them up to 100 patients, 2 beyond */
} OmcWardOptions;

/* One FHIR resource as compact JSON, without a newline; FALSE stops. */
typedef gboolean (*OmcWardSink) (const char *json,
                                 gsize length,
                                 gpointer user_data,
                                 GError **error);

/**
 * omc_ward_generate:
 *
 * Gives the resources one by one, what is referred to before what refers to it. Keeps no more than one patient in
 * memory.
 */
gboolean omc_ward_generate (const OmcWardOptions *options,
                            OmcWardSink sink,
                            gpointer user_data,
                            guint64 *n_resources,
                            GError **error);

G_END_DECLS
