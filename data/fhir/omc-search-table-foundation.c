/* omc-search-table-foundation.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include "omc-search-private.h"

/* The section "Foundation" of the resources of FHIR R4: documents, consent, and who did what. */
// clang-format off
static const OmcSearchParam params[] = {
  { "AuditEvent", "action", OMC_SEARCH_TOKEN, "action", NULL },
  { "AuditEvent", "address", OMC_SEARCH_STRING, "agent.network.address", NULL },
  { "AuditEvent", "agent", OMC_SEARCH_REFERENCE, "agent.who", NULL },
  { "AuditEvent", "agent-name", OMC_SEARCH_STRING, "agent.name", NULL },
  { "AuditEvent", "agent-role", OMC_SEARCH_TOKEN, "agent.role", NULL },
  { "AuditEvent", "altid", OMC_SEARCH_TOKEN, "agent.altId", NULL },
  { "AuditEvent", "date", OMC_SEARCH_DATE, "recorded", NULL },
  { "AuditEvent", "entity", OMC_SEARCH_REFERENCE, "entity.what", NULL },
  { "AuditEvent", "entity-name", OMC_SEARCH_STRING, "entity.name", NULL },
  { "AuditEvent", "entity-role", OMC_SEARCH_TOKEN, "entity.role", NULL },
  { "AuditEvent", "entity-type", OMC_SEARCH_TOKEN, "entity.type", NULL },
  { "AuditEvent", "outcome", OMC_SEARCH_TOKEN, "outcome", NULL },
  { "AuditEvent", "patient", OMC_SEARCH_REFERENCE, "agent.who|entity.what", "Patient" },
  { "AuditEvent", "policy", OMC_SEARCH_URI, "agent.policy", NULL },
  { "AuditEvent", "site", OMC_SEARCH_TOKEN, "source.site", NULL },
  { "AuditEvent", "source", OMC_SEARCH_REFERENCE, "source.observer", NULL },
  { "AuditEvent", "subtype", OMC_SEARCH_TOKEN, "subtype", NULL },
  { "AuditEvent", "type", OMC_SEARCH_TOKEN, "type", NULL },

  { "Composition", "attester", OMC_SEARCH_REFERENCE, "attester.party", NULL },
  { "Composition", "author", OMC_SEARCH_REFERENCE, "author", NULL },
  { "Composition", "category", OMC_SEARCH_TOKEN, "category", NULL },
  { "Composition", "confidentiality", OMC_SEARCH_TOKEN, "confidentiality", NULL },
  { "Composition", "context", OMC_SEARCH_TOKEN, "event.code", NULL },
  { "Composition", "date", OMC_SEARCH_DATE, "date", NULL },
  { "Composition", "encounter", OMC_SEARCH_REFERENCE, "encounter", "Encounter" },
  { "Composition", "entry", OMC_SEARCH_REFERENCE, "section.entry", NULL },
  { "Composition", "identifier", OMC_SEARCH_TOKEN, "identifier", NULL },
  { "Composition", "patient", OMC_SEARCH_REFERENCE, "subject", "Patient" },
  { "Composition", "period", OMC_SEARCH_DATE, "event.period", NULL },
  { "Composition", "related-id", OMC_SEARCH_TOKEN, "relatesTo.target[Identifier]", NULL },
  { "Composition", "related-ref", OMC_SEARCH_REFERENCE, "relatesTo.target[Reference]", "Composition" },
  { "Composition", "section", OMC_SEARCH_TOKEN, "section.code", NULL },
  { "Composition", "status", OMC_SEARCH_TOKEN, "status", NULL },
  { "Composition", "subject", OMC_SEARCH_REFERENCE, "subject", NULL },
  { "Composition", "title", OMC_SEARCH_STRING, "title", NULL },
  { "Composition", "type", OMC_SEARCH_TOKEN, "type", NULL },

  { "Consent", "action", OMC_SEARCH_TOKEN, "provision.action", NULL },
  { "Consent", "actor", OMC_SEARCH_REFERENCE, "provision.actor.reference", NULL },
  { "Consent", "category", OMC_SEARCH_TOKEN, "category", NULL },
  { "Consent", "consentor", OMC_SEARCH_REFERENCE, "performer", NULL },
  { "Consent", "data", OMC_SEARCH_REFERENCE, "provision.data.reference", NULL },
  { "Consent", "date", OMC_SEARCH_DATE, "dateTime", NULL },
  { "Consent", "identifier", OMC_SEARCH_TOKEN, "identifier", NULL },
  { "Consent", "organization", OMC_SEARCH_REFERENCE, "organization", "Organization" },
  { "Consent", "patient", OMC_SEARCH_REFERENCE, "patient", "Patient" },
  { "Consent", "period", OMC_SEARCH_DATE, "provision.period", NULL },
  { "Consent", "purpose", OMC_SEARCH_TOKEN, "provision.purpose", NULL },
  { "Consent", "scope", OMC_SEARCH_TOKEN, "scope", NULL },
  { "Consent", "security-label", OMC_SEARCH_TOKEN, "provision.securityLabel", NULL },
  { "Consent", "source-reference", OMC_SEARCH_REFERENCE, "source[Reference]", NULL },
  { "Consent", "status", OMC_SEARCH_TOKEN, "status", NULL },

  { "DocumentReference", "authenticator", OMC_SEARCH_REFERENCE, "authenticator", NULL },
  { "DocumentReference", "author", OMC_SEARCH_REFERENCE, "author", NULL },
  { "DocumentReference", "category", OMC_SEARCH_TOKEN, "category", NULL },
  { "DocumentReference", "contenttype", OMC_SEARCH_TOKEN, "content.attachment.contentType", NULL },
  { "DocumentReference", "custodian", OMC_SEARCH_REFERENCE, "custodian", "Organization" },
  { "DocumentReference", "date", OMC_SEARCH_DATE, "date", NULL },
  { "DocumentReference", "description", OMC_SEARCH_STRING, "description", NULL },
  { "DocumentReference", "encounter", OMC_SEARCH_REFERENCE, "context.encounter", NULL },
  { "DocumentReference", "event", OMC_SEARCH_TOKEN, "context.event", NULL },
  { "DocumentReference", "facility", OMC_SEARCH_TOKEN, "context.facilityType", NULL },
  { "DocumentReference", "format", OMC_SEARCH_TOKEN, "content.format", NULL },
  { "DocumentReference", "identifier", OMC_SEARCH_TOKEN, "masterIdentifier|identifier", NULL },
  { "DocumentReference", "language", OMC_SEARCH_TOKEN, "content.attachment.language", NULL },
  { "DocumentReference", "location", OMC_SEARCH_URI, "content.attachment.url", NULL },
  { "DocumentReference", "patient", OMC_SEARCH_REFERENCE, "subject", "Patient" },
  { "DocumentReference", "period", OMC_SEARCH_DATE, "context.period", NULL },
  { "DocumentReference", "related", OMC_SEARCH_REFERENCE, "context.related", NULL },
  { "DocumentReference", "relatesto", OMC_SEARCH_REFERENCE, "relatesTo.target", "DocumentReference" },
  { "DocumentReference", "relation", OMC_SEARCH_TOKEN, "relatesTo.code", NULL },
  { "DocumentReference", "security-label", OMC_SEARCH_TOKEN, "securityLabel", NULL },
  { "DocumentReference", "setting", OMC_SEARCH_TOKEN, "context.practiceSetting", NULL },
  { "DocumentReference", "status", OMC_SEARCH_TOKEN, "status", NULL },
  { "DocumentReference", "subject", OMC_SEARCH_REFERENCE, "subject", NULL },
  { "DocumentReference", "type", OMC_SEARCH_TOKEN, "type", NULL },

  { "Provenance", "agent", OMC_SEARCH_REFERENCE, "agent.who", NULL },
  { "Provenance", "agent-role", OMC_SEARCH_TOKEN, "agent.role", NULL },
  { "Provenance", "agent-type", OMC_SEARCH_TOKEN, "agent.type", NULL },
  { "Provenance", "entity", OMC_SEARCH_REFERENCE, "entity.what", NULL },
  { "Provenance", "location", OMC_SEARCH_REFERENCE, "location", "Location" },
  { "Provenance", "patient", OMC_SEARCH_REFERENCE, "target", "Patient" },
  { "Provenance", "recorded", OMC_SEARCH_DATE, "recorded", NULL },
  { "Provenance", "signature-type", OMC_SEARCH_TOKEN, "signature.type", NULL },
  { "Provenance", "target", OMC_SEARCH_REFERENCE, "target", NULL },
  { "Provenance", "when", OMC_SEARCH_DATE, "occurred[DateTime]", NULL },
};
// clang-format on

const OmcSearchTable _omc_search_table_foundation = { params, G_N_ELEMENTS (params) };
