/* omc-store-sync.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store.h"

G_BEGIN_DECLS

/*
 * The part of the store that only sync/ uses. All calls block: they run on the sync thread. No transaction is ever
 * open across a call.
 */

/* One sync actor per store, also across programs (a lock on a file in the folder): FALSE with BUSY when taken. */
gboolean omc_store_lock_sync_actor (OmcStore *self, GError **error);
void omc_store_unlock_sync_actor (OmcStore *self);

/* --- down --- */
typedef struct
{
  GPtrArray *
      resources; /* (element-type OmcResource): as the server sent them, ids and references are the server's */
  GPtrArray
      *deletions; /* (nullable) (element-type utf8): "Type/id" that the server says are deleted */
  const char *mark_name;  /* (nullable): set in the same transaction, */
  const char *mark_value; /* ... so that a page and its mark stand or fall together */
  GHashTable *strategies; /* (nullable): type -> OmcMergeStrategy */
} OmcServerBatch;

typedef struct
{
  guint created;
  guint updated;
  guint unchanged; /* this versionId was here already */
  guint deleted;
  guint merged;     /* dirty here, merged without asking */
  guint conflicts;  /* dirty here, a person must decide */
  guint impossible; /* counted versions that contradict what the same server said before */
} OmcServerCounts;

/* Clean resources take the server's version. Dirty ones go through omc_merge3 with their stored base, inside the same
 * transaction: clean results replace local work and rebase its queue item, journalled; all else opens a conflict and
 * blocks the item. A deletion of a resource that is dirty here opens a conflict. Server ids become local ids.
 * OMC_STORE_ERROR_OTHER_HISTORY: a counted version came again with another time, or a lower one later. Nothing was applied:
 * what is behind the address was set up anew, or set back, and its ids prove nothing (omc_store_forget_versions ()). */
gboolean omc_store_apply_server_batch (OmcStore *self,
                                       OmcActor *actor,
                                       const OmcServerBatch *batch,
                                       OmcServerCounts *counts,
                                       GCancellable *cancellable,
                                       GError **error);

/* --- up --- */
/* Pending items whose next attempt has come, with payloads, squashed to the newest state per resource; the priority
 * and then age order them. */
GPtrArray *omc_store_take_queue (OmcStore *self,
                                 gint64 now_us,
                                 guint limit,
                                 GCancellable *cancellable,
                                 GError **error);
gboolean omc_store_mark_in_flight (OmcStore *self,
                                   GPtrArray *queue_items,
                                   GCancellable *cancellable,
                                   GError **error);
/* At the start of a run: what a killed process left in flight is pending again (idempotency makes that safe). */
gboolean omc_store_reset_in_flight (OmcStore *self,
                                    guint *n_reset,
                                    GCancellable *cancellable,
                                    GError **error);

typedef enum
{
  OMC_PUSH_ACKNOWLEDGED, /* the server's answer for this very item was verified */
  OMC_PUSH_CONFLICT, /* remote is the server's current version; merged or put to a person here */
  OMC_PUSH_GONE,     /* 410 or tombstone for something edited here: a person decides */
  OMC_PUSH_RETRY,    /* transient: next_attempt_us */
  OMC_PUSH_PUT_OFF,  /* the same, and as if it had not been tried: certainly not stored */
  OMC_PUSH_NEEDS_ATTENTION, /* refused: error is the sentence for the person */
} OmcPushOutcome;

typedef struct
{
  gint64 queue_id;
  OmcPushOutcome outcome;
  char *server_id;    /* (nullable): acknowledged creates */
  char *version_id;   /* (nullable) */
  char *last_updated; /* (nullable) */
  OmcResource
      *remote; /* (owned) (nullable): the server's version; always there for acknowledged writes */
  OmcResource *
      sent; /* (owned) (nullable): what went out, server ids and idempotency key included; equal content
                             * of remote and sent: remote simply becomes the stored version (no merge, no journal) */
  char *error; /* (nullable) */
  gint64 next_attempt_us;
} OmcPushResult;

OmcPushResult *omc_push_result_new (gint64 queue_id, OmcPushOutcome outcome);
void omc_push_result_free (OmcPushResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcPushResult, omc_push_result_free)

/* One transaction: removes exactly the acknowledged items, notes ids and versions, keeps and rebases a newer local
 * edit of the same resource. ACKNOWLEDGED with a remote that differs in content from what was sent adopts the id and
 * version and then merges like CONFLICT. */
gboolean omc_store_apply_push_results (OmcStore *self,
                                       OmcActor *actor,
                                       GPtrArray *results,
                                       OmcServerCounts *counts,
                                       GCancellable *cancellable,
                                       GError **error);

/* --- ids --- */
/* NULL without an error: not on the server yet. For a resource first seen on the server both are the same. */
char *
omc_store_dup_server_id (OmcStore *self, const char *type, const char *local_id, GError **error);
/* The payload as it goes out: server ids in id and references, meta without version. unsent: (nullable) receives the
 * "Type/local-id" of references that have no server id yet (then the result still holds them as local ids). */
OmcResource *
omc_store_render_for_server (OmcStore *self, OmcResource *local, GPtrArray *unsent, GError **error);

/* After a change of the server (omc-place.h): the "Type/id" of the server that resources, which it sent, refer to, and that
 * stand for records here of which is not proved that the server means them. A set. */
GHashTable *omc_store_list_unproven (OmcStore *self, GPtrArray *resources, GError **error);
/* The same of what item, which is to be sent, refers to, added to unproven. refusal: (out) (nullable): it must not be sent, for
 * the server means another record by the id of one of them or of its own. */
gboolean omc_store_check_places (OmcStore *self,
                                 const OmcQueueItem *item,
                                 GHashTable *unproven,
                                 GError **refusal,
                                 GError **error);
/* Why work waits for a person that refers to what the server did not give. */
char *omc_store_dup_unproven_reason (const char *reference);

/* --- marks and runs --- */
char *omc_store_get_mark (OmcStore *self, const char *name, GError **error);
gboolean omc_store_set_mark (OmcStore *self,
                             const char *name,
                             const char *value,
                             GError **error); /* NULL removes */
/* The server answered, and what it withdrew holds from now on. heard_people: it said to the end who may work here and that
 * this device may; only then the time that people sign in without it begins anew. The first answer of all begins it. */
gboolean
omc_store_record_contact (OmcStore *self, gint64 when_us, gboolean heard_people, GError **error);
/* A run that completed for all types: moves last_sync and the confirmation time of the charts in its scope. */
gboolean omc_store_record_run (OmcStore *self,
                               OmcActor *actor,
                               gint64 started_us,
                               gint64 ended_us,
                               gboolean complete,
                               const OmcServerCounts *down,
                               guint n_sent,
                               const char *error_text,
                               GError **error);
/* Another server is asked from now on: versions of the one before say nothing of what it has, and until it has sent a record
 * the copy here may be the only one. Unsent work keeps the content that it is based on, and no version of it. */
gboolean omc_store_forget_versions (OmcStore *self, GError **error);
/* Ids and versions of all clean resources of a type, for the comparison of id sets: server id -> versionId. */
GHashTable *omc_store_list_versions (OmcStore *self, const char *type, GError **error);
/* The server's ids of what was removed from this device (omc-store-cache.h); wanted: only what is asked for again. A set. */
GHashTable *
omc_store_list_evicted (OmcStore *self, const char *type, gboolean wanted, GError **error);
/* The types of what is asked for again, also those that this device does not read otherwise. A set. */
GHashTable *omc_store_list_wanted_types (OmcStore *self, GError **error);
/* 404 without a tombstone: hidden, unsent work kept. */
gboolean omc_store_hide (OmcStore *self, const char *type, GPtrArray *server_ids, GError **error);

G_END_DECLS
