/* omc-tamper-transport.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-test"

#include "config.h"

#include <string.h>

#include "omc-json.h"
#include "omc-tamper-transport.h"

G_DEFINE_FINAL_TYPE (OmcTamperTransport, omc_tamper_transport, OMC_TYPE_FHIR_TRANSPORT)

static gboolean
is_chosen (OmcTamperTransport *self, const char *text)
{
  if (self->match == NULL || strstr (text, self->match) == NULL)
    return FALSE;
  self->n_seen++;
  return self->nth == 0 || self->n_seen == self->nth;
}

static OmcFhirResponse *
answer (OmcTamperTransport *self, guint status)
{
  OmcFhirResponse *response = omc_fhir_response_new (status, NULL);

  response->hold_us = self->hold_us;
  return response;
}

/* --- bundles --- */

static OmcFhirRequest *
make_bundle (const OmcJsonValue *root, const gboolean *chosen)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  OmcJsonNode *bundle = omc_json_builder_object (builder);
  OmcFhirRequest *request = omc_fhir_request_new ("POST", "", NULL);
  g_autoptr (OmcJson) json = NULL;
  const OmcJsonValue *entry;
  OmcJsonNode *entries;
  OmcJsonIter iter;
  gsize length;
  char *text;

  omc_json_node_set_string (builder, bundle, "resourceType", "Bundle");
  omc_json_node_set_string (builder, bundle, "type", omc_json_value_pick_string (root, "type"));
  entries = omc_json_node_add_array (builder, bundle, "entry");
  omc_json_iter_init (&iter, omc_json_value_get (root, "entry"));
  for (guint i = 0; omc_json_iter_next (&iter, NULL, &entry); i++)
    {
      if (!chosen[i])
        omc_json_node_append (builder, entries, omc_json_builder_copy (builder, entry));
    }
  json = omc_json_builder_end (builder, bundle);
  text = omc_json_to_string (json, FALSE, &length);
  request->body = g_bytes_new_take (text, length);
  return request;
}

static OmcFhirResponse *
mix_answers (OmcTamperTransport *self,
             const OmcFhirResponse *real,
             const char *type,
             const gboolean *chosen,
             gsize n)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  OmcJsonNode *bundle = omc_json_builder_object (builder);
  g_autofree char *status = g_strdup_printf ("%u", self->status);
  g_autofree char *response_type = g_strconcat (type, "-response", NULL);
  g_autoptr (OmcJson) json = NULL;
  OmcFhirResponse *response;
  OmcJsonNode *entries;
  OmcJsonIter iter;

  omc_json_node_set_string (builder, bundle, "resourceType", "Bundle");
  omc_json_node_set_string (builder, bundle, "type", response_type);
  entries = omc_json_node_add_array (builder, bundle, "entry");
  if (real != NULL)
    omc_json_iter_init (&iter, omc_json_value_get (omc_json_get_root (real->json), "entry"));
  for (gsize i = 0; i < n; i++)
    {
      const OmcJsonValue *entry;

      if (chosen[i])
        omc_json_node_set_string (
            builder,
            omc_json_node_add_object (builder, omc_json_node_append_object (builder, entries),
                                      "response"),
            "status", status);
      else if (real != NULL && omc_json_iter_next (&iter, NULL, &entry))
        omc_json_node_append (builder, entries, omc_json_builder_copy (builder, entry));
    }
  json = omc_json_builder_end (builder, bundle);
  response = omc_fhir_response_new (200, json);
  response->hold_us = self->hold_us;
  return response;
}

static OmcFhirResponse *
send_bundle (OmcTamperTransport *self,
             const OmcFhirRequest *request,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (OmcJson) json = omc_json_parse_bytes (request->body, NULL);
  const OmcJsonValue *root = omc_json_get_root (json);
  gsize n = omc_json_value_get_size (omc_json_value_get (root, "entry"));
  g_autofree gboolean *chosen = g_new0 (gboolean, n);
  g_autoptr (OmcFhirRequest) rest = NULL;
  g_autoptr (OmcFhirResponse) real = NULL;
  guint n_chosen = 0;

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
      g_autoptr (OmcJson) entry = omc_json_builder_end (
          builder, omc_json_builder_copy (
                       builder, omc_json_value_at (omc_json_value_get (root, "entry"), i)));
      g_autofree char *text = omc_json_to_string (entry, FALSE, NULL);

      chosen[i] = is_chosen (self, text);
      n_chosen += chosen[i];
    }
  if (n_chosen == 0)
    return omc_fhir_transport_send (self->real, request, cancellable, error);
  self->n_requests++;
  if (self->bundle_status != 0)
    return answer (self, self->bundle_status);
  if (n_chosen < n)
    {
      rest = make_bundle (root, chosen);
      real = omc_fhir_transport_send (self->real, rest, cancellable, error);
      if (real == NULL)
        return NULL;
      g_assert_cmpuint (real->status, ==, 200);
    }
  return mix_answers (self, real, omc_json_value_pick_string (root, "type"), chosen, n);
}

/* --- what is read --- */

static OmcFhirResponse *
hide_type (OmcTamperTransport *self, OmcFhirResponse *real)
{
  g_autoptr (OmcFhirResponse) whole = real;
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  g_autoptr (OmcJson) json = NULL;
  OmcJsonNode *root;
  OmcJsonNode *types;
  OmcFhirResponse *response;

  root = omc_json_builder_copy (builder, omc_json_get_root (whole->json));
  types = omc_json_node_get (omc_json_node_at (omc_json_node_get (root, "rest"), 0), "resource");
  for (gsize i = omc_json_node_get_size (types); i > 0; i--)
    {
      OmcJsonNode *type = omc_json_node_get (omc_json_node_at (types, i - 1), "type");

      if (g_strcmp0 (omc_json_node_get_string (type), self->hidden) == 0)
        omc_json_node_remove_at (types, i - 1);
    }
  json = omc_json_builder_end (builder, root);
  response = omc_fhir_response_new (whole->status, json);
  response->server_us = whole->server_us;
  return response;
}

static gboolean
is_reread (const OmcFhirRequest *request)
{
  return g_str_equal (request->method, "GET") &&
         (strstr (request->url, "identifier=") != NULL || strchr (request->url, '?') == NULL) &&
         !g_str_has_prefix (request->url, "metadata") && !g_str_has_prefix (request->url, "Device");
}

static gboolean
is_refused (OmcTamperTransport *self, const OmcFhirRequest *request)
{
  if (self->asked == NULL || !g_str_equal (request->method, "GET") ||
      strstr (request->url, self->asked) == NULL)
    return FALSE;
  self->n_asked++;
  return self->asked_status != 0 && self->n_asked >= self->asked_nth;
}

static OmcFhirResponse *
omc_tamper_transport_send (OmcFhirTransport *transport,
                           const OmcFhirRequest *request,
                           GCancellable *cancellable,
                           GError **error)
{
  OmcTamperTransport *self = OMC_TAMPER_TRANSPORT (transport);

  if (request->body != NULL)
    return send_bundle (self, request, cancellable, error);
  if (request->resource != NULL)
    {
      g_autofree char *text = omc_resource_to_string (request->resource, NULL);

      if (is_chosen (self, text))
        {
          self->n_requests++;
          return answer (self, self->status);
        }
    }
  if (is_refused (self, request))
    return answer (self, self->asked_status);
  if (self->read_status != 0 && is_reread (request))
    return answer (self, self->read_status);
  if (self->hidden != NULL && g_str_equal (request->url, "metadata"))
    {
      OmcFhirResponse *real = omc_fhir_transport_send (self->real, request, cancellable, error);

      return real != NULL ? hide_type (self, real) : NULL;
    }
  return omc_fhir_transport_send (self->real, request, cancellable, error);
}

static gboolean
omc_tamper_transport_login (OmcFhirTransport *transport, GCancellable *cancellable, GError **error)
{
  return omc_fhir_transport_login (OMC_TAMPER_TRANSPORT (transport)->real, cancellable, error);
}

static void
omc_tamper_transport_finalize (GObject *object)
{
  g_clear_object (&OMC_TAMPER_TRANSPORT (object)->real);
  G_OBJECT_CLASS (omc_tamper_transport_parent_class)->finalize (object);
}

static void
omc_tamper_transport_class_init (OmcTamperTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = omc_tamper_transport_finalize;
  OMC_FHIR_TRANSPORT_CLASS (klass)->send = omc_tamper_transport_send;
  OMC_FHIR_TRANSPORT_CLASS (klass)->login = omc_tamper_transport_login;
}

static void
omc_tamper_transport_init (OmcTamperTransport *self)
{
  self->hold_us = -1;
}

OmcTamperTransport *
omc_tamper_transport_new (OmcFhirTransport *real)
{
  OmcTamperTransport *self = g_object_new (OMC_TYPE_TAMPER_TRANSPORT, NULL);

  self->real = real;
  return self;
}
