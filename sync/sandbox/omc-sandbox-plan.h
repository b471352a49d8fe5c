/* omc-sandbox-plan.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sandbox-core.h"
#include "omc-search-query.h"

G_BEGIN_DECLS

/* One row that a search found. */
typedef struct
{
  gint64 key;
  gint64 version;
  gint64 updated;
  char *id; /* (owned) */
} OmcSandboxMatch;

/**
 * OmcSandboxPlan:
 *
 * A search as a condition on rows of the index, and the criteria that only the resource itself can
 * answer.
 */
typedef struct
{
  char *where;      /* (owned): of "resource r" */
  GPtrArray *texts; /* (owned): bound to ?1, ?2, ... */
  GPtrArray *rest;  /* (owned) (element-type OmcSearchCriterion): borrowed from the query */
  gboolean impossible;
} OmcSandboxPlan;

/* deleted: of the tombstones. patient: (nullable): of that patient's compartment only. */
OmcSandboxPlan *omc_sandbox_plan_new (OmcSandboxCore *core,
                                      const OmcSearchQuery *query,
                                      gboolean deleted,
                                      const char *patient,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void omc_sandbox_plan_free (OmcSandboxPlan *self);
/* What a statement with this condition, or a part of it, needs. */
void omc_sandbox_plan_bind (const OmcSandboxPlan *self, OmcSandboxStmt *stmt);

/* tail: further SQL, "AND ... ORDER BY ... LIMIT ..." (may be empty). (element-type
 * OmcSandboxMatch): those that the
 * condition lets through, the rest not yet asked. */
GArray *omc_sandbox_plan_select (OmcSandboxPlan *self,
                                 OmcSandboxCore *core,
                                 const char *tail,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (element-type gint64): the keys alone, which the index has. */
GArray *omc_sandbox_plan_select_keys (OmcSandboxPlan *self,
                                      OmcSandboxCore *core,
                                      const char *tail,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean
omc_sandbox_plan_count (OmcSandboxPlan *self, OmcSandboxCore *core, gint64 *count, GError **error);
/* Does a resource that select gave meet the rest? */
gboolean omc_sandbox_plan_accepts (OmcSandboxPlan *self, OmcResource *resource);
/* The resource of a match. */
OmcResource *omc_sandbox_match_load (OmcSandboxCore *core,
                                     const OmcSandboxMatch *match,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
GArray *omc_sandbox_matches_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSandboxPlan, omc_sandbox_plan_free)

G_END_DECLS
