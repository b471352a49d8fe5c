/* omc-sandbox-bundle.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-check.h"
#include "omc-sandbox-core.h"
#include "omc-sandbox-quota.h"
#include "omc-sandbox-search.h"

#define MAX_ENTRIES 100000

/* One entry on its way; strings are borrowed from the bundle. */
typedef struct
{
  const OmcJsonValue *request;
  const char *method;
  const char *full_url;
  char *path;   /* (owned) */
  char *query;  /* (owned) (nullable) */
  GBytes *body; /* (owned) (nullable) */
  const char *content_type;
  char *assigned;           /* (owned) (nullable): "Type/id" that stands for full_url */
  OmcSandboxAnswer *answer; /* (owned) */
} Entry;

typedef struct
{
  OmcSandboxCore *core;
  const OmcSandboxRequest *request;
  GArray *entries;  /* (owned) (element-type Entry) */
  GHashTable *urns; /* (owned): "urn:uuid:..." -> "Type/id", both of entries */
  gboolean transaction;
  gboolean atomic;
} Run;

static void
entry_clear (gpointer data)
{
  Entry *entry = data;

  g_free (entry->path);
  g_free (entry->query);
  g_clear_pointer (&entry->body, g_bytes_unref);
  g_free (entry->assigned);
  omc_sandbox_answer_free (entry->answer);
}

static void
run_clear (Run *self)
{
  g_clear_pointer (&self->entries, g_array_unref);
  g_clear_pointer (&self->urns, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* --- reading the entries --- */

static gboolean
decode_patch (Entry *entry, const OmcJsonValue *resource)
{
  const char *data = omc_json_value_pick_string (resource, "data");
  gsize length;
  guchar *bytes;

  if (g_strcmp0 (omc_json_value_pick_string (resource, "resourceType"), "Binary") != 0 ||
      data == NULL)
    return FALSE;

  bytes = g_base64_decode (data, &length);
  entry->body = g_bytes_new_take (bytes, length);
  entry->content_type = "application/json-patch+json";
  return TRUE;
}

static OmcSandboxAnswer *
read_entry (Run *self, const OmcJsonValue *value, Entry *entry)
{
  const OmcJsonValue *resource = omc_json_value_get (value, "resource");
  const char *base = self->core->base_url;
  const char *url, *question;

  entry->request = omc_json_value_get (value, "request");
  entry->method = omc_json_value_pick_string (entry->request, "method");
  entry->full_url = omc_json_value_pick_string (value, "fullUrl");
  entry->content_type = "application/fhir+json";
  url = omc_json_value_pick_string (entry->request, "url");
  if (entry->method == NULL || url == NULL)
    return omc_sandbox_answer_outcome (400, "required",
                                       "an entry needs request.method and request.url");

  if (base != NULL && g_str_has_prefix (url, base))
    url += strlen (base);
  if (*url == '/')
    url++;
  question = strchr (url, '?');
  entry->path = question != NULL ? g_strndup (url, (gsize)(question - url)) : g_strdup (url);
  entry->query = question != NULL ? g_strdup (question + 1) : NULL;

  if (g_str_equal (entry->method, "PATCH"))
    return decode_patch (entry, resource)
               ? NULL
               : omc_sandbox_answer_outcome (400, "structure",
                                             "a PATCH entry needs a Binary with a JSON Patch");
  if (resource != NULL)
    {
      gsize length;
      char *text = omc_json_value_to_string (resource, FALSE, &length);

      entry->body = g_bytes_new_take (text, length);
    }
  return NULL;
}

static gboolean
is_conditional (const Entry *entry)
{
  return omc_json_value_pick_string (entry->request, "ifNoneExist") != NULL ||
         (g_strcmp0 (entry->method, "PUT") == 0 && entry->query != NULL);
}

/* NULL: within the limits of the profile. */
static OmcSandboxAnswer *
check_limits (Run *self)
{
  const OmcSandboxProfile *profile = self->core->profile;
  guint n_puts = 0;
  gboolean conditional = FALSE;

  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);

      n_puts += g_strcmp0 (entry->method, "PUT") == 0;
      conditional = conditional || is_conditional (entry);
    }

  if (self->entries->len == 0)
    return omc_sandbox_answer_outcome (400, "invalid", "the bundle has no entries");
  if (self->atomic && profile->max_entries > 0 && self->entries->len > profile->max_entries)
    return omc_sandbox_answer_outcome (413, "too-costly", "a transaction has at most %u entries",
                                       profile->max_entries);
  if (self->atomic && profile->max_puts > 0 && n_puts > profile->max_puts)
    return omc_sandbox_answer_outcome (400, "too-costly",
                                       "Transaction contains more than %u update operations",
                                       profile->max_puts);
  if (self->atomic && conditional && profile->max_conditional > 0 &&
      self->entries->len > profile->max_conditional)
    return omc_sandbox_answer_outcome (400, "too-costly",
                                       "Transaction requires strict isolation; at most %u entries",
                                       profile->max_conditional);
  return NULL;
}

/* --- urn:uuid --- */

/* A urn:uuid is a whole JSON string or it is none; it has nothing to escape. */
static GBytes *
replace_urns (Run *self, GBytes *body)
{
  gsize length;
  const char *data = g_bytes_get_data (body, &length);
  const char *end = data + length;
  g_autoptr (GString) text = NULL;
  const char *from = data;

  for (const char *at = data; (at = memmem (at, (gsize)(end - at), "\"urn:", 5)) != NULL;)
    {
      const char *close = memchr (at + 1, '"', (gsize)(end - at - 1));
      g_autofree char *urn = close != NULL ? g_strndup (at + 1, (gsize)(close - at - 1)) : NULL;
      const char *assigned = urn != NULL ? g_hash_table_lookup (self->urns, urn) : NULL;

      if (assigned != NULL)
        {
          if (text == NULL)
            text = g_string_sized_new (length);
          g_string_append_len (text, from, at + 1 - from);
          g_string_append (text, assigned);
          from = close;
        }
      at = close != NULL ? close + 1 : end;
    }

  if (text == NULL)
    return g_bytes_ref (body);
  g_string_append_len (text, from, end - from);
  length = text->len;
  return g_bytes_new_take (g_string_free (g_steal_pointer (&text), FALSE), length);
}

/* --- acting --- */

/* DELETE, POST, PUT, PATCH, then what reads; inside each in the order of the bundle. */
static guint
rank (const char *method)
{
  static const char *const order[] = { "DELETE", "POST", "PUT", "PATCH" };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      if (g_strcmp0 (method, order[i]) == 0)
        return i;
    }
  return G_N_ELEMENTS (order);
}

static void
act (Run *self, Entry *entry, GPtrArray *references)
{
  OmcSandboxRequest request = {
    .method = entry->method,
    .path = entry->path,
    .query = entry->query,
    .if_match = omc_json_value_pick_string (entry->request, "ifMatch"),
    .if_none_match = omc_json_value_pick_string (entry->request, "ifNoneMatch"),
    .if_none_exist = omc_json_value_pick_string (entry->request, "ifNoneExist"),
    .content_type = entry->content_type,
    .stamp = self->request->stamp,
    .quota = self->request->quota,
    .references = references,
  };
  g_autoptr (GBytes) body = NULL;

  if (*entry->path == '\0')
    {
      entry->answer = omc_sandbox_answer_outcome (400, "invalid", "a bundle cannot be an entry");
      return;
    }
  if (rank (entry->method) == 4 && !self->core->profile->bundle_search &&
      strchr (entry->path, '/') == NULL)
    {
      entry->answer = omc_sandbox_answer_outcome (400, "not-supported", "no searches in a bundle");
      return;
    }
  if (request.quota != NULL && !omc_sandbox_quota_spend (request.quota, entry->method, entry->path))
    {
      entry->answer = omc_sandbox_answer_outcome (429, "throttled", "Too Many Requests");
      return;
    }
  if (entry->body != NULL)
    body = (self->atomic || self->core->profile->batch_urns) && rank (entry->method) < 3
               ? replace_urns (self, entry->body)
               : g_bytes_ref (entry->body);
  request.body = body;

  entry->answer = omc_sandbox_dispatch (self->core, &request);
  omc_sandbox_core_count (self->core, "entries", 1);
}

/* Ids are chosen before anything is stored, so that entries may refer to one another in any order.
 * */
static OmcSandboxAnswer *
assign_ids (Run *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = &g_array_index (self->entries, Entry, i);
      gboolean is_urn = entry->full_url != NULL && g_str_has_prefix (entry->full_url, "urn:");

      if (!is_urn || entry->path == NULL)
        continue;
      if (g_strcmp0 (entry->method, "POST") == 0 && omc_fhir_is_resource_type (entry->path))
        {
          const char *condition = omc_json_value_pick_string (entry->request, "ifNoneExist");
          g_autoptr (GPtrArray) ids = NULL;
          g_autoptr (GError) error = NULL;

          if (condition != NULL)
            {
              ids = omc_sandbox_find_ids (self->core, entry->path,
                                          *condition == '?' ? condition + 1 : condition,
                                          self->core->profile->identifier_only, 2, &error);
              if (ids == NULL)
                return omc_sandbox_answer_error (self->core, error);
            }
          if (ids != NULL && ids->len == 1)
            entry->assigned =
                g_strconcat (entry->path, "/", (char *)g_ptr_array_index (ids, 0), NULL);
          else
            {
              g_autofree char *id = omc_sandbox_store_reserve_id (self->core->store);

              entry->assigned = g_strconcat (entry->path, "/", id, NULL);
            }
        }
      else if (g_strcmp0 (entry->method, "PUT") == 0 && entry->query == NULL)
        entry->assigned = g_strdup (entry->path);
      if (entry->assigned != NULL)
        g_hash_table_insert (self->urns, (gpointer)entry->full_url, entry->assigned);
    }
  return NULL;
}

static void
act_all (Run *self, GPtrArray *references)
{
  for (guint step = 0; step <= 4; step++)
    {
      for (guint i = 0; i < self->entries->len; i++)
        {
          Entry *entry = &g_array_index (self->entries, Entry, i);

          if (entry->answer != NULL || rank (entry->method) != step)
            continue;
          omc_sandbox_store_set_reserved (self->core->store, entry->assigned != NULL && step == 1
                                                                 ? strchr (entry->assigned, '/') + 1
                                                                 : NULL);
          act (self, entry, references);
          omc_sandbox_store_set_reserved (self->core->store, NULL);
          if (self->atomic && entry->answer->status >= 400)
            return;
        }
    }
}

/* --- answering --- */

static void
append_entry (GString *text, const Entry *entry, OmcSandboxCore *core)
{
  const OmcSandboxAnswer *answer = entry->answer;
  gsize length = 0;
  const char *body = answer->body != NULL ? g_bytes_get_data (answer->body, &length) : NULL;

  g_string_append_c (text, '{');
  if (body != NULL && !answer->is_outcome)
    {
      g_string_append (text, "\"resource\":");
      g_string_append_len (text, body, (gssize)length);
      g_string_append_c (text, ',');
    }
  g_string_append_printf (text, "\"response\":{\"status\":\"%u\"", answer->status);
  if (answer->location != NULL)
    g_string_append_printf (text, ",\"location\":\"%s\"", answer->location);
  if (answer->etag != NULL && core->profile->entry_etags)
    {
      /* W/"version" has quotes to escape, and nothing else. */
      g_auto (GStrv) pieces = g_strsplit (answer->etag, "\"", -1);
      g_autofree char *escaped = g_strjoinv ("\\\"", pieces);
      g_autofree char *instant = omc_instant_format (answer->updated);

      g_string_append_printf (text, ",\"etag\":\"%s\"", escaped);
      if (answer->updated != 0)
        g_string_append_printf (text, ",\"lastModified\":\"%s\"", instant);
    }
  if (body != NULL && answer->is_outcome)
    {
      g_string_append (text, ",\"outcome\":");
      g_string_append_len (text, body, (gssize)length);
    }
  g_string_append (text, "}}");
}

static OmcSandboxAnswer *
answer_bundle (Run *self)
{
  GString *text = g_string_sized_new (4096);
  gsize length;

  g_string_append_printf (text, "{\"resourceType\":\"Bundle\",\"type\":\"%s-response\",\"entry\":[",
                          self->transaction ? "transaction" : "batch");
  for (guint i = 0; i < self->entries->len; i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      append_entry (text, &g_array_index (self->entries, Entry, i), self->core);
    }
  g_string_append (text, "]}");
  length = text->len;
  return omc_sandbox_answer_new (200, g_string_free (text, FALSE), length);
}

/* All or nothing: the first refusal is the answer of the whole. */
static OmcSandboxAnswer *
run_transaction (Run *self)
{
  g_autoptr (GPtrArray) references = g_ptr_array_new_with_free_func (g_free);
  OmcSandboxAnswer *refusal = NULL;
  g_autoptr (GError) error = NULL;

  if (!omc_sandbox_store_begin (self->core->store, &error))
    return omc_sandbox_answer_error (self->core, error);

  refusal = assign_ids (self);
  for (guint i = 0; i < self->entries->len && refusal == NULL; i++)
    refusal = g_steal_pointer (&g_array_index (self->entries, Entry, i).answer);
  if (refusal == NULL)
    act_all (self, references);
  for (guint i = 0; i < self->entries->len && refusal == NULL; i++)
    {
      Entry *entry = &g_array_index (self->entries, Entry, i);

      if (entry->answer != NULL && entry->answer->status >= 400)
        refusal = g_steal_pointer (&entry->answer);
    }
  if (refusal == NULL && !omc_sandbox_check_references (self->core, references, &error))
    refusal = omc_sandbox_answer_error (self->core, error);

  if (refusal != NULL)
    {
      omc_sandbox_store_rollback (self->core->store);
      return refusal;
    }
  if (!omc_sandbox_store_commit (self->core->store, &error))
    return omc_sandbox_answer_error (self->core, error);
  return answer_bundle (self);
}

static OmcSandboxAnswer *
run_batch (Run *self)
{
  OmcSandboxAnswer *refusal = self->core->profile->batch_urns ? assign_ids (self) : NULL;

  if (refusal != NULL)
    return refusal;
  act_all (self, NULL);
  return answer_bundle (self);
}

OmcSandboxAnswer *
omc_sandbox_bundle (OmcSandboxCore *core, const OmcSandboxRequest *request)
{
  g_autoptr (OmcJson) json = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Run) self = { .core = core, .request = request };
  const OmcJsonValue *root, *value;
  const char *kind;
  OmcSandboxAnswer *refusal;
  OmcJsonIter iter;

  json = request->body != NULL ? omc_json_parse_bytes (request->body, &error) : NULL;
  if (json == NULL)
    return error != NULL ? omc_sandbox_answer_error (core, error)
                         : omc_sandbox_answer_outcome (400, "required", "the request has no body");
  root = omc_json_get_root (json);
  kind = omc_json_value_pick_string (root, "type");
  if (g_strcmp0 (omc_json_value_pick_string (root, "resourceType"), "Bundle") != 0 ||
      (g_strcmp0 (kind, "batch") != 0 && g_strcmp0 (kind, "transaction") != 0))
    return omc_sandbox_answer_outcome (
        400, "invalid", "only a Bundle of type batch or transaction can be sent here");
  if (omc_json_value_get_size (omc_json_value_get (root, "entry")) > MAX_ENTRIES)
    return omc_sandbox_answer_outcome (413, "too-costly", "the bundle has too many entries");

  self.transaction = *kind == 't';
  self.atomic = self.transaction && core->atomic;
  self.urns = g_hash_table_new (g_str_hash, g_str_equal);
  self.entries = g_array_new (FALSE, TRUE, sizeof (Entry));
  g_array_set_clear_func (self.entries, entry_clear);
  omc_json_iter_init (&iter, omc_json_value_get (root, "entry"));
  while (omc_json_iter_next (&iter, NULL, &value))
    {
      Entry entry = { 0 };

      entry.answer = read_entry (&self, value, &entry);
      g_array_append_val (self.entries, entry);
    }

  refusal = check_limits (&self);
  if (refusal != NULL)
    return refusal;
  return self.atomic ? run_transaction (&self) : run_batch (&self);
}
