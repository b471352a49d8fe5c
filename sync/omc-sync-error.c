/* omc-sync-error.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include "omc-sync-error.h"

G_DEFINE_QUARK (omc-sync-error-quark, omc_sync_error)
