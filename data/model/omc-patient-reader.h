/* omc-patient-reader.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-patient-summary.h"
#include "omc-store.h"

G_BEGIN_DECLS

/* Reads a chart and puts it into words, both off the main thread: a long chart takes longer than a frame. */
void omc_patient_read_async (OmcStore *store,
                             OmcActor *actor,
                             const char *patient_id,
                             gint64 vitals_since_us,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
OmcPatientSummary *omc_patient_read_finish (OmcStore *store, GAsyncResult *result, GError **error);

G_END_DECLS
