/* ctl-keys.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "omc-ctl.h"

#include <glib/gi18n.h>

#define USAGE "keys status | slots"

static const char *
kind_name (OmcKeySlotKind kind)
{
  return kind == OMC_KEY_SLOT_RECOVERY ? "recovery" : "passphrase";
}

static OmcJsonNode *
slot_node (OmcJsonBuilder *b, OmcKeySlotInfo *slot)
{
  OmcJsonNode *node = omc_json_builder_object (b);

  omc_ctl_set_integer (b, node, "id", slot->id);
  omc_json_node_set_string (b, node, "kind", kind_name (slot->kind));
  omc_json_node_set_string (b, node, "user", slot->user);
  omc_ctl_set_instant (b, node, "created", slot->created_at);
  omc_ctl_set_boolean (b, node, "deviceBound", slot->device_bound);
  return node;
}

static void
print_slots (OmcCtl *self, GPtrArray *slots)
{
  for (guint i = 0; i < slots->len; i++)
    {
      OmcKeySlotInfo *slot = g_ptr_array_index (slots, i);

      if (self->json)
        {
          g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();

          omc_ctl_print_json (b, slot_node (b, slot));
        }
      else
        g_print ("%4u  %-10s  %-20s %s\n", slot->id, kind_name (slot->kind),
                 slot->user != NULL ? slot->user : "-",
                 slot->device_bound ? _ ("bound to this computer's keyring") : "");
    }
}

static int
print_status (OmcCtl *self, GPtrArray *slots)
{
  g_autoptr (GError) error = NULL;
  OmcStoreStatus status;
  int code;

  if (!omc_ctl_open (self, &code))
    return code;
  if (!omc_store_get_status_sync (self->store, &status, NULL, &error))
    return omc_ctl_fail_error (error);
  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);
      OmcJsonNode *list = omc_json_node_add_array (b, root, "slots");

      omc_json_node_set_string (b, root, "storeId", omc_key_manager_get_store_id (self->keys));
      omc_ctl_set_integer (b, root, "epoch", status.key_epoch);
      omc_json_node_set_string (b, root, "notice", omc_key_manager_get_notice (self->keys));
      for (guint i = 0; i < slots->len; i++)
        omc_json_node_append (b, list, slot_node (b, g_ptr_array_index (slots, i)));
      omc_ctl_print_json (b, root);
    }
  else
    {
      g_print (_ ("Data key epoch %u, %u slots:\n"), status.key_epoch, slots->len);
      print_slots (self, slots);
    }
  return OMC_CTL_OK;
}

int
omc_ctl_keys (OmcCtl *self, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) slots = NULL;

  if (!omc_ctl_parse (NULL, USAGE, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc != 2 || (!g_str_equal (argv[1], "status") && !g_str_equal (argv[1], "slots")))
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), USAGE);
  if (!omc_key_manager_exists (omc_ctl_get_keys (self)))
    return omc_ctl_fail (OMC_CTL_FINDING,
                         _ ("there is no store in %s; make one with 'omnicarectl init'"),
                         self->data_dir);
  slots = omc_key_manager_list_slots (self->keys, &error);
  if (slots == NULL)
    return omc_ctl_fail_error (error);
  if (g_str_equal (argv[1], "status"))
    return print_status (self, slots);
  print_slots (self, slots);
  return OMC_CTL_OK;
}
