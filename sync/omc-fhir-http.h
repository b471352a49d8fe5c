/* omc-fhir-http.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-authorities.h"

G_BEGIN_DECLS

/**
 * OmcHttpReply:
 *
 * The bytes and the few headers that sync looks at.
 */
typedef struct
{
  guint status;
  GBytes *body;       /* (owned): decoded; empty when there is none */
  char *content_type; /* (nullable) */
  char *etag;         /* (nullable) */
  char *location;     /* (nullable) */
  gint64 server_us;   /* of the Date header, 0: none */
  gint64 hold_us;     /* Retry-After or RateLimit, -1: none */
} OmcHttpReply;

void omc_http_reply_free (OmcHttpReply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcHttpReply, omc_http_reply_free)

typedef struct
{
  const char *method;
  const char *url;
  const char *accept;
  const char *content_type;  /* with body */
  const char *authorization; /* (nullable) */
  const char *if_match;      /* (nullable) */
  const char *if_none_exist; /* (nullable) */
  const char *prefer;        /* (nullable) */
  GBytes *body;              /* (nullable) */
} OmcHttpCall;

/**
 * OmcFhirHttp:
 *
 * HTTP as sync needs it: TLS always verified, gzip, time and size limits, no redirects, no cookies, no cache, no
 * upgrade to another protocol. Blocking; may be called from any worker thread.
 */
typedef struct _OmcFhirHttp OmcFhirHttp;

/* authorities: (nullable): then the server's certificate must lead to one of them and to nothing else. */
OmcFhirHttp *omc_fhir_http_new (OmcAuthorities *authorities,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
OmcFhirHttp *omc_fhir_http_ref (OmcFhirHttp *self);
void omc_fhir_http_unref (OmcFhirHttp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcFhirHttp, omc_fhir_http_unref)
/* Seconds without a byte, seconds for a whole answer, bytes of an answer once decoded. 0 keeps what is set. */
void omc_fhir_http_set_limits (OmcFhirHttp *self,
                               guint idle_seconds,
                               guint total_seconds,
                               gsize max_bytes);
/* Errors are those of OMC_SYNC_ERROR (OFFLINE, TLS, SERVER) and G_IO_ERROR_CANCELLED. */
OmcHttpReply *omc_fhir_http_send (OmcFhirHttp *self,
                                  const OmcHttpCall *call,
                                  GCancellable *cancellable,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Is this address only on this machine? Then no network is needed and http is good enough. */
gboolean omc_fhir_http_url_is_loopback (const char *url);
/* https, or http that does not leave this machine. */
gboolean omc_fhir_http_url_is_encrypted (const char *url);
/* That, and an address without user information and fragment: may a secret be sent to it? */
gboolean omc_fhir_http_url_takes_secret (const char *url);

G_END_DECLS
