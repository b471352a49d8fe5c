/* omc-store-places.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-sync.h"

#include <string.h>

#include "omc-place.h"
#include "omc-store-private.h"

/* What has to be known of the server before something is taken from it or sent to it, once the device has changed it. */

typedef struct
{
  OmcSession *session;
  GPtrArray *resources;     /* (nullable) (element-type OmcResource): from the server */
  const OmcQueueItem *item; /* (nullable): to the server */
  GHashTable *unproven;     /* (element-type utf8): the answer */
  GError *refusal;          /* (owned) (nullable): of the item */
  GError *error;            /* (owned) (nullable) */
} PlacesJob;

static char *
dup_type (const char *reference, const char **id)
{
  const char *slash = strchr (reference, '/');
  g_autofree char *type = NULL;

  if (slash == NULL || slash[1] == '\0' || strchr (slash + 1, '/') != NULL)
    return NULL;
  *id = slash + 1;
  type = g_strndup (reference, (gsize)(slash - reference));

  return omc_fhir_is_resource_type (type) ? g_steal_pointer (&type) : NULL;
}

static void
see_arriving (const char *reference, gpointer user_data)
{
  PlacesJob *job = user_data;
  const char *id;
  g_autofree char *type = dup_type (reference, &id);
  gboolean open;

  if (type != NULL && job->error == NULL &&
      omc_place_is_open (job->session, type, id, &open, &job->error) && open)
    g_hash_table_add (job->unproven, g_strdup (reference));
}

static void
see_place (PlacesJob *job, const char *type, const char *id, gboolean itself)
{
  g_autofree char *server_id = NULL;
  g_autofree char *reason = NULL;
  OmcPlace place;

  if (job->error != NULL || job->refusal != NULL ||
      !omc_place_find (job->session, type, id, &place, &server_id, &job->error))
    return;
  if (place == OMC_PLACE_UNPROVEN && !itself)
    g_hash_table_add (job->unproven, g_strconcat (type, "/", server_id, NULL));
  if (place != OMC_PLACE_TAKEN)
    return;
  reason = omc_place_dup_reason (place, type, itself);
  g_set_error_literal (&job->refusal, OMC_STORE_ERROR, OMC_STORE_ERROR_STALE, reason);
}

static void
see_going (const char *reference, gpointer user_data)
{
  const char *id;
  g_autofree char *type = dup_type (reference, &id);

  if (type != NULL)
    see_place (user_data, type, id, FALSE);
}

static gboolean
look (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  PlacesJob *job = data;
  const OmcQueueItem *item = job->item;
  gboolean moved;

  job->session = session;
  if (!omc_place_has_moved (session, &moved, error))
    return FALSE;
  if (!moved)
    return TRUE;
  for (guint i = 0; job->resources != NULL && i < job->resources->len; i++)
    omc_resource_foreach_reference (g_ptr_array_index (job->resources, i), see_arriving, job);
  if (item != NULL && item->operation != OMC_OPERATION_CREATE)
    see_place (job, item->resource_type, item->resource_id, TRUE);
  /* A person who is only known by what refers to them has no place of their own. */
  if (item != NULL && item->patient_id != NULL && !g_str_equal (item->resource_type, "Patient"))
    see_place (job, "Patient", item->patient_id, FALSE);
  if (item != NULL && item->payload != NULL)
    omc_resource_foreach_reference (item->payload, see_going, job);
  if (job->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&job->error));

  return FALSE;
}

GHashTable *
omc_store_list_unproven (OmcStore *self, GPtrArray *resources, GError **error)
{
  g_autoptr (GHashTable) unproven = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  PlacesJob job = { .resources = resources, .unproven = unproven };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (resources != NULL, NULL);

  return omc_store_run_read (self, look, &job, NULL, error) ? g_steal_pointer (&unproven) : NULL;
}

gboolean
omc_store_check_places (OmcStore *self,
                        const OmcQueueItem *item,
                        GHashTable *unproven,
                        GError **refusal,
                        GError **error)
{
  PlacesJob job = { .item = item, .unproven = unproven };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (item != NULL && unproven != NULL, FALSE);

  if (!omc_store_run_read (self, look, &job, NULL, error))
    {
      g_clear_error (&job.refusal);
      return FALSE;
    }
  if (job.refusal != NULL)
    g_propagate_error (refusal, job.refusal);

  return TRUE;
}

char *
omc_store_dup_unproven_reason (const char *reference)
{
  const char *id;
  g_autofree char *type = NULL;

  g_return_val_if_fail (reference != NULL, NULL);

  type = dup_type (reference, &id);

  return omc_place_dup_reason (OMC_PLACE_UNPROVEN, type != NULL ? type : reference, FALSE);
}
