/* omc-search-runner.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-search-runner.h"

#include <string.h>

#include "omc-resource-dao.h"
#include "omc-evicted-dao.h"
#include "omc-search-candidates.h"

/* When the query names no count. */
#define DEFAULT_COUNT 1000

static const char select_candidate[] =
    "SELECT id, counter, encrypted_data, patient"
    " FROM encrypted_resources WHERE pk = ?1 AND resource_type = ?2 AND state = 0";
static const char select_newest_vitals[] =
    "SELECT pk FROM encrypted_resources WHERE patient = ?1 AND kind = 8 ORDER BY event_at DESC, pk";
static const char select_newest[] = "SELECT pk FROM encrypted_resources WHERE patient = ?1"
                                    " AND kind IN (8, 9) ORDER BY event_at DESC, pk";

typedef struct
{
  OmcSession *session;
  OmcAccessGuard *guard;
  const OmcSearchQuery *query;
  GPtrArray *
      link_targets; /* (owned) (element-type GHashTable) by criterion: the references or ids that meet a link */
  GCancellable *cancellable;
} Search;

typedef struct
{
  GHashTable *texts; /* references found are looked up in it, or put into it */
  const char *type;  /* (nullable): only references to this type */
  gboolean found;
} References;

static void
look_up (const OmcSearchEntry *entry, gpointer user_data)
{
  References *references = user_data;

  if (entry->text != NULL && g_hash_table_contains (references->texts, entry->text))
    references->found = TRUE;
}

static void
collect_reference (const OmcSearchEntry *entry, gpointer user_data)
{
  References *references = user_data;

  if (entry->param->kind != OMC_SEARCH_REFERENCE || entry->text == NULL)
    return;
  if (references->type != NULL && (!g_str_has_prefix (entry->text, references->type) ||
                                   entry->text[strlen (references->type)] != '/'))
    return;
  g_hash_table_add (references->texts, g_strdup (entry->text));
}

static gboolean
meets_link (const OmcSearchCriterion *criterion, GHashTable *targets, OmcResource *resource)
{
  References references = { targets, NULL, FALSE };
  g_autofree char *self = NULL;

  if (criterion->link == OMC_SEARCH_CHAIN)
    {
      omc_search_extract_param (resource, criterion->param, look_up, &references);
      return references.found;
    }
  self = omc_resource_dup_reference (resource);

  return g_hash_table_contains (targets, self);
}

static gboolean
is_match (const Search *search, OmcResource *resource)
{
  for (guint i = 0; i < search->query->criteria->len; i++)
    {
      const OmcSearchCriterion *criterion = g_ptr_array_index (search->query->criteria, i);

      if (criterion->link == OMC_SEARCH_DIRECT
              ? !omc_search_criterion_matches (criterion, resource)
              : !meets_link (criterion, g_ptr_array_index (search->link_targets, i), resource))
        return FALSE;
    }

  return TRUE;
}

/* NULL without an error when it is no match. */
static gboolean
read_match (Search *search, gint64 pk, OmcResource **match, GError **error)
{
  OmcSession *session = search->session;
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_candidate, error);
  g_autoptr (OmcResource) resource = NULL;
  g_autofree char *place = NULL;
  gconstpointer sealed;
  gsize length;
  OmcStep step;
  gboolean allowed;

  *match = NULL;
  if (stmt == NULL || g_cancellable_set_error_if_cancelled (search->cancellable, error))
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, pk);
  omc_stmt_bind_text (stmt, 2, search->query->type);
  step = omc_stmt_step (stmt, error);
  if (step != OMC_STEP_ROW)
    return step == OMC_STEP_DONE;
  if (!omc_access_guard_may (search->guard, session, OMC_ACCESS_SEARCH, search->query->type,
                             omc_stmt_get_integer (stmt, 3), &allowed, error))
    return FALSE;
  if (!allowed)
    return TRUE;
  place = omc_resource_dao_place (search->query->type, omc_stmt_get_text (stmt, 0),
                                  omc_stmt_get_integer (stmt, 1));
  sealed = omc_stmt_get_blob (stmt, 2, &length);
  resource = omc_vault_open_resource (session->vault, place, sealed, length, NULL);
  /* One damaged payload must not fail a search; the check of the store names it. */
  if (resource != NULL && is_match (search, resource))
    *match = g_steal_pointer (&resource);

  return TRUE;
}

/* Calls func for each match until it says FALSE. */
typedef gboolean (*MatchFunc) (OmcResource *resource, gpointer data);

static gboolean
walk (Search *search,
      GArray *candidates,
      MatchFunc func,
      gpointer data,
      gboolean *complete,
      GError **error)
{
  *complete = TRUE;
  for (guint i = 0; i < candidates->len && *complete; i++)
    {
      g_autoptr (OmcResource) match = NULL;

      if (!read_match (search, g_array_index (candidates, gint64, i), &match, error))
        return FALSE;
      if (match != NULL)
        *complete = func (match, data);
    }

  return TRUE;
}

/* --- links --- */

typedef struct
{
  const OmcSearchCriterion *criterion;
  const char *type; /* of the outer query */
  GHashTable *texts;
} LinkWalk;

static gboolean
take_linked (OmcResource *resource, gpointer data)
{
  LinkWalk *link = data;
  References references = { link->texts, link->type, FALSE };

  if (link->criterion->link == OMC_SEARCH_CHAIN)
    g_hash_table_add (link->texts, omc_resource_dup_reference (resource));
  else
    omc_search_extract_param (resource, link->criterion->param, collect_reference, &references);

  return TRUE;
}

static GHashTable *
resolve_link (Search *search, const OmcSearchCriterion *criterion, GError **error)
{
  g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) criteria = g_ptr_array_new ();
  OmcSearchQuery inner = { .type = criterion->linked_type, .criteria = criteria, .count = -1 };
  Search walked = { search->session, search->guard, &inner, NULL, search->cancellable };
  LinkWalk link = { criterion, search->query->type, texts };
  g_autoptr (GArray) candidates = NULL;
  gboolean complete;

  g_ptr_array_add (criteria, criterion->linked);
  candidates = omc_search_candidates_list (search->session, &inner, NULL, NULL, NULL, error);
  if (candidates == NULL || !walk (&walked, candidates, take_linked, &link, &complete, error))
    return NULL;

  return g_steal_pointer (&texts);
}

static GArray *
list_candidates (Search *search, GError **error)
{
  const OmcSearchQuery *query = search->query;
  const OmcSearchParam *target_param = NULL;
  GHashTable *ids = NULL;
  GHashTable *targets = NULL;

  for (guint i = 0; i < query->criteria->len; i++)
    {
      const OmcSearchCriterion *criterion = g_ptr_array_index (query->criteria, i);
      GHashTable *texts;

      if (criterion->link == OMC_SEARCH_DIRECT)
        {
          g_ptr_array_add (search->link_targets, NULL);
          continue;
        }
      texts = resolve_link (search, criterion, error);
      if (texts == NULL)
        return NULL;
      g_ptr_array_add (search->link_targets, texts);
      if (criterion->link == OMC_SEARCH_HAS && ids == NULL)
        ids = texts;
      if (criterion->link == OMC_SEARCH_CHAIN && targets == NULL)
        {
          targets = texts;
          target_param = criterion->param;
        }
    }

  return omc_search_candidates_list (search->session, query, ids, target_param, targets, error);
}

/* --- includes --- */

typedef struct
{
  Search *search;
  OmcSearchResult *result;
  GHashTable *seen; /* "Type/id" of what the result holds */
} Including;

/* NULL without an error when it is not here or not for this actor. */
static gboolean
read_target (Search *search, const char *type, const char *id, OmcResource **target, GError **error)
{
  g_auto (OmcResourceRow) row = { 0 };
  gboolean allowed;

  *target = NULL;
  if (!omc_resource_dao_find (search->session, type, id, &row, error) ||
      !omc_access_guard_may (search->guard, search->session, OMC_ACCESS_READ, type, row.patient,
                             &allowed, error))
    return FALSE;
  if (allowed && row.pk != 0)
    *target = omc_resource_dao_read (search->session, type, id, NULL);

  return TRUE;
}

static void
include (Including *including, OmcResource *resource)
{
  char *reference = omc_resource_dup_reference (resource);

  if (g_hash_table_add (including->seen, reference))
    g_ptr_array_add (including->result->included, omc_resource_ref (resource));
}

static gboolean
include_targets (Including *including, const OmcSearchInclude *rule, GError **error)
{
  g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  References references = { texts, rule->target_type, FALSE };
  GHashTableIter iter;
  gpointer key;

  if (g_strcmp0 (rule->source_type, including->search->query->type) != 0)
    return TRUE;
  for (guint i = 0; i < including->result->matches->len; i++)
    {
      OmcResource *match = g_ptr_array_index (including->result->matches, i);

      if (rule->param != NULL)
        omc_search_extract_param (match, rule->param, collect_reference, &references);
      else
        omc_search_extract (match, collect_reference, &references);
    }
  g_hash_table_iter_init (&iter, texts);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      g_auto (GStrv) parts = g_strsplit (key, "/", 2);
      g_autoptr (OmcResource) target = NULL;

      if (g_strv_length (parts) != 2 || !omc_fhir_is_resource_type (parts[0]))
        continue;
      if (!read_target (including->search, parts[0], parts[1], &target, error))
        return FALSE;
      if (target != NULL)
        include (including, target);
    }

  return TRUE;
}

typedef struct
{
  Including *including;
  const OmcSearchParam *param; /* (nullable): any */
  GHashTable *matches;         /* "Type/id" */
} Reverse;

static gboolean
take_source (OmcResource *resource, gpointer data)
{
  Reverse *reverse = data;
  References references = { reverse->matches, NULL, FALSE };

  if (reverse->param != NULL)
    omc_search_extract_param (resource, reverse->param, look_up, &references);
  else
    omc_search_extract (resource, look_up, &references);
  if (references.found)
    include (reverse->including, resource);

  return TRUE;
}

static gboolean
include_sources (Including *including, const OmcSearchInclude *rule, GError **error)
{
  g_autoptr (GHashTable) matches = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) criteria = g_ptr_array_new ();
  OmcSearchQuery inner = { .type = rule->source_type, .criteria = criteria, .count = -1 };
  Search walked = { including->search->session, including->search->guard, &inner, NULL,
                    including->search->cancellable };
  Reverse reverse = { including, rule->param, matches };
  g_autoptr (GArray) candidates = NULL;
  gboolean complete;

  for (guint i = 0; i < including->result->matches->len; i++)
    g_hash_table_add (
        matches, omc_resource_dup_reference (g_ptr_array_index (including->result->matches, i)));
  if (g_hash_table_size (matches) == 0)
    return TRUE;
  candidates = omc_search_candidates_list (including->search->session, &inner, NULL, rule->param,
                                           rule->param != NULL ? matches : NULL, error);

  return candidates != NULL && walk (&walked, candidates, take_source, &reverse, &complete, error);
}

static gboolean
add_includes (Including *including, GError **error)
{
  const OmcSearchQuery *query = including->search->query;

  including->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < including->result->matches->len; i++)
    g_hash_table_add (including->seen, omc_resource_dup_reference (
                                           g_ptr_array_index (including->result->matches, i)));
  for (guint i = 0; i < query->includes->len; i++)
    {
      const OmcSearchInclude *rule = g_ptr_array_index (query->includes, i);

      if (rule->reverse ? !include_sources (including, rule, error)
                        : !include_targets (including, rule, error))
        return FALSE;
    }

  return TRUE;
}

/* --- the whole --- */

typedef struct
{
  GPtrArray *matches;
  gsize enough; /* of which no more are needed */
} Collect;

static gboolean
take_match (OmcResource *resource, gpointer data)
{
  Collect *collect = data;

  g_ptr_array_add (collect->matches, omc_resource_ref (resource));

  return collect->matches->len < collect->enough;
}

static gboolean
find_matches (Search *search, Collect *collect, gboolean *complete, GError **error)
{
  g_autoptr (GArray) candidates = list_candidates (search, error);

  return candidates != NULL && walk (search, candidates, take_match, collect, complete, error);
}

/* --- the newest of a patient: walked in their order, and no further than wanted --- */

typedef struct
{
  gint64 pk;
  OmcResource *resource; /* (owned) */
} Match;

static void
match_clear (gpointer data)
{
  omc_resource_unref (((Match *)data)->resource);
}

static gint
compare_matches (gconstpointer a, gconstpointer b)
{
  const Match *left = a, *right = b;

  return (left->pk > right->pk) - (left->pk < right->pk);
}

static gboolean
add_match (Search *search, GArray *matches, gint64 pk, GError **error)
{
  Match match = { pk, NULL };

  if (!read_match (search, pk, &match.resource, error))
    return FALSE;
  if (match.resource != NULL)
    g_array_append_val (matches, match);

  return TRUE;
}

static gboolean
is_among (GArray *matches, guint n, gint64 pk)
{
  for (guint i = 0; i < n; i++)
    {
      if (g_array_index (matches, Match, i).pk == pk)
        return TRUE;
    }

  return FALSE;
}

/* Those whose date is not the time at which they stand in the patient's list are looked at all. */
static gboolean
walk_newest (Search *search,
             gint64 patient,
             gboolean vitals,
             gsize enough,
             GArray *matches,
             gboolean *complete,
             GError **error)
{
  g_autoptr (GArray) odd =
      omc_search_candidates_list_odd (search->session, search->query, patient, error);
  g_autoptr (OmcStmtUse) stmt =
      omc_db_prepare (search->session->db, vitals ? select_newest_vitals : select_newest, error);
  OmcStep step = OMC_STEP_ROW;
  guint n_odd;

  if (odd == NULL || stmt == NULL)
    return FALSE;
  for (guint i = 0; i < odd->len; i++)
    {
      if (!add_match (search, matches, g_array_index (odd, gint64, i), error))
        return FALSE;
    }
  n_odd = matches->len;
  omc_stmt_bind_integer (stmt, 1, patient);
  while (matches->len - n_odd < enough && (step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      gint64 pk = omc_stmt_get_integer (stmt, 0);

      if (!is_among (matches, n_odd, pk) && !add_match (search, matches, pk, error))
        return FALSE;
    }
  *complete = step == OMC_STEP_DONE;

  return step != OMC_STEP_ERROR;
}

static gboolean
find_newest (Search *search,
             gint64 patient,
             gboolean vitals,
             Collect *collect,
             gboolean *complete,
             GError **error)
{
  g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (Match));

  g_array_set_clear_func (matches, match_clear);
  if (!walk_newest (search, patient, vitals, collect->enough, matches, complete, error))
    return FALSE;
  /* Of one date the one that was stored first comes first. */
  g_array_sort (matches, compare_matches);
  for (guint i = 0; i < matches->len; i++)
    g_ptr_array_add (collect->matches,
                     omc_resource_ref (g_array_index (matches, Match, i).resource));

  return TRUE;
}

static void
cut_page (OmcSearchResult *result, guint offset, guint count)
{
  guint n = result->matches->len;

  result->has_more = n > offset && n - offset > count;
  if (offset > 0)
    g_ptr_array_remove_range (result->matches, 0, MIN (offset, n));
  if (result->matches->len > count)
    g_ptr_array_set_size (result->matches, (int)count);
}

static void
targets_free (gpointer data)
{
  if (data != NULL)
    g_hash_table_unref (data);
}

/* Evicted records have no entries in the index: nobody knows which of them would match. */
static gboolean
look_elsewhere (OmcSession *session,
                const OmcSearchQuery *query,
                OmcSearchResult *result,
                GError **error)
{
  gboolean named;
  gint64 patient;

  if (!omc_search_candidates_find_patient (session, query, &named, &patient, error))
    return FALSE;

  return (named && patient == 0) ||
         omc_evicted_dao_has_type (session, query->type, patient, &result->elsewhere, error);
}

OmcSearchResult *
omc_search_runner_run (OmcSession *session,
                       const OmcSearchQuery *query,
                       OmcAccessGuard *guard,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (OmcSearchResult) result = g_new0 (OmcSearchResult, 1);
  g_autoptr (GPtrArray) targets = g_ptr_array_new_with_free_func (targets_free);
  guint count = query->count >= 0 ? (guint)query->count : DEFAULT_COUNT;
  /* No matches wanted means: only their number (FHIR R4, 3.1.1.5.4). */
  gboolean needs_all = query->total == OMC_SEARCH_TOTAL_ACCURATE || count == 0;
  Search search = { session, guard, query, targets, cancellable };
  Including including = { &search, result, NULL };
  Collect collect;
  gboolean complete, vitals, done;
  gint64 newest_of;

  g_atomic_ref_count_init (&result->ref_count);
  result->matches = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  result->included = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  if (!omc_search_candidates_find_newest_of (session, query, &newest_of, &vitals, error))
    return NULL;
  if (omc_search_query_has_links (query))
    newest_of = 0;
  needs_all = needs_all || (query->sort->len > 0 && newest_of == 0);
  collect.matches = result->matches;
  collect.enough = needs_all ? G_MAXSIZE : (gsize)query->offset + count + 1;
  if (newest_of != 0 ? !find_newest (&search, newest_of, vitals, &collect, &complete, error)
                     : !find_matches (&search, &collect, &complete, error))
    return NULL;
  result->total = result->matches->len;
  result->has_total = complete;
  omc_search_query_sort (query, result->matches);
  cut_page (result, query->offset, count);
  done = add_includes (&including, error) && look_elsewhere (session, query, result, error);
  g_clear_pointer (&including.seen, g_hash_table_unref);

  return done ? g_steal_pointer (&result) : NULL;
}
