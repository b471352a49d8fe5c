/* omc-evicted-dao.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource-dao.h"

G_BEGIN_DECLS

/*
 * What was removed from this device and is on the server. Evicted is not deleted: the ids stay, so that a comparison with
 * the server takes neither for the other, and what comes back is no longer counted.
 */

gboolean omc_evicted_dao_add (OmcSession *session, const OmcResourceRow *row, GError **error);
/* A record is new here: it may have come back. What else went of its patient is then wanted, too: no chart stays in
 * part. */
gboolean omc_evicted_dao_returned (OmcSession *session, const OmcResourceRow *row, GError **error);
/* The server no longer has it, or no longer shows it. id: the local one. was: (out) it was evicted */
gboolean omc_evicted_dao_forget (OmcSession *session,
                                 const char *type,
                                 const char *id,
                                 gboolean *was,
                                 GError **error);
/* FALSE in wanted: there is nothing to ask for. */
gboolean
omc_evicted_dao_ask (OmcSession *session, gint64 patient, gboolean *wanted, GError **error);

gboolean omc_evicted_dao_is_empty (OmcSession *session, gboolean *empty, GError **error);
/* patient 0: of anybody. */
gboolean omc_evicted_dao_has_type (OmcSession *session,
                                   const char *type,
                                   gint64 patient,
                                   gboolean *has,
                                   GError **error);
gboolean omc_evicted_dao_contains (OmcSession *session,
                                   const char *type,
                                   const char *id,
                                   gboolean *contains,
                                   GError **error);
/* How many records of the patient are on the server only. */
gboolean omc_evicted_dao_count_of (OmcSession *session, gint64 patient, guint *n, GError **error);
/* Their ids as the server calls them, added to ids; wanted: those that are asked for only. */
gboolean omc_evicted_dao_list (OmcSession *session,
                               const char *type,
                               gboolean wanted,
                               GHashTable *ids,
                               GError **error);
/* The types of what is asked for, added to types. */
gboolean omc_evicted_dao_list_wanted_types (OmcSession *session, GHashTable *types, GError **error);

gboolean omc_pin_dao_set (OmcSession *session,
                          gint64 patient,
                          const char *user,
                          gboolean pinned,
                          GError **error);

G_END_DECLS
