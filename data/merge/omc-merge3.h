/* omc-merge3.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource.h"

G_BEGIN_DECLS

typedef enum
{
  OMC_HUNK_AUTO_LOCAL,
  OMC_HUNK_AUTO_REMOTE,
  OMC_HUNK_AUTO_BOTH_SAME,
  OMC_HUNK_AUTO_UNION,
  OMC_HUNK_AUTO_RULE,
  OMC_HUNK_ASK,
  OMC_HUNK_STOP, /* wrong-patient danger: there is no merge button at all */
} OmcHunkState;

typedef enum
{
  OMC_MERGE_STRATEGY_MERGE,
  OMC_MERGE_STRATEGY_SERVER_WINS,
  OMC_MERGE_STRATEGY_CLIENT_WINS,
  OMC_MERGE_STRATEGY_MANUAL,
} OmcMergeStrategy;

typedef enum
{
  OMC_SEVERITY_INFO,
  OMC_SEVERITY_CHANGE,
  OMC_SEVERITY_CLINICAL,
  OMC_SEVERITY_DANGER,
} OmcSeverity;

/**
 * OmcMergeHunk:
 *
 * What happened to one unit that differs between base, local and remote. Values are borrowed from the three
 * documents (NULL: absent).
 */
typedef struct
{
  char *path;        /* "Patient.telecom[system=phone,use=home].value" */
  const char *label; /* untranslated gettext key of the unit's name, "Home telephone" */
  OmcHunkState state;
  OmcSeverity severity;
  const char *rule;   /* stable id of the rule, "unit-both-changed" */
  const char *reason; /* untranslated gettext key: one sentence a nurse understands */
  const OmcJsonValue *base;
  const OmcJsonValue *local;
  const OmcJsonValue *remote;
} OmcMergeHunk;

#define OMC_TYPE_MERGE_RESULT (omc_merge_result_get_type ())

/**
 * OmcMergeResult:
 *
 * The outcome of a three-way merge: immutable, keeps its three inputs alive, may cross threads.
 */
typedef struct _OmcMergeResult OmcMergeResult;

GType omc_merge_result_get_type (void);
OmcMergeResult *omc_merge_result_ref (OmcMergeResult *self);
void omc_merge_result_unref (OmcMergeResult *self);

/* Merges local and remote, two descendants of base (NULL: there is none). Pure: no I/O, no clock, no locale.
 * Fails only for bad input (different resource types). */
OmcMergeResult *omc_merge3 (OmcResource *base,
                            OmcResource *local,
                            OmcResource *remote,
                            OmcMergeStrategy strategy,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean omc_merge_result_is_clean (OmcMergeResult *self); /* nobody has to decide anything */
gboolean omc_merge_result_is_stop (OmcMergeResult *self);
/* Undecided units hold the server's value. meta is the server's. */
OmcResource *omc_merge_result_get_merged (OmcMergeResult *self);
OmcResource *omc_merge_result_get_base (OmcMergeResult *self); /* nullable */
OmcResource *omc_merge_result_get_local (OmcMergeResult *self);
OmcResource *omc_merge_result_get_remote (OmcMergeResult *self);
guint omc_merge_result_get_n_hunks (OmcMergeResult *self);
const OmcMergeHunk *omc_merge_result_get_hunk (OmcMergeResult *self, guint index);
/* The document of the omnicarectl merge contract (shared with the journal). */
OmcJson *omc_merge_result_to_json (OmcMergeResult *self);

const char *omc_hunk_state_to_string (OmcHunkState state); /* "auto-local", ..., "ask", "stop" */
gboolean omc_merge_strategy_from_string (const char *text, OmcMergeStrategy *strategy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcMergeResult, omc_merge_result_unref)

G_END_DECLS
