/* omc-audit-fhir.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store-types.h"

G_BEGIN_DECLS

/* How entries of this program's trails are found on a server: tags of AuditEvents, with these codes. */
#define OMC_AUDIT_TAG_STORE "https://omnicare.org/fhir/sid/audit-store" /* the store's id */
#define OMC_AUDIT_TAG_HEAD                                                                         \
  "https://omnicare.org/fhir/sid/audit-head" /* the same, of some entries only */
#define OMC_AUDIT_TAG_ENTRY "https://omnicare.org/fhir/sid/audit-entry" /* the entry's own key */

typedef struct
{
  const char *store_id;
  const guint8 *hash;  /* of the entry in the chain, OMC_AUDIT_HASH_LENGTH */
  const char *patient; /* (nullable): "Patient/id" as the server knows it */
  const char *record;  /* (nullable): the record of the entity as the server knows it */
  gboolean is_head;    /* to be found when the server is asked how far the trail went */
} OmcAuditFhirPlace;

/* A UUID that is this entry's at every attempt, and no other's: not that of another entry with its number either, so that a
 * trail that was rebuilt overwrites nothing of the first one. */
char *omc_audit_fhir_key (const char *store_id, guint64 sequence, const guint8 *hash);
/* The entry as a FHIR R4 AuditEvent with that key as its id. No values of records, as there are none in the entry. Pure. */
OmcResource *omc_audit_fhir_new (const OmcAuditEntry *entry,
                                 const OmcAuditFhirPlace *place,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* From an AuditEvent of ours: its place in the chain of that store. FALSE: it is none. */
gboolean omc_audit_fhir_read_place (OmcResource *event,
                                    const char *store_id,
                                    guint64 *sequence,
                                    guint8 hash[OMC_AUDIT_HASH_LENGTH]);

G_END_DECLS
