/* omc-glass-dao.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/* The patients whom a user may see now, as a list for SQL: "3,17"; of those that cannot be read, none. (transfer full) */
char *omc_glass_dao_list_open (OmcSession *session, const char *user);
/* Has the user broken the glass for the patient, and is the time not over? Also over: a clock that was set to before. */
gboolean omc_glass_dao_is_broken (OmcSession *session,
                                  const char *user,
                                  gint64 patient,
                                  gboolean *broken,
                                  GError **error);
gboolean omc_glass_dao_insert (OmcSession *session,
                               OmcActor *actor,
                               gint64 patient,
                               const char *reason,
                               const char *words,
                               gint64 expires_us,
                               GError **error);
/* Closes those of the user and the patient (0: of all patients) that are open. */
gboolean omc_glass_dao_close (OmcSession *session,
                              const char *user,
                              gint64 patient,
                              gboolean *any,
                              GError **error);
/* When the newest open one ends, 0: none is open. */
gboolean omc_glass_dao_find_end (OmcSession *session,
                                 const char *user,
                                 gint64 patient,
                                 gint64 *expires_us,
                                 GError **error);
/* (element-type OmcGlass): what waits for its review, oldest first; or the newest ones of all. */
GPtrArray *omc_glass_dao_list (OmcSession *session, gboolean all, GError **error);
OmcGlass *omc_glass_dao_find (OmcSession *session, gint64 id, GError **error);
gboolean omc_glass_dao_review (OmcSession *session,
                               gint64 id,
                               const char *by,
                               const char *verdict,
                               const char *words,
                               GError **error);

G_END_DECLS
