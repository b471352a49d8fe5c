/* omc-store-budget.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store.h"

G_BEGIN_DECLS

/*
 * How large a store may become, and room that is kept for people's work.
 *
 * What a server or a file brings ends before the limit and before the disk is full. A person's work, and what takes it to
 * the server, goes on to the limit; on a full disk it goes on in a reserve file, which is given up for it and made again when
 * there is room. After that a save is refused, and the form stays as it is.
 */

#define OMC_STORE_MAX_SIZE_DEFAULT (G_GINT64_CONSTANT (1) << 30)

/* Of the database in bytes. Before the store is opened. */
void omc_store_set_max_size (OmcStore *self, gint64 bytes);

typedef struct
{
  char *name; /* a resource type, or a patient's id */
  guint n_resources;
  gint64 payload_bytes; /* sealed */
  gint64 original_bytes;
} OmcStorageRow;

void omc_storage_row_free (OmcStorageRow *self);

typedef struct
{
  GPtrArray *types; /* (owned) (element-type OmcStorageRow): the largest first */
  GPtrArray
      *patients; /* (owned) (element-type OmcStorageRow): the largest ones, the largest first */
  gint64 max_bytes;
  gint64 used_bytes;    /* pages of the database that hold something */
  gint64 reserve_bytes; /* 0: given up */
} OmcStorage;

void omc_storage_free (OmcStorage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcStorage, omc_storage_free)

/* From sums that are kept. */
OmcStorage *omc_store_read_storage_sync (OmcStore *self,
                                         OmcActor *actor,
                                         guint max_patients,
                                         GCancellable *cancellable,
                                         GError **error);

G_END_DECLS
