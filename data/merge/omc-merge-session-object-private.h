/* omc-merge-session-object-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-merge-session-private.h"

G_BEGIN_DECLS

/* The inside of a session, for the files that it is made of and for nobody else. */
struct _OmcMergeSession
{
  GObject parent_instance;
  OmcMergeResult *result;      /* (owned) */
  OmcMergePlan *plan;          /* borrowed from result */
  GPtrArray *rows;             /* (owned) (element-type OmcMergeRow) */
  OmcMergeRow **row_of;        /* (owned): by hunk, borrowed from rows */
  OmcMergeChoice *choices;     /* (owned): by hunk */
  OmcMergeDecision *decisions; /* (owned): by hunk */
  GPtrArray *edited;           /* (owned) (element-type OmcJson) (nullable elements): by hunk */
  GPtrArray *steps;            /* (owned) (element-type OmcMergeStep) */
  guint n_done;                /* steps that are not undone */
  guint n_undecided;
  char *message; /* (owned) (nullable) */
};

/* What is decided about one hunk, without a step to undo and without announcing. value: (nullable) */
void _omc_merge_session_put (OmcMergeSession *self,
                             guint index,
                             OmcMergeDecision decision,
                             OmcJson *value);

G_END_DECLS
