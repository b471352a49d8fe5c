/* ctl-sync.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "omc-bounded-file.h"
#include "omc-config.h"
#include "omc-ctl.h"
#include "omc-practice.h"
#include "omc-sync-error.h"
#include "omc-sync-service.h"

#include <glib/gi18n.h>

typedef struct
{
  char *server;
  char *client_id;
  char *secret_file;
  char *ca_file;
  char *resource;
  gboolean once;
  gboolean dry_run;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->server);
  g_free (options->client_id);
  g_free (options->secret_file);
  g_free (options->ca_file);
  g_free (options->resource);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* The configuration, and above it what the command line says. */
static OmcSyncConfig *
effective_config (OmcCtl *self, const Options *options, GError **error)
{
  g_autoptr (OmcConfig) config = omc_config_load (self->config_file, error);
  g_autoptr (OmcSyncConfig) sync =
      config != NULL ? omc_config_to_sync_config (config, error) : NULL;

  if (sync == NULL)
    return NULL;
  if (options->server != NULL)
    g_set_str (&sync->server_url, options->server);
  if (options->client_id != NULL)
    g_set_str (&sync->client_id, options->client_id);
  if (options->ca_file != NULL)
    g_set_str (&sync->ca_file, options->ca_file);
  if (options->secret_file != NULL)
    {
      g_clear_pointer (&sync->client_secret, g_free);
      if (!omc_bounded_file_read (options->secret_file, OMC_CONFIG_SECRET_MAX, &sync->client_secret,
                                  NULL, error))
        return NULL;
      g_strchomp (sync->client_secret);
    }
  if (sync->server_url == NULL)
    {
      g_set_error_literal (error, OMC_CONFIG_ERROR, OMC_CONFIG_ERROR_INVALID,
                           _ ("no server: give --server URL, or server.url in the configuration"));
      return NULL;
    }
  return g_steal_pointer (&sync);
}

static void
print_report (OmcCtl *self, const OmcSyncReport *report, gboolean dry_run)
{
  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);

      omc_ctl_set_boolean (b, root, "complete", report->complete);
      omc_ctl_set_boolean (b, root, "dryRun", dry_run);
      omc_ctl_set_integer (b, root, "received", report->received);
      omc_ctl_set_integer (b, root, "merged", report->merged);
      omc_ctl_set_integer (b, root, "conflicts", report->conflicts);
      omc_ctl_set_integer (b, root, "sent", report->sent);
      omc_ctl_set_integer (b, root, "failed", report->failed);
      omc_ctl_set_integer (b, root, "waiting", report->waiting);
      omc_json_node_set_string (b, root, "error", report->error);
      omc_ctl_print_json (b, root);
    }
  else
    g_print (
        _ ("Received %u, merged %u, sent %u. Still waiting: %u; refused: %u; new conflicts: %u.\n"),
        report->received, report->merged, report->sent, report->waiting, report->failed,
        report->conflicts);
  if (report->error != NULL)
    omc_ctl_say ("omnicarectl: %s", report->error);
}

/* A run for one resource is never a complete one: is that resource still in the queue? */
static int
judge_resource (OmcCtl *self, const char *reference)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items =
      omc_store_list_queue_sync (self->store, self->actor, NULL, NULL, &error);

  if (items == NULL)
    return omc_ctl_fail_error (error);
  for (guint i = 0; i < items->len; i++)
    {
      OmcQueueItem *item = g_ptr_array_index (items, i);
      g_autofree char *mine = g_strconcat (item->resource_type, "/", item->resource_id, NULL);

      if (g_str_equal (mine, reference))
        return omc_ctl_fail (
            OMC_CTL_FINDING,
            _ ("%s still waits; see 'omnicarectl queue show %" G_GINT64_FORMAT "'"), reference,
            item->id);
    }
  return OMC_CTL_OK;
}

int
omc_ctl_sync (OmcCtl *self, int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  g_autoptr (OmcSyncConfig) config = NULL;
  g_autoptr (OmcSyncService) service = NULL;
  g_autoptr (OmcSyncReport) report = NULL;
  g_autoptr (GError) error = NULL;
  int status;
  const GOptionEntry entries[] = {
    { "once", 0, 0, G_OPTION_ARG_NONE, &options.once, NULL, NULL }, /* each call is one run */
    { "server", 0, 0, G_OPTION_ARG_STRING, &options.server, NULL, NULL },
    { "client-id", 0, 0, G_OPTION_ARG_STRING, &options.client_id, NULL, NULL },
    { "client-secret-file", 0, 0, G_OPTION_ARG_FILENAME, &options.secret_file, NULL, NULL },
    { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &options.ca_file, NULL, NULL },
    { "resource", 0, 0, G_OPTION_ARG_STRING, &options.resource, NULL, NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &options.dry_run, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse_alone (entries, OMC_CTL_USAGE_SYNC, &argc, &argv))
    return OMC_CTL_USAGE;
  if (options.resource != NULL)
    {
      g_autofree char *type = NULL;
      g_autofree char *id = NULL;

      if (!omc_ctl_split_reference (options.resource, &type, &id))
        return OMC_CTL_USAGE;
    }
  config = effective_config (self, &options, &error);
  if (config == NULL)
    return omc_ctl_fail (OMC_CTL_USAGE, "%s", error->message);
  /* Meeting the server is what ends the time without it. Nothing of the records is shown. */
  self->for_contact = TRUE;
  if (!omc_ctl_open (self, &status))
    return status;
  config->unbound = omc_practice_is_store (self->data_dir);
  service = omc_sync_service_new (self->store, config);
  report = omc_sync_service_run_sync (service, options.resource, options.dry_run, NULL, &error);
  if (report == NULL)
    return omc_ctl_fail (g_error_matches (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG)
                             ? OMC_CTL_USAGE
                             : OMC_CTL_FINDING,
                         "%s", error->message);
  print_report (self, report, options.dry_run);
  if (options.resource == NULL && !options.dry_run)
    return report->complete ? OMC_CTL_OK : OMC_CTL_FINDING;
  if (report->error != NULL)
    return OMC_CTL_FINDING;
  return options.dry_run ? OMC_CTL_OK : judge_resource (self, options.resource);
}
