/* omc-sync-page.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-sync-error.h"
#include "omc-sync-page.h"

static OmcResource *
dup_resource (const OmcJsonValue *value)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  g_autoptr (OmcJson) json = omc_json_builder_end (builder, omc_json_builder_copy (builder, value));

  return omc_resource_new (json, NULL);
}

static void
read_resource (OmcSyncPage *self, const OmcJsonValue *entry)
{
  const OmcJsonValue *body = omc_json_value_get (entry, "resource");
  g_autoptr (OmcResource) resource = NULL;

  if (g_strcmp0 (omc_json_value_pick_string (entry, "search.mode"), "outcome") == 0 ||
      g_strcmp0 (omc_json_value_pick_string (body, "resourceType"), "OperationOutcome") == 0)
    return;
  if (body != NULL)
    resource = dup_resource (body);
  if (resource == NULL || omc_resource_get_id (resource) == NULL)
    self->n_unreadable++;
  else
    g_ptr_array_add (self->resources, g_steal_pointer (&resource));
}

static void
read_deleted (OmcSyncPage *self, const OmcJsonValue *entry)
{
  const char *type = omc_json_value_pick_string (entry, "resource.resourceType");
  const char *id = omc_json_value_pick_string (entry, "resource.id");

  if (type != NULL && id != NULL)
    g_ptr_array_add (self->deletions, g_strconcat (type, "/", id, NULL));
  else
    self->n_unreadable++;
}

/* "Type/id" out of "Type/id", "Type/id/_history/3" or an absolute form of these. */
static char *
dup_key_of_url (const char *url)
{
  g_auto (GStrv) parts = url != NULL ? g_strsplit (url, "/", -1) : NULL;
  guint n = parts != NULL ? g_strv_length (parts) : 0;

  if (n >= 4 && g_str_equal (parts[n - 2], "_history"))
    n -= 2;
  if (n < 2 || !omc_fhir_is_resource_type (parts[n - 2]))
    return NULL;
  return g_strconcat (parts[n - 2], "/", parts[n - 1], NULL);
}

static void
read_history (OmcSyncPage *self, const OmcJsonValue *entry, GHashTable *seen)
{
  const OmcJsonValue *body = omc_json_value_get (entry, "resource");
  const char *method = omc_json_value_pick_string (entry, "request.method");
  const char *status = omc_json_value_pick_string (entry, "response.status");
  g_autofree char *key = NULL;

  if (omc_json_value_pick_string (body, "id") != NULL)
    key = g_strconcat (omc_json_value_pick_string (body, "resourceType"), "/",
                       omc_json_value_pick_string (body, "id"), NULL);
  if (key == NULL)
    key = dup_key_of_url (omc_json_value_pick_string (entry, "request.url"));
  if (key == NULL)
    key = dup_key_of_url (omc_json_value_pick_string (entry, "fullUrl"));
  if (key == NULL)
    {
      self->n_unreadable++;
      return;
    }
  if (!g_hash_table_add (seen, g_strdup (key)))
    return;
  if (g_strcmp0 (method, "DELETE") == 0 || (status != NULL && g_str_has_prefix (status, "410")) ||
      (body == NULL && method == NULL))
    g_ptr_array_add (self->deletions, g_steal_pointer (&key));
}

static char *
dup_next (const OmcJsonValue *bundle)
{
  OmcJsonIter iter;
  const OmcJsonValue *link;

  omc_json_iter_init (&iter, omc_json_value_get (bundle, "link"));
  while (omc_json_iter_next (&iter, NULL, &link))
    {
      if (g_strcmp0 (omc_json_value_pick_string (link, "relation"), "next") == 0)
        return g_strdup (omc_json_value_pick_string (link, "url"));
    }

  return NULL;
}

OmcSyncPage *
omc_sync_page_new (const OmcJsonValue *bundle,
                   OmcSyncPageKind kind,
                   GHashTable *seen,
                   GError **error)
{
  g_autoptr (OmcSyncPage) self = g_new0 (OmcSyncPage, 1);
  const char *total;
  const OmcJsonValue *entry;
  OmcJsonIter iter;

  self->resources = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  self->deletions = g_ptr_array_new_with_free_func (g_free);
  self->total = -1;
  if (g_strcmp0 (omc_json_value_pick_string (bundle, "resourceType"), "Bundle") != 0)
    {
      g_set_error_literal (
          error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_SERVER,
          _ ("The server's answer to a search is no Bundle; it is asked again by itself."));
      return NULL;
    }

  total = omc_json_value_get_number_text (omc_json_value_get (bundle, "total"));
  if (total != NULL)
    self->total = g_ascii_strtoll (total, NULL, 10);
  self->next = dup_next (bundle);
  omc_json_iter_init (&iter, omc_json_value_get (bundle, "entry"));
  while (omc_json_iter_next (&iter, NULL, &entry))
    {
      if (kind == OMC_PAGE_RESOURCES)
        read_resource (self, entry);
      else if (kind == OMC_PAGE_DELETED)
        read_deleted (self, entry);
      else
        read_history (self, entry, seen);
    }
  return g_steal_pointer (&self);
}

void
omc_sync_page_free (OmcSyncPage *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->resources, g_ptr_array_unref);
  g_clear_pointer (&self->deletions, g_ptr_array_unref);
  g_free (self->next);
  g_free (self);
}
