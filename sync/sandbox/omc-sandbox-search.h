/* omc-sandbox-search.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sandbox-core.h"

G_BEGIN_DECLS

/**
 * omc_sandbox_find_ids:
 * @condition: "identifier=s|v", as If-None-Exist and conditional updates carry it
 * @identifier_only: refuse every other parameter
 *
 * Returns: (transfer container) (element-type utf8): ids of living resources that match, at most
 * @limit of them
 */
GPtrArray *omc_sandbox_find_ids (OmcSandboxCore *core,
                                 const char *type,
                                 const char *condition,
                                 gboolean identifier_only,
                                 guint limit,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- writing the text of Bundles --- */
typedef struct
{
  OmcSandboxCore *core;
  GString *text; /* (owned) */
  guint n_entries;
} OmcSandboxWriter;

/* total: -1 leaves it out. Links have to be safe in JSON, as percent-encoded ones are; next is
 * nullable. */
void omc_sandbox_writer_begin (OmcSandboxWriter *self,
                               OmcSandboxCore *core,
                               const char *kind,
                               gint64 total,
                               const char *own_link,
                               const char *next_link);
/* mode: "match", "include" or NULL for none; body as stored. */
void omc_sandbox_writer_add (OmcSandboxWriter *self,
                             const char *type,
                             const char *id,
                             const char *body,
                             gsize length,
                             const char *mode);
OmcSandboxAnswer *omc_sandbox_writer_end (OmcSandboxWriter *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
