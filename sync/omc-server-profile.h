/* omc-server-profile.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-json.h"

G_BEGIN_DECLS

/* How deletions are learnt (fhir-servers.md 8). */
typedef enum
{
  OMC_DELETIONS_BY_PARAMETER, /* Type?_deleted=true&_lastUpdated=ge... */
  OMC_DELETIONS_BY_HISTORY,   /* Type/_history?_since=... */
  OMC_DELETIONS_BY_ID_SET,    /* comparing what is there with what is here */
} OmcDeletionSource;

typedef enum
{
  OMC_CONDITIONAL_NONE,
  OMC_CONDITIONAL_IDENTIFIER, /* If-None-Exist with identifier only */
  OMC_CONDITIONAL_ANY,        /* ... or with _tag */
} OmcConditionalCreate;

/* Is a Bundle of type transaction all or nothing? Medplum claims it and runs a batch (fhir-servers.md 5). */
typedef enum
{
  OMC_TRANSACTION_NO,
  OMC_TRANSACTION_PROBE,
  OMC_TRANSACTION_YES,
} OmcTransactionTrust;

/**
 * OmcServerProfile:
 *
 * What sync must know of a server: data filled from vendor knowledge and from its CapabilityStatement, so that no
 * other code asks which product it talks to.
 */
typedef struct
{
  char *vendor;           /* medplum, hapi, google, azure, aidbox, generic */
  char *software_version; /* (nullable) */
  OmcDeletionSource deletions;
  OmcConditionalCreate conditional_create;
  OmcTransactionTrust transaction;
  gboolean batch;
  gboolean search_in_batch;
  gboolean put_creates;
  gboolean put_restores_deleted; /* a PUT undoes a deletion: poll deletions just before */
  guint page_size;
  guint max_entries;             /* of one bundle */
  guint max_bytes;               /* of one request body */
  guint max_transaction_entries; /* with conditional creates in it */
  guint writes_per_minute;       /* 0: no known quota */
  guint overlap_seconds;         /* a mark is this much older than the start of its reading */
  guint id_set_seconds;          /* between two comparisons of the ids of a type */
  GHashTable *types; /* (nullable): set of resource types; NULL: the server does not tell */
} OmcServerProfile;

/* vendor: one of the table, else generic. */
OmcServerProfile *omc_server_profile_new (const char *vendor) G_GNUC_WARN_UNUSED_RESULT;
/* From the answer to /metadata; fails when that is no CapabilityStatement of FHIR R4. */
OmcServerProfile *omc_server_profile_new_from_capability (const OmcJsonValue *capability,
                                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* As kept in the store between runs. NULL for text that this program did not write. */
OmcServerProfile *omc_server_profile_new_from_string (const char *text) G_GNUC_WARN_UNUSED_RESULT;
char *omc_server_profile_to_string (const OmcServerProfile *self);
OmcServerProfile *omc_server_profile_copy (const OmcServerProfile *self);
void omc_server_profile_free (OmcServerProfile *self);
gboolean omc_server_profile_has_type (const OmcServerProfile *self, const char *type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcServerProfile, omc_server_profile_free)

G_END_DECLS
