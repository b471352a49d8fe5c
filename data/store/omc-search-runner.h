/* omc-search-runner.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-access-guard.h"
#include "omc-search-query.h"
#include "omc-session.h"

G_BEGIN_DECLS

/* Executes a parsed query on the index and verifies what it finds. What the actor may not see is as if it were not here:
 * no match, not included, not counted, and no link leads over it. */
OmcSearchResult *omc_search_runner_run (OmcSession *session,
                                        const OmcSearchQuery *query,
                                        OmcAccessGuard *guard,
                                        GCancellable *cancellable,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
