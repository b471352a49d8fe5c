/* omc-sync-places.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include "omc-sync-places.h"

#include <string.h>

#include "omc-sync-error.h"
#include "omc-sync-idset.h"

/* What is fetched refers to more; a chain that is longer is no proof of anybody. */
#define MAX_DEPTH 8

static gboolean
was_asked (OmcSyncRun *run, const char *reference)
{
  return run->asked != NULL && g_hash_table_contains (run->asked, reference);
}

/* type -> set of ids */
static GHashTable *
group (OmcSyncRun *run, GHashTable *references)
{
  GHashTable *types =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
  GHashTableIter iter;
  gpointer reference;

  g_hash_table_iter_init (&iter, references);
  while (g_hash_table_iter_next (&iter, &reference, NULL))
    {
      const char *slash = strchr (reference, '/');
      g_autofree char *type = NULL;
      GHashTable *ids;

      if (slash == NULL || was_asked (run, reference))
        continue;
      type = g_strndup (reference, (gsize)(slash - (const char *)reference));
      ids = g_hash_table_lookup (types, type);
      if (ids == NULL)
        {
          ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
          g_hash_table_insert (types, g_steal_pointer (&type), ids);
        }
      g_hash_table_add (ids, g_strdup (slash + 1));
    }

  return types;
}

static void
note_asked (OmcSyncRun *run, const char *type, GHashTable *ids)
{
  GHashTableIter iter;
  gpointer id;

  if (run->asked == NULL)
    run->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_hash_table_add (run->asked, g_strconcat (type, "/", id, NULL));
}

static gboolean
ask (OmcSyncRun *run, const char *type, GHashTable *ids, GError **error)
{
  g_autoptr (GError) cause = NULL;

  /* Before it is applied: what comes may refer to itself. */
  note_asked (run, type, ids);
  if (!omc_server_profile_has_type (run->profile, type) ||
      omc_sync_idset_fetch (run, type, ids, &cause) || omc_sync_idset_is_refusal (cause))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));

  return FALSE;
}

gboolean
omc_sync_places_prove (OmcSyncRun *run, GHashTable *references, GError **error)
{
  g_autoptr (GHashTable) types = NULL;
  GHashTableIter iter;
  gpointer type, ids;
  gboolean well = TRUE;

  if (g_hash_table_size (references) == 0 || run->depth >= MAX_DEPTH)
    return TRUE;
  run->depth++;
  types = group (run, references);
  g_hash_table_iter_init (&iter, types);
  while (well && g_hash_table_iter_next (&iter, &type, &ids))
    well = ask (run, type, ids, error);
  run->depth--;

  return well;
}

gboolean
omc_sync_places_prove_page (OmcSyncRun *run, GPtrArray *resources, GError **error)
{
  g_autoptr (GHashTable) unproven =
      resources->len > 0 ? omc_store_list_unproven (run->store, resources, error) : NULL;

  if (resources->len == 0)
    return TRUE;

  return unproven != NULL && omc_sync_places_prove (run, unproven, error);
}

gboolean
omc_sync_places_check (OmcSyncRun *run,
                       const OmcQueueItem *item,
                       GHashTable *unproven,
                       gboolean *may,
                       GError **refusal,
                       GError **error)
{
  g_autoptr (GHashTable) open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) taken = NULL;
  GHashTableIter iter;
  gpointer reference;

  if (!omc_store_check_places (run->store, item, open, &taken, error))
    return FALSE;
  *may = taken == NULL && g_hash_table_size (open) == 0;
  g_hash_table_iter_init (&iter, open);
  while (taken == NULL && g_hash_table_iter_next (&iter, &reference, NULL))
    {
      g_autofree char *reason = NULL;

      if (!was_asked (run, reference))
        {
          g_hash_table_add (unproven, g_strdup (reference));
          continue;
        }
      reason = omc_store_dup_unproven_reason (reference);
      g_set_error_literal (&taken, OMC_SYNC_ERROR, OMC_SYNC_ERROR_REFUSED, reason);
    }
  if (taken != NULL)
    g_propagate_error (refusal, g_steal_pointer (&taken));

  return TRUE;
}
