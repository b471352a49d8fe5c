/* omc-sandbox-interact.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-check.h"
#include "omc-sandbox-index.h"
#include "omc-sandbox-patch.h"
#include "omc-sandbox-search.h"

/* --- answers --- */

static OmcSandboxAnswer *
answer_database (OmcSandboxCore *core, GError *error)
{
  g_autoptr (GError) owned = error;

  return omc_sandbox_answer_error (core, owned);
}

/* The stored text as it is; Prefer applies to what a client wrote. */
static OmcSandboxAnswer *
answer_stored (OmcSandboxCore *core,
               guint status,
               const char *type,
               const char *id,
               const OmcSandboxRow *row,
               const char *prefer)
{
  OmcSandboxAnswer *answer;
  GError *error = NULL;

  if (prefer != NULL && strstr (prefer, "return=minimal") != NULL)
    answer = omc_sandbox_answer_new (status, NULL, 0);
  else if (prefer != NULL && strstr (prefer, "return=OperationOutcome") != NULL &&
           !core->profile->uuid_ids)
    answer = omc_sandbox_answer_outcome (status, "informational", "stored");
  else
    {
      gsize length;
      char *body = omc_sandbox_store_dup_body (core->store, row->version, &length, &error);

      if (error != NULL)
        return answer_database (core, error);
      answer = omc_sandbox_answer_new (status, body, length);
    }

  answer->etag = g_strdup_printf ("W/\"%s\"", row->version_id);
  answer->updated = row->updated;
  if (status == 201)
    answer->location = g_strdup_printf ("%s/%s/_history/%s", type, id, row->version_id);
  return answer;
}

static OmcSandboxAnswer *
answer_absent (const char *type, const char *id, const OmcSandboxRow *row)
{
  if (row->key == 0)
    return omc_sandbox_answer_outcome (404, "not-found", "%s/%s is not on this server", type, id);
  return omc_sandbox_answer_outcome (410, "deleted", "%s/%s was deleted", type, id);
}

/* --- reading --- */

OmcSandboxAnswer *
omc_sandbox_read (OmcSandboxCore *core,
                  const OmcSandboxRequest *request,
                  const char *type,
                  const char *id)
{
  g_auto (OmcSandboxRow) row = { 0 };
  GError *error = NULL;

  if (!omc_sandbox_store_find (core->store, type, id, &row, &error))
    return answer_database (core, error);
  if (row.key == 0 || row.deleted)
    return answer_absent (type, id, &row);
  if (core->profile->not_modified && request->if_none_match != NULL &&
      omc_sandbox_tag_matches (request->if_none_match, row.version_id))
    {
      OmcSandboxAnswer *answer = omc_sandbox_answer_new (304, NULL, 0);

      answer->etag = g_strdup_printf ("W/\"%s\"", row.version_id);
      return answer;
    }

  return answer_stored (core, 200, type, id, &row, NULL);
}

OmcSandboxAnswer *
omc_sandbox_vread (OmcSandboxCore *core, const char *type, const char *id, const char *version_id)
{
  g_auto (OmcSandboxRow) row = { 0 };
  OmcSandboxStmt *stmt;
  GError *error = NULL;
  gboolean found, gone = FALSE;

  if (!omc_sandbox_store_find (core->store, type, id, &row, &error))
    return answer_database (core, error);
  stmt = omc_sandbox_db_prepare (omc_sandbox_store_get_db (core->store),
                                 "SELECT key, updated, body IS NULL FROM version"
                                 " WHERE resource = ?1 AND version_id = ?2",
                                 &error);
  if (stmt == NULL)
    return answer_database (core, error);
  omc_sandbox_stmt_bind_int (stmt, 1, row.key);
  omc_sandbox_stmt_bind_text (stmt, 2, version_id, -1);
  if (!omc_sandbox_stmt_step (stmt, &found, &error))
    return answer_database (core, error);
  if (found)
    {
      row.version = omc_sandbox_stmt_get_int (stmt, 0);
      row.updated = omc_sandbox_stmt_get_int (stmt, 1);
      gone = omc_sandbox_stmt_get_int (stmt, 2) != 0;
      omc_sandbox_stmt_reset (stmt);
    }

  if (!found)
    return omc_sandbox_answer_outcome (404, "not-found", "%s/%s has no such version", type, id);
  if (gone)
    return omc_sandbox_answer_outcome (410, "deleted", "this version of %s/%s is its deletion",
                                       type, id);
  g_free (row.version_id);
  row.version_id = g_strdup (version_id);
  return answer_stored (core, 200, type, id, &row, NULL);
}

/* --- writing --- */

static OmcSandboxAnswer *
store_resource (OmcSandboxCore *core,
                const OmcSandboxRequest *request,
                guint status,
                const char *type,
                const char *id,
                OmcResource *resource)
{
  g_auto (OmcSandboxRow) row = { 0 };
  GError *error = NULL;

  if (!omc_sandbox_store_write (core->store, type, id, resource,
                                g_str_equal (request->method, "POST") ? OMC_SANDBOX_POST
                                                                      : OMC_SANDBOX_PUT,
                                request->stamp, &row, &error))
    return answer_database (core, error);
  return answer_stored (core, status, type, id, &row, request->prefer);
}

/* The resource of the body, or what stands against it. */
static OmcSandboxAnswer *
take_body (OmcSandboxCore *core,
           const OmcSandboxRequest *request,
           const char *type,
           OmcResource **resource)
{
  GError *error = NULL;

  *resource = omc_sandbox_parse_body (core, request, type, &error);
  if (*resource == NULL)
    return answer_database (core, error);

  return omc_sandbox_refuse_resource (core, request, *resource);
}

/* NULL: nothing is there yet. */
static OmcSandboxAnswer *
answer_existing (OmcSandboxCore *core,
                 const OmcSandboxRequest *request,
                 const char *type,
                 OmcResource *resource)
{
  g_autoptr (GPtrArray) ids = NULL;
  g_auto (OmcSandboxRow) row = { 0 };
  const char *condition = request->if_none_exist;
  const char *own = omc_resource_get_id (resource);
  GError *error = NULL;

  if (*condition == '?')
    condition++;
  ids = omc_sandbox_find_ids (core, type, condition, core->profile->identifier_only, 2, &error);
  if (ids == NULL)
    return answer_database (core, error);
  if (ids->len > 1)
    return omc_sandbox_answer_outcome (412, "multiple-matches",
                                       "If-None-Exist matches more than one %s", type);
  if (ids->len == 0)
    return NULL;
  if (core->profile->uuid_ids && own != NULL && !g_str_equal (own, g_ptr_array_index (ids, 0)))
    return omc_sandbox_answer_outcome (400, "invalid",
                                       "If-None-Exist matches another id than that of the body");
  if (!omc_sandbox_store_find (core->store, type, g_ptr_array_index (ids, 0), &row, &error))
    return answer_database (core, error);

  return answer_stored (core, 200, type, g_ptr_array_index (ids, 0), &row, request->prefer);
}

OmcSandboxAnswer *
omc_sandbox_create (OmcSandboxCore *core, const OmcSandboxRequest *request, const char *type)
{
  g_autoptr (OmcResource) resource = NULL;
  g_auto (OmcSandboxRow) row = { 0 };
  g_autofree char *id = NULL;
  OmcSandboxAnswer *answer;
  GError *error = NULL;

  answer = take_body (core, request, type, &resource);
  if (answer != NULL)
    return answer;

  if (request->if_none_exist != NULL)
    {
      answer = answer_existing (core, request, type, resource);
      if (answer != NULL)
        return answer;
    }

  if (core->profile->client_ids && omc_sandbox_is_id (omc_resource_get_id (resource)))
    id = g_strdup (omc_resource_get_id (resource));
  else
    id = omc_sandbox_store_make_id (core->store);
  if (!omc_sandbox_store_find (core->store, type, id, &row, &error))
    return answer_database (core, error);
  if (row.key != 0)
    return omc_sandbox_answer_outcome (409, "duplicate", "%s/%s is there already", type, id);

  return store_resource (core, request, 201, type, id, resource);
}

/* The client's tags and those that are there (HAPI: rest_operations). */
static OmcResource *
with_old_tags (OmcResource *resource, OmcResource *old)
{
  const OmcJsonValue *tags = omc_json_value_pick (omc_resource_get_root (old), "meta.tag");
  g_autoptr (OmcJsonBuilder) builder = NULL;
  g_autoptr (OmcJson) json = NULL;
  OmcJsonNode *root, *meta, *list;
  const OmcJsonValue *tag;
  OmcJsonIter iter;

  if (omc_json_value_get_size (tags) == 0)
    return omc_resource_ref (resource);

  builder = omc_json_builder_new ();
  root = omc_json_builder_copy (builder, omc_resource_get_root (resource));
  meta = omc_json_node_get (root, "meta");
  if (meta == NULL)
    meta = omc_json_node_add_object (builder, root, "meta");
  list = omc_json_node_get (meta, "tag");
  if (list == NULL)
    list = omc_json_node_add_array (builder, meta, "tag");

  omc_json_iter_init (&iter, tags);
  while (omc_json_iter_next (&iter, NULL, &tag))
    {
      const OmcJsonValue *mine;
      gboolean known = FALSE;
      OmcJsonIter inner;

      omc_json_iter_init (&inner,
                          omc_json_value_pick (omc_resource_get_root (resource), "meta.tag"));
      while (!known && omc_json_iter_next (&inner, NULL, &mine))
        known = g_strcmp0 (omc_json_value_pick_string (mine, "system"),
                           omc_json_value_pick_string (tag, "system")) == 0 &&
                g_strcmp0 (omc_json_value_pick_string (mine, "code"),
                           omc_json_value_pick_string (tag, "code")) == 0;
      if (!known)
        omc_json_node_append (builder, list, omc_json_builder_copy (builder, tag));
    }

  json = omc_json_builder_end (builder, root);
  return omc_resource_new (json, NULL);
}

static OmcResource *
load_current (OmcSandboxCore *core, const OmcSandboxRow *row, GError **error)
{
  g_autofree char *body = NULL;
  gsize length;

  body = omc_sandbox_store_dup_body (core->store, row->version, &length, error);
  return body != NULL ? omc_resource_parse (body, (gssize)length, error) : NULL;
}

/* What stands against a PUT to this row, or NULL. */
static OmcSandboxAnswer *
refuse_update (OmcSandboxCore *core,
               const OmcSandboxRequest *request,
               const char *type,
               const char *id,
               const OmcSandboxRow *row)
{
  const OmcSandboxProfile *profile = core->profile;

  if (row->key == 0 && profile->uuid_ids && !g_uuid_string_is_valid (id))
    return omc_sandbox_answer_outcome (400, "invalid", "Invalid id");
  if (row->key == 0 && !profile->update_creates)
    return answer_absent (type, id, row);
  if (row->key == 0 && profile->number_ids && strspn (id, "0123456789") == strlen (id))
    return omc_sandbox_answer_outcome (400, "invalid", "an id of a client needs a letter");
  if (row->deleted && !profile->update_creates && !profile->restores_deleted)
    return answer_absent (type, id, row);
  if (profile->not_modified && request->if_none_match != NULL && row->key != 0 && !row->deleted &&
      omc_sandbox_tag_matches (request->if_none_match, row->version_id))
    return omc_sandbox_answer_outcome (412, "conflict", "%s/%s is there already", type, id);
  if (row->deleted && !profile->match_on_deleted)
    return NULL;

  return omc_sandbox_check_match (core, request->if_match, row);
}

static OmcSandboxAnswer *
replace (OmcSandboxCore *core,
         const OmcSandboxRequest *request,
         const char *type,
         const char *id,
         const OmcSandboxRow *row,
         OmcResource *resource)
{
  const OmcSandboxProfile *profile = core->profile;
  g_autoptr (OmcResource) old = NULL;
  g_autoptr (OmcResource) next = NULL;
  GError *error = NULL;

  if (row->key == 0 || row->deleted)
    return store_resource (core, request, profile->restores_deleted ? 200 : 201, type, id,
                           resource);

  old = load_current (core, row, &error);
  if (old == NULL)
    return answer_database (core, error);
  next = profile->keeps_tags ? with_old_tags (resource, old) : omc_resource_ref (resource);
  if (profile->keeps_version && omc_resource_equal_content (next, old))
    return answer_stored (core, 200, type, id, row, request->prefer);

  return store_resource (core, request, 200, type, id, next);
}

OmcSandboxAnswer *
omc_sandbox_update (OmcSandboxCore *core,
                    const OmcSandboxRequest *request,
                    const char *type,
                    const char *id)
{
  g_autoptr (OmcResource) resource = NULL;
  g_auto (OmcSandboxRow) row = { 0 };
  OmcSandboxAnswer *refusal;
  GError *error = NULL;

  refusal = take_body (core, request, type, &resource);
  if (refusal != NULL)
    return refusal;
  if (g_strcmp0 (omc_resource_get_id (resource), id) != 0)
    return omc_sandbox_answer_outcome (400, "invalid",
                                       "the id of the body is not that of the address");
  if (!omc_sandbox_store_find (core->store, type, id, &row, &error))
    return answer_database (core, error);

  refusal = refuse_update (core, request, type, id, &row);
  return refusal != NULL ? refusal : replace (core, request, type, id, &row, resource);
}

OmcSandboxAnswer *
omc_sandbox_update_where (OmcSandboxCore *core, const OmcSandboxRequest *request, const char *type)
{
  g_autoptr (OmcResource) resource = NULL;
  g_autoptr (GPtrArray) ids = NULL;
  g_auto (OmcSandboxRow) row = { 0 };
  g_autofree char *id = NULL;
  OmcSandboxAnswer *refusal = NULL;
  const char *own;
  GError *error = NULL;

  refusal = take_body (core, request, type, &resource);
  if (refusal != NULL)
    return refusal;
  ids =
      omc_sandbox_find_ids (core, type, request->query, core->profile->identifier_only, 2, &error);
  if (ids == NULL)
    return answer_database (core, error);
  if (ids->len > 1)
    return omc_sandbox_answer_outcome (412, "multiple-matches",
                                       "the condition matches more than one %s", type);

  own = omc_resource_get_id (resource);
  if (own != NULL && (ids->len == 0 ? !core->profile->update_creates
                                    : !g_str_equal (own, g_ptr_array_index (ids, 0))))
    return omc_sandbox_answer_outcome (400, "invalid",
                                       "the id of the body is not that of the match");
  if (ids->len == 0)
    id = omc_sandbox_is_id (own) ? g_strdup (own) : omc_sandbox_store_make_id (core->store);
  else
    id = g_strdup (g_ptr_array_index (ids, 0));
  if (!omc_sandbox_store_find (core->store, type, id, &row, &error))
    return answer_database (core, error);

  if (row.key == 0)
    return store_resource (core, request, 201, type, id, resource);
  if (core->profile->match_on_delete)
    refusal = omc_sandbox_check_match (core, request->if_match, &row);
  return refusal != NULL ? refusal : replace (core, request, type, id, &row, resource);
}

OmcSandboxAnswer *
omc_sandbox_patch (OmcSandboxCore *core,
                   const OmcSandboxRequest *request,
                   const char *type,
                   const char *id)
{
  g_autoptr (OmcJson) operations = NULL;
  g_autoptr (OmcJson) changed = NULL;
  g_autoptr (OmcResource) old = NULL;
  g_autoptr (OmcResource) next = NULL;
  g_auto (OmcSandboxRow) row = { 0 };
  OmcSandboxAnswer *refusal;
  GError *error = NULL;

  if (request->content_type == NULL ||
      !g_str_has_prefix (request->content_type, "application/json-patch+json"))
    return omc_sandbox_answer_outcome (415, "not-supported",
                                       "PATCH takes application/json-patch+json");
  if (!omc_sandbox_store_find (core->store, type, id, &row, &error))
    return answer_database (core, error);
  if (row.key == 0 || row.deleted)
    return answer_absent (type, id, &row);
  refusal = core->profile->match_on_delete ? omc_sandbox_check_match (core, request->if_match, &row)
                                           : NULL;
  if (refusal != NULL)
    return refusal;

  operations = request->body != NULL ? omc_json_parse_bytes (request->body, &error) : NULL;
  if (operations == NULL && error == NULL)
    return omc_sandbox_answer_outcome (400, "required", "the request has no body");
  old = operations != NULL ? load_current (core, &row, &error) : NULL;
  changed = old != NULL ? omc_sandbox_patch_apply (omc_resource_get_json (old),
                                                   omc_json_get_root (operations), &error)
                        : NULL;
  next = changed != NULL ? omc_resource_new (changed, &error) : NULL;
  if (next == NULL)
    return answer_database (core, error);
  if (!g_str_equal (omc_resource_get_resource_type (next), type) ||
      g_strcmp0 (omc_resource_get_id (next), id) != 0)
    return omc_sandbox_answer_outcome (400, "invalid", "a patch changes neither type nor id");
  refusal = omc_sandbox_refuse_resource (core, request, next);
  if (refusal != NULL)
    return refusal;

  if (core->profile->keeps_version && omc_resource_equal_content (next, old))
    return answer_stored (core, 200, type, id, &row, request->prefer);
  return store_resource (core, request, 200, type, id, next);
}

OmcSandboxAnswer *
omc_sandbox_delete (OmcSandboxCore *core,
                    const OmcSandboxRequest *request,
                    const char *type,
                    const char *id)
{
  const OmcSandboxProfile *profile = core->profile;
  g_auto (OmcSandboxRow) row = { 0 };
  g_auto (OmcSandboxRow) gone = { 0 };
  OmcSandboxAnswer *refusal;
  gboolean referred = FALSE;
  GError *error = NULL;

  if (!omc_sandbox_store_find (core->store, type, id, &row, &error))
    return answer_database (core, error);
  if (row.key == 0 && profile->strict_delete)
    return answer_absent (type, id, &row);
  if (row.key != 0 && !row.deleted)
    {
      refusal =
          profile->match_on_delete ? omc_sandbox_check_match (core, request->if_match, &row) : NULL;
      if (refusal != NULL)
        return refusal;
      if (profile->checks_references &&
          !omc_sandbox_index_is_referred (core->store, type, id, row.key, &referred, &error))
        return answer_database (core, error);
      if (referred)
        return omc_sandbox_answer_outcome (409, "conflict", "%s/%s is still referred to", type, id);
      if (!omc_sandbox_store_write (core->store, type, id, NULL, OMC_SANDBOX_DELETE, request->stamp,
                                    &gone, &error))
        return answer_database (core, error);
    }

  if (profile->delete_status == 204)
    return omc_sandbox_answer_new (204, NULL, 0);
  return omc_sandbox_answer_outcome (profile->delete_status, "informational", "deleted");
}
