/* omc-conflict-item.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store-types.h"

G_BEGIN_DECLS

#define OMC_TYPE_CONFLICT_ITEM (omc_conflict_item_get_type ())

/* An OmcConflict for a list. */
G_DECLARE_FINAL_TYPE (OmcConflictItem, omc_conflict_item, OMC, CONFLICT_ITEM, GObject)

OmcConflictItem *omc_conflict_item_new (OmcConflict *conflict) G_GNUC_WARN_UNUSED_RESULT;
OmcConflict *omc_conflict_item_get_conflict (OmcConflictItem *self);

G_END_DECLS
