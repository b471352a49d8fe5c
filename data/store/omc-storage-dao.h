/* omc-storage-dao.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/* How much there is of what: sums by type and by patient, kept with each transaction, so that reading them costs nothing. */

/* n: of records; stored, original: bytes; negative for what goes. patient 0: nobody's. */
void omc_storage_dao_add (OmcSession *session,
                          const char *type,
                          gint64 patient,
                          gint64 n,
                          gint64 stored,
                          gint64 original);
/* Before a transaction ends. */
gboolean omc_storage_dao_write (OmcSession *session, GError **error);
/* Are the sums those of the rows? Reads the head of each row. */
gboolean omc_storage_dao_check (OmcSession *session, gboolean *right, GError **error);

G_END_DECLS
