/* omc-fhir-transport.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-fhir-transport.h"
#include "omc-sync-error.h"

G_DEFINE_ABSTRACT_TYPE (OmcFhirTransport, omc_fhir_transport, G_TYPE_OBJECT)

static gboolean
omc_fhir_transport_real_login (OmcFhirTransport *self, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
omc_fhir_transport_class_init (OmcFhirTransportClass *klass)
{
  klass->login = omc_fhir_transport_real_login;
}

static void
omc_fhir_transport_init (OmcFhirTransport *self)
{
}

OmcFhirResponse *
omc_fhir_transport_send (OmcFhirTransport *self,
                         const OmcFhirRequest *request,
                         GCancellable *cancellable,
                         GError **error)
{
  g_return_val_if_fail (OMC_IS_FHIR_TRANSPORT (self), NULL);
  g_return_val_if_fail (request != NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return OMC_FHIR_TRANSPORT_GET_CLASS (self)->send (self, request, cancellable, error);
}

gboolean
omc_fhir_transport_login (OmcFhirTransport *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (OMC_IS_FHIR_TRANSPORT (self), FALSE);

  return OMC_FHIR_TRANSPORT_GET_CLASS (self)->login (self, cancellable, error);
}

void
omc_fhir_response_set_error (const OmcFhirResponse *self, GError **error)
{
  g_return_if_fail (self != NULL);

  if (self->status == 401)
    g_set_error_literal (
        error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_AUTH,
        _ ("The server does not accept this device's login: ask IT to check its credentials."));
  else if (self->status == 403)
    g_set_error_literal (
        error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_REFUSED,
        _ ("The server does not allow this device to read: ask IT to check its rights."));
  else if (self->status == 404 || self->status == 410)
    g_set_error_literal (
        error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_EXPIRED,
        _ ("The server does not have the page any more; it is asked again from the start."));
  else if (self->status == 429 || self->status == 503)
    g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_THROTTLED,
                         _ ("The server is busy and asks to wait; sending goes on by itself."));
  else if (self->status >= 500)
    g_set_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_SERVER,
                 _ ("The server has a problem (status %u); it is tried again by itself."),
                 self->status);
  else
    g_set_error (
        error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_REFUSED,
        _ ("The server refused a request (status %u): ask IT to check the server's settings."),
        self->status);
}

OmcFhirResponse *
omc_fhir_transport_get (OmcFhirTransport *self,
                        const char *url,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (OmcFhirRequest) request = omc_fhir_request_new ("GET", url, NULL);
  g_autoptr (OmcFhirResponse) response = NULL;

  response = omc_fhir_transport_send (self, request, cancellable, error);
  if (response == NULL)
    return NULL;
  if (response->status >= 300)
    {
      omc_fhir_response_set_error (response, error);
      return NULL;
    }
  if (response->json == NULL)
    {
      g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_SERVER,
                           _ ("The server sent an empty answer; it is tried again by itself."));
      return NULL;
    }
  return g_steal_pointer (&response);
}

OmcFhirRequest *
omc_fhir_request_new (const char *method, const char *url, OmcResource *resource)
{
  OmcFhirRequest *self;

  g_return_val_if_fail (method != NULL && url != NULL, NULL);

  self = g_new0 (OmcFhirRequest, 1);
  self->method = g_strdup (method);
  self->url = g_strdup (url);
  self->resource = resource != NULL ? omc_resource_ref (resource) : NULL;
  return self;
}

void
omc_fhir_request_free (OmcFhirRequest *self)
{
  if (self == NULL)
    return;

  g_free (self->method);
  g_free (self->url);
  g_free (self->if_match);
  g_free (self->if_none_exist);
  g_free (self->full_url);
  g_clear_pointer (&self->resource, omc_resource_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

OmcFhirResponse *
omc_fhir_response_new (guint status, OmcJson *json)
{
  OmcFhirResponse *self = g_new0 (OmcFhirResponse, 1);

  self->status = status;
  self->json = json != NULL ? omc_json_ref (json) : NULL;
  self->hold_us = -1;
  return self;
}

void
omc_fhir_response_free (OmcFhirResponse *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->json, omc_json_unref);
  g_free (self->etag);
  g_free (self->location);
  g_free (self);
}
