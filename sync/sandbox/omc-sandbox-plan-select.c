/* omc-sandbox-plan-select.c: the rows that a plan finds; declared in omc-sandbox-plan.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-plan.h"

static void
match_clear (gpointer data)
{
  g_free (((OmcSandboxMatch *)data)->id);
}

GArray *
omc_sandbox_matches_new (void)
{
  GArray *matches = g_array_new (FALSE, TRUE, sizeof (OmcSandboxMatch));

  g_array_set_clear_func (matches, match_clear);
  return matches;
}

static OmcSandboxStmt *
prepare (OmcSandboxPlan *self,
         OmcSandboxCore *core,
         const char *what,
         const char *tail,
         GError **error)
{
  g_autofree char *sql =
      g_strconcat ("SELECT ", what, " FROM resource r WHERE ", self->where, tail, NULL);
  OmcSandboxStmt *stmt =
      omc_sandbox_db_prepare (omc_sandbox_store_get_db (core->store), sql, error);

  if (stmt != NULL)
    omc_sandbox_plan_bind (self, stmt);
  return stmt;
}

GArray *
omc_sandbox_plan_select (OmcSandboxPlan *self,
                         OmcSandboxCore *core,
                         const char *tail,
                         GError **error)
{
  g_autoptr (GArray) matches = omc_sandbox_matches_new ();
  OmcSandboxStmt *stmt;
  gboolean row;

  if (self->impossible)
    return g_steal_pointer (&matches);

  stmt = prepare (self, core, "r.key, r.version, r.updated, r.id", tail, error);
  if (stmt == NULL)
    return NULL;
  for (;;)
    {
      OmcSandboxMatch match;

      if (!omc_sandbox_stmt_step (stmt, &row, error))
        return NULL;
      if (!row)
        return g_steal_pointer (&matches);
      match.key = omc_sandbox_stmt_get_int (stmt, 0);
      match.version = omc_sandbox_stmt_get_int (stmt, 1);
      match.updated = omc_sandbox_stmt_get_int (stmt, 2);
      match.id = g_strdup (omc_sandbox_stmt_get_text (stmt, 3, NULL));
      g_array_append_val (matches, match);
    }
}

GArray *
omc_sandbox_plan_select_keys (OmcSandboxPlan *self,
                              OmcSandboxCore *core,
                              const char *tail,
                              GError **error)
{
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (gint64));
  OmcSandboxStmt *stmt;
  gboolean row;

  if (self->impossible)
    return g_steal_pointer (&keys);

  stmt = prepare (self, core, "r.key", tail, error);
  if (stmt == NULL)
    return NULL;
  for (;;)
    {
      gint64 key;

      if (!omc_sandbox_stmt_step (stmt, &row, error))
        return NULL;
      if (!row)
        return g_steal_pointer (&keys);
      key = omc_sandbox_stmt_get_int (stmt, 0);
      g_array_append_val (keys, key);
    }
}

gboolean
omc_sandbox_plan_count (OmcSandboxPlan *self, OmcSandboxCore *core, gint64 *count, GError **error)
{
  OmcSandboxStmt *stmt;
  gboolean row;

  *count = 0;
  if (self->impossible)
    return TRUE;

  stmt = prepare (self, core, "count (*)", "", error);
  if (stmt == NULL || !omc_sandbox_stmt_step (stmt, &row, error))
    return FALSE;
  *count = omc_sandbox_stmt_get_int (stmt, 0);
  omc_sandbox_stmt_reset (stmt);
  return TRUE;
}

gboolean
omc_sandbox_plan_accepts (OmcSandboxPlan *self, OmcResource *resource)
{
  for (guint i = 0; i < self->rest->len; i++)
    {
      if (!omc_search_criterion_matches (g_ptr_array_index (self->rest, i), resource))
        return FALSE;
    }
  return TRUE;
}

OmcResource *
omc_sandbox_match_load (OmcSandboxCore *core, const OmcSandboxMatch *match, GError **error)
{
  g_autofree char *body = NULL;
  gsize length;

  body = omc_sandbox_store_dup_body (core->store, match->version, &length, error);
  return body != NULL ? omc_resource_parse (body, (gssize)length, error) : NULL;
}
