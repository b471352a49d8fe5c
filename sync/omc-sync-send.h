/* omc-sync-send.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sync-answer.h"
#include "omc-sync-plan.h"
#include "omc-sync-run.h"

G_BEGIN_DECLS

/* What is known of a request after it was sent: one of the first four, or nothing when its answer is lost. */
typedef struct
{
  GPtrArray *answers;     /* (owned) (nullable) (element-type OmcFhirAnswer): one an item */
  OmcFhirAnswer *current; /* (owned) (nullable): nothing was sent: what the server holds says all */
  OmcFhirAnswer *rejection; /* (owned) (nullable): the bundle as a whole was refused */
  gboolean impossible;      /* this server cannot take it */
  GError *error;            /* (owned) (nullable): why the answer is lost, or what follows it */
} OmcSendState;

void omc_send_state_clear (OmcSendState *self);

/* Sends a request of the plan: by itself or as a bundle. */
void omc_sync_send (OmcSyncRun *run, OmcPlanRequest *request, OmcSendState *state);
/* What the server holds of an item now; for a create the oldest match of its key, or status 404. */
OmcFhirAnswer *omc_sync_send_reread (OmcSyncRun *run,
                                     const OmcPlanItem *item,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
