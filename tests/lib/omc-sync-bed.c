/* omc-sync-bed.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-test"

#include "config.h"

#include <glib/gstdio.h>

#include "omc-sync-bed.h"

#define PERSON "nurse"

static OmcSecret *
new_passphrase (void)
{
  return omc_secret_new ("correct horse battery", 21);
}

static void
open_store (OmcSyncBed *self)
{
  g_autoptr (OmcSecret) passphrase = new_passphrase ();
  g_autoptr (GError) error = NULL;

  self->keys = omc_key_manager_new (self->folder, self->secrets, &OMC_KDF_FLOOR);
  if (omc_key_manager_exists (self->keys))
    omc_key_manager_unlock_sync (self->keys, PERSON, passphrase, NULL, &error);
  else
    {
      g_autofree char *code = NULL;

      omc_key_manager_create_sync (self->keys, PERSON, passphrase, &code, NULL, &error);
    }
  g_assert_no_error (error);
  self->store = omc_store_new (self->folder, self->keys, self->clock);
  omc_store_open_sync (self->store, NULL, &error);
  g_assert_no_error (error);
  self->service = omc_sync_service_new (self->store, self->config);
}

static void
close_store (OmcSyncBed *self)
{
  omc_sync_service_stop (self->service);
  g_clear_object (&self->service);
  omc_store_close (self->store);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&self->store);
  g_clear_object (&self->keys);
}

OmcSyncBed *
omc_sync_bed_new (const char *server_url, const char *token_url)
{
  OmcSyncBed *self = g_new0 (OmcSyncBed, 1);
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("omc-bed-XXXXXX", &error);
  g_assert_no_error (error);
  self->secrets = omc_secret_store_memory_new ();
  self->clock = omc_clock_new ();
  self->nurse = omc_actor_new (PERSON, "Nurse Test", OMC_ROLE_CHARGE_NURSE, NULL, NULL);
  self->config = omc_sync_config_new ();
  self->config->server_url = g_strdup (server_url);
  self->config->auto_sync = FALSE;
  if (token_url != NULL)
    {
      self->config->token_url = g_strdup (token_url);
      self->config->client_id = g_strdup ("omnicare");
      self->config->client_secret = g_strdup ("omnicare-secret");
    }
  open_store (self);
  return self;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_folder (path);
      else
        g_remove (path);
    }
  g_rmdir (folder);
}

void
omc_sync_bed_free (OmcSyncBed *self)
{
  if (self == NULL)
    return;

  close_store (self);
  remove_folder (self->folder);
  g_object_unref (self->secrets);
  g_object_unref (self->clock);
  g_object_unref (self->nurse);
  omc_sync_config_free (self->config);
  g_free (self->folder);
  g_free (self);
}

void
omc_sync_bed_restart (OmcSyncBed *self)
{
  close_store (self);
  open_store (self);
}

void
omc_sync_bed_reconfigure (OmcSyncBed *self)
{
  omc_sync_service_stop (self->service);
  g_clear_object (&self->service);
  self->service = omc_sync_service_new (self->store, self->config);
}

static void
tell_what_failed (OmcSyncBed *self)
{
  g_autoptr (GPtrArray) queue =
      omc_store_list_queue_sync (self->store, self->nurse, NULL, NULL, NULL);

  for (guint i = 0; queue != NULL && i < queue->len; i++)
    {
      const OmcQueueItem *item = g_ptr_array_index (queue, i);

      if (item->error != NULL)
        g_test_message ("  %s %s %s/%s, attempt %u: %s", omc_queue_state_to_string (item->state),
                        omc_operation_to_string (item->operation), item->resource_type,
                        item->resource_id, item->attempts, item->error);
    }
}

OmcSyncReport *
omc_sync_bed_sync (OmcSyncBed *self)
{
  g_autoptr (GError) error = NULL;
  OmcSyncReport *report = omc_sync_service_run_sync (self->service, NULL, FALSE, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (report);
  g_test_message (
      "sync: %s, %u received, %u merged, %u conflicts, %u sent, %u failed, %u waiting: %s",
      report->complete ? "complete" : "incomplete", report->received, report->merged,
      report->conflicts, report->sent, report->failed, report->waiting, report->error);
  tell_what_failed (self);
  return report;
}

OmcSyncReport *
omc_sync_bed_sync_until_complete (OmcSyncBed *self, guint times)
{
  OmcSyncReport *report = omc_sync_bed_sync (self);

  for (guint i = 1; i < times && !report->complete; i++)
    {
      omc_sync_report_free (report);
      report = omc_sync_bed_sync (self);
    }
  return report;
}

OmcResource *
omc_sync_bed_save (OmcSyncBed *self, const char *format, ...)
{
  g_autoptr (GPtrArray) resources =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (GPtrArray) saved = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  OmcResource *resource;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  resource = omc_resource_parse (text, -1, &error);
  g_assert_no_error (error);
  g_ptr_array_add (resources, resource);
  saved = omc_store_save_sync (self->store, self->nurse, resources, OMC_SAVE_CHART, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (saved->len, ==, 1);
  return omc_resource_ref (g_ptr_array_index (saved, 0));
}

OmcResource *
omc_sync_bed_read (OmcSyncBed *self, const char *type, const char *id)
{
  g_autoptr (GError) error = NULL;
  OmcResource *resource = omc_store_read_sync (self->store, self->nurse, type, id, NULL, &error);

  if (resource == NULL && !g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND) &&
      !g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DELETED))
    g_assert_no_error (error);
  return resource;
}

char *
omc_sync_bed_dup_rendered (OmcSyncBed *self, const char *type, const char *id)
{
  g_autoptr (OmcResource) resource = omc_sync_bed_read (self, type, id);
  g_autoptr (OmcResource) rendered = NULL;
  g_autoptr (GPtrArray) unsent = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  if (resource == NULL)
    return NULL;
  rendered = omc_store_render_for_server (self->store, resource, unsent, &error);
  g_assert_no_error (error);
  return omc_resource_to_string (rendered, NULL);
}

char *
omc_sync_bed_dup_server_id (OmcSyncBed *self, OmcResource *resource)
{
  g_autoptr (GError) error = NULL;
  char *id = omc_store_dup_server_id (self->store, omc_resource_get_resource_type (resource),
                                      omc_resource_get_id (resource), &error);

  g_assert_no_error (error);
  return id;
}

OmcStoreStatus
omc_sync_bed_get_status (OmcSyncBed *self)
{
  OmcStoreStatus status = { 0 };
  g_autoptr (GError) error = NULL;

  omc_store_get_status_sync (self->store, &status, NULL, &error);
  g_assert_no_error (error);
  return status;
}

static gboolean
add_id (OmcResource *resource, gpointer ids, GError **error)
{
  g_ptr_array_add (ids, g_strdup (omc_resource_get_id (resource)));
  return TRUE;
}

GPtrArray *
omc_sync_bed_list_ids (OmcSyncBed *self, const char *type)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  omc_store_foreach_sync (self->store, self->nurse, type, NULL, add_id, ids, NULL, &error);
  g_assert_no_error (error);
  return ids;
}
