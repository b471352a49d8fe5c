/* omc-queue-row.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-queue-entry.h"

G_BEGIN_DECLS

#define OMC_TYPE_QUEUE_ROW (omc_queue_row_get_type ())

/* A row of the queue. Property `entry`. Activates `sync.retry` (x: queue id) and `sync.cancel` (x). */
G_DECLARE_FINAL_TYPE (OmcQueueRow, omc_queue_row, OMC, QUEUE_ROW, AdwBin)

G_END_DECLS
