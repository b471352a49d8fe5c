/* omc-restore-work.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-restore.h"

G_BEGIN_DECLS

/* Writes what an open store has not sent into a sealed file in its folder; report's work, n_work and n_work_unreadable say what
 * came of it. Without unsent work there is no file. name: of the file. */
gboolean omc_restore_work_save (OmcStore *store,
                                const char *name,
                                OmcRestoreReport *report,
                                GCancellable *cancellable,
                                GError **error);

G_END_DECLS
