/* omc-queue-entry.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-display.h"
#include "omc-store-types.h"

G_BEGIN_DECLS

#define OMC_TYPE_QUEUE_ENTRY (omc_queue_entry_get_type ())

/**
 * OmcQueueEntry:
 *
 * A thing that waits to be sent, in words. Immutable. Properties: `title`, `state-text`, `time-text`, `reason` ("" if
 * none), `stuck` (needs a person).
 */
G_DECLARE_FINAL_TYPE (OmcQueueEntry, omc_queue_entry, OMC, QUEUE_ENTRY, GObject)

OmcQueueEntry *omc_queue_entry_new (OmcQueueItem *item, gint64 now_us) G_GNUC_WARN_UNUSED_RESULT;
OmcQueueItem *omc_queue_entry_get_item (OmcQueueEntry *self);
/* items: (element-type OmcQueueItem): how many a person would count, things saved together being one. */
guint omc_queue_count_sets (GPtrArray *items);

G_END_DECLS
