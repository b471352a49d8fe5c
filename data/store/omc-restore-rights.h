/* omc-restore-rights.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-db.h"

G_BEGIN_DECLS

/* Who may do what is as it was before a restore: a backup of before brings back neither an older access policy nor the rights
 * of a person that were changed since. */
gboolean omc_restore_take_over_rights (OmcDb *from, OmcDb *to, GError **error);

G_END_DECLS
