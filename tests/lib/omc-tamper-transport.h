/* omc-tamper-transport.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-fhir-transport.h"

G_BEGIN_DECLS

#define OMC_TYPE_TAMPER_TRANSPORT (omc_tamper_transport_get_type ())

/**
 * OmcTamperTransport:
 *
 * A server that answers a write of its own choice in its own way, also inside of a bundle; all else reaches the real one.
 */
G_DECLARE_FINAL_TYPE (OmcTamperTransport,
                      omc_tamper_transport,
                      OMC,
                      TAMPER_TRANSPORT,
                      OmcFhirTransport)

/* What a test may set at any time between two runs. */
struct _OmcTamperTransport
{
  OmcFhirTransport parent_instance;
  OmcFhirTransport *real; /* (owned) */
  const char *match;      /* (nullable): in the text of what is written */
  guint status;           /* of its answer */
  guint
      read_status; /* 0: reads of "Type/id" and searches with a key reach the server; else theirs */
  guint bundle_status; /* of a whole bundle that holds one; 0: the entry alone is answered so */
  gint64 hold_us;      /* Retry-After of those answers; -1: none */
  guint nth;           /* only the nth write that matches; 0: all */
  const char *hidden;  /* (nullable): a type that /metadata does not name */
  const char *asked;   /* (nullable): in the address of what is read */
  guint asked_status;  /* of its answer; 0: the server's own */
  guint asked_nth;     /* from the nth on that is read; 0: all */

  guint n_seen;     /* writes that matched */
  guint n_requests; /* that held one */
  guint n_asked;    /* readings of such an address */
};

OmcTamperTransport *
omc_tamper_transport_new (OmcFhirTransport *real) G_GNUC_WARN_UNUSED_RESULT; /* takes real */

G_END_DECLS
