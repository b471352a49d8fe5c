/* omc-sandbox-search.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-check.h"
#include "omc-sandbox-form.h"
#include "omc-sandbox-include.h"
#include "omc-sandbox-plan.h"
#include "omc-sandbox-search.h"

#define MAX_OFFSET 10000
#define MAX_SNAPSHOT 200000

/* A search as a client sent it: what the common parser knows, and what belongs to paging and to
 * the profile. */
typedef struct
{
  OmcSandboxCore *core;
  const char *type;
  OmcSearchQuery *query; /* (owned) */
  OmcSandboxPlan *plan;  /* (owned) */
  GString *echo;         /* (owned): the query without paging, for links */
  char *elements;        /* (owned) (nullable) */
  char *cursor;          /* (owned) (nullable) */
  char *patient;         /* (owned) (nullable): compartment */
  gboolean deleted;
  gboolean only_count;
  gboolean by_updated; /* the database can give the order */
  gboolean descending;
  guint count;
  guint offset;
  gint64 after_updated; /* of a cursor; -1: none */
  gint64 after_key;
} Search;

static void
search_clear (Search *self)
{
  g_clear_pointer (&self->plan, omc_sandbox_plan_free);
  g_clear_pointer (&self->query, omc_search_query_free);
  if (self->echo != NULL)
    g_string_free (self->echo, TRUE);
  g_free (self->elements);
  g_free (self->cursor);
  g_free (self->patient);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static gboolean
unsupported (GError **error, const char *name)
{
  g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED,
               "this server does not know %s like that", name);
  return FALSE;
}

/* Parameters that the common parser does not have. FALSE without error: it is none of them. */
static gboolean
take_own (Search *self, const OmcSandboxPair *pair, gboolean *taken, GError **error)
{
  const OmcSandboxProfile *profile = self->core->profile;
  const char *name = pair->name;

  *taken = TRUE;
  if (g_str_equal (name, "_format") || g_str_equal (name, "_pretty"))
    return TRUE;
  if (g_str_equal (name, profile->cursor_name) && profile->paging == OMC_SANDBOX_PAGE_CURSOR)
    g_set_str (&self->cursor, pair->value);
  else if (g_str_equal (name, "_deleted") && profile->deleted_search)
    self->deleted = g_str_equal (pair->value, "true");
  else if (g_str_equal (name, "_summary"))
    {
      self->only_count = g_str_equal (pair->value, "count");
      if (!self->only_count && !g_str_equal (pair->value, "false"))
        return unsupported (error, "_summary");
    }
  else if (g_str_equal (name, "_elements"))
    g_set_str (&self->elements, pair->value);
  else if (g_str_equal (name, "_compartment"))
    {
      if (!g_str_has_prefix (pair->value, "Patient/"))
        return unsupported (error, "_compartment");
      g_set_str (&self->patient, pair->value + strlen ("Patient/"));
    }
  else
    *taken = FALSE;
  return TRUE;
}

static gboolean
read_parameters (Search *self, const char *text, GError **error)
{
  g_autoptr (GPtrArray) pairs = omc_sandbox_form_parse (text, error);
  g_autoptr (GString) common = g_string_new (NULL);
  g_autofree char *full = NULL;

  if (pairs == NULL)
    return FALSE;

  self->echo = g_string_new (NULL);
  for (guint i = 0; i < pairs->len; i++)
    {
      const OmcSandboxPair *pair = g_ptr_array_index (pairs, i);
      gboolean taken;

      if (!take_own (self, pair, &taken, error))
        return FALSE;
      if (!taken)
        omc_sandbox_form_append (common, pair->name, pair->value);
      if (!g_str_equal (pair->name, self->core->profile->cursor_name) &&
          !g_str_equal (pair->name, "_offset") && !g_str_equal (pair->name, "_count"))
        omc_sandbox_form_append (self->echo, pair->name, pair->value);
    }

  full = g_strconcat (self->type, "?", common->str, NULL);
  self->query = omc_search_query_parse (full, error);
  return self->query != NULL;
}

static gboolean
read_order (Search *self, GError **error)
{
  const GArray *sort = self->query->sort;

  self->by_updated = TRUE;
  for (guint i = 0; sort != NULL && i < sort->len; i++)
    {
      const OmcSearchSort *order = &g_array_index (sort, OmcSearchSort, i);
      gboolean known = g_str_equal (order->param->name, "_lastUpdated") ||
                       (i > 0 && g_str_equal (order->param->name, "_id"));

      self->by_updated = self->by_updated && known;
      if (i == 0)
        self->descending = order->descending;
    }
  if (self->offset > MAX_OFFSET && self->core->profile->uuid_ids)
    return unsupported (error, "_offset above 10000");
  return TRUE;
}

/* NULL: all is well. */
static OmcSandboxAnswer *
read_cursor (Search *self)
{
  gboolean expired;
  char kind;

  self->after_updated = -1;
  if (self->cursor == NULL)
    return NULL;
  if (!omc_sandbox_pages_read_cursor (self->core->pages, self->cursor, &kind, &self->after_updated,
                                      &self->after_key, &expired))
    return omc_sandbox_answer_outcome (400, "value", "the link is not one of this server");
  if (expired)
    return omc_sandbox_answer_outcome (410, "expired", "the page has expired; search again");
  if (kind == 'o')
    {
      self->offset = (guint)self->after_key;
      self->after_updated = -1;
    }
  return NULL;
}

static gboolean
prepare_search (Search *self, const char *text, GError **error)
{
  const OmcSandboxProfile *profile = self->core->profile;

  if (!read_parameters (self, text, error))
    return FALSE;
  self->only_count = self->only_count || self->query->count == 0;
  self->count = self->query->count < 0 ? profile->page_default
                                       : MIN ((guint)self->query->count, profile->page_max);
  self->offset = self->query->offset;
  if (!read_order (self, error))
    return FALSE;

  self->plan = omc_sandbox_plan_new (self->core, self->query, self->deleted, self->patient, error);
  return self->plan != NULL;
}

/* --- finding --- */

static gboolean
is_simple (Search *self)
{
  return self->plan->rest->len == 0 && self->by_updated;
}

static char *
order_by (Search *self, guint limit)
{
  const char *direction = self->descending ? " DESC" : "";
  g_autofree char *place = NULL;

  if (self->after_updated >= 0)
    place =
        g_strdup_printf (" AND (r.updated, r.key) %s (%" G_GINT64_FORMAT ", %" G_GINT64_FORMAT ")",
                         self->descending ? "<" : ">", self->after_updated, self->after_key);
  return g_strdup_printf ("%s ORDER BY r.updated%s, r.key%s LIMIT %u OFFSET %u",
                          place != NULL ? place : "", direction, direction, limit,
                          self->after_updated >= 0 ? 0 : self->offset);
}

/* What SQL cannot say: every candidate is read, asked and put in order. */
static GArray *
find_slowly (Search *self, GError **error)
{
  g_autoptr (GArray) candidates = NULL;
  g_autoptr (GArray) matches = omc_sandbox_matches_new ();
  g_autoptr (GPtrArray) resources =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (GHashTable) by_resource = g_hash_table_new (NULL, NULL);

  candidates =
      omc_sandbox_plan_select (self->plan, self->core, " ORDER BY r.updated, r.key", error);
  if (candidates == NULL)
    return NULL;

  for (guint i = 0; i < candidates->len; i++)
    {
      OmcSandboxMatch *match = &g_array_index (candidates, OmcSandboxMatch, i);
      g_autoptr (OmcResource) resource = omc_sandbox_match_load (self->core, match, error);

      if (resource == NULL)
        return NULL;
      if (omc_sandbox_plan_accepts (self->plan, resource))
        {
          g_hash_table_insert (by_resource, resource, match);
          g_ptr_array_add (resources, g_steal_pointer (&resource));
        }
    }
  if (self->query->sort != NULL && self->query->sort->len > 0)
    omc_search_query_sort (self->query, resources);

  for (guint i = 0; i < resources->len; i++)
    {
      OmcSandboxMatch *match = g_hash_table_lookup (by_resource, g_ptr_array_index (resources, i));
      OmcSandboxMatch taken = *match;

      match->id = NULL;
      g_array_append_val (matches, taken);
    }
  return g_steal_pointer (&matches);
}

/* At most limit matches from the place that the request names; total is set when all were counted
 * on the way. */
static GArray *
find_matches (Search *self, guint limit, gint64 *total, GError **error)
{
  g_autoptr (GArray) matches = NULL;

  *total = -1;
  if (is_simple (self))
    {
      g_autofree char *tail = order_by (self, limit);

      return omc_sandbox_plan_select (self->plan, self->core, tail, error);
    }

  matches = find_slowly (self, error);
  if (matches == NULL)
    return NULL;
  *total = matches->len;
  g_array_remove_range (matches, 0, MIN (self->offset, matches->len));
  if (matches->len > limit)
    g_array_set_size (matches, limit);
  return g_steal_pointer (&matches);
}

GPtrArray *
omc_sandbox_find_ids (OmcSandboxCore *core,
                      const char *type,
                      const char *condition,
                      gboolean identifier_only,
                      guint limit,
                      GError **error)
{
  g_auto (Search) self = { .core = core, .type = type, .after_updated = -1 };
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) matches = NULL;
  gint64 total;

  if (!prepare_search (&self, condition, error))
    return NULL;
  for (guint i = 0; i < self.query->criteria->len && identifier_only; i++)
    {
      const OmcSearchCriterion *criterion = g_ptr_array_index (self.query->criteria, i);

      if (criterion->link != OMC_SEARCH_DIRECT ||
          !g_str_equal (criterion->param->name, "identifier"))
        identifier_only = FALSE;
      if (!identifier_only)
        {
          unsupported (error, "a condition other than identifier");
          return NULL;
        }
    }
  if (self.query->criteria->len == 0)
    {
      unsupported (error, "an empty condition");
      return NULL;
    }

  matches = find_matches (&self, limit, &total, error);
  if (matches == NULL)
    return NULL;
  for (guint i = 0; i < matches->len; i++)
    g_ptr_array_add (ids, g_strdup (g_array_index (matches, OmcSandboxMatch, i).id));
  return g_steal_pointer (&ids);
}

/* --- answering --- */

static char *
make_link (Search *self, const char *name, const char *value)
{
  g_autoptr (GString) link = g_string_new (NULL);
  g_autofree char *count = g_strdup_printf ("%u", self->count);

  if (self->echo->len > 0)
    g_string_append_len (link, self->echo->str, (gssize)self->echo->len);
  omc_sandbox_form_append (link, "_count", count);
  if (name != NULL)
    omc_sandbox_form_append (link, name, value);
  return g_strconcat (self->core->base_url != NULL ? self->core->base_url : "", "/", self->type,
                      "?", link->str, NULL);
}

/* The place after the last match of this page. */
static char *
make_next (Search *self, const OmcSandboxMatch *last)
{
  const OmcSandboxProfile *profile = self->core->profile;
  guint next = self->offset + self->count;
  gboolean sorted = self->query->sort != NULL && self->query->sort->len > 0;
  gboolean by_key = is_simple (self);
  g_autofree char *value = NULL;

  /* Medplum has cursors for exactly one order and only for pages that are not small. */
  if (profile->uuid_ids)
    by_key =
        by_key && sorted && self->query->sort->len == 1 && !self->descending && self->count >= 20;

  if (profile->paging == OMC_SANDBOX_PAGE_CURSOR && by_key)
    value = omc_sandbox_pages_make_cursor (self->core->pages, 'k', last->updated, last->key);
  else if (profile->paging == OMC_SANDBOX_PAGE_CURSOR && !profile->uuid_ids)
    value = omc_sandbox_pages_make_cursor (self->core->pages, 'o', 0, next);
  if (value != NULL)
    return make_link (self, profile->cursor_name, value);

  value = g_strdup_printf ("%u", next);
  return make_link (self, "_offset", value);
}

/* At most MAX_SNAPSHOT keys of all matches, in order. */
static GArray *
find_keys (Search *self, GError **error)
{
  g_autoptr (GArray) keys = NULL;
  g_autoptr (GArray) all = NULL;
  gint64 total;

  if (is_simple (self))
    {
      g_autofree char *tail = order_by (self, MAX_SNAPSHOT);

      return omc_sandbox_plan_select_keys (self->plan, self->core, tail, error);
    }

  all = find_matches (self, MAX_SNAPSHOT, &total, error);
  if (all == NULL)
    return NULL;
  keys = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < all->len; i++)
    g_array_append_val (keys, g_array_index (all, OmcSandboxMatch, i).key);
  return g_steal_pointer (&keys);
}

/* The whole list is kept, so that what is stored meanwhile moves nothing. */
static char *
make_snapshot (Search *self, gint64 *total, GError **error)
{
  GArray *keys = find_keys (self, error);
  const char *name;

  if (keys == NULL)
    return NULL;
  if (*total < 0 && keys->len < MAX_SNAPSHOT)
    *total = keys->len;

  name = omc_sandbox_pages_keep (self->core->pages, self->type, self->elements, keys);
  return g_strdup_printf ("%s?_getpages=%s&_getpagesoffset=%u&_count=%u",
                          self->core->base_url != NULL ? self->core->base_url : "", name,
                          self->count, self->count);
}

static gboolean
add_match (OmcSandboxWriter *writer, Search *self, const OmcSandboxMatch *match, GError **error)
{
  g_autofree char *body = NULL;
  gsize length;

  if (self->deleted)
    {
      g_autofree char *instant = omc_instant_format (match->updated);

      body = g_strdup_printf (
          "{\"resourceType\":\"%s\",\"id\":\"%s\",\"meta\":{\"lastUpdated\":\"%s\"}}", self->type,
          match->id, instant);
      length = strlen (body);
    }
  else
    {
      body = omc_sandbox_store_dup_body (self->core->store, match->version, &length, error);
      if (body != NULL && self->elements != NULL)
        {
          g_autofree char *whole = g_steal_pointer (&body);

          body = omc_sandbox_keep_elements (whole, length, self->elements, &length, error);
        }
    }
  if (body == NULL)
    return FALSE;

  omc_sandbox_writer_add (writer, self->type, match->id, body, length, "match");
  return TRUE;
}

static OmcSandboxAnswer *
write_page (Search *self, GArray *matches, gint64 total, const char *next, GError **error)
{
  g_autofree char *own = make_link (self, NULL, NULL);
  OmcSandboxWriter writer;
  gboolean ok = TRUE;

  omc_sandbox_writer_begin (&writer, self->core, "searchset", total, own, next);
  for (guint i = 0; i < matches->len && ok; i++)
    ok = add_match (&writer, self, &g_array_index (matches, OmcSandboxMatch, i), error);
  if (ok && self->query->includes != NULL && self->query->includes->len > 0 && !self->deleted)
    ok = omc_sandbox_write_includes (&writer, self->type, matches, self->query->includes, error);
  if (!ok)
    {
      g_string_free (writer.text, TRUE);
      return NULL;
    }
  return omc_sandbox_writer_end (&writer);
}

/* Medplum: a page of one and the same instant, and the next row too (fhir-servers.md 4). */
static gboolean
stalls (Search *self, GArray *matches)
{
  const OmcSandboxMatch *first = &g_array_index (matches, OmcSandboxMatch, 0);
  const OmcSandboxMatch *beyond = &g_array_index (matches, OmcSandboxMatch, matches->len - 1);

  return self->core->profile->cursor_stalls && is_simple (self) && self->query->sort != NULL &&
         self->query->sort->len == 1 && !self->descending && self->count >= 20 &&
         first->updated == beyond->updated;
}

/* The link to what follows this page, which is cut to its size. */
static char *
make_following (Search *self, GArray *matches, gint64 *total, GError **error)
{
  g_array_set_size (matches, self->count);
  if (self->core->profile->paging == OMC_SANDBOX_PAGE_SNAPSHOT && self->offset == 0)
    return make_snapshot (self, total, error);
  return make_next (self, &g_array_index (matches, OmcSandboxMatch, matches->len - 1));
}

static OmcSandboxAnswer *
answer_search (Search *self, GError **error)
{
  gboolean wants_total = self->only_count || self->core->profile->always_total ||
                         self->query->total != OMC_SEARCH_TOTAL_NONE;
  g_autoptr (GArray) matches = NULL;
  g_autofree char *next = NULL;
  gint64 total;

  matches = find_matches (self, self->only_count ? 0 : self->count + 1, &total, error);
  if (matches == NULL)
    return NULL;
  if (!self->only_count && matches->len > self->count)
    {
      if (stalls (self, matches))
        return omc_sandbox_answer_outcome (500, "exception", "Cursor fails to make progress");
      next = make_following (self, matches, &total, error);
      if (next == NULL)
        return NULL;
    }
  else if (!self->only_count && total < 0 && self->offset == 0 && self->after_updated < 0)
    total = matches->len;

  if (wants_total && total < 0 && !omc_sandbox_plan_count (self->plan, self->core, &total, error))
    return NULL;
  return write_page (self, matches, wants_total ? total : -1, next, error);
}

OmcSandboxAnswer *
omc_sandbox_search (OmcSandboxCore *core, const OmcSandboxRequest *request, const char *type)
{
  g_auto (Search) self = { .core = core, .type = type, .after_updated = -1 };
  g_autoptr (GError) error = NULL;
  OmcSandboxAnswer *answer;

  if (!prepare_search (&self, request->query, &error))
    return omc_sandbox_answer_error (core, error);
  answer = read_cursor (&self);
  if (answer == NULL)
    answer = answer_search (&self, &error);
  return answer != NULL ? answer : omc_sandbox_answer_error (core, error);
}

/* --- a page of a kept list --- */

static gboolean
add_kept (OmcSandboxWriter *writer, Search *self, gint64 key, GError **error)
{
  OmcSandboxMatch match = { .key = key };
  g_autofree char *id = NULL;
  OmcSandboxStmt *stmt;
  gboolean row;

  stmt = omc_sandbox_db_prepare (omc_sandbox_store_get_db (self->core->store),
                                 "SELECT version, id FROM resource WHERE key = ?1 AND deleted = 0",
                                 error);
  if (stmt == NULL)
    return FALSE;
  omc_sandbox_stmt_bind_int (stmt, 1, key);
  if (!omc_sandbox_stmt_step (stmt, &row, error))
    return FALSE;
  if (!row)
    return TRUE;

  match.version = omc_sandbox_stmt_get_int (stmt, 0);
  match.id = id = g_strdup (omc_sandbox_stmt_get_text (stmt, 1, NULL));
  omc_sandbox_stmt_reset (stmt);
  return add_match (writer, self, &match, error);
}

OmcSandboxAnswer *
omc_sandbox_next_page (OmcSandboxCore *core, const OmcSandboxRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) pairs = omc_sandbox_form_parse (request->query, &error);
  const char *name = pairs != NULL ? omc_sandbox_form_get (pairs, "_getpages") : NULL;
  const char *offset_text = name != NULL ? omc_sandbox_form_get (pairs, "_getpagesoffset") : NULL;
  const char *count_text = name != NULL ? omc_sandbox_form_get (pairs, "_count") : NULL;
  guint64 offset = 0, count = core->profile->page_default;
  const OmcSandboxPage *page;
  g_autofree char *own = NULL;
  g_autofree char *next = NULL;
  OmcSandboxWriter writer;
  Search self = { .core = core };

  if (name == NULL ||
      (offset_text != NULL &&
       !g_ascii_string_to_unsigned (offset_text, 10, 0, G_MAXINT32, &offset, NULL)) ||
      (count_text != NULL &&
       !g_ascii_string_to_unsigned (count_text, 10, 1, G_MAXINT32, &count, NULL)))
    return omc_sandbox_answer_outcome (400, "not-supported",
                                       "a search of several types is not supported here");
  page = omc_sandbox_pages_find (core->pages, name);
  if (page == NULL)
    return omc_sandbox_answer_outcome (410, "expired", "the page has expired; search again");

  self.type = page->type;
  self.elements = page->query;
  count = MIN (count, core->profile->page_max);
  own = g_strdup_printf ("%s?_getpages=%s&_getpagesoffset=%u&_count=%u",
                         core->base_url != NULL ? core->base_url : "", name, (guint)offset,
                         (guint)count);
  if (offset + count < page->keys->len)
    next = g_strdup_printf ("%s?_getpages=%s&_getpagesoffset=%u&_count=%u",
                            core->base_url != NULL ? core->base_url : "", name,
                            (guint)(offset + count), (guint)count);

  omc_sandbox_writer_begin (&writer, core, "searchset", page->keys->len, own, next);
  for (guint64 i = offset; i < page->keys->len && i < offset + count; i++)
    {
      if (!add_kept (&writer, &self, g_array_index (page->keys, gint64, i), &error))
        {
          g_string_free (writer.text, TRUE);
          return omc_sandbox_answer_error (core, error);
        }
    }
  return omc_sandbox_writer_end (&writer);
}
