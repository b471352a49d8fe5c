/* omc-place.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource-dao.h"

G_BEGIN_DECLS

/*
 * Which record here is what the server calls so, once the device has changed its server. What the server before confirmed is
 * unproven until the new one has shown that it means the same (omc-same-record.h). When it means another, that one gets an id
 * of its own here, and the record that was here has no place on the server any more: what was clean is hidden, and work
 * waits for a person. Ids that servers count and that nothing here stands under say nothing either: they get ids of their own.
 * A device that never changed its server pays one look for a mark.
 */

typedef enum
{
  OMC_PLACE_THERE,    /* the server means this one by that id */
  OMC_PLACE_NEW,      /* the server does not have it yet */
  OMC_PLACE_UNPROVEN, /* nobody knows yet whom the server means */
  OMC_PLACE_TAKEN,    /* the server means another one, or none that is known here */
} OmcPlace;

/* Inside the transaction that forgets the versions of the server before. */
gboolean omc_place_forget_all (OmcSession *session, GError **error);
gboolean omc_place_has_moved (OmcSession *session, gboolean *moved, GError **error);

/* server_id: (out) (nullable): as the server would be asked for it; NULL for what is new. */
gboolean omc_place_find (OmcSession *session,
                         const char *type,
                         const char *local_id,
                         OmcPlace *place,
                         char **server_id,
                         GError **error);
/* Is the id, which the server used, that of a record here of which that is not proved? */
gboolean omc_place_is_open (OmcSession *session,
                            const char *type,
                            const char *server_id,
                            gboolean *open,
                            GError **error);
/* The same of the record's own row. */
gboolean omc_place_is_unproven (OmcSession *session,
                                const OmcResourceRow *row,
                                gboolean *unproven,
                                GError **error);

/* The id here of what the server refers to; what is still open then is another record. */
gboolean omc_place_of_reference (OmcSession *session,
                                 const char *type,
                                 const char *server_id,
                                 char **local_id,
                                 GError **error);
/* The id here of what the server sent. resource: under the server's id, its references by the ids that they have here. */
gboolean
omc_place_of_arrival (OmcSession *session, OmcResource *resource, char **local_id, GError **error);
/* The server took local_id and calls it so: nothing else here has that place any more. */
gboolean omc_place_claim (OmcSession *session,
                          const char *type,
                          const char *local_id,
                          const char *server_id,
                          GError **error);

/* Work on what has no place was taken back: what is clean now, it and its patient, is no longer shown. */
gboolean omc_place_settle_row (OmcSession *session, const OmcResourceRow *row, GError **error);
/* Clean, and no longer shown. */
gboolean omc_place_hide (OmcSession *session, OmcResourceRow *row, GError **error);

/* For the person whose work waits; of: whether the work is on the record itself or refers to it. */
char *omc_place_dup_reason (OmcPlace place, const char *type, gboolean itself);

G_END_DECLS
