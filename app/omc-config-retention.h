/* omc-config-retention.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-config.h"
#include "omc-retention.h"

G_BEGIN_DECLS

/* How long a chart is kept that nobody uses. FALSE: nothing may be removed, since no server could bring it back. A chart is
 * kept whole, so that the longest `retention.recent` of a resource type counts for all of it. */
gboolean omc_config_to_retention (const OmcConfig *self, OmcRetention *retention);

G_END_DECLS
