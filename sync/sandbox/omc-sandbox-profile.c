/* omc-sandbox-profile.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-profile.h"

#define MEGABYTE ((gsize)1024 * 1024)

static const OmcSandboxProfile profiles[] = {
  {
      .name = "medplum",
      .software = "practice, Medplum 5.0.10 manner",
      .cursor_name = "_cursor",
      .versioning = OMC_SANDBOX_VERSION_UUID,
      .bare_match = OMC_SANDBOX_BARE_IGNORED,
      .paging = OMC_SANDBOX_PAGE_CURSOR,
      .hint = OMC_SANDBOX_HINT_RATE_LIMIT,
      .stale_status = 412,
      .delete_status = 200,
      .invalid_status = 400,
      .wrong_secret_status = 400,
      .too_large_status = 400,
      .page_default = 20,
      .page_max = 1000,
      .max_puts = 50,
      .max_conditional = 8,
      .max_body = MEGABYTE,
      .uuid_ids = TRUE,
      .restores_deleted = TRUE,
      .strict_delete = TRUE,
      .batch_urns = TRUE,
      .bundle_search = TRUE,
      .deleted_search = TRUE,
      .keeps_version = TRUE,
      .cursor_stalls = TRUE,
  },
  {
      .name = "hapi",
      .software = "practice, HAPI FHIR JPA 8 manner",
      .cursor_name = "_cursor",
      .versioning = OMC_SANDBOX_VERSION_COUNT,
      .paging = OMC_SANDBOX_PAGE_SNAPSHOT,
      .stale_status = 409,
      .delete_status = 200,
      .invalid_status = 422,
      .wrong_secret_status = 401,
      .too_large_status = 413,
      .page_default = 20,
      .page_max = 100000,
      .max_body = 64 * MEGABYTE,
      .number_ids = TRUE,
      .update_creates = TRUE,
      .match_on_delete = TRUE,
      .match_on_deleted = TRUE,
      .not_modified = TRUE,
      .atomic = TRUE,
      .entry_etags = TRUE,
      .bundle_search = TRUE,
      .type_history = TRUE,
      .system_history = TRUE,
      .keeps_version = TRUE,
      .keeps_tags = TRUE,
      .checks_references = TRUE,
      .always_total = TRUE,
      .challenges = TRUE,
  },
  {
      .name = "google",
      .software = "practice, Google Cloud Healthcare manner",
      .cursor_name = "_page_token",
      .versioning = OMC_SANDBOX_VERSION_UUID,
      .paging = OMC_SANDBOX_PAGE_CURSOR,
      .hint = OMC_SANDBOX_HINT_NONE,
      .stale_status = 412,
      .delete_status = 200,
      .invalid_status = 400,
      .wrong_secret_status = 401,
      .too_large_status = 413,
      .page_default = 100,
      .page_max = 1000,
      .max_entries = 4500,
      .max_body = 50 * MEGABYTE,
      .match_on_delete = TRUE,
      .match_on_deleted = TRUE,
      .not_modified = TRUE,
      .identifier_only = TRUE,
      .atomic = TRUE,
      .entry_etags = TRUE,
      .always_total = TRUE,
      .challenges = TRUE,
  },
  {
      .name = "azure",
      .software = "practice, Azure Health Data Services manner",
      .cursor_name = "ct",
      .versioning = OMC_SANDBOX_VERSION_COUNT,
      .paging = OMC_SANDBOX_PAGE_CURSOR,
      .hint = OMC_SANDBOX_HINT_RETRY_AFTER,
      .stale_status = 412,
      .delete_status = 204,
      .invalid_status = 400,
      .wrong_secret_status = 401,
      .too_large_status = 413,
      .page_default = 10,
      .page_max = 1000,
      .max_entries = 500,
      .max_body = 64 * MEGABYTE,
      .update_creates = TRUE,
      .match_on_delete = TRUE,
      .match_on_deleted = TRUE,
      .not_modified = TRUE,
      .atomic = TRUE,
      .entry_etags = TRUE,
      .bundle_search = TRUE,
      .type_history = TRUE,
      .system_history = TRUE,
      .keeps_version = TRUE,
      .challenges = TRUE,
  },
  {
      .name = "aidbox",
      .software = "practice, Aidbox manner",
      .cursor_name = "_cursor",
      .versioning = OMC_SANDBOX_VERSION_GLOBAL,
      .bare_match = OMC_SANDBOX_BARE_ACCEPTED,
      .paging = OMC_SANDBOX_PAGE_OFFSET,
      .stale_status = 409,
      .delete_status = 200,
      .invalid_status = 422,
      .wrong_secret_status = 401,
      .too_large_status = 413,
      .page_default = 100,
      .page_max = 1000,
      .max_body = 20 * MEGABYTE,
      .client_ids = TRUE,
      .update_creates = TRUE,
      .match_on_delete = TRUE,
      .match_on_deleted = TRUE,
      .not_modified = TRUE,
      .atomic = TRUE,
      .entry_etags = TRUE,
      .bundle_search = TRUE,
      .type_history = TRUE,
      .always_total = TRUE,
      .challenges = TRUE,
  },
  {
      /* No vendor: every rule of FHIR that a client could lean on the wrong way is enforced. */
      .name = "strict",
      .software = "practice, strict",
      .cursor_name = "_cursor",
      .versioning = OMC_SANDBOX_VERSION_UUID,
      .paging = OMC_SANDBOX_PAGE_SNAPSHOT,
      .hint = OMC_SANDBOX_HINT_RETRY_AFTER,
      .stale_status = 412,
      .delete_status = 204,
      .invalid_status = 422,
      .wrong_secret_status = 401,
      .too_large_status = 413,
      .page_default = 10,
      .page_max = 100,
      .max_entries = 100,
      .max_body = MEGABYTE,
      .strict_delete = TRUE,
      .match_on_delete = TRUE,
      .match_on_deleted = TRUE,
      .match_required = TRUE,
      .not_modified = TRUE,
      .identifier_only = TRUE,
      .atomic = TRUE,
      .entry_etags = TRUE,
      .bundle_search = TRUE,
      .type_history = TRUE,
      .checks_references = TRUE,
      .always_total = TRUE,
      .challenges = TRUE,
  },
};

const OmcSandboxProfile *
omc_sandbox_profile_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    {
      if (g_strcmp0 (profiles[i].name, name) == 0)
        return &profiles[i];
    }

  return NULL;
}

const char *
omc_sandbox_profile_names (void)
{
  return "medplum, hapi, google, azure, aidbox, strict";
}
