/* ctl-queue.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "omc-ctl.h"

#include <glib/gi18n.h>

static OmcJsonNode *
item_node (OmcJsonBuilder *b, OmcQueueItem *item)
{
  OmcJsonNode *root = omc_json_builder_object (b);

  omc_ctl_set_integer (b, root, "id", item->id);
  omc_json_node_set_string (b, root, "resourceType", item->resource_type);
  omc_json_node_set_string (b, root, "resourceId", item->resource_id);
  omc_json_node_set_string (b, root, "patient", item->patient_id);
  omc_json_node_set_string (b, root, "operation", omc_operation_to_string (item->operation));
  omc_json_node_set_string (b, root, "state", omc_queue_state_to_string (item->state));
  omc_ctl_set_integer (b, root, "priority", item->priority);
  omc_ctl_set_integer (b, root, "attempts", item->attempts);
  omc_json_node_set_string (b, root, "baseVersion", item->base_version);
  omc_json_node_set_string (b, root, "idempotencyKey", item->idempotency_key);
  omc_json_node_set_string (b, root, "set", item->set_id);
  omc_json_node_set_string (b, root, "author", item->author);
  omc_json_node_set_string (b, root, "error", item->error);
  omc_ctl_set_instant (b, root, "created", item->created_us);
  omc_ctl_set_instant (b, root, "event", item->event_us);
  omc_ctl_set_instant (b, root, "lastAttempt", item->last_attempt_us);
  omc_ctl_set_instant (b, root, "nextAttempt", item->next_attempt_us);
  return root;
}

static int
print_items (OmcCtl *self, GPtrArray *items, gint64 only)
{
  guint shown = 0;

  for (guint i = 0; i < items->len; i++)
    {
      OmcQueueItem *item = g_ptr_array_index (items, i);

      if (only != 0 && item->id != only)
        continue;
      shown++;
      if (self->json)
        {
          g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();

          omc_ctl_print_json (b, item_node (b, item));
        }
      else
        g_print ("%6" G_GINT64_FORMAT "  %-20s %-7s %s/%s%s%s\n", item->id,
                 omc_queue_state_to_string (item->state), omc_operation_to_string (item->operation),
                 item->resource_type, item->resource_id, item->error != NULL ? ": " : "",
                 item->error != NULL ? item->error : "");
    }
  if (only != 0 && shown == 0)
    return omc_ctl_fail (
        OMC_CTL_FINDING,
        _ ("nothing numbered %" G_GINT64_FORMAT " waits; see 'omnicarectl queue list'"), only);
  return OMC_CTL_OK;
}

static OmcQueueItem *
find_item (GPtrArray *items, gint64 number)
{
  for (guint i = 0; i < items->len; i++)
    {
      OmcQueueItem *item = g_ptr_array_index (items, i);

      if (item->id == number)
        return item;
    }
  return NULL;
}

/* item: (nullable): whose it is may not be told to who acted */
static void
print_done (const char *act, gint64 number, OmcQueueItem *item)
{
  g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (b);
  OmcJsonNode *node;

  omc_json_node_set_string (b, root, "done", act);
  omc_ctl_set_integer (b, root, "count", 1);
  node = omc_json_node_append_object (b, omc_json_node_add_array (b, root, "items"));
  omc_ctl_set_integer (b, node, "id", number);
  if (item != NULL)
    {
      omc_json_node_set_string (b, node, "resourceType", item->resource_type);
      omc_json_node_set_string (b, node, "resourceId", item->resource_id);
      omc_json_node_set_string (b, node, "patient", item->patient_id);
      omc_json_node_set_string (b, node, "operation", omc_operation_to_string (item->operation));
    }
  omc_ctl_print_json (b, root);
}

static int
change_item (OmcCtl *self, const char *act, gint64 number, const char *reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items =
      self->json ? omc_store_list_queue_sync (self->store, self->actor, NULL, NULL, &error) : NULL;

  if (error != NULL ||
      (g_str_equal (act, "retry")
           ? !omc_store_retry_queue_item_sync (self->store, self->actor, number, NULL, &error)
           : !omc_store_cancel_queue_item_sync (self->store, self->actor, number, reason, NULL,
                                                &error)))
    return omc_ctl_fail_error (error);
  if (self->json)
    print_done (act, number, find_item (items, number));
  return OMC_CTL_OK;
}

int
omc_ctl_queue (OmcCtl *self, int argc, char **argv)
{
  g_autofree char *patient = NULL;
  g_autofree char *reason = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;
  gint64 number = 0;
  int status;
  const GOptionEntry entries[] = {
    { "patient", 0, 0, G_OPTION_ARG_STRING, &patient, NULL, NULL },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse (entries, OMC_CTL_USAGE_QUEUE, &argc, &argv) ||
      !omc_ctl_take_number (argc, argv, OMC_CTL_USAGE_QUEUE, &number))
    return OMC_CTL_USAGE;
  if (g_str_equal (argv[1], "cancel") && (reason == NULL || *reason == '\0'))
    return omc_ctl_fail (OMC_CTL_USAGE, "%s",
                         _ ("taking work back needs --reason TEXT; it is kept in the journal"));
  if (!omc_ctl_open (self, &status))
    return status;
  if (g_str_equal (argv[1], "list") || g_str_equal (argv[1], "show"))
    {
      const char *id =
          patient != NULL && g_str_has_prefix (patient, "Patient/") ? patient + 8 : patient;

      items = omc_store_list_queue_sync (self->store, self->actor, id, NULL, &error);
      return items != NULL ? print_items (self, items, number) : omc_ctl_fail_error (error);
    }
  if (g_str_equal (argv[1], "retry") || g_str_equal (argv[1], "cancel"))
    return change_item (self, argv[1], number, reason);
  return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_QUEUE);
}
