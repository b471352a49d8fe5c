/* ctl-status.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "ctl-audit.h"
#include "ctl-people.h"
#include "ctl-server.h"

#include "omc-audit-mark.h"
#include "omc-store-budget.h"
#include "omc-store-policy.h"
#include "omc-store-sync.h"

#include <glib/gi18n.h>

/* Who takes most of the room. */
#define MAX_PATIENTS 20

static void
add_rows (OmcJsonBuilder *b, OmcJsonNode *list, const char *key, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      const OmcStorageRow *row = g_ptr_array_index (rows, i);
      OmcJsonNode *node = omc_json_node_append_object (b, list);

      omc_json_node_set_string (b, node, key, row->name);
      omc_ctl_set_integer (b, node, "resources", row->n_resources);
      omc_ctl_set_integer (b, node, "payloadBytes", row->payload_bytes);
      omc_ctl_set_integer (b, node, "originalBytes", row->original_bytes);
    }
}

typedef struct
{
  OmcAuditArchiveStatus status;
  OmcAuditReport report; /* of the files as far as their headers tell */
} Archive;

/* refusal: (nullable) why nothing is sent to it */
static void
add_server (OmcJsonBuilder *b, OmcJsonNode *root, const OmcCtlServer *server, const char *refusal)
{
  const OmcServerIdentity *one = server->named != NULL ? server->named : server->known;
  OmcJsonNode *node = omc_json_node_add_object (b, root, "server");

  if (one != NULL)
    omc_ctl_server_add (b, node, one);
  omc_ctl_set_boolean (b, node, "bound", server->known != NULL);
  omc_json_node_set_string (b, node, "refused", refusal);
}

static void
print_server (const OmcCtlServer *server, const char *refusal)
{
  g_autofree char *text = omc_ctl_server_describe (server);

  if (refusal != NULL || text != NULL)
    g_print (_ ("Server:           %s\n"), refusal != NULL ? refusal : text);
}

static void
print_status_json (OmcStore *store,
                   const OmcCtlServer *device,
                   const char *refusal,
                   const char *unheard,
                   const OmcStoreStatus *status,
                   const OmcStorage *shares,
                   const Archive *files,
                   const char *server)
{
  g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (b);
  OmcJsonNode *queue = omc_json_node_add_object (b, root, "queue");
  OmcJsonNode *storage = omc_json_node_add_object (b, root, "storage");
  OmcJsonNode *audit = omc_json_node_add_object (b, root, "audit");
  OmcJsonNode *archive = omc_json_node_add_object (b, audit, "archive");
  OmcJsonNode *policy = omc_json_node_add_object (b, root, "policy");
  g_autofree char *notice = omc_store_dup_policy_notice (store);

  omc_ctl_set_integer (b, policy, "version", (gint64)omc_store_get_policy_version (store));
  omc_json_node_set_string (b, policy, "notice", notice);

  omc_ctl_set_integer (b, root, "resources", status->n_resources);
  omc_ctl_set_integer (b, root, "patients", status->n_patients);
  omc_ctl_set_integer (b, root, "conflicts", status->n_conflicts);
  omc_ctl_set_instant (b, root, "lastSync", status->last_sync_us);
  omc_ctl_set_instant (b, root, "lastContact", status->last_contact_us);
  add_server (b, root, device, refusal);
  omc_json_node_set_string (b, root, "peopleUnheard", unheard);
  omc_ctl_set_integer (b, root, "auditSequence", (gint64)status->audit_sequence);
  omc_ctl_set_integer (b, audit, "sequence", (gint64)status->audit_sequence);
  omc_ctl_set_integer (b, audit, "sent", (gint64)status->audit_sent);
  omc_ctl_set_integer (b, audit, "refused", status->n_audit_refused);
  omc_ctl_set_integer (b, audit, "archived", (gint64)status->audit_archived);
  omc_ctl_set_integer (b, audit, "alarm", (gint64)status->audit_alarm);
  omc_json_node_set_string (b, audit, "server", server);
  omc_ctl_audit_add_archive (b, archive, &files->status);
  omc_ctl_audit_add_report (b, archive, &files->report);
  omc_ctl_set_integer (b, root, "schemaVersion", status->schema_version);
  omc_ctl_set_integer (b, root, "keyEpoch", status->key_epoch);
  omc_ctl_set_integer (b, queue, "pending", status->n_pending);
  omc_ctl_set_integer (b, queue, "pendingSets", status->n_pending_sets);
  omc_ctl_set_integer (b, queue, "inFlight", status->n_in_flight);
  omc_ctl_set_integer (b, queue, "blockedByConflict", status->n_blocked);
  omc_ctl_set_integer (b, queue, "needsAttention", status->n_attention);
  omc_ctl_set_instant (b, queue, "oldest", status->oldest_pending_us);
  omc_ctl_set_integer (b, storage, "payloadBytes", status->payload_bytes);
  omc_ctl_set_integer (b, storage, "originalBytes", status->original_bytes);
  omc_ctl_set_integer (b, storage, "fileBytes", status->file_bytes);
  omc_ctl_set_integer (b, storage, "usedBytes", shares->used_bytes);
  omc_ctl_set_integer (b, storage, "maxBytes", shares->max_bytes);
  omc_ctl_set_integer (b, storage, "reserveBytes", shares->reserve_bytes);
  add_rows (b, omc_json_node_add_array (b, storage, "byType"), "type", shares->types);
  add_rows (b, omc_json_node_add_array (b, storage, "byPatient"), "patient", shares->patients);
  omc_ctl_print_json (b, root);
}

static void
print_status (OmcStore *store, const OmcStoreStatus *status)
{
  g_autofree char *notice = omc_store_dup_policy_notice (store);
  g_autofree char *last = status->last_sync_us != 0
                              ? omc_instant_format_local (status->last_sync_us)
                              : g_strdup (_ ("never"));
  g_autofree char *size = g_format_size ((guint64)status->file_bytes);

  g_print (_ ("Records:          %u resources of %u patients, %s\n"), status->n_resources,
           status->n_patients, size);
  g_print (_ ("Last full sync:   %s\n"), last);
  g_print (_ ("Waiting to send:  %u (in %u sets), in flight %u\n"), status->n_pending,
           status->n_pending_sets, status->n_in_flight);
  g_print (_ ("Needs a person:   %u conflicts, %u refused by the server\n"), status->n_conflicts,
           status->n_attention);
  if (notice != NULL)
    g_print (_ ("Access policy:    %s\n"), notice);
}

static void
print_people (OmcCtl *self)
{
  g_autofree char *text = omc_ctl_people_describe_unheard (self);

  if (text != NULL)
    g_print (_ ("Sign-in:          %s;\n                  %s.\n"), text,
             omc_ctl_people_get_remedy ());
}

static void
print_share (const char *kind, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      const OmcStorageRow *row = g_ptr_array_index (rows, i);
      g_autofree char *stored = g_format_size ((guint64)row->payload_bytes);
      double ratio =
          row->payload_bytes > 0 ? (double)row->original_bytes / (double)row->payload_bytes : 0;

      g_print ("%s%-30s %8u  %10s  1:%.1f\n", kind, row->name, row->n_resources, stored, ratio);
    }
}

static void
print_storage (const OmcStorage *storage)
{
  g_autofree char *used = g_format_size ((guint64)storage->used_bytes);
  g_autofree char *limit = g_format_size ((guint64)storage->max_bytes);

  g_print (_ ("Room:             %s of %s\n"), used, limit);
  print_share ("  ", storage->types);
  print_share ("  Patient/", storage->patients);
}

/* server: (nullable) why nothing of it goes up */
static void
print_audit (const OmcStoreStatus *status, const char *server)
{
  g_print (_ ("Audit trail:      %" G_GUINT64_FORMAT " entries, %" G_GUINT64_FORMAT
              " on the server, %u refused\n"),
           status->audit_sequence, status->audit_sent - status->n_audit_refused,
           status->n_audit_refused);
  if (g_strcmp0 (server, "unsupported") == 0)
    g_print (_ ("                  The server takes no AuditEvents; export the trail.\n"));
  else if (server != NULL)
    g_print (
        _ ("                  The server does not let this device write AuditEvents; ask IT.\n"));
  if (status->audit_alarm != 0)
    g_print (_ ("                  THE SERVER KNOWS MORE OF IT THAN THERE IS HERE: this store was "
                "rolled back or rebuilt. Tell the security officer.\n"));
}

static void
print_archive (const Archive *files)
{
  g_autofree char *archive = omc_ctl_audit_describe_archive (&files->status);
  g_autofree char *when = omc_instant_format_local (files->status.oldest_us);
  g_autofree char *broken = omc_ctl_audit_describe (&files->report);

  g_print (_ ("Audit archive:    %s\n"), archive);
  if (files->status.n_segments > 0 && files->status.oldest != 0)
    g_print (_ ("                  In the database from entry %" G_GUINT64_FORMAT " of %s on.\n"),
             files->status.oldest, when);
  if (files->report.finding != OMC_AUDIT_INTACT)
    g_print (_ ("                  Finding: %s. Tell the security officer.\n"), broken);
}

static int
print_proof (OmcCtl *self, const char *patient)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcPatientProof) proof =
      omc_store_read_proof_sync (self->store, self->actor, patient, NULL, &error);
  g_autofree char *when = NULL;

  if (proof == NULL)
    return omc_ctl_fail_error (error);
  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);
      OmcJsonNode *waiting;

      omc_json_node_set_string (b, root, "patient", patient);
      omc_ctl_set_instant (b, root, "confirmedByServer", proof->confirmed_us);
      omc_ctl_set_integer (b, root, "resources", proof->n_resources);
      omc_ctl_set_integer (b, root, "confirmed", proof->n_confirmed);
      waiting = omc_json_node_add_array (b, root, "waiting");
      for (guint i = 0; i < proof->waiting->len; i++)
        {
          OmcQueueItem *item = g_ptr_array_index (proof->waiting, i);
          OmcJsonNode *node = omc_json_node_append_object (b, waiting);
          g_autofree char *reference =
              g_strdup_printf ("%s/%s", item->resource_type, item->resource_id);

          omc_ctl_set_integer (b, node, "id", item->id);
          omc_json_node_set_string (b, node, "resource", reference);
          omc_json_node_set_string (b, node, "state", omc_queue_state_to_string (item->state));
          omc_json_node_set_string (b, node, "error", item->error);
        }
      omc_ctl_print_json (b, root);
      return OMC_CTL_OK;
    }
  when = proof->confirmed_us != 0 ? omc_instant_format_local (proof->confirmed_us)
                                  : g_strdup (_ ("never"));
  g_print (_ ("Confirmed by the server: %s, %u of %u resources; waiting: %u\n"), when,
           proof->n_confirmed, proof->n_resources, proof->waiting->len);
  return OMC_CTL_OK;
}

int
omc_ctl_status (OmcCtl *self, int argc, char **argv)
{
  g_autofree char *patient = NULL;
  gboolean with_storage = FALSE;
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcStorage) storage = NULL;
  g_autofree char *server = NULL;
  g_autofree char *unheard = NULL;
  g_auto (OmcCtlServer) device = { 0 };
  g_autoptr (GError) unusable = NULL;
  const char *refusal;
  OmcStoreStatus status;
  Archive files;
  int code;
  const GOptionEntry entries[] = {
    { "patient", 0, 0, G_OPTION_ARG_STRING, &patient, NULL, NULL },
    { "storage", 0, 0, G_OPTION_ARG_NONE, &with_storage, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse_alone (entries, OMC_CTL_USAGE_STATUS, &argc, &argv))
    return OMC_CTL_USAGE;
  if (!omc_ctl_open (self, &code))
    return code;
  if (patient != NULL)
    return print_proof (self, g_str_has_prefix (patient, "Patient/") ? patient + 8 : patient);
  if (!omc_store_get_status_sync (self->store, &status, NULL, &error) ||
      !omc_store_read_audit_archive_sync (self->store, &files.status, NULL, &error) ||
      !omc_store_look_at_audit_archive_sync (self->store, &files.report, NULL, &error))
    return omc_ctl_fail_error (error);
  server = omc_store_get_mark (self->store, OMC_AUDIT_MARK_SERVER, NULL);
  unheard = omc_ctl_people_dup_unheard (self);
  refusal = omc_ctl_server_read (self, NULL, NULL, &device, &unusable) ? device.refusal
                                                                       : unusable->message;
  if (self->json || with_storage)
    {
      storage = omc_store_read_storage_sync (self->store, self->actor, MAX_PATIENTS, NULL, &error);
      if (storage == NULL)
        return omc_ctl_fail_error (error);
    }
  if (self->json)
    print_status_json (self->store, &device, refusal, unheard, &status, storage, &files, server);
  else
    {
      print_status (self->store, &status);
      print_server (&device, refusal);
      print_people (self);
      print_audit (&status, server);
      print_archive (&files);
    }
  if (with_storage && !self->json)
    print_storage (storage);
  return OMC_CTL_OK;
}
