/* omc-search-candidates.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-search-query.h"
#include "omc-session.h"

G_BEGIN_DECLS

/**
 * The resources (gint64), rising, among which all matches of query are: what the lists of the search index have in
 * common. What they name is verified by omc_search_criterion_matches().
 *
 * ids: (nullable): "Type/id" texts of which it must be one; targets: (nullable): such texts, to one of which target_param
 * must refer.
 */
GArray *omc_search_candidates_list (OmcSession *session,
                                    const OmcSearchQuery *query,
                                    GHashTable *ids,
                                    const OmcSearchParam *target_param,
                                    GHashTable *targets,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * Does the query ask for the newest Observations of one patient? Then this is the patient, else 0.
 *
 * vitals: are only vital signs asked for?
 */
gboolean omc_search_candidates_find_newest_of (OmcSession *session,
                                               const OmcSearchQuery *query,
                                               gint64 *patient,
                                               gboolean *vitals,
                                               GError **error);
/* Of whom alone the query asks. named: (out) it does; patient: (out) 0: nobody who is known here */
gboolean omc_search_candidates_find_patient (OmcSession *session,
                                             const OmcSearchQuery *query,
                                             gboolean *named,
                                             gint64 *patient,
                                             GError **error);
/* Those Observations that may match such a query and do not stand in the patient's list at the time of their date. */
GArray *omc_search_candidates_list_odd (OmcSession *session,
                                        const OmcSearchQuery *query,
                                        gint64 patient,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
