/* omc-sync-reconcile.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-retry-policy.h"
#include "omc-store-sync.h"
#include "omc-sync-answer.h"
#include "omc-sync-plan.h"

G_BEGIN_DECLS

typedef enum
{
  OMC_RECONCILE_FINAL,  /* the result says all */
  OMC_RECONCILE_REREAD, /* read what the server holds now, then omc_sync_reconcile_reread */
  OMC_RECONCILE_HOLD,   /* the result says "later", and so for all else: the server asks to wait */
  OMC_RECONCILE_LOGIN,  /* not accepted who is asking: the result says "later" */
  OMC_RECONCILE_FORBIDDEN, /* the result says "ask", if it is about this item alone */
} OmcReconcileAction;

typedef struct
{
  const OmcRetryPolicy *policy;
  gint64 now_us;
  double random;        /* [0, 1) */
  gboolean server_well; /* something else succeeded in this run: a failure is this item's own */
  gboolean let_in; /* the answer came in a bundle that was accepted: a 401 is this item's own */
} OmcReconcileContext;

/* What an answer means for the item that it answers. result: (out) (nullable): none for REREAD. Pure. */
OmcReconcileAction omc_sync_reconcile (OmcPlanItem *item,
                                       const OmcFhirAnswer *answer,
                                       const OmcReconcileContext *context,
                                       OmcPushResult **result);
/* After REREAD. current: the answer to a read of the resource; for a create the first match of the search for its
 * key, with status 404 when there is none. */
OmcPushResult *
omc_sync_reconcile_reread (OmcPlanItem *item,
                           const OmcFhirAnswer *current,
                           const OmcReconcileContext *context) G_GNUC_WARN_UNUSED_RESULT;
/* No answer came: it may or may not have been stored. */
OmcPushResult *omc_sync_reconcile_lost (OmcPlanItem *item, const OmcReconcileContext *context)
    G_GNUC_WARN_UNUSED_RESULT;
/* Equal content by FHIR meaning, id and meta aside (HAPI keeps tags and adds meta.source). */
gboolean omc_sync_content_equal (OmcResource *a, OmcResource *b);

G_END_DECLS
