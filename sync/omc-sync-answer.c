/* omc-sync-answer.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-sync-answer.h"
#include "omc-sync-error.h"

/* [base/]Type/id[/_history/version] */
static void
read_location (OmcFhirAnswer *self, const char *location)
{
  g_auto (GStrv) parts = NULL;
  const char *id = NULL;
  guint n;

  if (location == NULL)
    return;
  parts = g_strsplit (location, "/", -1);
  n = g_strv_length (parts);
  if (n >= 4 && g_str_equal (parts[n - 2], "_history"))
    {
      g_set_str (&self->version_id, parts[n - 1]);
      id = parts[n - 3];
    }
  else if (n >= 2 && omc_fhir_is_resource_type (parts[n - 2]))
    id = parts[n - 1];
  if (id != NULL && omc_fhir_is_id (id))
    g_set_str (&self->id, id);
}

static char *
dup_bare_etag (const char *etag)
{
  gsize length;

  if (etag == NULL)
    return NULL;
  if (g_str_has_prefix (etag, "W/"))
    etag += 2;
  length = strlen (etag);
  if (length >= 2 && etag[0] == '"' && etag[length - 1] == '"')
    return g_strndup (etag + 1, length - 2);
  return g_strdup (etag);
}

/* The body wins over the headers: Medplum's bundle entries have no etag (fhir-servers.md 5). */
static void
take_resource (OmcFhirAnswer *self, OmcResource *resource)
{
  if (resource == NULL)
    return;
  self->resource = resource;
  if (omc_resource_get_id (resource) != NULL)
    g_set_str (&self->id, omc_resource_get_id (resource));
  if (omc_resource_get_version_id (resource) != NULL)
    g_set_str (&self->version_id, omc_resource_get_version_id (resource));
  if (omc_resource_get_last_updated (resource) != NULL)
    g_set_str (&self->last_updated, omc_resource_get_last_updated (resource));
}

static gboolean
is_outcome (const OmcJsonValue *value)
{
  return g_strcmp0 (omc_json_value_pick_string (value, "resourceType"), "OperationOutcome") == 0;
}

OmcFhirAnswer *
omc_fhir_answer_new_from_response (const OmcFhirResponse *response)
{
  OmcFhirAnswer *self = g_new0 (OmcFhirAnswer, 1);
  const OmcJsonValue *root = response->json != NULL ? omc_json_get_root (response->json) : NULL;

  self->status = response->status;
  self->hold_us = response->hold_us;
  read_location (self, response->location);
  if (response->etag != NULL)
    {
      g_free (self->version_id);
      self->version_id = dup_bare_etag (response->etag);
    }

  if (root != NULL && is_outcome (root))
    {
      self->json = omc_json_ref (response->json);
      self->outcome = root;
    }
  else if (root != NULL)
    take_resource (self, omc_resource_new (response->json, NULL));
  return self;
}

static OmcFhirAnswer *
new_from_entry (OmcJson *bundle, const OmcJsonValue *entry, gint64 hold_us)
{
  OmcFhirAnswer *self = g_new0 (OmcFhirAnswer, 1);
  const OmcJsonValue *response = omc_json_value_get (entry, "response");
  const OmcJsonValue *body = omc_json_value_get (entry, "resource");
  const char *status = omc_json_value_pick_string (response, "status");

  /* "201" or "201 Created" */
  self->status = status != NULL ? (guint)strtoul (status, NULL, 10) : 0;
  self->hold_us = hold_us;
  self->json = omc_json_ref (bundle);
  self->outcome = omc_json_value_get (response, "outcome");
  self->last_updated = g_strdup (omc_json_value_pick_string (response, "lastModified"));
  read_location (self, omc_json_value_pick_string (response, "location"));
  if (self->version_id == NULL)
    self->version_id = dup_bare_etag (omc_json_value_pick_string (response, "etag"));

  if (body != NULL && is_outcome (body))
    self->outcome = body;
  else if (body != NULL)
    {
      g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
      g_autoptr (OmcJson) copy =
          omc_json_builder_end (builder, omc_json_builder_copy (builder, body));

      take_resource (self, omc_resource_new (copy, NULL));
    }
  return self;
}

GPtrArray *
omc_fhir_answer_list_from_bundle (const OmcFhirResponse *response, guint n_requests, GError **error)
{
  g_autoptr (GPtrArray) answers = NULL;
  const OmcJsonValue *root;
  const OmcJsonValue *entry;
  const char *type;
  OmcJsonIter iter;

  g_return_val_if_fail (response != NULL, NULL);

  root = response->json != NULL ? omc_json_get_root (response->json) : NULL;
  type = omc_json_value_pick_string (root, "type");
  if ((g_strcmp0 (type, "batch-response") != 0 && g_strcmp0 (type, "transaction-response") != 0) ||
      omc_json_value_get_size (omc_json_value_get (root, "entry")) != n_requests)
    {
      g_set_error_literal (
          error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_SERVER,
          _ ("The server's answer does not match what was sent; it is sent again by itself."));
      return NULL;
    }

  answers = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_fhir_answer_free);
  omc_json_iter_init (&iter, omc_json_value_get (root, "entry"));
  while (omc_json_iter_next (&iter, NULL, &entry))
    g_ptr_array_add (answers, new_from_entry (response->json, entry, response->hold_us));
  return g_steal_pointer (&answers);
}

void
omc_fhir_answer_free (OmcFhirAnswer *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->resource, omc_resource_unref);
  g_clear_pointer (&self->json, omc_json_unref);
  g_free (self->id);
  g_free (self->version_id);
  g_free (self->last_updated);
  g_free (self);
}

static void
add_entry (OmcJsonBuilder *builder, OmcJsonNode *entries, const OmcFhirRequest *request)
{
  OmcJsonNode *entry = omc_json_node_append_object (builder, entries);
  OmcJsonNode *node;

  omc_json_node_set_string (builder, entry, "fullUrl", request->full_url);
  if (request->resource != NULL)
    omc_json_node_set (builder, entry, "resource",
                       omc_json_builder_copy (builder, omc_resource_get_root (request->resource)));
  node = omc_json_node_add_object (builder, entry, "request");
  omc_json_node_set_string (builder, node, "method", request->method);
  omc_json_node_set_string (builder, node, "url", request->url);
  omc_json_node_set_string (builder, node, "ifMatch", request->if_match);
  omc_json_node_set_string (builder, node, "ifNoneExist", request->if_none_exist);
}

OmcFhirRequest *
omc_fhir_request_new_bundle (const char *bundle_type, GPtrArray *requests)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  g_autoptr (OmcJson) json = NULL;
  OmcFhirRequest *bundle = omc_fhir_request_new ("POST", "", NULL);
  OmcJsonNode *root = omc_json_builder_object (builder);
  OmcJsonNode *entries;
  gsize length;
  char *text;

  omc_json_node_set_string (builder, root, "resourceType", "Bundle");
  omc_json_node_set_string (builder, root, "type", bundle_type);
  entries = omc_json_node_add_array (builder, root, "entry");
  for (guint i = 0; i < requests->len; i++)
    add_entry (builder, entries, g_ptr_array_index (requests, i));
  json = omc_json_builder_end (builder, root);
  text = omc_json_to_string (json, FALSE, &length);
  bundle->body = g_bytes_new_take (text, length);
  return bundle;
}
