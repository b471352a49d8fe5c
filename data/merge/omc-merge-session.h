/* omc-merge-session.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-merge-row.h"

G_BEGIN_DECLS

#define OMC_TYPE_MERGE_SESSION (omc_merge_session_get_type ())

/**
 * OmcMergeSession:
 *
 * A person's way through a merge: a [iface@Gio.ListModel] of [class@MergeRow], decisions with undo and redo without
 * limit, and the document that comes out. Nothing is decided but by a call of [method@MergeSession.decide] or
 * [method@MergeSession.edit]. Belongs to one thread.
 *
 * # Signals
 *
 * `changed`: after every decision, undo and redo.
 */
G_DECLARE_FINAL_TYPE (OmcMergeSession, omc_merge_session, OMC, MERGE_SESSION, GObject)

OmcMergeSession *omc_merge_session_new (OmcMergeResult *result) G_GNUC_WARN_UNUSED_RESULT;
OmcMergeResult *omc_merge_session_get_result (OmcMergeSession *self);
OmcMergeRow *omc_merge_session_get_row (OmcMergeSession *self, guint position);
guint omc_merge_session_get_n_undecided (OmcMergeSession *self);
/* All decided, no stop, and no rule of omc-merge-invariants broken that the server's version keeps. */
gboolean omc_merge_session_can_save (OmcMergeSession *self);
gboolean omc_merge_session_can_undo (OmcMergeSession *self);
gboolean omc_merge_session_can_redo (OmcMergeSession *self);
gboolean omc_merge_session_is_stop (OmcMergeSession *self);
/* Why it cannot be saved yet, a translated sentence; NULL when it can. */
const char *omc_merge_session_get_message (OmcMergeSession *self);

/* FALSE: this row cannot be decided that way. OMC_DECISION_NONE takes a decision back. */
gboolean
omc_merge_session_decide (OmcMergeSession *self, guint position, OmcMergeDecision decision);
/* The typed value of a row; the error is a translated sentence. */
gboolean
omc_merge_session_edit (OmcMergeSession *self, guint position, const char *text, GError **error);
gboolean omc_merge_session_undo (OmcMergeSession *self);
gboolean omc_merge_session_redo (OmcMergeSession *self);
/* The next row from position on (exclusive) that is undecided, or with any set, that differs at all; wraps around.
 * GTK_INVALID_LIST_POSITION (G_MAXUINT) when there is none. from G_MAXUINT: from the beginning. */
guint omc_merge_session_find_next (OmcMergeSession *self, guint from, gboolean any);
guint omc_merge_session_find_previous (OmcMergeSession *self, guint from, gboolean any);

/* The merged document; fails while it cannot be saved. */
OmcResource *omc_merge_session_build_merged (OmcMergeSession *self, GError **error);
/* What was decided for which hunk, for the journal: {"decisions": [{path, decision, value}]}. */
OmcJson *omc_merge_session_build_decisions (OmcMergeSession *self);

/* A parked session with its undo history. */
GBytes *omc_merge_session_serialize (OmcMergeSession *self);
/* FALSE: the bytes belong to other versions of the resource, or are damaged; nothing has changed then. */
gboolean omc_merge_session_restore (OmcMergeSession *self, GBytes *parked, GError **error);

G_END_DECLS
