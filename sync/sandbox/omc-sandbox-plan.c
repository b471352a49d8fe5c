/* omc-sandbox-plan.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-check.h"
#include "omc-sandbox-index.h"
#include "omc-sandbox-plan.h"

/* Rows of one index value up to which they lead the search; beyond, the newest rows are looked
 * through. */
#define MAX_LEADING 5000
/* Resources at the other end of a chain. */
#define MAX_LINKED 10000

typedef struct
{
  OmcSandboxCore *core;
  OmcSandboxPlan *plan;
  const char *type;
  GString *where;
  GPtrArray *
      sets; /* (owned) (element-type utf8): lists of hashes, written out or bound, each one criterion */
  gboolean leads; /* a condition that names few rows is there */
  gboolean by_id; /* it is one of ids, which are found through the type */
} Planner;

void
omc_sandbox_plan_free (OmcSandboxPlan *self)
{
  if (self == NULL)
    return;

  g_free (self->where);
  g_ptr_array_unref (self->texts);
  g_ptr_array_unref (self->rest);
  g_free (self);
}

void
omc_sandbox_plan_bind (const OmcSandboxPlan *self, OmcSandboxStmt *stmt)
{
  for (guint i = 0; i < self->texts->len; i++)
    omc_sandbox_stmt_bind_text (stmt, (int)i + 1, g_ptr_array_index (self->texts, i), -1);
}

/* text: (transfer full) */
static void
append_bound (Planner *self, GString *sql, char *text)
{
  g_ptr_array_add (self->plan->texts, text);
  g_string_append_printf (sql, "?%u", self->plan->texts->len);
}

static void
append_text (Planner *self, const char *text)
{
  append_bound (self, self->where, g_strdup (text));
}

/* --- criteria of each kind; FALSE: the resource itself has to be asked --- */

static gboolean
plan_hashes (Planner *self, const OmcSearchCriterion *criterion)
{
  const OmcSearchParam *param = criterion->param;
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < criterion->values->len; i++)
    {
      const OmcSearchValue *value = g_ptr_array_index (criterion->values, i);
      g_autofree char *reference = NULL;
      const char *text = value->text;
      const char *system = NULL;

      if (param->kind == OMC_SEARCH_TOKEN)
        {
          text = value->code;
          if (!value->any_system)
            system = value->system != NULL ? value->system : "";
        }
      else if (param->kind == OMC_SEARCH_REFERENCE && text != NULL && strchr (text, '/') == NULL &&
               !g_str_has_prefix (text, "urn:"))
        text = param->target != NULL ? (reference = g_strdup_printf ("%s/%s", param->target, text))
                                     : NULL;
      if (text == NULL)
        return FALSE;

      /* Bound, so that one statement serves all values: a bundle asks for hundreds of them. */
      g_string_append (list, i > 0 ? "," : "");
      append_bound (
          self, list,
          g_strdup_printf ("%" G_GINT64_FORMAT,
                           omc_sandbox_index_hash (self->type, param->name, system, text)));
    }

  g_ptr_array_add (self->sets, g_string_free (g_steal_pointer (&list), FALSE));
  return TRUE;
}

static gboolean
plan_ids (Planner *self, const OmcSearchCriterion *criterion)
{
  g_string_append (self->where, " AND r.id IN (");
  for (guint i = 0; i < criterion->values->len; i++)
    {
      const OmcSearchValue *value = g_ptr_array_index (criterion->values, i);

      g_string_append (self->where, i > 0 ? "," : "");
      append_text (self, value->code != NULL ? value->code : value->text);
    }
  g_string_append_c (self->where, ')');
  self->by_id = TRUE;
  self->leads = TRUE;
  return TRUE;
}

static gboolean
plan_texts (Planner *self, const OmcSearchCriterion *criterion, GError **error)
{
  gint64 param =
      omc_sandbox_index_param (self->core->store, self->type, criterion->param->name, error);

  g_string_append (self->where, " AND r.key IN (SELECT resource FROM text WHERE ");
  for (guint i = 0; i < criterion->values->len; i++)
    {
      const OmcSearchValue *value = g_ptr_array_index (criterion->values, i);
      /* The highest code point: what starts with the text lies below. */
      g_autofree char *end = g_strconcat (value->text, "\xf4\x8f\xbf\xbf", NULL);

      g_string_append_printf (
          self->where, "%s(param = %" G_GINT64_FORMAT " AND text >= ", i > 0 ? " OR " : "", param);
      append_text (self, value->text);
      g_string_append (self->where, " AND text <= ");
      append_text (self, end);
      g_string_append_c (self->where, ')');
    }
  g_string_append_c (self->where, ')');
  self->leads = TRUE;
  return param != 0;
}

/* The comparisons of OmcSearchPrefix on the columns of a date. */
static void
append_date (GString *sql, const OmcSearchValue *value)
{
  const gint64 low = value->start_us, high = value->end_us;

  switch (value->prefix)
    {
    case OMC_SEARCH_NE:
      g_string_append_printf (
          sql, "NOT (start >= %" G_GINT64_FORMAT " AND stop <= %" G_GINT64_FORMAT ")", low, high);
      break;
    case OMC_SEARCH_GT:
      g_string_append_printf (sql, "stop > %" G_GINT64_FORMAT, high);
      break;
    case OMC_SEARCH_GE:
      g_string_append_printf (sql, "(start >= %" G_GINT64_FORMAT " OR stop > %" G_GINT64_FORMAT ")",
                              low, high);
      break;
    case OMC_SEARCH_LT:
      g_string_append_printf (sql, "start < %" G_GINT64_FORMAT, low);
      break;
    case OMC_SEARCH_LE:
      g_string_append_printf (sql, "(start < %" G_GINT64_FORMAT " OR stop <= %" G_GINT64_FORMAT ")",
                              low, high);
      break;
    case OMC_SEARCH_SA:
      g_string_append_printf (sql, "start >= %" G_GINT64_FORMAT, high);
      break;
    case OMC_SEARCH_EB:
      g_string_append_printf (sql, "stop <= %" G_GINT64_FORMAT, low);
      break;
    case OMC_SEARCH_EQ:
    default:
      g_string_append_printf (
          sql, "(start >= %" G_GINT64_FORMAT " AND stop <= %" G_GINT64_FORMAT ")", low, high);
      break;
    }
}

/* The same for lastUpdated, which is a millisecond: one comparison each, so that the index is
 * used. */
static void
append_updated (GString *sql, const OmcSearchValue *value)
{
  const gint64 low = value->start_us, high = value->end_us;

  switch (value->prefix)
    {
    case OMC_SEARCH_NE:
      g_string_append_printf (
          sql, "NOT (r.updated >= %" G_GINT64_FORMAT " AND r.updated <= %" G_GINT64_FORMAT ")", low,
          high - 1000);
      break;
    case OMC_SEARCH_GT:
      g_string_append_printf (sql, "r.updated > %" G_GINT64_FORMAT, high - 1000);
      break;
    case OMC_SEARCH_GE:
      g_string_append_printf (sql, "r.updated >= %" G_GINT64_FORMAT, MIN (low, high - 999));
      break;
    case OMC_SEARCH_LT:
      g_string_append_printf (sql, "r.updated < %" G_GINT64_FORMAT, low);
      break;
    case OMC_SEARCH_LE:
      g_string_append_printf (sql, "r.updated <= %" G_GINT64_FORMAT, MAX (low - 1, high - 1000));
      break;
    case OMC_SEARCH_SA:
      g_string_append_printf (sql, "r.updated >= %" G_GINT64_FORMAT, high);
      break;
    case OMC_SEARCH_EB:
      g_string_append_printf (sql, "r.updated <= %" G_GINT64_FORMAT, low - 1000);
      break;
    case OMC_SEARCH_EQ:
    default:
      g_string_append_printf (
          sql, "(r.updated >= %" G_GINT64_FORMAT " AND r.updated <= %" G_GINT64_FORMAT ")", low,
          high - 1000);
      break;
    }
}

static void
plan_updated (Planner *self, const OmcSearchCriterion *criterion)
{
  g_string_append (self->where, " AND (");
  for (guint i = 0; i < criterion->values->len; i++)
    {
      g_string_append (self->where, i > 0 ? " OR " : "");
      append_updated (self->where, g_ptr_array_index (criterion->values, i));
    }
  g_string_append_c (self->where, ')');
}

static gboolean
plan_dates (Planner *self, const OmcSearchCriterion *criterion, GError **error)
{
  gint64 param =
      omc_sandbox_index_param (self->core->store, self->type, criterion->param->name, error);

  g_string_append_printf (
      self->where,
      " AND r.key IN (SELECT resource FROM date WHERE param = %" G_GINT64_FORMAT " AND (", param);
  for (guint i = 0; i < criterion->values->len; i++)
    {
      g_string_append (self->where, i > 0 ? " OR " : "");
      append_date (self->where, g_ptr_array_index (criterion->values, i));
    }
  g_string_append (self->where, "))");
  self->leads = TRUE;
  return param != 0;
}

/* --- links --- */

/* All that one criterion finds among the linked type. */
static GArray *
find_linked (Planner *self, const OmcSearchCriterion *criterion, GError **error)
{
  g_autoptr (GPtrArray) criteria = g_ptr_array_new ();
  OmcSearchQuery query = { .type = criterion->linked_type, .criteria = criteria };
  g_autoptr (OmcSandboxPlan) plan = NULL;
  g_autoptr (GArray) found = NULL;
  g_autofree char *tail = g_strdup_printf (" LIMIT %d", MAX_LINKED + 1);

  g_ptr_array_add (criteria, criterion->linked);
  plan = omc_sandbox_plan_new (self->core, &query, FALSE, NULL, error);
  found = plan != NULL ? omc_sandbox_plan_select (plan, self->core, tail, error) : NULL;
  if (found == NULL)
    return NULL;
  if (found->len > MAX_LINKED)
    {
      g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED,
                   "the chain through %s matches more than %d resources", criterion->linked_type,
                   MAX_LINKED);
      return NULL;
    }

  for (guint i = found->len; i > 0 && plan->rest->len > 0; i--)
    {
      g_autoptr (OmcResource) resource = NULL;

      resource = omc_sandbox_match_load (self->core, &g_array_index (found, OmcSandboxMatch, i - 1),
                                         error);
      if (resource == NULL)
        return NULL;
      if (!omc_sandbox_plan_accepts (plan, resource))
        g_array_remove_index (found, i - 1);
    }
  return g_steal_pointer (&found);
}

static gboolean
plan_chain (Planner *self, const OmcSearchCriterion *criterion, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);
  g_autoptr (GArray) found = find_linked (self, criterion, error);

  if (found == NULL)
    return FALSE;
  for (guint i = 0; i < found->len; i++)
    {
      g_autofree char *reference = NULL;

      reference = g_strconcat (criterion->linked_type, "/",
                               g_array_index (found, OmcSandboxMatch, i).id, NULL);
      g_string_append_printf (
          list, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "",
          omc_sandbox_index_hash (self->type, criterion->param->name, NULL, reference));
    }

  if (found->len == 0)
    self->plan->impossible = TRUE;
  else
    g_ptr_array_add (self->sets, g_string_free (g_steal_pointer (&list), FALSE));
  return TRUE;
}

typedef struct
{
  const char *type;
  GHashTable *ids;
} Collected;

static void
collect_target (const OmcSearchEntry *entry, gpointer user_data)
{
  Collected *collected = user_data;
  gsize length = strlen (collected->type);

  if (entry->text != NULL && strncmp (entry->text, collected->type, length) == 0 &&
      entry->text[length] == '/' && omc_sandbox_is_id (entry->text + length + 1))
    g_hash_table_add (collected->ids, g_strdup (entry->text + length + 1));
}

static gboolean
plan_has (Planner *self, const OmcSearchCriterion *criterion, GError **error)
{
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) found = find_linked (self, criterion, error);
  Collected collected = { .type = self->type, .ids = ids };
  GHashTableIter iter;
  gpointer id;

  if (found == NULL)
    return FALSE;
  for (guint i = 0; i < found->len; i++)
    {
      g_autoptr (OmcResource) resource = NULL;

      resource =
          omc_sandbox_match_load (self->core, &g_array_index (found, OmcSandboxMatch, i), error);
      if (resource == NULL)
        return FALSE;
      omc_search_extract_param (resource, criterion->param, collect_target, &collected);
    }

  /* Ids have no quotes: that was asked when they were collected. */
  g_string_append (self->where, " AND r.id IN (''");
  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_string_append_printf (self->where, ",'%s'", (const char *)id);
  g_string_append_c (self->where, ')');
  self->by_id = TRUE;
  self->leads = TRUE;
  return TRUE;
}

/* --- the whole --- */

static gboolean
plan_criterion (Planner *self, OmcSearchCriterion *criterion, GPtrArray *dates, GError **error)
{
  const OmcSearchParam *param = criterion->param;

  if (criterion->link == OMC_SEARCH_CHAIN)
    return plan_chain (self, criterion, error);
  if (criterion->link == OMC_SEARCH_HAS)
    return plan_has (self, criterion, error);

  if (criterion->modifier != OMC_SEARCH_MODIFIER_NONE &&
      criterion->modifier != OMC_SEARCH_MODIFIER_EXACT)
    g_ptr_array_add (self->plan->rest, criterion);
  else if (g_str_equal (param->name, "_id"))
    plan_ids (self, criterion);
  else if (g_str_equal (param->name, "_lastUpdated"))
    plan_updated (self, criterion);
  else if (param->kind == OMC_SEARCH_DATE)
    g_ptr_array_add (dates, criterion);
  else if (param->kind == OMC_SEARCH_STRING)
    {
      if (criterion->modifier == OMC_SEARCH_MODIFIER_EXACT)
        g_ptr_array_add (self->plan->rest, criterion);
      return plan_texts (self, criterion, error);
    }
  else if (param->kind == OMC_SEARCH_QUANTITY || param->kind == OMC_SEARCH_NUMBER ||
           !plan_hashes (self, criterion))
    g_ptr_array_add (self->plan->rest, criterion);
  return TRUE;
}

static gboolean
count_rows (Planner *self, const char *set, gint64 *count, GError **error)
{
  g_autofree char *sql = NULL;
  OmcSandboxStmt *stmt;
  gboolean row;

  sql = g_strdup_printf ("SELECT count (*) FROM (SELECT 1 FROM value WHERE hash IN (%s) LIMIT %d)",
                         set, MAX_LEADING + 1);
  stmt = omc_sandbox_db_prepare (omc_sandbox_store_get_db (self->core->store), sql, error);
  if (stmt != NULL)
    omc_sandbox_plan_bind (self->plan, stmt);
  if (stmt == NULL || !omc_sandbox_stmt_step (stmt, &row, error))
    return FALSE;
  *count = omc_sandbox_stmt_get_int (stmt, 0);
  omc_sandbox_stmt_reset (stmt);
  return TRUE;
}

/* The rarest value leads; the others are asked of each row that it gives. */
static gboolean
append_sets (Planner *self, GError **error)
{
  gint64 fewest = MAX_LEADING + 1;
  guint leader = G_MAXUINT;

  for (guint i = 0; i < self->sets->len && !self->leads; i++)
    {
      gint64 count;

      if (!count_rows (self, g_ptr_array_index (self->sets, i), &count, error))
        return FALSE;
      if (count < fewest)
        {
          fewest = count;
          leader = i;
        }
    }

  for (guint i = 0; i < self->sets->len; i++)
    {
      const char *set = g_ptr_array_index (self->sets, i);

      if (i == leader)
        g_string_append_printf (
            self->where, " AND r.key IN (SELECT resource FROM value WHERE hash IN (%s))", set);
      else
        g_string_append_printf (
            self->where,
            " AND EXISTS (SELECT 1 FROM value x WHERE x.hash IN (%s) AND x.resource = r.key)", set);
    }
  self->leads = self->leads || leader != G_MAXUINT;
  return TRUE;
}

OmcSandboxPlan *
omc_sandbox_plan_new (OmcSandboxCore *core,
                      const OmcSearchQuery *query,
                      gboolean deleted,
                      const char *patient,
                      GError **error)
{
  g_autoptr (OmcSandboxPlan) plan = g_new0 (OmcSandboxPlan, 1);
  g_autoptr (GPtrArray) dates = g_ptr_array_new ();
  g_autoptr (GPtrArray) sets = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) where = g_string_new (NULL);
  Planner self = { .core = core, .plan = plan, .type = query->type, .where = where, .sets = sets };
  gint64 type_key = omc_sandbox_store_name (core->store, query->type, error);

  plan->texts = g_ptr_array_new_with_free_func (g_free);
  plan->rest = g_ptr_array_new ();
  if (type_key == 0)
    return NULL;

  if (patient != NULL)
    {
      g_string_append_printf (where, " AND r.patient = %" G_GINT64_FORMAT,
                              omc_sandbox_store_hash (patient, strlen (patient)));
      self.leads = TRUE;
    }

  for (guint i = 0; i < query->criteria->len; i++)
    {
      OmcSearchCriterion *criterion = g_ptr_array_index (query->criteria, i);

      /* A tombstone has nothing else to be found by. */
      if (deleted && !(criterion->link == OMC_SEARCH_DIRECT &&
                       g_str_equal (criterion->param->name, "_lastUpdated")))
        plan->impossible = TRUE;
      else if (!plan_criterion (&self, criterion, dates, error))
        return NULL;
    }
  if (!append_sets (&self, error))
    return NULL;

  for (guint i = 0; i < dates->len; i++)
    {
      if (self.leads)
        g_ptr_array_add (plan->rest, g_ptr_array_index (dates, i));
      else if (!plan_dates (&self, g_ptr_array_index (dates, i), error))
        return NULL;
    }

  /* A plus hides a column from the planner, which would else walk the whole type in the order that
   * is asked for. */
  plan->where = g_strdup_printf ("%sr.type = %" G_GINT64_FORMAT " AND %sr.deleted = %d%s",
                                 self.leads && !self.by_id ? "+" : "", type_key,
                                 self.leads ? "+" : "", deleted, where->str);
  return g_steal_pointer (&plan);
}
