/* omc-practice.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store.h"

G_BEGIN_DECLS

/* The person of a practice ward. Its passphrase is published on purpose: there is nothing to protect. */
#define OMC_PRACTICE_USER "practice.nurse"
#define OMC_PRACTICE_DISPLAY "Nurse Robin (practice)"

/* A practice store has a marker file, so that every program shows its banner and never takes it for a ward. */
gboolean omc_practice_is_store (const char *directory);
OmcSecret *omc_practice_dup_passphrase (void) G_GNUC_WARN_UNUSED_RESULT;
OmcActor *omc_practice_dup_actor (void) G_GNUC_WARN_UNUSED_RESULT;
/* Makes the keys (at the floor of their cost), the marker, the store and its one person; the store is left open. Blocks. */
gboolean omc_practice_create_sync (const char *directory,
                                   OmcKeyManager *keys,
                                   OmcStore *store,
                                   char **recovery_code,
                                   GCancellable *cancellable,
                                   GError **error);

G_END_DECLS
