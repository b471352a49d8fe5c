/* omc-search-entries.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-search-entries.h"

#include <string.h>

#include "omc-postings.h"
#include "omc-search-index-dao.h"

static const char select_param[] =
    "SELECT pk FROM search_params WHERE resource_type = ?1 AND name = ?2";
static const char insert_param[] =
    "INSERT INTO search_params (resource_type, name) VALUES (?1, ?2)";

typedef enum
{
  ACTION_ADD,
  ACTION_REMOVE,
  ACTION_PROBE,
  N_ACTIONS,
} Action;

static const char add_key[] =
    "INSERT OR IGNORE INTO search_keys_new (key, resource) VALUES (?1, ?2)";
static const char probe_key[] =
    "SELECT 1 FROM search_keys WHERE key = ?1 AND resource = ?2"
    " UNION ALL SELECT 1 FROM search_keys_new WHERE key = ?1 AND resource = ?2 LIMIT 1";
static const char *const remove_key[] = {
  "DELETE FROM search_keys WHERE key = ?1 AND resource = ?2",
  "DELETE FROM search_keys_new WHERE key = ?1 AND resource = ?2",
};
static const char *const string_statements[N_ACTIONS] = {
  "INSERT OR IGNORE INTO search_string (param, value, resource) VALUES (?1, ?2, ?3)",
  "DELETE FROM search_string WHERE param = ?1 AND value = ?2 AND resource = ?3",
  "SELECT 1 FROM search_string WHERE param = ?1 AND value = ?2 AND resource = ?3",
};

typedef struct
{
  gint64 key;
  gint64 resource;
} Key;

typedef struct
{
  gint64 param;
  gint64 resource;
  char *text; /* (owned) */
} String;

struct _OmcSearchEntries
{
  OmcSession *session;
  GArray *postings; /* (owned) (element-type OmcPosting) */
  GArray *keys;     /* (owned) (element-type Key) */
  GArray *strings;  /* (owned) (element-type String) */

  gint64 resource;     /* whose entries come */
  const char *patient; /* (nullable): "Patient/id", which its row holds */
  gint64 param;
  gboolean failed;
  GError **error;
};

static void
string_clear (gpointer data)
{
  g_free (((String *)data)->text);
}

OmcSearchEntries *
omc_search_entries_new (OmcSession *session)
{
  OmcSearchEntries *self = g_new0 (OmcSearchEntries, 1);

  self->session = session;
  self->postings = g_array_new (FALSE, FALSE, sizeof (OmcPosting));
  self->keys = g_array_new (FALSE, FALSE, sizeof (Key));
  self->strings = g_array_new (FALSE, FALSE, sizeof (String));
  g_array_set_clear_func (self->strings, string_clear);

  return self;
}

void
omc_search_entries_free (OmcSearchEntries *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->postings);
  g_array_unref (self->keys);
  g_array_unref (self->strings);
  g_free (self);
}

/* --- parameters --- */

static gboolean
find_param (OmcSession *session,
            gconstpointer known,
            const char *type,
            const char *name,
            gint64 *pk,
            GError **error)
{
  g_autoptr (OmcStmtUse) stmt = NULL;
  OmcStep step;

  *pk = GPOINTER_TO_INT (g_hash_table_lookup (session->params, known));
  if (*pk != 0)
    return TRUE;
  stmt = omc_db_prepare (session->db, select_param, error);
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, type);
  omc_stmt_bind_text (stmt, 2, name);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    {
      *pk = omc_stmt_get_integer (stmt, 0);
      g_hash_table_insert (session->params, (gpointer)known, GINT_TO_POINTER ((int)*pk));
    }

  return step != OMC_STEP_ERROR;
}

static gboolean
get_param (OmcSession *session,
           gconstpointer known,
           const char *type,
           const char *name,
           gint64 *pk,
           GError **error)
{
  OmcStmt *stmt;

  if (!find_param (session, known, type, name, pk, error))
    return FALSE;
  if (*pk != 0)
    return TRUE;
  stmt = omc_db_prepare (session->db, insert_param, error);
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, type);
  omc_stmt_bind_text (stmt, 2, name);
  if (!omc_stmt_run (stmt, error))
    return FALSE;
  *pk = omc_db_get_last_row (session->db);
  g_hash_table_insert (session->params, (gpointer)known, GINT_TO_POINTER ((int)*pk));

  return TRUE;
}

gboolean
omc_search_entries_find_param (OmcSession *session,
                               const OmcSearchParam *param,
                               gint64 *pk,
                               GError **error)
{
  return find_param (session, param, param->type != NULL ? param->type : "", param->name, pk,
                     error);
}

/* Under a parameter without a name. */
gboolean
omc_search_entries_find_type (OmcSession *session, const char *type, gint64 *pk, GError **error)
{
  return find_param (session, g_intern_string (type), type, "", pk, error);
}

/* --- the entries of a resource --- */

static void
add_posting (OmcSearchEntries *self, gint64 param, gint64 value)
{
  OmcPosting posting = { param, value, self->resource };

  g_array_append_val (self->postings, posting);
}

void
omc_search_entries_add_key (OmcSearchEntries *self, gint64 key, gint64 resource)
{
  Key entry = { key, resource };

  g_array_append_val (self->keys, entry);
}

static void
add_date (OmcSearchEntries *self, const OmcSearchEntry *entry)
{
  gint64 start = omc_search_index_hour (entry->start_us);
  gint64 end = omc_search_index_hour (entry->end_us);

  add_posting (self, self->param, start);
  if (end > start + 1)
    add_posting (self, omc_search_index_end_param (self->param), end);
}

static void
take_value (OmcSearchEntries *self, const OmcSearchEntry *entry)
{
  switch (entry->param->kind)
    {
    case OMC_SEARCH_TOKEN:
      if (entry->code != NULL && !omc_search_index_is_of_all (entry->param, entry->code))
        add_posting (self, self->param, omc_search_index_hash (entry->code));
      return;
    case OMC_SEARCH_REFERENCE:
    case OMC_SEARCH_URI:
      if (entry->text != NULL &&
          (self->patient == NULL || !omc_search_index_is_of_patient (entry->param) ||
           !g_str_equal (entry->text, self->patient)))
        add_posting (self, self->param, omc_search_index_hash_reference (entry->text));
      return;
    case OMC_SEARCH_DATE:
      add_date (self, entry);
      return;
    case OMC_SEARCH_QUANTITY:
    case OMC_SEARCH_NUMBER:
      if (entry->number == entry->number)
        add_posting (self, self->param, omc_search_index_magnitude (entry->number));
      return;
    case OMC_SEARCH_STRING:
    default:
      g_assert_not_reached ();
    }
}

/* In the place of its groups of three letters also, which find it from its middle. */
static void
add_string (OmcSearchEntries *self, const char *text)
{
  String string = { self->param, self->resource, omc_search_index_cut (text) };
  g_autoptr (GArray) triples = omc_search_index_list_triples (string.text, 1);

  g_array_append_val (self->strings, string);
  for (guint i = 0; i < triples->len; i++)
    add_posting (self, self->param, g_array_index (triples, gint64, i));
  if (strlen (text) > strlen (string.text))
    add_posting (self, self->param, OMC_SEARCH_INDEX_GOES_ON);
}

static void
entry_cb (const OmcSearchEntry *entry, gpointer user_data)
{
  OmcSearchEntries *self = user_data;

  if (omc_search_index_is_key (entry->param))
    {
      if (entry->code != NULL)
        omc_search_entries_add_key (self, omc_search_index_identifier_key (entry->code),
                                    self->resource);
      return;
    }
  if (self->failed ||
      !get_param (self->session, entry->param, entry->param->type != NULL ? entry->param->type : "",
                  entry->param->name, &self->param, self->error))
    {
      self->failed = TRUE;
      return;
    }
  if (entry->param->kind != OMC_SEARCH_STRING)
    take_value (self, entry);
  else if (entry->text != NULL)
    add_string (self, entry->text);
}

static GPtrArray *
list_indexed (OmcSession *session, const char *type)
{
  const char *known = g_intern_string (type);
  GPtrArray *indexed = g_hash_table_lookup (session->indexed, known);
  g_autoptr (GPtrArray) all = NULL;

  if (indexed != NULL)
    return indexed;
  indexed = g_ptr_array_new ();
  all = omc_search_param_list (type);
  for (guint i = 0; i < all->len; i++)
    {
      if (omc_search_index_how (g_ptr_array_index (all, i)) != OMC_INDEXED_NOT)
        g_ptr_array_add (indexed, g_ptr_array_index (all, i));
    }
  g_hash_table_insert (session->indexed, (gpointer)known, indexed);

  return indexed;
}

gboolean
omc_search_entries_collect (OmcSearchEntries *self,
                            gint64 pk,
                            OmcResource *resource,
                            GError **error)
{
  const char *type = omc_resource_get_resource_type (resource);
  const char *patient_id = omc_resource_get_patient_id (resource);
  g_autofree char *patient = patient_id != NULL ? g_strconcat ("Patient/", patient_id, NULL) : NULL;
  GPtrArray *params = list_indexed (self->session, type);
  gint64 of_type;

  self->resource = pk;
  self->patient = patient;
  self->error = error;
  if (!get_param (self->session, g_intern_string (type), type, "", &of_type, error))
    return FALSE;
  add_posting (self, of_type, 0);
  for (guint i = 0; i < params->len; i++)
    omc_search_extract_param (resource, g_ptr_array_index (params, i), entry_cb, self);

  return !self->failed;
}

/* --- rows --- */

static OmcStmt *
prepare_key (OmcSession *session, const char *sql, const Key *key, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, sql, error);

  if (stmt == NULL)
    return NULL;
  omc_stmt_bind_integer (stmt, 1, key->key);
  omc_stmt_bind_integer (stmt, 2, key->resource);

  return stmt;
}

static OmcStmt *
prepare_string (OmcSession *session, Action action, const String *string, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, string_statements[action], error);

  if (stmt == NULL)
    return NULL;
  omc_stmt_bind_integer (stmt, 1, string->param);
  omc_stmt_bind_text (stmt, 2, string->text);
  omc_stmt_bind_integer (stmt, 3, string->resource);

  return stmt;
}

static gint
compare_keys (gconstpointer a, gconstpointer b)
{
  const Key *left = a, *right = b;

  return (left->key > right->key) - (left->key < right->key);
}

static gint
compare_strings (gconstpointer a, gconstpointer b)
{
  const String *left = a, *right = b;

  if (left->param != right->param)
    return left->param < right->param ? -1 : 1;
  if (left->resource != right->resource && strcmp (left->text, right->text) == 0)
    return left->resource < right->resource ? -1 : 1;

  return strcmp (left->text, right->text);
}

/* In the order of the tables, so that neighbours are written together. */
static void
sort (OmcSearchEntries *self)
{
  g_array_sort (self->keys, compare_keys);
  g_array_sort (self->strings, compare_strings);
  g_array_sort (self->postings, omc_postings_compare);
}

static gboolean
run_key (OmcSession *session, const char *sql, const Key *key, GError **error)
{
  OmcStmt *stmt = prepare_key (session, sql, key, error);

  return stmt != NULL && omc_stmt_run (stmt, error);
}

gboolean
omc_search_entries_remove_key (OmcSession *session, gint64 key, gint64 resource, GError **error)
{
  const Key entry = { key, resource };

  for (gsize i = 0; i < G_N_ELEMENTS (remove_key); i++)
    {
      if (!run_key (session, remove_key[i], &entry, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
run_strings (OmcSearchEntries *self, Action action, GError **error)
{
  for (guint i = 0; i < self->strings->len; i++)
    {
      OmcStmt *stmt =
          prepare_string (self->session, action, &g_array_index (self->strings, String, i), error);

      if (stmt == NULL || !omc_stmt_run (stmt, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
omc_search_entries_write (OmcSearchEntries *self, GError **error)
{
  sort (self);
  for (guint i = 0; i < self->keys->len; i++)
    {
      if (!run_key (self->session, add_key, &g_array_index (self->keys, Key, i), error))
        return FALSE;
    }

  return run_strings (self, ACTION_ADD, error) &&
         omc_postings_add (self->session, self->postings, error);
}

gboolean
omc_search_entries_remove (OmcSearchEntries *self, GError **error)
{
  sort (self);
  for (guint i = 0; i < self->keys->len; i++)
    {
      const Key *key = &g_array_index (self->keys, Key, i);

      if (!omc_search_entries_remove_key (self->session, key->key, key->resource, error))
        return FALSE;
    }
  for (guint i = 0; i < self->postings->len; i++)
    {
      const OmcPosting *posting = &g_array_index (self->postings, OmcPosting, i);

      if ((i == 0 || omc_postings_compare (posting, posting - 1) != 0) &&
          !omc_postings_remove (self->session, posting, error))
        return FALSE;
    }

  return run_strings (self, ACTION_REMOVE, error);
}

/* --- the check --- */

static gboolean
count_keys (OmcSearchEntries *self, guint *n_rows, guint *n_missing, GError **error)
{
  for (guint i = 0; i < self->keys->len; i++)
    {
      const Key *key = &g_array_index (self->keys, Key, i);
      g_autoptr (OmcStmtUse) stmt = NULL;
      OmcStep step;

      if (i > 0 && compare_keys (key, key - 1) == 0)
        continue;
      stmt = prepare_key (self->session, probe_key, key, error);
      step = stmt != NULL ? omc_stmt_step (stmt, error) : OMC_STEP_ERROR;
      if (step == OMC_STEP_ERROR)
        return FALSE;
      *n_rows += 1;
      *n_missing += step == OMC_STEP_DONE;
    }

  return TRUE;
}

static gboolean
count_strings (OmcSearchEntries *self, guint *n_rows, guint *n_missing, GError **error)
{
  for (guint i = 0; i < self->strings->len; i++)
    {
      const String *string = &g_array_index (self->strings, String, i);
      g_autoptr (OmcStmtUse) stmt = NULL;
      OmcStep step;

      if (i > 0 && compare_strings (string, string - 1) == 0)
        continue;
      stmt = prepare_string (self->session, ACTION_PROBE, string, error);
      step = stmt != NULL ? omc_stmt_step (stmt, error) : OMC_STEP_ERROR;
      if (step == OMC_STEP_ERROR)
        return FALSE;
      *n_rows += 1;
      *n_missing += step == OMC_STEP_DONE;
    }

  return TRUE;
}

static gboolean
count_postings (OmcSearchEntries *self, guint *n_rows, guint *n_missing, GError **error)
{
  for (guint i = 0; i < self->postings->len; i++)
    {
      const OmcPosting *posting = &g_array_index (self->postings, OmcPosting, i);
      gboolean found;

      if (i > 0 && omc_postings_compare (posting, posting - 1) == 0)
        continue;
      if (!omc_postings_contain (self->session, posting, &found, error))
        return FALSE;
      *n_rows += 1;
      *n_missing += !found;
    }

  return TRUE;
}

gboolean
omc_search_entries_count (OmcSearchEntries *self, guint *n_rows, guint *n_missing, GError **error)
{
  *n_rows = *n_missing = 0;
  sort (self);

  return count_keys (self, n_rows, n_missing, error) &&
         count_strings (self, n_rows, n_missing, error) &&
         count_postings (self, n_rows, n_missing, error);
}
