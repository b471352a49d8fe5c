/* omc-store-keys.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store.h"

G_BEGIN_DECLS

/* Rotation of the keys that the store's payloads are sealed with. */

typedef struct
{
  guint32 epoch;      /* of the newest data key */
  gint64 epoch_at_us; /* when it was made */
  guint n_old_keys;   /* that payloads still name */
  gboolean resealing; /* payloads are being brought under the newest key */
  gboolean checking;  /* all are, and it is looked whether none was left out */
  guint64 done;       /* records of total */
  guint64 total;
  guint64 n_damaged;  /* payloads that fail authentication and keep the old keys alive */
  gint64 ended_at_us; /* of the last rotation; 0: none ended */
  guint n_failures;   /* of the sealing in a row, in this program: it is tried again by itself */
} OmcKeyStatus;

/* For acts on the key manager, which knows no people; DENIED, and recorded, when the policy says no. */
gboolean omc_store_check_manage_keys_sync (OmcStore *self, OmcActor *actor, GError **error);
gboolean omc_store_get_key_status_sync (OmcStore *self,
                                        OmcKeyStatus *status,
                                        GCancellable *cancellable,
                                        GError **error);
/* Why the sealing failed last; NULL: it did not. (transfer full) */
GError *omc_store_dup_reseal_failure (OmcStore *self);
/* Makes a new data key at once, when the newest is older than min_age_us (0: in any case); rotated: (nullable). The
 * store's own thread then seals every payload anew, in small pieces, also after a restart, and destroys the old keys when
 * no payload names them. DENIED to who may not manage keys. */
gboolean omc_store_rotate_data_key_sync (OmcStore *self,
                                         OmcActor *actor,
                                         gint64 min_age_us,
                                         gboolean *rotated,
                                         GCancellable *cancellable,
                                         GError **error);
void omc_store_rotate_data_key_async (OmcStore *self,
                                      OmcActor *actor,
                                      gint64 min_age_us,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean omc_store_rotate_data_key_finish (OmcStore *self,
                                           GAsyncResult *result,
                                           gboolean *rotated,
                                           GError **error);

/* Copies the database to a new key and puts the verified copy in its place. BUSY while another program has the store open,
 * FULL without room for the copy. The store is closed meanwhile, and open afterwards, also after a failure. */
gboolean omc_store_rotate_database_key_sync (OmcStore *self,
                                             OmcActor *actor,
                                             GCancellable *cancellable,
                                             GError **error);

G_END_DECLS
