/* omc-search-candidates.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-search-candidates.h"

#include <math.h>
#include <string.h>

#include "omc-postings.h"
#include "omc-search-entries.h"
#include "omc-search-index-dao.h"

/* A longer list narrows nothing down. */
#define MAX_LISTED 500000
/* So few are sooner verified than narrowed down further. */
#define FEW 64

static const char select_of_patient[] = "SELECT pk FROM encrypted_resources WHERE patient = ?1";
static const char select_odd[] =
    "SELECT pk FROM encrypted_resources WHERE patient = ?1 AND odd_date = 1";
static const char select_pending_elsewhere[] =
    "SELECT p.resource FROM search_pending p CROSS JOIN encrypted_resources r ON r.pk = p.resource"
    " WHERE r.patient IS NOT ?1";
static const char select_exact[] =
    "SELECT resource FROM search_string WHERE param = ?1 AND value = ?2";
static const char select_prefix[] =
    "SELECT resource FROM search_string WHERE param = ?1 AND value >= ?2 AND value < ?3";
/* A string that was cut may hold it behind the cut. */
static const char select_containing[] = "SELECT resource FROM search_string WHERE param = ?1"
                                        " AND (instr (value, ?2) > 0 OR octet_length (value) > ?3)";

typedef struct
{
  OmcSession *session;
  const OmcSearchQuery *query;
  GArray *found; /* (owned) (nullable): all of the type */
} Candidates;

/* What one criterion finds: FALSE in possible when the index cannot say. */
typedef struct
{
  OmcSession *session;
  const OmcSearchParam *param;
  gint64 number; /* of param */
  GArray *list;
  gboolean possible;
} Finding;

/* stmt is bound; it is reset. */
static gboolean
take_resources (OmcStmt *stmt, GArray *list, GError **error)
{
  OmcStep step;

  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      gint64 resource = omc_stmt_get_integer (stmt, 0);

      g_array_append_val (list, resource);
    }
  omc_stmt_reset (stmt);

  return step == OMC_STEP_DONE;
}

static gboolean
list_for (OmcSession *session, const char *sql, gint64 patient, GArray *list, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, sql, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, patient);

  return take_resources (stmt, list, error);
}

/* What both have; list is sorted. */
static void
intersect (GArray **found, GArray *list)
{
  guint n = 0;

  omc_postings_sort_resources (list);
  if (*found == NULL)
    {
      *found = g_array_ref (list);
      return;
    }
  for (guint i = 0, j = 0; i < (*found)->len && j < list->len;)
    {
      gint64 left = g_array_index (*found, gint64, i);
      gint64 right = g_array_index (list, gint64, j);

      if (left == right)
        g_array_index (*found, gint64, n++) = left;
      i += left <= right;
      j += right <= left;
    }
  g_array_set_size (*found, n);
}

/* --- one value --- */

static gboolean
add_range (Finding *finding, gint64 param, gint64 low, gint64 high, GError **error)
{
  gboolean complete;

  if (!omc_postings_list (finding->session, param, low, high, MAX_LISTED, finding->list, &complete,
                          error))
    return FALSE;
  finding->possible = finding->possible && complete;

  return TRUE;
}

/* Who has all groups of three letters of it, in whatever place and order. */
static gboolean
list_containing (Finding *finding, const char *text, GArray **found, GError **error)
{
  g_autoptr (GArray) triples = omc_search_index_list_triples (text, 3);

  for (guint i = 0; i < triples->len && (*found == NULL || (*found)->len > 0); i++)
    {
      gint64 triple = g_array_index (triples, gint64, i);
      g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (gint64));
      gboolean complete;

      if (!omc_postings_list (finding->session, finding->number, triple, triple, MAX_LISTED, list,
                              &complete, error))
        return FALSE;
      if (complete)
        intersect (found, list);
    }

  return TRUE;
}

/* A string that was cut may hold it behind the cut, and nothing else holds what is longer than all that is kept. */
static gboolean
add_containing (Finding *finding, const char *text, GError **error)
{
  g_autoptr (GArray) found = NULL;

  if (strlen (text) <= OMC_SEARCH_INDEX_MAX_STRING)
    {
      if (!list_containing (finding, text, &found, error))
        return FALSE;
      finding->possible = found != NULL;
      if (found == NULL)
        return TRUE;
      g_array_append_vals (finding->list, found->data, found->len);
    }

  return add_range (finding, finding->number, OMC_SEARCH_INDEX_GOES_ON, OMC_SEARCH_INDEX_GOES_ON,
                    error);
}

/* Less than three letters from the middle of a string are in no list. */
static gboolean
scan_for (Finding *finding, const char *text, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (finding->session->db, select_containing, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, finding->number);
  omc_stmt_bind_text (stmt, 2, text);
  omc_stmt_bind_integer (stmt, 3, OMC_SEARCH_INDEX_MAX_STRING - 4);

  return take_resources (stmt, finding->list, error);
}

static gboolean
add_start (Finding *finding, const char *text, gboolean exact, GError **error)
{
  g_autofree char *cut = omc_search_index_cut (text);
  g_autofree char *end = g_strconcat (cut, "\xf4\x8f\xbf\xbf", NULL);
  OmcStmt *stmt =
      omc_db_prepare (finding->session->db, exact ? select_exact : select_prefix, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, finding->number);
  omc_stmt_bind_text (stmt, 2, cut);
  if (!exact)
    omc_stmt_bind_text (stmt, 3, end);

  return take_resources (stmt, finding->list, error);
}

static gboolean
add_string (Finding *finding, const char *text, OmcSearchModifier modifier, GError **error)
{
  if (modifier != OMC_SEARCH_MODIFIER_CONTAINS)
    return add_start (finding, text, modifier == OMC_SEARCH_MODIFIER_EXACT, error);

  return g_utf8_strlen (text, -1) < 3 ? scan_for (finding, text, error)
                                      : add_containing (finding, text, error);
}

/* Each finds what matches or more: see OmcSearchPrefix. What is not listed by its end ends within two hours. */
static gboolean
add_date (Finding *finding, const OmcSearchValue *value, GError **error)
{
  gint64 start = omc_search_index_hour (value->start_us);
  gint64 end = omc_search_index_hour (value->end_us);

  switch (value->prefix)
    {
    case OMC_SEARCH_EQ:
      return add_range (finding, finding->number, start, end, error);
    case OMC_SEARCH_GT:
      return add_range (finding, finding->number, end - 1, G_MAXINT64, error) &&
             add_range (finding, omc_search_index_end_param (finding->number), end, G_MAXINT64,
                        error);
    case OMC_SEARCH_GE:
      return add_range (finding, finding->number, start - 1, G_MAXINT64, error) &&
             add_range (finding, omc_search_index_end_param (finding->number), start, G_MAXINT64,
                        error);
    case OMC_SEARCH_LT:
      return add_range (finding, finding->number, G_MININT64, start, error);
    case OMC_SEARCH_LE:
      return add_range (finding, finding->number, G_MININT64, end, error);
    case OMC_SEARCH_SA:
      return add_range (finding, finding->number, end, G_MAXINT64, error);
    case OMC_SEARCH_EB:
      return add_range (finding, finding->number, G_MININT64, start, error);
    case OMC_SEARCH_NE:
    default:
      finding->possible = FALSE;
      return TRUE;
    }
}

static gboolean
add_number (Finding *finding, const OmcSearchValue *value, GError **error)
{
  gint64 magnitude;

  if (value->prefix == OMC_SEARCH_NE || !isfinite (value->number) || !isfinite (value->low) ||
      !isfinite (value->high))
    {
      finding->possible = FALSE;
      return TRUE;
    }
  magnitude = omc_search_index_magnitude (value->number);
  switch (value->prefix)
    {
    case OMC_SEARCH_EQ:
      return add_range (finding, finding->number, omc_search_index_magnitude (value->low),
                        omc_search_index_magnitude (value->high), error);
    case OMC_SEARCH_GT:
    case OMC_SEARCH_GE:
    case OMC_SEARCH_SA:
      return add_range (finding, finding->number, magnitude, G_MAXINT64, error);
    case OMC_SEARCH_LT:
    case OMC_SEARCH_LE:
    case OMC_SEARCH_EB:
      return add_range (finding, finding->number, G_MININT64, magnitude, error);
    case OMC_SEARCH_NE:
    default:
      g_assert_not_reached ();
    }
}

static gboolean
add_token (Finding *finding, const OmcSearchValue *value, GError **error)
{
  gint64 hash;

  finding->possible =
      value->code != NULL && !omc_search_index_is_of_all (finding->param, value->code);
  if (!finding->possible)
    return TRUE;
  if (omc_search_index_how (finding->param) == OMC_INDEXED_KEY)
    return omc_search_index_dao_list_key (
        finding->session, omc_search_index_identifier_key (value->code), finding->list, error);
  hash = omc_search_index_hash (value->code);

  return add_range (finding, finding->number, hash, hash, error);
}

static gboolean
find_patient (OmcSession *session, const char *reference, gint64 *patient, GError **error)
{
  const char *slash = strrchr (reference, '/');

  return omc_session_find_patient (session, slash != NULL ? slash + 1 : reference, patient, error);
}

static gboolean
add_reference (Finding *finding, const char *reference, GError **error)
{
  gint64 hash = omc_search_index_hash_reference (reference);
  gint64 patient;

  if (omc_search_index_is_of_patient (finding->param) &&
      (!find_patient (finding->session, reference, &patient, error) ||
       !list_for (finding->session, select_of_patient, patient, finding->list, error)))
    return FALSE;

  return add_range (finding, finding->number, hash, hash, error);
}

static gboolean
add_value (Finding *finding,
           const OmcSearchValue *value,
           OmcSearchModifier modifier,
           GError **error)
{
  switch (finding->param->kind)
    {
    case OMC_SEARCH_STRING:
      finding->possible = value->text != NULL;
      return !finding->possible || add_string (finding, value->text, modifier, error);
    case OMC_SEARCH_TOKEN:
      return add_token (finding, value, error);
    case OMC_SEARCH_REFERENCE:
    case OMC_SEARCH_URI:
      finding->possible = value->text != NULL;
      return !finding->possible || add_reference (finding, value->text, error);
    case OMC_SEARCH_DATE:
      return add_date (finding, value, error);
    case OMC_SEARCH_QUANTITY:
    case OMC_SEARCH_NUMBER:
      return add_number (finding, value, error);
    default:
      g_assert_not_reached ();
    }
}

/* --- all of them --- */

static gboolean
is_listed (const OmcSearchCriterion *criterion)
{
  return criterion->link == OMC_SEARCH_DIRECT &&
         criterion->modifier != OMC_SEARCH_MODIFIER_MISSING &&
         criterion->modifier != OMC_SEARCH_MODIFIER_NOT &&
         omc_search_index_how (criterion->param) != OMC_INDEXED_NOT;
}

static gboolean
narrow_by (Candidates *self, const OmcSearchCriterion *criterion, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (gint64));
  Finding finding = { self->session, criterion->param, 0, list, TRUE };

  if (!omc_search_entries_find_param (self->session, criterion->param, &finding.number, error))
    return FALSE;
  for (guint i = 0; i < criterion->values->len && finding.possible; i++)
    {
      if (!add_value (&finding, g_ptr_array_index (criterion->values, i), criterion->modifier,
                      error))
        return FALSE;
    }
  if (finding.possible)
    intersect (&self->found, list);

  return TRUE;
}

static gboolean
narrow_by_ids (Candidates *self, GPtrArray *ids, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < ids->len; i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      const char *slash = strrchr (id, '/');
      gint64 key = omc_search_index_id_key (self->query->type, slash != NULL ? slash + 1 : id);

      if (!omc_search_index_dao_list_key (self->session, key, list, error))
        return FALSE;
    }
  intersect (&self->found, list);

  return TRUE;
}

static gboolean
narrow_by_id_criterion (Candidates *self, const OmcSearchCriterion *criterion, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; i < criterion->values->len; i++)
    {
      const OmcSearchValue *value = g_ptr_array_index (criterion->values, i);

      if (value->code != NULL)
        g_ptr_array_add (ids, value->code);
    }

  return narrow_by_ids (self, ids, error);
}

static gboolean
narrow_by_targets (Candidates *self,
                   const OmcSearchParam *param,
                   GHashTable *targets,
                   GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (gint64));
  Finding finding = { self->session, param, 0, list, TRUE };
  GHashTableIter iter;
  gpointer reference;

  if (omc_search_index_how (param) == OMC_INDEXED_NOT)
    return TRUE;
  if (!omc_search_entries_find_param (self->session, param, &finding.number, error))
    return FALSE;
  g_hash_table_iter_init (&iter, targets);
  while (finding.possible && g_hash_table_iter_next (&iter, &reference, NULL))
    {
      if (!add_reference (&finding, reference, error))
        return FALSE;
    }
  if (finding.possible)
    intersect (&self->found, list);

  return TRUE;
}

/* What finds fewest comes first; when few are left the others are not worth their lists. */
static gboolean
narrow_by_criteria (Candidates *self, GError **error)
{
  for (guint pass = 0; pass < 3; pass++)
    for (guint i = 0; i < self->query->criteria->len; i++)
      {
        const OmcSearchCriterion *criterion = g_ptr_array_index (self->query->criteria, i);
        gboolean by_id = criterion->link == OMC_SEARCH_DIRECT &&
                         criterion->modifier == OMC_SEARCH_MODIFIER_NONE &&
                         g_str_equal (criterion->param->name, "_id");
        guint turn = by_id ? 0 : omc_search_index_is_of_patient (criterion->param) ? 1 : 2;

        if (turn != pass || (!by_id && !is_listed (criterion)) ||
            (self->found != NULL && self->found->len <= FEW))
          continue;
        if (by_id ? !narrow_by_id_criterion (self, criterion, error)
                  : !narrow_by (self, criterion, error))
          return FALSE;
      }

  return TRUE;
}

static GPtrArray *
keys_of (GHashTable *texts)
{
  return g_hash_table_get_keys_as_ptr_array (texts);
}

GArray *
omc_search_candidates_list (OmcSession *session,
                            const OmcSearchQuery *query,
                            GHashTable *ids,
                            const OmcSearchParam *target_param,
                            GHashTable *targets,
                            GError **error)
{
  Candidates self = { session, query, NULL };
  g_autoptr (GPtrArray) keys = ids != NULL ? keys_of (ids) : NULL;
  gboolean done;

  done = (keys == NULL || narrow_by_ids (&self, keys, error)) &&
         (targets == NULL || narrow_by_targets (&self, target_param, targets, error)) &&
         narrow_by_criteria (&self, error);
  if (done && self.found == NULL)
    {
      self.found = g_array_new (FALSE, FALSE, sizeof (gint64));
      done = omc_search_index_dao_list_type (session, query->type, 0, G_MAXUINT, self.found, error);
    }
  else if (done)
    {
      done = omc_search_index_dao_list_pending (session, 0, self.found, error);
      omc_postings_sort_resources (self.found);
    }
  if (!done)
    g_clear_pointer (&self.found, g_array_unref);

  return self.found;
}

/* --- the newest of a patient --- */

static const OmcSearchCriterion *
find_patient_criterion (const OmcSearchQuery *query)
{
  for (guint i = 0; i < query->criteria->len; i++)
    {
      const OmcSearchCriterion *criterion = g_ptr_array_index (query->criteria, i);

      if (criterion->link == OMC_SEARCH_DIRECT && criterion->values->len == 1 &&
          criterion->modifier == OMC_SEARCH_MODIFIER_NONE &&
          omc_search_index_is_of_patient (criterion->param))
        return criterion;
    }

  return NULL;
}

gboolean
omc_search_candidates_find_patient (OmcSession *session,
                                    const OmcSearchQuery *query,
                                    gboolean *named,
                                    gint64 *patient,
                                    GError **error)
{
  const OmcSearchCriterion *criterion = find_patient_criterion (query);
  const OmcSearchValue *value;

  *patient = 0;
  *named = criterion != NULL;
  if (criterion == NULL)
    return TRUE;
  value = g_ptr_array_index (criterion->values, 0);

  return find_patient (session, value->text, patient, error);
}

static gboolean
asks_for_vitals (const OmcSearchQuery *query)
{
  for (guint i = 0; i < query->criteria->len; i++)
    {
      const OmcSearchCriterion *criterion = g_ptr_array_index (query->criteria, i);
      const OmcSearchValue *value =
          criterion->values->len == 1 ? g_ptr_array_index (criterion->values, 0) : NULL;

      if (criterion->link == OMC_SEARCH_DIRECT && criterion->modifier == OMC_SEARCH_MODIFIER_NONE &&
          value != NULL && criterion->param->kind == OMC_SEARCH_TOKEN && value->code != NULL &&
          omc_search_index_is_of_all (criterion->param, value->code))
        return TRUE;
    }

  return FALSE;
}

gboolean
omc_search_candidates_find_newest_of (OmcSession *session,
                                      const OmcSearchQuery *query,
                                      gint64 *patient,
                                      gboolean *vitals,
                                      GError **error)
{
  const OmcSearchCriterion *of_patient = find_patient_criterion (query);
  const OmcSearchSort *sort =
      query->sort->len == 1 ? &g_array_index (query->sort, OmcSearchSort, 0) : NULL;
  const OmcSearchValue *value;

  *patient = 0;
  *vitals = asks_for_vitals (query);
  if (of_patient == NULL || sort == NULL || !sort->descending ||
      !g_str_equal (query->type, "Observation") || !g_str_equal (sort->param->name, "date"))
    return TRUE;
  value = g_ptr_array_index (of_patient->values, 0);

  return find_patient (session, value->text, patient, error);
}

GArray *
omc_search_candidates_list_odd (OmcSession *session,
                                const OmcSearchQuery *query,
                                gint64 patient,
                                GError **error)
{
  const OmcSearchCriterion *of_patient = find_patient_criterion (query);
  const OmcSearchValue *value = g_ptr_array_index (of_patient->values, 0);
  gint64 hash = omc_search_index_hash_reference (value->text);
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (gint64));
  Finding finding = { session, of_patient->param, 0, list, TRUE };

  if (!omc_search_entries_find_param (session, finding.param, &finding.number, error) ||
      !list_for (session, select_odd, patient, list, error) ||
      !list_for (session, select_pending_elsewhere, patient, list, error) ||
      !add_range (&finding, finding.number, hash, hash, error))
    return NULL;
  omc_postings_sort_resources (list);

  return g_steal_pointer (&list);
}
