/* omc-store-cache.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-retention.h"
#include "omc-store.h"

G_BEGIN_DECLS

/*
 * Which copies of the server's records are kept on this device.
 *
 * The idle writer removes charts of patients who left the ward when their time is over, or when the store nears its limit.
 * What a chart's protection is and in which order they go is in omc-retention.h. The server's records stay as they are; what
 * is asked for comes back with the next run of sync.
 */

/* Before the store is opened. policy: (nullable): nothing is ever removed, as without a server to bring it back. The limit
 * is that of the store. */
void omc_store_set_retention (OmcStore *self, const OmcRetention *policy);

typedef struct
{
  gboolean enabled;
  gint64 retention_us;
  gint64 max_bytes;
  gint64 used_bytes;
  gint64 need_bytes; /* to be freed now */
  guint n_charts;    /* of patients not on the ward */
  guint n_pinned;
  guint n_evicted_charts; /* that are on the server only, wholly or in part */
  guint n_evicted_records;
  guint n_wanted;       /* of these charts: on their way back */
  guint64 total_charts; /* since the store was made */
  guint64 total_records;
  gint64 last_pass_us;   /* 0: none yet */
  gint64 short_of_bytes; /* that the last pass could not free: all that is left is protected */
} OmcCacheStatus;

gboolean omc_store_get_cache_status_sync (OmcStore *self,
                                          OmcCacheStatus *status,
                                          GCancellable *cancellable,
                                          GError **error);

typedef struct
{
  char *
      patient_id; /* (nullable): for who may see the patient, which who manages the device may not */
  OmcKeep keep;   /* OMC_KEEP_NOTHING: it goes */
  guint n_records;
  gint64 stored_bytes; /* sealed payloads; their index entries go too */
  gint64 used_us;
} OmcEvictionRow;

void omc_eviction_row_free (OmcEvictionRow *self);

/* What a pass would do now: every chart that it would look at, in its order. Changes nothing. (element-type OmcEvictionRow) */
GPtrArray *omc_store_plan_eviction_sync (OmcStore *self,
                                         OmcActor *actor,
                                         GCancellable *cancellable,
                                         GError **error);

typedef struct
{
  guint n_charts;
  guint n_records;
  gint64 freed_bytes;
  gint64 short_of_bytes;
} OmcEvictionCounts;

/* A whole pass, piece by piece, so that others work meanwhile. */
gboolean omc_store_evict_sync (OmcStore *self,
                               OmcActor *actor,
                               OmcEvictionCounts *counts,
                               GCancellable *cancellable,
                               GError **error);
/* The patient's chart stays; what was removed of it comes back. */
gboolean omc_store_pin_patient_sync (OmcStore *self,
                                     OmcActor *actor,
                                     const char *patient_id,
                                     gboolean pinned,
                                     GCancellable *cancellable,
                                     GError **error);
/* FALSE in wanted: nothing of the patient was removed. */
gboolean omc_store_recall_patient_sync (OmcStore *self,
                                        OmcActor *actor,
                                        const char *patient_id,
                                        gboolean *wanted,
                                        GCancellable *cancellable,
                                        GError **error);

G_END_DECLS
