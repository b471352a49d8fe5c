/* omc-practice-ward.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-practice"

#include "config.h"

#include "omc-practice-ward.h"
#include "omc-ward.h"

#define BATCH 1000
#define SEED 20

typedef struct
{
  OmcStore *store;
  OmcActor *actor;
  GPtrArray *batch; /* (element-type OmcResource) */
  GCancellable *cancellable;
} Fill;

static gboolean
flush (Fill *fill, GError **error)
{
  OmcImportCounts counts = { 0 };

  if (fill->batch->len == 0)
    return TRUE;
  if (!omc_store_import_sync (fill->store, fill->actor, fill->batch, OMC_IMPORT_SERVER_STATE,
                              &counts, fill->cancellable, error))
    return FALSE;

  g_ptr_array_set_size (fill->batch, 0);

  return TRUE;
}

static gboolean
take_resource (const char *json, gsize length, gpointer user_data, GError **error)
{
  Fill *fill = user_data;
  OmcResource *resource = omc_resource_parse (json, (gssize)length, error);

  if (!resource)
    return FALSE;

  g_ptr_array_add (fill->batch, resource);

  return fill->batch->len < BATCH || flush (fill, error);
}

gboolean
omc_practice_ward_fill_sync (OmcStore *store,
                             OmcActor *actor,
                             guint patients,
                             GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  Fill fill = { store, actor, batch, cancellable };
  OmcWardOptions options = {
    .patients = patients,
    .seed = SEED,
    .now_us = g_date_time_to_unix_usec (now),
    .offset_minutes = (int)(g_date_time_get_utc_offset (now) / G_TIME_SPAN_MINUTE),
    .vitals_sets = -1,
  };

  g_return_val_if_fail (OMC_IS_STORE (store), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);

  return omc_ward_generate (&options, take_resource, &fill, NULL, error) && flush (&fill, error);
}
