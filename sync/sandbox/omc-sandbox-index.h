/* omc-sandbox-index.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sandbox-store.h"
#include "omc-search-params.h"

G_BEGIN_DECLS

/* Index rows of the current versions: what search finds by.
 *
 * value (hash, resource) holds tokens, references and URIs, each as 64 bits of "Type.param=text";
 * text and date hold
 * what is searched by range. Quantities and numbers have no rows: they are compared in the
 * resources themselves. */
const char *omc_sandbox_index_schema (void);
gboolean
omc_sandbox_index_add (OmcSandboxStore *store, gint64 key, OmcResource *resource, GError **error);
/* Only what was added for this very content goes. */
gboolean omc_sandbox_index_remove (OmcSandboxStore *store,
                                   gint64 key,
                                   OmcResource *resource,
                                   GError **error);

/* The hash of "type.param=system|code"; system NULL: "type.param=code". */
gint64
omc_sandbox_index_hash (const char *type, const char *param, const char *system, const char *code);
/* The key of a parameter in the tables of ranges. */
gint64 omc_sandbox_index_param (OmcSandboxStore *store,
                                const char *type,
                                const char *param,
                                GError **error);
/* Does a living resource other than itself refer to it? */
gboolean omc_sandbox_index_is_referred (OmcSandboxStore *store,
                                        const char *type,
                                        const char *id,
                                        gint64 key,
                                        gboolean *referred,
                                        GError **error);

G_END_DECLS
