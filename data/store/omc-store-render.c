/* omc-store-render.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-sync.h"

#include <string.h>

#include "omc-id-dao.h"
#include "omc-place.h"
#include "omc-resource-dao.h"
#include "omc-store-private.h"

/* The way out: local ids become the server's. */

static gboolean
find_server_id (OmcSession *session,
                const char *type,
                const char *local_id,
                char **server_id,
                GError **error)
{
  g_auto (OmcResourceRow) row = { 0 };

  if (!omc_id_dao_find_server_id (session, type, local_id, server_id, error))
    return FALSE;
  if (*server_id != NULL)
    return TRUE;
  if (!omc_resource_dao_find (session, type, local_id, &row, error))
    return FALSE;
  if (row.pk != 0 && row.server_version != NULL)
    *server_id = g_strdup (local_id);

  return TRUE;
}

typedef struct
{
  OmcSession *session;
  const char *type;
  const char *local_id;
  char *server_id;
  OmcResource *resource;
  OmcResource *rendered;
  GPtrArray *unsent;
  GError *error; /* (owned) (nullable) */
} RenderJob;

static gboolean
dup_server_id (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  RenderJob *job = data;

  return find_server_id (session, job->type, job->local_id, &job->server_id, error);
}

char *
omc_store_dup_server_id (OmcStore *self, const char *type, const char *local_id, GError **error)
{
  RenderJob job = { .type = type, .local_id = local_id };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (type != NULL && local_id != NULL, NULL);

  return omc_store_run_read (self, dup_server_id, &job, NULL, error) ? job.server_id : NULL;
}

/* NULL keeps the reference: the server's own id, or none of ours. */
static char *
render_reference (const char *reference, gpointer user_data)
{
  RenderJob *job = user_data;
  const char *slash = strchr (reference, '/');
  g_autofree char *type = NULL;
  g_autofree char *server_id = NULL;
  OmcPlace place;

  if (slash == NULL || strchr (slash + 1, '/') != NULL || job->error != NULL)
    return NULL;
  type = g_strndup (reference, (gsize)(slash - reference));
  if (!omc_fhir_is_resource_type (type) ||
      !omc_place_find (job->session, type, slash + 1, &place, &server_id, &job->error))
    return NULL;
  if (place == OMC_PLACE_THERE)
    return strcmp (server_id, slash + 1) != 0 ? g_strconcat (type, "/", server_id, NULL) : NULL;
  if (job->unsent != NULL &&
      !g_ptr_array_find_with_equal_func (job->unsent, reference, g_str_equal, NULL))
    g_ptr_array_add (job->unsent, g_strdup (reference));

  return NULL;
}

static gboolean
render (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  RenderJob *job = data;
  g_autoptr (OmcResource) mapped = NULL;
  g_autoptr (OmcResource) bare = NULL;
  g_autofree char *server_id = NULL;
  const char *id = omc_resource_get_id (job->resource);

  job->session = session;
  mapped = omc_resource_map_references (job->resource, render_reference, job);
  if (job->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&job->error));
      return FALSE;
    }
  bare = omc_resource_with_meta (mapped, NULL, NULL);
  if (id != NULL &&
      !find_server_id (session, omc_resource_get_resource_type (bare), id, &server_id, error))
    return FALSE;
  job->rendered = server_id != NULL && strcmp (server_id, id) != 0
                      ? omc_resource_with_id (bare, server_id)
                      : g_steal_pointer (&bare);

  return TRUE;
}

OmcResource *
omc_store_render_for_server (OmcStore *self, OmcResource *local, GPtrArray *unsent, GError **error)
{
  RenderJob job = { .resource = local, .unsent = unsent };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (local != NULL, NULL);

  return omc_store_run_read (self, render, &job, NULL, error) ? job.rendered : NULL;
}
