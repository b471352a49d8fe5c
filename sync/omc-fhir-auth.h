/* omc-fhir-auth.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-fhir-http.h"
#include "omc-sync-config.h"

G_BEGIN_DECLS

/**
 * OmcFhirAuth:
 *
 * Access tokens by OAuth 2 client credentials: kept until they end, asked for at most once at a time, and after a
 * refusal not again for a while, for a whole hospital may share one login limit (fhir-servers.md 6).
 */
typedef struct _OmcFhirAuth OmcFhirAuth;

OmcFhirAuth *omc_fhir_auth_new (OmcFhirHttp *http,
                                const OmcSyncConfig *config) G_GNUC_WARN_UNUSED_RESULT;
void omc_fhir_auth_free (OmcFhirAuth *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcFhirAuth, omc_fhir_auth_free)

gboolean omc_fhir_auth_is_needed (OmcFhirAuth *self);
/* "Bearer ..."; refused: (nullable): the value that the server did not take: only another one is given.
 * Blocks for the network when there is no live token. Free with omc_fhir_auth_free_header. */
char *omc_fhir_auth_dup_header (OmcFhirAuth *self,
                                const char *refused,
                                GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void omc_fhir_auth_free_header (char *header); /* wipes */
/* A person asks: the pause after a refusal is over. */
void omc_fhir_auth_forget_refusal (OmcFhirAuth *self);

G_END_DECLS
