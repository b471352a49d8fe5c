/* omc-queue-page.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_QUEUE_PAGE (omc_queue_page_get_type ())

/* What waits to be sent, why and until when; progress; retry and cancel with a reason. */
G_DECLARE_FINAL_TYPE (OmcQueuePage, omc_queue_page, OMC, QUEUE_PAGE, AdwBin)

/* session: (nullable) */
void omc_queue_page_set_session (OmcQueuePage *self, OmcUiSession *session);

G_END_DECLS
