/* omc-search-sql.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-search-sql.h"

#include <math.h>
#include <string.h>

#include "omc-search-index-dao.h"

/* A condition with more rows than this is as good as any other. */
#define PROBE_LIMIT 3000
/* Above it a list of ids narrows nothing down. */
#define MAX_LISTED 5000

/* Rows of one index table: "search_token x WHERE x.param = 3 AND ...", and those of patients. */
typedef struct
{
  char *rows;       /* (owned) */
  char *patients;   /* (owned) (nullable): pks of patients, comma between, whose rows count too */
  GPtrArray *texts; /* (owned): for the marks in rows */
  gint64 n;         /* up to PROBE_LIMIT */
} Condition;

static void
condition_free (Condition *self)
{
  g_free (self->rows);
  g_free (self->patients);
  g_ptr_array_unref (self->texts);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Condition, condition_free)

void
omc_search_sql_free (OmcSearchSql *self)
{
  if (self == NULL)
    return;

  g_free (self->sql);
  g_clear_pointer (&self->texts, g_ptr_array_unref);
  g_free (self);
}

static const char *
table_of (OmcSearchKind kind)
{
  switch (kind)
    {
    case OMC_SEARCH_STRING:
      return "search_string";
    case OMC_SEARCH_TOKEN:
      return "search_token";
    case OMC_SEARCH_REFERENCE:
    case OMC_SEARCH_URI:
      return "search_reference";
    case OMC_SEARCH_DATE:
      return "search_date";
    case OMC_SEARCH_QUANTITY:
    case OMC_SEARCH_NUMBER:
      return "search_quantity";
    default:
      g_assert_not_reached ();
    }
}

static gboolean
add_string (GString *sql, GPtrArray *texts, const OmcSearchValue *value, OmcSearchModifier modifier)
{
  g_autofree char *cut = omc_search_index_cut (value->text);

  if (modifier == OMC_SEARCH_MODIFIER_EXACT)
    g_string_append (sql, "x.value = ?");
  else if (modifier == OMC_SEARCH_MODIFIER_CONTAINS)
    g_string_append_printf (sql, "(instr (x.value, ?) > 0 OR octet_length (x.value) > %d)",
                            OMC_SEARCH_INDEX_MAX_STRING - 4);
  else
    {
      g_string_append (sql, "(x.value >= ? AND x.value < ?)");
      g_ptr_array_add (texts, g_strdup (cut));
      g_ptr_array_add (texts, g_strconcat (cut, "\xf4\x8f\xbf\xbf", NULL));
      return TRUE;
    }
  g_ptr_array_add (texts, modifier == OMC_SEARCH_MODIFIER_CONTAINS ? g_strdup (value->text)
                                                                   : g_steal_pointer (&cut));

  return TRUE;
}

/* Each is what matches or more: see OmcSearchPrefix. */
static gboolean
add_date (GString *sql, const OmcSearchValue *value)
{
  switch (value->prefix)
    {
    case OMC_SEARCH_EQ:
      g_string_append_printf (
          sql, "(x.start_at >= %" G_GINT64_FORMAT " AND x.end_at <= %" G_GINT64_FORMAT ")",
          value->start_us, value->end_us);
      return TRUE;
    case OMC_SEARCH_GT:
      g_string_append_printf (sql, "x.end_at > %" G_GINT64_FORMAT, value->end_us);
      return TRUE;
    case OMC_SEARCH_GE:
      g_string_append_printf (sql, "x.end_at >= %" G_GINT64_FORMAT, value->start_us);
      return TRUE;
    case OMC_SEARCH_LT:
      g_string_append_printf (sql, "x.start_at < %" G_GINT64_FORMAT, value->start_us);
      return TRUE;
    case OMC_SEARCH_LE:
      g_string_append_printf (sql, "x.start_at <= %" G_GINT64_FORMAT, value->end_us);
      return TRUE;
    case OMC_SEARCH_SA:
      g_string_append_printf (sql, "x.start_at >= %" G_GINT64_FORMAT, value->end_us);
      return TRUE;
    case OMC_SEARCH_EB:
      g_string_append_printf (sql, "x.end_at <= %" G_GINT64_FORMAT, value->start_us);
      return TRUE;
    case OMC_SEARCH_NE:
    default:
      return FALSE;
    }
}

static gboolean
add_quantity (GString *sql, const OmcSearchValue *value)
{
  static const char *const operators[] = {
    [OMC_SEARCH_GT] = ">",  [OMC_SEARCH_GE] = ">=", [OMC_SEARCH_LT] = "<",
    [OMC_SEARCH_LE] = "<=", [OMC_SEARCH_SA] = ">",  [OMC_SEARCH_EB] = "<",
  };
  char low[G_ASCII_DTOSTR_BUF_SIZE], high[G_ASCII_DTOSTR_BUF_SIZE];

  if (value->prefix == OMC_SEARCH_NE || !isfinite (value->number) || !isfinite (value->low) ||
      !isfinite (value->high))
    return FALSE;
  if (value->prefix == OMC_SEARCH_EQ)
    g_string_append_printf (sql, "(x.value >= %s AND x.value < %s)",
                            g_ascii_dtostr (low, sizeof low, value->low),
                            g_ascii_dtostr (high, sizeof high, value->high));
  else
    g_string_append_printf (sql, "x.value %s %s", operators[value->prefix],
                            g_ascii_dtostr (low, sizeof low, value->number));

  return TRUE;
}

static gboolean
add_value (GString *sql,
           GPtrArray *texts,
           const OmcSearchParam *param,
           const OmcSearchValue *value,
           OmcSearchModifier modifier)
{
  switch (param->kind)
    {
    case OMC_SEARCH_STRING:
      return value->text != NULL && add_string (sql, texts, value, modifier);
    case OMC_SEARCH_TOKEN:
      if (value->code == NULL)
        return FALSE;
      g_string_append_printf (sql, "x.code = %" G_GINT64_FORMAT,
                              omc_search_index_hash (value->code));
      return TRUE;
    case OMC_SEARCH_REFERENCE:
    case OMC_SEARCH_URI:
      if (value->text == NULL)
        return FALSE;
      g_string_append_printf (sql, "x.target = %" G_GINT64_FORMAT,
                              omc_search_index_hash_reference (value->text));
      return TRUE;
    case OMC_SEARCH_DATE:
      return add_date (sql, value);
    case OMC_SEARCH_QUANTITY:
    case OMC_SEARCH_NUMBER:
      return add_quantity (sql, value);
    default:
      return FALSE;
    }
}

static char *
list_patients (OmcSession *session, const OmcSearchCriterion *criterion, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < criterion->values->len; i++)
    {
      const OmcSearchValue *value = g_ptr_array_index (criterion->values, i);
      const char *slash = strrchr (value->text, '/');
      gint64 patient;

      if (!omc_session_find_patient (session, slash != NULL ? slash + 1 : value->text, &patient,
                                     error))
        return NULL;
      g_string_append_printf (list, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", patient);
    }

  return g_string_free (g_steal_pointer (&list), FALSE);
}

/* NULL without an error: the index cannot answer it. */
static Condition *
make_condition (OmcSession *session, const OmcSearchCriterion *criterion, GError **error)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  Condition *condition;
  gint64 param;

  if (criterion->link != OMC_SEARCH_DIRECT || criterion->modifier == OMC_SEARCH_MODIFIER_MISSING ||
      criterion->modifier == OMC_SEARCH_MODIFIER_NOT || g_str_equal (criterion->param->name, "_id"))
    return NULL;
  if (!omc_search_index_dao_find_param (session, criterion->param, &param, error) || param < 0)
    return NULL;
  g_string_append_printf (sql, "%s x WHERE x.param = %" G_GINT64_FORMAT " AND (",
                          table_of (criterion->param->kind), param);
  for (guint i = 0; i < criterion->values->len; i++)
    {
      if (i > 0)
        g_string_append (sql, " OR ");
      if (!add_value (sql, texts, criterion->param, g_ptr_array_index (criterion->values, i),
                      criterion->modifier))
        return NULL;
    }
  g_string_append_c (sql, ')');
  condition = g_new0 (Condition, 1);
  condition->rows = g_string_free (g_steal_pointer (&sql), FALSE);
  condition->texts = g_steal_pointer (&texts);
  if (omc_search_index_dao_is_of_patient (criterion->param))
    {
      condition->patients = list_patients (session, criterion, error);
      if (condition->patients == NULL)
        g_clear_pointer (&condition, condition_free);
    }

  return condition;
}

static gboolean
probe (OmcSession *session, Condition *condition, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM (SELECT 1 FROM %s LIMIT %d)",
                                          condition->rows, PROBE_LIMIT);
  g_autoptr (OmcStmt) stmt = omc_db_prepare_once (session->db, sql, error);

  if (stmt == NULL)
    return FALSE;
  for (guint i = 0; i < condition->texts->len; i++)
    omc_stmt_bind_text (stmt, (int)i + 1, g_ptr_array_index (condition->texts, i));
  if (omc_stmt_step (stmt, error) != OMC_STEP_ROW)
    return FALSE;
  /* One person's rows are few. */
  condition->n = condition->patients != NULL ? 0 : omc_stmt_get_integer (stmt, 0);

  return TRUE;
}

static gboolean
make_conditions (OmcSession *session,
                 const OmcSearchQuery *query,
                 GPtrArray *conditions,
                 GError **error)
{
  for (guint i = 0; i < query->criteria->len; i++)
    {
      g_autoptr (GError) local_error = NULL;
      Condition *condition =
          make_condition (session, g_ptr_array_index (query->criteria, i), &local_error);

      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (condition != NULL)
        g_ptr_array_add (conditions, condition);
    }

  return TRUE;
}

static gint
compare_conditions (gconstpointer a, gconstpointer b)
{
  const Condition *const *left = a;
  const Condition *const *right = b;

  return ((*left)->n > (*right)->n) - ((*left)->n < (*right)->n);
}

/* The fewest rows first: that one is walked, the others are looked up. */
static gboolean
order_conditions (OmcSession *session, GPtrArray *conditions, GError **error)
{
  if (conditions->len < 2)
    return TRUE;
  for (guint i = 0; i < conditions->len; i++)
    {
      if (!probe (session, g_ptr_array_index (conditions, i), error))
        return FALSE;
    }
  g_ptr_array_sort (conditions, compare_conditions);

  return TRUE;
}

static void
add_condition (OmcSearchSql *self, GString *sql, Condition *condition, gboolean walked)
{
  if (walked && condition->patients != NULL)
    g_string_append_printf (sql,
                            " AND r.pk IN (SELECT pk FROM encrypted_resources WHERE patient IN (%s)"
                            " UNION ALL SELECT x.resource FROM %s)",
                            condition->patients, condition->rows);
  else if (walked)
    g_string_append_printf (sql, " AND r.pk IN (SELECT x.resource FROM %s)", condition->rows);
  else if (condition->patients != NULL)
    g_string_append_printf (
        sql, " AND (r.patient IN (%s) OR EXISTS (SELECT 1 FROM %s AND x.resource = r.pk))",
        condition->patients, condition->rows);
  else
    g_string_append_printf (sql, " AND EXISTS (SELECT 1 FROM %s AND x.resource = r.pk)",
                            condition->rows);
  for (guint i = 0; i < condition->texts->len; i++)
    g_ptr_array_add (self->texts, g_strdup (g_ptr_array_index (condition->texts, i)));
}

static char *
id_list_of (const OmcSearchCriterion *criterion)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  OmcJsonNode *array = omc_json_builder_array (builder);
  g_autoptr (OmcJson) json = NULL;

  for (guint i = 0; i < criterion->values->len; i++)
    {
      const OmcSearchValue *value = g_ptr_array_index (criterion->values, i);

      if (value->code != NULL)
        omc_json_node_append (builder, array, omc_json_builder_string (builder, value->code));
    }
  json = omc_json_builder_end (builder, array);

  return omc_json_to_string (json, FALSE, NULL);
}

static void
add_ids (OmcSearchSql *self, GString *sql, char *ids)
{
  g_string_append (sql, " AND r.id IN (SELECT value FROM json_each (?))");
  g_ptr_array_add (self->texts, ids);
}

char *
omc_search_sql_list_ids (GHashTable *references, gboolean hashed)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  OmcJsonNode *array = omc_json_builder_array (builder);
  g_autoptr (OmcJson) json = NULL;
  GHashTableIter iter;
  gpointer key;

  if (g_hash_table_size (references) > MAX_LISTED)
    return NULL;
  g_hash_table_iter_init (&iter, references);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const char *slash = strrchr (key, '/');
      OmcJsonNode *node =
          hashed ? omc_json_builder_integer (builder, omc_search_index_hash_reference (key))
                 : omc_json_builder_string (builder, slash != NULL ? slash + 1 : key);

      omc_json_node_append (builder, array, node);
    }
  json = omc_json_builder_end (builder, array);

  return omc_json_to_string (json, FALSE, NULL);
}

/* Narrows down to what refers to one of targets, where the index knows. */
static gboolean
add_targets (OmcSession *session,
             OmcSearchSql *self,
             GString *sql,
             const OmcSearchParam *param,
             GHashTable *targets,
             GError **error)
{
  g_autofree char *hashes = omc_search_sql_list_ids (targets, TRUE);
  gint64 pk;

  if (!omc_search_index_dao_find_param (session, param, &pk, error))
    return FALSE;
  if (pk < 0 || hashes == NULL)
    return TRUE;
  g_string_append (sql, " AND r.pk IN (");
  if (omc_search_index_dao_is_of_patient (param))
    {
      g_string_append (
          sql,
          "SELECT pk FROM encrypted_resources WHERE patient IN (SELECT pk FROM patients WHERE id IN"
          " (SELECT value FROM json_each (?))) UNION ALL ");
      g_ptr_array_add (self->texts, omc_search_sql_list_ids (targets, FALSE));
    }
  g_string_append_printf (
      sql,
      "SELECT x.resource FROM search_reference x WHERE x.param = %" G_GINT64_FORMAT
      " AND x.target IN (SELECT value FROM json_each (?)))",
      pk);
  g_ptr_array_add (self->texts, g_steal_pointer (&hashes));

  return TRUE;
}

OmcSearchSql *
omc_search_sql_build (OmcSession *session,
                      const OmcSearchQuery *query,
                      const char *ids,
                      const OmcSearchParam *target_param,
                      GHashTable *targets,
                      GError **error)
{
  g_autoptr (OmcSearchSql) self = g_new0 (OmcSearchSql, 1);
  g_autoptr (GPtrArray) conditions =
      g_ptr_array_new_with_free_func ((GDestroyNotify)condition_free);
  g_autoptr (GString) sql = g_string_new ("SELECT r.pk, r.id, r.counter, r.encrypted_data FROM "
                                          "encrypted_resources r WHERE r.resource_type = ?"
                                          " AND r.state = 0");
  gboolean has_ids = ids != NULL;
  gboolean walks;

  self->texts = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->texts, g_strdup (query->type));
  if (!make_conditions (session, query, conditions, error) ||
      !order_conditions (session, conditions, error))
    return NULL;
  if (ids != NULL)
    add_ids (self, sql, g_strdup (ids));
  for (guint i = 0; i < query->criteria->len; i++)
    {
      const OmcSearchCriterion *criterion = g_ptr_array_index (query->criteria, i);

      if (criterion->link == OMC_SEARCH_DIRECT && criterion->modifier == OMC_SEARCH_MODIFIER_NONE &&
          g_str_equal (criterion->param->name, "_id"))
        {
          add_ids (self, sql, id_list_of (criterion));
          has_ids = TRUE;
        }
    }
  if (targets != NULL && !add_targets (session, self, sql, target_param, targets, error))
    return NULL;
  walks = !has_ids && targets == NULL;
  /* What the condition finds is walked, in order and no further than wanted; not all of the type (the plus sign keeps
   * SQLite from its index). */
  if (walks && conditions->len > 0)
    g_string_replace (sql, "WHERE r.resource_type", "WHERE +r.resource_type", 1);
  for (guint i = 0; i < conditions->len; i++)
    add_condition (self, sql, g_ptr_array_index (conditions, i), i == 0 && walks);
  g_string_append (sql, " ORDER BY r.pk");
  self->sql = g_string_free (g_steal_pointer (&sql), FALSE);

  return g_steal_pointer (&self);
}
