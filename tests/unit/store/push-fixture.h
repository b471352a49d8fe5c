/* push-fixture.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "store-fixture.h"

G_BEGIN_DECLS

/* What waits in a store goes out, and is answered. */

/* Nothing else waits. */
OmcQueueItem *push_fixture_only_item (StoreFixture *f);
/* All that waits is on its way. (element-type OmcQueueItem) */
GPtrArray *push_fixture_send (StoreFixture *f);
/* result: (transfer full) */
OmcServerCounts push_fixture_answer (StoreFixture *f, OmcPushResult *result);
/* How a server answers that took the item as it is, under the id that it has here. */
OmcPushResult *push_fixture_taken (OmcQueueItem *item, const char *version);
/* So it answers the first of those that wait, max at the most, although nothing is marked as on its way. */
void push_fixture_take_queue (StoreFixture *f, guint max, const char *version);

G_END_DECLS
