/* omc-sandbox-check.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sandbox-core.h"

G_BEGIN_DECLS

gboolean omc_sandbox_is_id (const char *text);
/* NULL when a client may store this: valid FHIR, and references that lead somewhere where the
 * profile asks. */
OmcSandboxAnswer *omc_sandbox_refuse_resource (OmcSandboxCore *core,
                                               const OmcSandboxRequest *request,
                                               OmcResource *resource) G_GNUC_WARN_UNUSED_RESULT;
/* "Type/id" of them exist now. */
gboolean omc_sandbox_check_references (OmcSandboxCore *core, GPtrArray *references, GError **error);
/* The body as a resource of that type. */
OmcResource *omc_sandbox_parse_body (OmcSandboxCore *core,
                                     const OmcSandboxRequest *request,
                                     const char *type,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* NULL when a precondition holds or there is none, else the answer. */
OmcSandboxAnswer *
omc_sandbox_check_match (OmcSandboxCore *core, const char *if_match, const OmcSandboxRow *row);
/* Does a list of entity tags hold this version? */
gboolean omc_sandbox_tag_matches (const char *header, const char *version_id);

G_END_DECLS
