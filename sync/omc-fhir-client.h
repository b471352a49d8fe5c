/* omc-fhir-client.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-fhir-http.h"
#include "omc-fhir-transport.h"
#include "omc-sync-config.h"

G_BEGIN_DECLS

#define OMC_TYPE_FHIR_CLIENT (omc_fhir_client_get_type ())

/**
 * OmcFhirClient:
 *
 * The real [class@FhirTransport]: libsoup, a base address and a token.
 *
 * Tells a FHIR server from what only answers in its place (captive portals, proxies), and sends the token to no
 * other host than the configured one.
 */
G_DECLARE_FINAL_TYPE (OmcFhirClient, omc_fhir_client, OMC, FHIR_CLIENT, OmcFhirTransport)

/* Fails with OMC_SYNC_ERROR_CONFIG for an address that is neither https nor on this machine. */
OmcFhirClient *omc_fhir_client_new (const OmcSyncConfig *config,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer none): for limits. */
OmcFhirHttp *omc_fhir_client_get_http (OmcFhirClient *self);
/* The next login may be tried at once, for a person asked for it. */
void omc_fhir_client_forget_refusal (OmcFhirClient *self);
const char *omc_fhir_client_get_base (OmcFhirClient *self);

G_END_DECLS
