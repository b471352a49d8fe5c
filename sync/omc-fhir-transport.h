/* omc-fhir-transport.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource.h"

G_BEGIN_DECLS

/**
 * OmcFhirRequest:
 *
 * One request of the FHIR REST interface: sent by itself or as an entry of a bundle.
 */
typedef struct
{
  char *method; /* GET POST PUT DELETE */
  char *
      url; /* relative to the base ("Observation/7", "" for the base), or a link as the server gave it */
  char *if_match;        /* (nullable): as it goes out, W/"v" */
  char *if_none_exist;   /* (nullable) */
  char *full_url;        /* (nullable): "urn:uuid:..." of a bundle's entry */
  OmcResource *resource; /* (owned) (nullable) */
  GBytes *body;          /* (owned) (nullable): in place of resource */
} OmcFhirRequest;

/* resource: (nullable) */
OmcFhirRequest *omc_fhir_request_new (const char *method,
                                      const char *url,
                                      OmcResource *resource) G_GNUC_WARN_UNUSED_RESULT;
void omc_fhir_request_free (OmcFhirRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcFhirRequest, omc_fhir_request_free)

/**
 * OmcFhirResponse:
 *
 * What a FHIR server answered, already known to be one: JSON or nothing.
 */
typedef struct
{
  guint status;
  OmcJson *json;    /* (owned) (nullable) */
  char *etag;       /* (nullable): without W/ and quotes */
  char *location;   /* (nullable) */
  gint64 server_us; /* of the Date header, 0: none */
  gint64 hold_us;   /* how long the server asks to wait, -1: it does not say */
  gsize n_bytes;
} OmcFhirResponse;

OmcFhirResponse *omc_fhir_response_new (guint status, OmcJson *json) G_GNUC_WARN_UNUSED_RESULT;
void omc_fhir_response_free (OmcFhirResponse *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcFhirResponse, omc_fhir_response_free)

#define OMC_TYPE_FHIR_TRANSPORT (omc_fhir_transport_get_type ())

/**
 * OmcFhirTransport:
 *
 * The seam to a FHIR server. Blocking; may be called from any one worker thread at a time.
 */
G_DECLARE_DERIVABLE_TYPE (OmcFhirTransport, omc_fhir_transport, OMC, FHIR_TRANSPORT, GObject)

struct _OmcFhirTransportClass
{
  GObjectClass parent_class;

  OmcFhirResponse *(*send) (OmcFhirTransport *self,
                            const OmcFhirRequest *request,
                            GCancellable *cancellable,
                            GError **error);
  gboolean (*login) (OmcFhirTransport *self, GCancellable *cancellable, GError **error);
};

/* NULL with an error of OMC_SYNC_ERROR when no FHIR server answered; every status that one answers is a response.
 * A 401 is answered once with a new login before it is given back. */
OmcFhirResponse *omc_fhir_transport_send (OmcFhirTransport *self,
                                          const OmcFhirRequest *request,
                                          GCancellable *cancellable,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* GET with the answer's JSON; a status of 300 and more is an error (EXPIRED for 404 and 410). */
OmcFhirResponse *omc_fhir_transport_get (OmcFhirTransport *self,
                                         const char *url,
                                         GCancellable *cancellable,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Makes sure that there is a live token; does nothing where none is needed. */
gboolean
omc_fhir_transport_login (OmcFhirTransport *self, GCancellable *cancellable, GError **error);
/* The error for a status that concerns a whole request. */
void omc_fhir_response_set_error (const OmcFhirResponse *self, GError **error);

G_END_DECLS
