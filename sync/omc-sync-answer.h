/* omc-sync-answer.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-fhir-transport.h"

G_BEGIN_DECLS

/**
 * OmcFhirAnswer:
 *
 * What a server says to one write, whether it came by itself or as an entry of a bundle.
 */
typedef struct
{
  guint status; /* 0: no answer */
  OmcResource
      *resource; /* (owned) (nullable): the body, when it is a resource and no OperationOutcome */
  OmcJson *json; /* (owned) (nullable): keeps outcome */
  const OmcJsonValue *outcome; /* (nullable) */
  char *id;                    /* (nullable) */
  char *version_id;            /* (nullable) */
  char *last_updated;          /* (nullable) */
  gint64 hold_us;              /* -1: none */
} OmcFhirAnswer;

OmcFhirAnswer *
omc_fhir_answer_new_from_response (const OmcFhirResponse *response) G_GNUC_WARN_UNUSED_RESULT;
/* (element-type OmcFhirAnswer): one for each of n_requests, in their order; fails when the answer is no
 * batch-response or transaction-response with as many entries: then nothing is known of any of them. */
GPtrArray *omc_fhir_answer_list_from_bundle (const OmcFhirResponse *response,
                                             guint n_requests,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void omc_fhir_answer_free (OmcFhirAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcFhirAnswer, omc_fhir_answer_free)

/* A Bundle "batch" or "transaction" of the requests. (element-type OmcFhirRequest) */
OmcFhirRequest *omc_fhir_request_new_bundle (const char *bundle_type,
                                             GPtrArray *requests) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
