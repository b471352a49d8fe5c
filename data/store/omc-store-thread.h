/* omc-store-thread.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/* Work on a connection. On the writer it runs between BEGIN IMMEDIATE and COMMIT: all or nothing. */
typedef gboolean (*OmcStoreFunc) (OmcSession *session,
                                  gpointer data,
                                  GCancellable *cancellable,
                                  GError **error);

typedef struct
{
  /* Before COMMIT, in the transaction. */
  gboolean (*finish) (OmcSession *session, gpointer owner, GError **error);
  /* After COMMIT, and after a failure (committed FALSE), outside of the transaction. */
  void (*after) (OmcSession *session, gboolean committed, gpointer owner);
  /* When there has been nothing to do for a moment; returns after how many microseconds without work it wants to be
   * called again, 0: not before there was some. */
  guint (*idle) (OmcSession *session, gpointer owner);
  /* After a failure for want of room, outside of the transaction: TRUE when some was made, so that it is tried again. */
  gboolean (*full) (OmcSession *session, gpointer owner);
} OmcStoreHooks;

/**
 * OmcStoreThread:
 *
 * A thread with the connection that it owns. Blocking callers run their work on their own thread while they hold the
 * connection, which spares them two thread switches.
 */
typedef struct _OmcStoreThread OmcStoreThread;

/* Takes session. hooks: (nullable), static; they make it a writer. */
OmcStoreThread *omc_store_thread_new (const char *name,
                                      OmcSession *session,
                                      const OmcStoreHooks *hooks,
                                      gpointer owner) G_GNUC_WARN_UNUSED_RESULT;
/* Ends what is queued, then the thread: its idle work comes no more. */
void omc_store_thread_end (OmcStoreThread *self);
/* The same, then the connection. */
void omc_store_thread_stop (OmcStoreThread *self);
gboolean omc_store_thread_run (OmcStoreThread *self,
                               OmcStoreFunc func,
                               gpointer data,
                               GCancellable *cancellable,
                               GError **error);
/* Like run, but FALSE in got when another caller has the connection. */
gboolean omc_store_thread_try_run (OmcStoreThread *self,
                                   OmcStoreFunc func,
                                   gpointer data,
                                   GCancellable *cancellable,
                                   gboolean *got,
                                   GError **error);
/* Runs func with the task's data and returns TRUE or the error through the task. */
void omc_store_thread_push (OmcStoreThread *self, GTask *task, OmcStoreFunc func);
/* Wakes the thread so that its idle work comes. */
void omc_store_thread_wake (OmcStoreThread *self);

G_END_DECLS
