/* omc-sync-plan.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-codes.h"
#include "omc-server-profile.h"
#include "omc-store-types.h"

G_BEGIN_DECLS

/* Identifier or tag that carries the idempotency key of a create on the wire (fhir-servers.md 9.2). */
#define OMC_SYNC_KEY_SYSTEM OMC_SYSTEM_IDEMPOTENCY

/**
 * OmcPlanItem:
 *
 * A piece of queued work as it would go out.
 */
typedef struct
{
  gatomicrefcount ref_count;
  OmcQueueItem *item;    /* (owned) */
  OmcResource *outgoing; /* (owned) (nullable): with server ids and the key; none for a delete */
  GPtrArray *unsent; /* (owned) (element-type utf8): "Type/local-id" that have no server id yet */
  char
      *key_search; /* (owned) (nullable): what finds a create by its key, "identifier=system|key" */
  gboolean conditional; /* the server takes key_search as If-None-Exist */
  gsize size;           /* bytes of the body, about */
} OmcPlanItem;

/* outgoing: (nullable): as omc_store_render_for_server gives it; the key is added here. unsent: (nullable). */
OmcPlanItem *omc_plan_item_new (OmcQueueItem *item,
                                OmcResource *outgoing,
                                GPtrArray *unsent,
                                const OmcServerProfile *profile) G_GNUC_WARN_UNUSED_RESULT;
OmcPlanItem *omc_plan_item_ref (OmcPlanItem *self);
void omc_plan_item_unref (OmcPlanItem *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcPlanItem, omc_plan_item_unref)

typedef struct
{
  GPtrArray
      *items; /* (owned) (element-type OmcPlanItem): one: a request of its own; else a bundle */
  gboolean
      transaction; /* they refer to each other in a circle: all or nothing, with urn:uuid references */
} OmcPlanRequest;

void omc_plan_request_free (OmcPlanRequest *self);

/**
 * OmcSyncPlan:
 *
 * What goes now, what waits for it, and what waits for something else.
 */
typedef struct
{
  GPtrArray
      *requests; /* (owned) (element-type OmcPlanRequest): in order; independent of each other */
  GPtrArray
      *later; /* (owned) (element-type OmcPlanItem): need an id that one of requests will bring */
  GPtrArray *
      stuck; /* (owned) (element-type OmcPlanItem): need something that is blocked, refused or not due */
} OmcSyncPlan;

/* Pure. items: (element-type OmcPlanItem), as taken from the queue. */
OmcSyncPlan *omc_sync_plan_new (GPtrArray *items,
                                const OmcServerProfile *profile) G_GNUC_WARN_UNUSED_RESULT;
void omc_sync_plan_free (OmcSyncPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSyncPlan, omc_sync_plan_free)

/* Place of a type in the clinical order: who and where first, then what endangers, then what was found and done. */
guint omc_sync_plan_type_rank (const char *type);
/* (transfer none) (array zero-terminated=1): the types of that order. */
const char *const *omc_sync_plan_list_types (void);

G_END_DECLS
