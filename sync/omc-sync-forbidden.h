/* omc-sync-forbidden.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sync-run.h"

G_BEGIN_DECLS

/* Forgotten with the server. */
#define OMC_MARK_FORBIDDEN "push/forbidden"

/**
 * OmcSyncForbidden:
 *
 * Entries that the server forbade this device to write. One among others that it accepts is a matter for a person; a few in a
 * row, over any number of runs, with nothing accepted mean that the device lost its rights: then no entry is to blame.
 */
typedef struct _OmcSyncForbidden OmcSyncForbidden;

OmcSyncForbidden *omc_sync_forbidden_new (OmcSyncRun *run) G_GNUC_WARN_UNUSED_RESULT;
void omc_sync_forbidden_free (OmcSyncForbidden *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSyncForbidden, omc_sync_forbidden_free)

/* What was decided last time. */
gboolean omc_sync_forbidden_load (OmcSyncForbidden *self, GError **error);
/* Keeps the result, NEEDS_ATTENTION, until it is known what it means; its entry stays in flight. Takes result. */
void omc_sync_forbidden_add (OmcSyncForbidden *self, OmcPushResult *result);
/* After the answers to a request. results: what of it the server accepted, receives what is decided. ends: the run cannot go
 * on. */
gboolean omc_sync_forbidden_judge (OmcSyncForbidden *self,
                                   GPtrArray *results,
                                   gboolean ends,
                                   GError **error);
/* There is nothing more to send: decides on what is kept. */
void omc_sync_forbidden_conclude (OmcSyncForbidden *self, GPtrArray *results);
/* Nothing is accepted, and in this run nothing was tried that would show that this is over. */
gboolean omc_sync_forbidden_wants_probe (OmcSyncForbidden *self);
/* FALSE: the run is to end. */
gboolean omc_sync_forbidden_may_go_on (OmcSyncForbidden *self, GError **error);

G_END_DECLS
