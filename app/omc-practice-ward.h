/* omc-practice-ward.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store.h"

G_BEGIN_DECLS

/* Puts an invented ward of one day's now into a practice store, as if a server had sent it. Blocks. */
gboolean omc_practice_ward_fill_sync (OmcStore *store,
                                      OmcActor *actor,
                                      guint patients,
                                      GCancellable *cancellable,
                                      GError **error);

G_END_DECLS
