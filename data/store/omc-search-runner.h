/* omc-search-runner.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-access-policy.h"
#include "omc-search-query.h"
#include "omc-session.h"

G_BEGIN_DECLS

/* Executes a parsed query on the index and verifies what it finds. Included types that the actor may not read are left
 * out. */
OmcSearchResult *omc_search_runner_run (OmcSession *session, const OmcSearchQuery *query, OmcAccessPolicy *policy,
                                        OmcActor *actor, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
