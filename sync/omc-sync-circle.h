/* omc-sync-circle.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sync-answer.h"
#include "omc-sync-plan.h"
#include "omc-sync-run.h"

G_BEGIN_DECLS

/*
 * New resources that refer to each other in a circle: none can go before the other. They travel in one transaction
 * with urn:uuid references, and only where a transaction is known to be all or nothing.
 */

/* May ask the server once, with a transaction that writes nothing either way, and remembers the answer in the
 * profile. FALSE without an error: this server cannot, or forbade the question itself. refusal: (out) (nullable) */
gboolean omc_sync_circle_is_possible (OmcSyncRun *run, OmcFhirAnswer **refusal, GError **error);
/* Gives the entries (element-type OmcFhirRequest) full URLs and makes their references to each other point there. */
void omc_sync_circle_close (const OmcPlanRequest *request, GPtrArray *entries);
/* With the ids of the answers (element-type OmcFhirAnswer) the items' outgoing forms are what the server holds now. */
void omc_sync_circle_open (OmcPlanRequest *request, GPtrArray *answers);

G_END_DECLS
