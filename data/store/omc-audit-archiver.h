/* omc-audit-archiver.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-audit-archive.h"

G_BEGIN_DECLS

/* Makes a file of the archive: these in their order, one program at a time. */

/* The next entries from before horizon_us that the server has accepted, as the bytes of a file; NULL without error when there is
 * nothing. In a read. What does not verify is not archived: DAMAGED. */
GBytes *omc_audit_archiver_make (OmcSession *session,
                                 gint64 horizon_us,
                                 OmcAuditSegment *segment,
                                 GError **error);
/* On the disk when it returns, and read back. */
gboolean omc_audit_archiver_write (OmcSession *session,
                                   const OmcAuditSegment *segment,
                                   GBytes *file,
                                   GError **error);
/* In a transaction of the writer. moved: (out) FALSE when something came in between; nothing was changed then. */
gboolean omc_audit_archiver_move (OmcSession *session,
                                  OmcActor *actor,
                                  const OmcAuditSegment *segment,
                                  GBytes *file,
                                  gboolean *moved,
                                  GError **error);
/* Removes files of which a crash left all entries in the database. */
gboolean omc_audit_archiver_clean (OmcSession *session, GError **error);

G_END_DECLS
