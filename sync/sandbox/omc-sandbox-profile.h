/* omc-sandbox-profile.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  OMC_SANDBOX_VERSION_UUID,
  OMC_SANDBOX_VERSION_COUNT,  /* 1, 2, 3 for each resource */
  OMC_SANDBOX_VERSION_GLOBAL, /* one counter for the whole server */
} OmcSandboxVersioning;

/* What an If-Match that is not W/"..." or "..." means. */
typedef enum
{
  OMC_SANDBOX_BARE_REFUSED,
  OMC_SANDBOX_BARE_IGNORED,
  OMC_SANDBOX_BARE_ACCEPTED,
} OmcSandboxBareMatch;

typedef enum
{
  OMC_SANDBOX_PAGE_CURSOR, /* by (lastUpdated, row) where the sort allows it, else by offset */
  OMC_SANDBOX_PAGE_OFFSET,
  OMC_SANDBOX_PAGE_SNAPSHOT, /* the server keeps the list of a search */
} OmcSandboxPaging;

typedef enum
{
  OMC_SANDBOX_HINT_NONE,
  OMC_SANDBOX_HINT_RATE_LIMIT, /* RateLimit: "fhirInteractions";r=0;t=S */
  OMC_SANDBOX_HINT_RETRY_AFTER,
} OmcSandboxHint;

/**
 * OmcSandboxProfile:
 *
 * How one vendor's server differs, as data (fhir-servers.md section 8). What that table marks as
 * not checked follows
 * the FHIR specification here.
 */
typedef struct
{
  const char *name;
  const char *software;    /* of the CapabilityStatement */
  const char *cursor_name; /* parameter of the links that carry their place */
  OmcSandboxVersioning versioning;
  OmcSandboxBareMatch bare_match;
  OmcSandboxPaging paging;
  OmcSandboxHint hint;
  guint stale_status; /* of an If-Match that does not hold */
  guint delete_status;
  guint invalid_status; /* of a resource that breaks a rule */
  guint wrong_secret_status;
  guint too_large_status;
  guint page_default;
  guint page_max;
  guint max_entries;          /* of a transaction; 0: no limit */
  guint max_puts;             /* of a transaction; 0: no limit */
  guint max_conditional;      /* entries when any is conditional; 0: no limit */
  gsize max_body;             /* bytes */
  guint client_ids : 1;       /* POST uses the body's id */
  guint uuid_ids : 1;         /* only UUIDs are ids */
  guint number_ids : 1;       /* ids given by the server are numbers */
  guint restores_deleted : 1; /* PUT to a deleted resource brings it back with 200 */
  guint strict_delete : 1;    /* DELETE of what never was is 404 */
  guint update_creates : 1;   /* PUT to an unknown id */
  guint match_on_delete : 1;  /* If-Match counts on DELETE, PATCH and conditional PUT */
  guint match_on_deleted : 1; /* If-Match counts on a PUT that restores a deleted resource */
  guint match_required : 1;   /* a change without If-Match is refused */
  guint not_modified : 1;     /* If-None-Match on reads */
  guint identifier_only : 1;  /* conditional create by identifier alone */
  guint atomic : 1;           /* transaction is one; else it silently runs as a batch */
  guint batch_urns : 1;       /* urn:uuid is rewritten in batches too */
  guint entry_etags : 1;
  guint bundle_search : 1;
  guint type_history : 1;
  guint system_history : 1;
  guint deleted_search : 1;    /* _deleted=true */
  guint keeps_version : 1;     /* PUT of what is there already makes no version */
  guint keeps_tags : 1;        /* PUT adds to the tags */
  guint checks_references : 1; /* references must lead somewhere; what is referred to stays */
  guint always_total : 1;
  guint challenges : 1;    /* 401 with WWW-Authenticate */
  guint cursor_stalls : 1; /* 500 when a whole page has the lastUpdated of the next row */
} OmcSandboxProfile;

/* NULL: there is no such profile. */
const OmcSandboxProfile *omc_sandbox_profile_find (const char *name);
/* "medplum, hapi, ..." for messages. */
const char *omc_sandbox_profile_names (void);

G_END_DECLS
