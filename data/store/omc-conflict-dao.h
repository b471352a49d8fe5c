/* omc-conflict-dao.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource-dao.h"

G_BEGIN_DECLS

/* base, local, remote, merged, hunks */
#define OMC_CONFLICT_N_DOCUMENTS 5

/* What a sealed document is bound to. */
char *omc_conflict_dao_place (const char *seal_tag, guint document);
/* Writes a conflict with its documents; conflict->id is filled in. local_row: the resource it is about. */
gboolean omc_conflict_dao_insert (OmcSession *session,
                                  const OmcResourceRow *row,
                                  OmcConflict *conflict,
                                  GError **error);
/* (element-type OmcConflict), without documents */
GPtrArray *omc_conflict_dao_list (OmcSession *session, OmcConflictFilter filter, GError **error);
OmcConflict *omc_conflict_dao_read (OmcSession *session, gint64 id, GError **error);
/* The conflict of a resource that waits for a person, with documents; NULL without an error when there is none. */
gboolean omc_conflict_dao_find_open (OmcSession *session,
                                     gint64 resource,
                                     OmcConflict **conflict,
                                     GError **error);
/* resolution, by: (nullable) */
gboolean omc_conflict_dao_close (OmcSession *session,
                                 gint64 id,
                                 OmcConflictStatus status,
                                 const char *resolution,
                                 const char *by,
                                 OmcResource *merged,
                                 OmcJson *decisions,
                                 GError **error);
OmcConflict *omc_conflict_new (const OmcResourceRow *row, OmcConflictStatus status);

G_END_DECLS
