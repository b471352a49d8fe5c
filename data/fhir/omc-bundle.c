/* omc-bundle.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>

#include "omc-bundle.h"

OmcJsonNode *
omc_bundle_begin (OmcJsonBuilder *builder, const char *type)
{
  OmcJsonNode *bundle;

  g_return_val_if_fail (builder != NULL, NULL);
  g_return_val_if_fail (type != NULL, NULL);

  bundle = omc_json_builder_object (builder);
  omc_json_node_set_string (builder, bundle, "resourceType", "Bundle");
  omc_json_node_set_string (builder, bundle, "type", type);

  return bundle;
}

/* FHIR has no empty arrays: an array comes with its first member. */
static OmcJsonNode *
append_member (OmcJsonBuilder *builder, OmcJsonNode *bundle, const char *name)
{
  OmcJsonNode *array = omc_json_node_get (bundle, name);

  if (!array)
    array = omc_json_node_add_array (builder, bundle, name);

  return omc_json_node_append_object (builder, array);
}

void
omc_bundle_set_total (OmcJsonBuilder *builder, OmcJsonNode *bundle, guint64 total)
{
  g_return_if_fail (total <= G_MAXINT64);

  omc_json_node_set (builder, bundle, "total", omc_json_builder_integer (builder, (gint64)total));
}

void
omc_bundle_add_link (OmcJsonBuilder *builder,
                     OmcJsonNode *bundle,
                     const char *relation,
                     const char *url)
{
  OmcJsonNode *link = append_member (builder, bundle, "link");

  omc_json_node_set_string (builder, link, "relation", relation);
  omc_json_node_set_string (builder, link, "url", url);
}

static OmcJsonNode *
add_entry (OmcJsonBuilder *builder,
           OmcJsonNode *bundle,
           OmcResource *resource,
           const char *full_url)
{
  OmcJsonNode *entry = append_member (builder, bundle, "entry");

  omc_json_node_set_string (builder, entry, "fullUrl", full_url);
  if (resource)
    omc_json_node_set (builder, entry, "resource",
                       omc_json_builder_copy (builder, omc_resource_get_root (resource)));

  return entry;
}

void
omc_bundle_add_match (OmcJsonBuilder *builder,
                      OmcJsonNode *bundle,
                      OmcResource *resource,
                      const char *full_url,
                      const char *mode)
{
  OmcJsonNode *entry = add_entry (builder, bundle, resource, full_url);

  if (mode)
    omc_json_node_set_string (builder, omc_json_node_add_object (builder, entry, "search"), "mode",
                              mode);
}

void
omc_bundle_add_request (OmcJsonBuilder *builder,
                        OmcJsonNode *bundle,
                        OmcResource *resource,
                        const OmcBundleRequest *request)
{
  OmcJsonNode *node;

  g_return_if_fail (request != NULL && request->method != NULL && request->url != NULL);

  node = omc_json_node_add_object (
      builder, add_entry (builder, bundle, resource, request->full_url), "request");
  omc_json_node_set_string (builder, node, "method", request->method);
  omc_json_node_set_string (builder, node, "url", request->url);
  omc_json_node_set_string (builder, node, "ifNoneMatch", request->if_none_match);
  omc_json_node_set_string (builder, node, "ifMatch", request->if_match);
  omc_json_node_set_string (builder, node, "ifNoneExist", request->if_none_exist);
}

void
omc_bundle_add_response (OmcJsonBuilder *builder,
                         OmcJsonNode *bundle,
                         OmcResource *resource,
                         const OmcBundleResponse *response)
{
  OmcJsonNode *node;

  g_return_if_fail (response != NULL && response->status != NULL);

  node = omc_json_node_add_object (
      builder, add_entry (builder, bundle, resource, response->full_url), "response");
  omc_json_node_set_string (builder, node, "status", response->status);
  omc_json_node_set_string (builder, node, "location", response->location);
  omc_json_node_set_string (builder, node, "etag", response->etag);
  omc_json_node_set_string (builder, node, "lastModified", response->last_modified);
  if (response->outcome)
    omc_json_node_set (builder, node, "outcome",
                       omc_json_builder_copy (builder, omc_resource_get_root (response->outcome)));
}

gboolean
omc_resource_is_bundle (OmcResource *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return strcmp (omc_resource_get_resource_type (self), "Bundle") == 0;
}

const char *
omc_bundle_get_bundle_type (OmcResource *bundle)
{
  g_return_val_if_fail (bundle != NULL, NULL);

  return omc_json_value_pick_string (omc_resource_get_root (bundle), "type");
}

static const OmcJsonValue *
get_entries (OmcResource *bundle)
{
  const OmcJsonValue *entries = omc_json_value_get (omc_resource_get_root (bundle), "entry");

  return omc_json_value_get_kind (entries) == OMC_JSON_ARRAY ? entries : NULL;
}

gsize
omc_bundle_get_n_entries (OmcResource *bundle)
{
  g_return_val_if_fail (bundle != NULL, 0);

  return omc_json_value_get_size (get_entries (bundle));
}

const char *
omc_bundle_get_link (OmcResource *bundle, const char *relation)
{
  const OmcJsonValue *link;
  OmcJsonIter iter;

  g_return_val_if_fail (bundle != NULL, NULL);
  g_return_val_if_fail (relation != NULL, NULL);

  omc_json_iter_init (&iter, omc_json_value_get (omc_resource_get_root (bundle), "link"));
  while (omc_json_iter_next (&iter, NULL, &link))
    if (g_strcmp0 (omc_json_value_pick_string (link, "relation"), relation) == 0)
      return omc_json_value_pick_string (link, "url");

  return NULL;
}

void
omc_bundle_iter_init (OmcBundleIter *iter, OmcResource *bundle)
{
  g_return_if_fail (iter != NULL);
  g_return_if_fail (bundle != NULL);

  omc_json_iter_init (&iter->iter, get_entries (bundle));
}

gboolean
omc_bundle_iter_next (OmcBundleIter *iter, OmcBundleEntry *entry)
{
  const OmcJsonValue *value;
  const OmcJsonValue *request;
  const OmcJsonValue *response;

  g_return_val_if_fail (iter != NULL && entry != NULL, FALSE);

  if (!omc_json_iter_next (&iter->iter, NULL, &value))
    return FALSE;
  request = omc_json_value_get (value, "request");
  response = omc_json_value_get (value, "response");
  *entry = (OmcBundleEntry){
    .resource = omc_json_value_get (value, "resource"),
    .full_url = omc_json_value_pick_string (value, "fullUrl"),
    .search_mode = omc_json_value_pick_string (value, "search.mode"),
    .request = { .full_url = omc_json_value_pick_string (value, "fullUrl"),
                 .method = omc_json_value_pick_string (request, "method"),
                 .url = omc_json_value_pick_string (request, "url"),
                 .if_match = omc_json_value_pick_string (request, "ifMatch"),
                 .if_none_exist = omc_json_value_pick_string (request, "ifNoneExist"),
                 .if_none_match = omc_json_value_pick_string (request, "ifNoneMatch") },
    .status = omc_json_value_pick_string (response, "status"),
    .location = omc_json_value_pick_string (response, "location"),
    .etag = omc_json_value_pick_string (response, "etag"),
    .last_modified = omc_json_value_pick_string (response, "lastModified"),
    .outcome = omc_json_value_get (response, "outcome"),
  };

  return TRUE;
}

GHashTable *
omc_bundle_map_urns (OmcResource *bundle)
{
  GHashTable *map = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) twice = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter doubtful;
  gpointer urn;
  OmcBundleIter iter;
  OmcBundleEntry entry;

  g_return_val_if_fail (bundle != NULL, map);

  for (omc_bundle_iter_init (&iter, bundle); omc_bundle_iter_next (&iter, &entry);)
    {
      const char *type = omc_json_value_pick_string (entry.resource, "resourceType");
      const char *id = omc_json_value_pick_string (entry.resource, "id");

      if (!type || !entry.full_url || !g_str_has_prefix (entry.full_url, "urn:uuid:") ||
          !omc_fhir_is_id (entry.full_url + strlen ("urn:uuid:")))
        continue;
      if (g_hash_table_contains (map, entry.full_url))
        g_hash_table_add (twice, (gpointer)entry.full_url);
      else
        g_hash_table_insert (
            map, g_strdup (entry.full_url),
            g_strconcat (type, "/", id ? id : entry.full_url + strlen ("urn:uuid:"), NULL));
    }
  g_hash_table_iter_init (&doubtful, twice);
  while (g_hash_table_iter_next (&doubtful, &urn, NULL))
    g_hash_table_remove (map, urn);

  return map;
}
