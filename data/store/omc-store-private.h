/* omc-store-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-access-policy.h"
#include "omc-evictor.h"
#include "omc-store-sync.h"
#include "omc-store-thread.h"

G_BEGIN_DECLS

#define OMC_STORE_FILE "omnicare.db"
#define OMC_STORE_N_READERS 2

struct _OmcStore
{
  GObject parent_instance;

  char *directory;         /* (owned) */
  OmcKeyManager *keys;     /* (owned) */
  OmcClock *clock;         /* (owned) */
  OmcAccessPolicy *policy; /* (owned) */
  GMainContext *context;   /* (owned): where `changed` is emitted */

  OmcStoreThread *writer;                       /* (owned) (nullable): NULL while closed */
  OmcStoreThread *readers[OMC_STORE_N_READERS]; /* (owned) */
  int next_reader;                              /* atomic */
  GThreadPool *anchorer;     /* (owned) (nullable): writes heads while the writer goes on */
  GCancellable *archive_end; /* (owned): the store is being closed */
  gint64 audit_retention_us; /* 0: for ever */

  GMutex lock;                /* of what follows, and of policy */
  const char *policy_refused; /* interned (nullable): why the site's policy is not in force */
  GPtrArray *reads;           /* (owned): acts that wait to be written into the audit chain */
  guint n_reads_written;      /* how many of them are in the transaction that runs */
  OmcChangeFlags changes;
  GHashTable *patients; /* (owned) (nullable): of the next notice; NULL with all_patients */
  gboolean all_patients;
  GSource *notice;        /* (owned) (nullable): the notice is on its way */
  guint64 audit_sequence; /* newest entry that was committed */
  guint64 anchored_sequence;
  gint64 anchored_at;
  gint64 worked_at;        /* monotonic: the last transaction but those of the key rotation */
  guint n_reseal_failures; /* in a row */
  GError *reseal_failure;  /* (owned) (nullable): the last of them */
  gboolean anchoring;
  GThreadPool *archivist; /* (owned) (nullable): makes files of older entries of the audit trail */
  gboolean archiving;     /* it was asked to */
  gint64 archive_looked_at; /* monotonic; 0: look now */
  gboolean awake;           /* the writer's idle work was asked for */
  gint64 data_version;
  gint64 max_bytes; /* of the database */
  gboolean evicts;  /* what follows was set */
  OmcRetention retention;
  OmcEvictor evictor; /* the writer's own */
  int sync_lock;      /* file descriptor, -1: not held */
  int use_lock;       /* the same: the store is in use */
};

/* Runs on a reader's or the writer's connection and waits for it. */
gboolean omc_store_run_read (OmcStore *self,
                             OmcStoreFunc func,
                             gpointer data,
                             GCancellable *cancellable,
                             GError **error);
gboolean omc_store_run_write (OmcStore *self,
                              OmcStoreFunc func,
                              gpointer data,
                              GCancellable *cancellable,
                              GError **error);
/* Runs it for a task; data belongs to the task. */
void omc_store_push_read (OmcStore *self,
                          GTask *task,
                          OmcStoreFunc func,
                          gpointer data,
                          GDestroyNotify destroy);
void omc_store_push_write (OmcStore *self,
                           GTask *task,
                           OmcStoreFunc func,
                           gpointer data,
                           GDestroyNotify destroy);
/* For the end of an asynchronous call: the data of its task, NULL with the error when it failed. */
gpointer omc_store_finish_job (OmcStore *self, GAsyncResult *result, GError **error);

OmcAccessPolicy *omc_store_dup_policy (OmcStore *self);
/* The beginning of the names of settings that only the policy's own code changes; by itself that of its text. */
#define OMC_STORE_POLICY_SETTINGS "access-policy"
#define OMC_STORE_POLICY_VERSION OMC_STORE_POLICY_SETTINGS "-version"
/* Whether the role may do it at all; of which patient is asked by the OmcAccessGuard of the job. DENIED, and audited, when
 * the policy says no. type: (nullable) */
gboolean omc_store_check_access (OmcStore *self,
                                 OmcActor *actor,
                                 OmcAccessAction action,
                                 const char *type,
                                 const char *patient_id,
                                 GError **error);
/* The same for a task, which gets the error. */
gboolean omc_store_check_task (OmcStore *self,
                               GTask *task,
                               OmcActor *actor,
                               OmcAccessAction action,
                               const char *type,
                               const char *patient_id);
/* What a decision that is not ALLOW leads to: it is audited, and the error is set. FALSE. type, patient_id: (nullable) */
gboolean omc_store_refuse (OmcStore *self,
                           OmcActor *actor,
                           OmcAccessAction action,
                           const char *type,
                           const char *patient_id,
                           OmcAccessDecision decision,
                           GError **error);
/* Puts an act that changes nothing into the audit chain with the next transaction, within a moment. */
void omc_store_note_read (OmcStore *self, OmcActor *actor, const OmcAuditEvent *event);
/* Notes what was read. TRUE: the answer waits until that is durable. */
typedef gboolean (*OmcStoreTellFunc) (OmcStore *self, gpointer data);
/* A read whose entry in the audit trail is to be on the disk before its answer is given, so that no kill takes a look that
 * somebody had. One commit serves all that wait for it. */
gboolean omc_store_run_told_read (OmcStore *self,
                                  OmcStoreFunc func,
                                  gpointer data,
                                  OmcStoreTellFunc tell,
                                  GCancellable *cancellable,
                                  GError **error);
void omc_store_push_told_read (OmcStore *self,
                               GTask *task,
                               OmcStoreFunc func,
                               gpointer data,
                               GDestroyNotify destroy,
                               OmcStoreTellFunc tell);
/* Writes what omc_store_note_read () holds back, and the charts that wait for their board row. */
gboolean omc_store_settle (OmcStore *self, GCancellable *cancellable, GError **error);
gboolean omc_store_anchor (OmcStore *self, GError **error);
void omc_store_anchor_later (gpointer head, gpointer store); /* for the anchorer */
/* Failed sign-ins that were noted while the store was closed; for opening. */
void omc_store_take_attempts (OmcStore *self);

/* Takes part in the use of the store, waiting for a change of its key to end; settles one that was interrupted. Leave also
 * after a failure. */
gboolean omc_store_enter (OmcStore *self, const char *path, GError **error);
void omc_store_leave (OmcStore *self);
/* The same for who replaces the store: a descriptor to close, -1 and BUSY while any program has it open. A store opens under it
 * after omc_store_use_with (). */
int omc_store_use_alone (const char *directory, GError **error);
void omc_store_use_with (OmcStore *self, int use_lock);

/* A piece of the key rotation, on the writer that the caller holds. idle_us: how long there was no other work. Gives how
 * long to wait until the next piece, 0: there is none. */
guint omc_store_reseal_some (OmcStore *self, OmcSession *session, gint64 idle_us);

/* Housekeeping in a transaction of its own, on the writer that the caller holds; it does not count as work. */
gboolean omc_store_do_piece (OmcStore *self, OmcSession *session, OmcStoreFunc func, gpointer data);
/* The same for charts that the device need not keep. */
guint omc_store_evict_some (OmcStore *self, OmcSession *session, gint64 idle_us);
OmcRetention omc_store_get_retention (OmcStore *self);
/* ... and for entries of the audit trail, by the archivist. */
guint omc_store_archive_soon (OmcStore *self, OmcSession *session, gint64 idle_us);
void omc_store_archive_later (gpointer data, gpointer store); /* for the archivist */

/* omc-store-budget.c: the limit of a connection that writes; makes the reserve when there is room; gives it up, TRUE: try again
 * (make_room: for a person's work alone); FULL: no more of what is not a person's work. */
gboolean omc_store_budget_limit (OmcStore *self, OmcDb *db, GError **error);
void omc_store_budget_keep (OmcStore *self);
gboolean omc_store_budget_give (OmcStore *self);
gboolean omc_store_budget_make_room (OmcStore *self, OmcSession *session);
gboolean omc_store_budget_check (OmcStore *self, GError **error);

/* The transaction hooks. */
extern const OmcStoreHooks omc_store_hooks;

G_END_DECLS
