/* omc-sandbox-include.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sandbox-plan.h"
#include "omc-sandbox-search.h"

G_BEGIN_DECLS

/* Adds what _include and _revinclude ask for these matches, each resource once. */
gboolean omc_sandbox_write_includes (OmcSandboxWriter *writer,
                                     const char *type,
                                     GArray *matches,
                                     GPtrArray *includes,
                                     GError **error);
/* Adds the resources of the given types that the matches refer to by any reference, each once. */
gboolean omc_sandbox_write_referenced (OmcSandboxWriter *writer,
                                       GPtrArray *bodies,
                                       const char *const *types,
                                       GError **error);
/* The text with the named elements only ("id,meta,name"), tagged SUBSETTED. */
char *omc_sandbox_keep_elements (const char *body,
                                 gsize length,
                                 const char *elements,
                                 gsize *kept,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
