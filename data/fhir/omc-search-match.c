/* omc-search-match.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>

#include "omc-search-query.h"

static gboolean
match_string (const OmcSearchValue *value, OmcSearchModifier modifier, const OmcSearchEntry *entry)
{
  if (modifier == OMC_SEARCH_MODIFIER_EXACT)
    return strcmp (entry->exact, value->exact) == 0;
  if (modifier == OMC_SEARCH_MODIFIER_CONTAINS)
    return strstr (entry->text, value->text) != NULL;

  return g_str_has_prefix (entry->text, value->text);
}

static gboolean
match_token (const OmcSearchValue *value, const OmcSearchEntry *entry)
{
  return (value->any_system || g_strcmp0 (value->system, entry->system) == 0) &&
         (!value->code || g_strcmp0 (value->code, entry->code) == 0);
}

static gboolean
match_reference (const OmcSearchValue *value, const OmcSearchEntry *entry)
{
  const char *slash = strrchr (entry->text, '/');

  if (strchr (value->text, '/') || strchr (value->text, ':'))
    return strcmp (value->text, entry->text) == 0;

  return slash && strcmp (slash + 1, value->text) == 0;
}

static gboolean
match_date (const OmcSearchValue *value, const OmcSearchEntry *entry)
{
  gboolean within = value->start_us <= entry->start_us && entry->end_us <= value->end_us;

  switch (value->prefix)
    {
    case OMC_SEARCH_EQ:
      return within;
    case OMC_SEARCH_NE:
      return !within;
    case OMC_SEARCH_GT:
      return entry->end_us > value->end_us;
    case OMC_SEARCH_GE:
      return within || entry->end_us > value->end_us;
    case OMC_SEARCH_LT:
      return entry->start_us < value->start_us;
    case OMC_SEARCH_LE:
      return within || entry->start_us < value->start_us;
    case OMC_SEARCH_SA:
      return entry->start_us >= value->end_us;
    case OMC_SEARCH_EB:
      return entry->end_us <= value->start_us;
    default:
      g_assert_not_reached ();
    }
}

static gboolean
match_number (const OmcSearchValue *value, const OmcSearchEntry *entry)
{
  gboolean within = value->low <= entry->number && entry->number < value->high;

  switch (value->prefix)
    {
    case OMC_SEARCH_EQ:
      return within;
    case OMC_SEARCH_NE:
      return !within;
    case OMC_SEARCH_GT:
    case OMC_SEARCH_SA:
      return entry->number > value->number;
    case OMC_SEARCH_GE:
      return entry->number >= value->number;
    case OMC_SEARCH_LT:
    case OMC_SEARCH_EB:
      return entry->number < value->number;
    case OMC_SEARCH_LE:
      return entry->number <= value->number;
    default:
      g_assert_not_reached ();
    }
}

static gboolean
match_quantity (const OmcSearchValue *value, const OmcSearchEntry *entry)
{
  if (value->system && g_strcmp0 (value->system, entry->system) != 0)
    return FALSE;
  if (value->code && g_strcmp0 (value->code, entry->code) != 0 &&
      (value->system || g_strcmp0 (value->code, entry->text) != 0))
    return FALSE;

  return match_number (value, entry);
}

/**
 * omc_search_value_matches:
 *
 * Does one value of a criterion match one index entry of its parameter? %OMC_SEARCH_MODIFIER_NOT is left to the
 * caller, who must look at all entries.
 */
gboolean
omc_search_value_matches (const OmcSearchValue *value,
                          OmcSearchModifier modifier,
                          const OmcSearchEntry *entry)
{
  g_return_val_if_fail (value != NULL && entry != NULL, FALSE);

  switch (entry->param->kind)
    {
    case OMC_SEARCH_STRING:
      return match_string (value, modifier, entry);
    case OMC_SEARCH_TOKEN:
      return match_token (value, entry);
    case OMC_SEARCH_REFERENCE:
      return match_reference (value, entry);
    case OMC_SEARCH_DATE:
      return match_date (value, entry);
    case OMC_SEARCH_QUANTITY:
      return match_quantity (value, entry);
    case OMC_SEARCH_NUMBER:
      return match_number (value, entry);
    case OMC_SEARCH_URI:
      return strcmp (value->text, entry->text) == 0;
    default:
      g_return_val_if_reached (FALSE);
    }
}

typedef struct
{
  const OmcSearchCriterion *criterion;
  gboolean has_entry;
  gboolean matched;
} Match;

static void
match_entry (const OmcSearchEntry *entry, gpointer user_data)
{
  Match *match = user_data;
  const GPtrArray *values = match->criterion->values;

  match->has_entry = TRUE;
  for (guint i = 0; !match->matched && i < values->len; i++)
    match->matched = omc_search_value_matches (values->pdata[i], match->criterion->modifier, entry);
}

gboolean
omc_search_criterion_matches (const OmcSearchCriterion *self, OmcResource *resource)
{
  Match match = { self, FALSE, FALSE };

  g_return_val_if_fail (self != NULL && self->link == OMC_SEARCH_DIRECT, FALSE);
  g_return_val_if_fail (resource != NULL, FALSE);

  omc_search_extract_param (resource, self->param, match_entry, &match);
  if (self->modifier == OMC_SEARCH_MODIFIER_MISSING)
    return self->missing == !match.has_entry;

  return match.matched == (self->modifier != OMC_SEARCH_MODIFIER_NOT);
}

gboolean
omc_search_query_has_links (const OmcSearchQuery *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < self->criteria->len; i++)
    if (((OmcSearchCriterion *)self->criteria->pdata[i])->link != OMC_SEARCH_DIRECT)
      return TRUE;

  return FALSE;
}

gboolean
omc_search_query_matches (const OmcSearchQuery *self, OmcResource *resource)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (resource != NULL, FALSE);

  if (strcmp (self->type, omc_resource_get_resource_type (resource)) != 0)
    return FALSE;
  for (guint i = 0; i < self->criteria->len; i++)
    {
      const OmcSearchCriterion *criterion = self->criteria->pdata[i];

      if (criterion->link == OMC_SEARCH_DIRECT &&
          !omc_search_criterion_matches (criterion, resource))
        return FALSE;
    }

  return TRUE;
}

/* --- order --- */
typedef struct
{
  gboolean present;
  char *text; /* (owned) (nullable) */
  gint64 time;
  double number;
} SortKey;

typedef struct
{
  OmcResource *resource;
  guint place;
  SortKey *keys; /* (owned): one a sort parameter */
} SortItem;

typedef struct
{
  SortKey *key;
  gboolean descending;
} KeyContext;

static int
compare_keys (const SortKey *a, const SortKey *b)
{
  int order = g_strcmp0 (a->text, b->text);

  if (order == 0)
    order = (a->time > b->time) - (a->time < b->time);
  if (order == 0)
    order = (a->number > b->number) - (a->number < b->number);

  return order;
}

static void
keep_extreme (const OmcSearchEntry *entry, gpointer user_data)
{
  KeyContext *context = user_data;
  const char *text = entry->param->kind == OMC_SEARCH_TOKEN      ? entry->code
                     : entry->param->kind == OMC_SEARCH_QUANTITY ? NULL
                                                                 : entry->text;
  SortKey key = { TRUE, (char *)text, entry->start_us, entry->number };

  if (context->key->present)
    {
      int order = compare_keys (&key, context->key);

      if (context->descending ? order <= 0 : order >= 0)
        return;
      g_free (context->key->text);
    }
  *context->key = key;
  context->key->text = g_strdup (text);
}

static int
compare_items (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const GArray *sorts = user_data;
  const SortItem *x = a;
  const SortItem *y = b;

  for (guint i = 0; i < sorts->len; i++)
    {
      int order;

      if (x->keys[i].present != y->keys[i].present)
        return x->keys[i].present ? -1 : 1;
      order = compare_keys (&x->keys[i], &y->keys[i]);
      if (order != 0)
        return g_array_index (sorts, OmcSearchSort, i).descending ? -order : order;
    }

  return x->place < y->place ? -1 : x->place > y->place;
}

void
omc_search_query_sort (const OmcSearchQuery *self, GPtrArray *resources)
{
  g_autofree SortItem *items = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (resources != NULL);

  if (self->sort->len == 0 || resources->len < 2)
    return;
  items = g_new (SortItem, resources->len);
  for (guint i = 0; i < resources->len; i++)
    {
      items[i] = (SortItem){ resources->pdata[i], i, g_new0 (SortKey, self->sort->len) };
      for (guint j = 0; j < self->sort->len; j++)
        {
          const OmcSearchSort *sort = &g_array_index (self->sort, OmcSearchSort, j);
          KeyContext context = { &items[i].keys[j], sort->descending };

          omc_search_extract_param (items[i].resource, sort->param, keep_extreme, &context);
        }
    }
  g_sort_array (items, resources->len, sizeof *items, compare_items, self->sort);
  for (guint i = 0; i < resources->len; i++)
    {
      resources->pdata[i] = items[i].resource;
      for (guint j = 0; j < self->sort->len; j++)
        g_free (items[i].keys[j].text);
      g_free (items[i].keys);
    }
}
