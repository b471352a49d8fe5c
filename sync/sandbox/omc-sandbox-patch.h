/* omc-sandbox-patch.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-json.h"

G_BEGIN_DECLS

/**
 * omc_sandbox_patch_apply:
 *
 * JSON Patch (RFC 6902): all operations or none.
 *
 * Returns: (transfer full): the changed document, or %NULL with #OMC_FHIR_ERROR_UNSUPPORTED
 */
OmcJson *omc_sandbox_patch_apply (OmcJson *document,
                                  const OmcJsonValue *operations,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
