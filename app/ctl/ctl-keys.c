/* ctl-keys.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "ctl-keys.h"
#include "omc-config.h"
#include "omc-store-slots.h"

#include <glib/gi18n.h>

#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define DAY_US (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)

static OmcJsonNode *
slot_node (OmcJsonBuilder *b, OmcKeySlotInfo *slot)
{
  OmcJsonNode *node = omc_json_builder_object (b);

  omc_ctl_set_integer (b, node, "id", slot->id);
  omc_json_node_set_string (b, node, "kind", omc_key_slot_kind_to_string (slot->kind));
  omc_json_node_set_string (b, node, "user", slot->user);
  omc_ctl_set_instant (b, node, "created", slot->created_at);
  omc_ctl_set_boolean (b, node, "deviceBound", slot->device_bound);
  omc_ctl_set_boolean (b, node, "blocked", slot->blocked);
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
        g_print ("%4u  %-10s  %-20s %s%s\n", slot->id, omc_key_slot_kind_to_string (slot->kind),
                 slot->user != NULL ? slot->user : "-",
                 !slot->device_bound              ? ""
                 : slot->kind == OMC_KEY_SLOT_PIN ? _ ("until this computer is started again")
                                                  : _ ("bound to this computer's keyring"),
                 slot->blocked ? _ (" (blocked)") : "");
    }
}

/* Days until the client makes a new data key; 0: with its next look. */
static gboolean
read_days_left (OmcCtl *self, const OmcKeyStatus *status, gint64 *days, GError **error)
{
  g_autoptr (OmcConfig) config = omc_config_load (self->config_file, error);
  gint64 age_us = omc_clock_get_now (self->clock) - status->epoch_at_us;

  if (config == NULL)
    return FALSE;
  *days =
      MAX (0, omc_config_get_integer (config, "offline.storage.keyRotationDays") - age_us / DAY_US);
  return TRUE;
}

static void
add_lifetime (OmcCtl *self, OmcJsonBuilder *b, OmcJsonNode *root)
{
  OmcJsonNode *node = omc_json_node_add_object (b, root, "offline");
  OmcKeyLifetime lifetime;

  if (!omc_key_manager_get_lifetime_sync (self->keys, &lifetime, NULL))
    return;
  omc_ctl_set_boolean (b, node, "hasServer", lifetime.has_server);
  omc_ctl_set_instant (b, node, "lastContact", lifetime.contact_us);
  omc_ctl_set_integer (b, node, "limitHours", lifetime.limit_us / HOUR_US);
  omc_ctl_set_boolean (b, node, "moreConfigured", lifetime.held);
  if (lifetime.left_us != G_MAXINT64)
    omc_ctl_set_integer (b, node, "hoursLeft", lifetime.left_us / HOUR_US);
  omc_ctl_set_boolean (b, node, "soon", lifetime.soon);
  omc_ctl_set_boolean (b, node, "withdrawn", lifetime.revoked);
}

static void
print_status_json (OmcCtl *self, GPtrArray *slots, const OmcKeyStatus *status, gint64 days)
{
  g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (b);
  OmcJsonNode *rotation = omc_json_node_add_object (b, root, "rotation");
  OmcJsonNode *list = omc_json_node_add_array (b, root, "slots");

  omc_json_node_set_string (b, root, "storeId", omc_key_manager_get_store_id (self->keys));
  omc_ctl_set_integer (b, root, "epoch", status->epoch);
  omc_ctl_set_instant (b, root, "epochSince", status->epoch_at_us);
  omc_ctl_set_integer (b, root, "daysUntilRotation", days);
  omc_json_node_set_string (b, root, "notice", omc_key_manager_get_notice (self->keys));
  omc_ctl_set_boolean (b, rotation, "running", status->resealing);
  omc_ctl_set_boolean (b, rotation, "checking", status->checking);
  omc_ctl_set_integer (b, rotation, "done", (gint64)status->done);
  omc_ctl_set_integer (b, rotation, "total", (gint64)status->total);
  omc_ctl_set_integer (b, rotation, "oldKeys", status->n_old_keys);
  omc_ctl_set_integer (b, rotation, "damaged", (gint64)status->n_damaged);
  omc_ctl_set_instant (b, rotation, "ended", status->ended_at_us);
  add_lifetime (self, b, root);
  for (guint i = 0; i < slots->len; i++)
    omc_json_node_append (b, list, slot_node (b, g_ptr_array_index (slots, i)));
  omc_ctl_print_json (b, root);
}

static int
print_status (OmcCtl *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) slots = omc_key_manager_list_slots (self->keys, &error);
  OmcKeyStatus status;
  gint64 days;
  int code;

  if (slots == NULL)
    return omc_ctl_fail_error (error);
  if (!omc_ctl_open (self, &code))
    return code;
  if (!omc_store_get_key_status_sync (self->store, &status, NULL, &error) ||
      !read_days_left (self, &status, &days, &error))
    return omc_ctl_fail_error (error);
  if (self->json)
    {
      print_status_json (self, slots, &status, days);
      return OMC_CTL_OK;
    }
  g_print (_ ("Data key epoch %u; the next one in %d days.\n"), status.epoch, (int)days);
  if (status.resealing)
    g_print (_ ("Older payloads are being sealed anew: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                " records.\n"),
             status.done, status.total);
  if (status.n_damaged > 0)
    g_print (_ ("%" G_GUINT64_FORMAT " payloads fail authentication and keep old keys.\n"),
             status.n_damaged);
  g_print (_ ("%u slots:\n"), slots->len);
  print_slots (self, slots);
  return OMC_CTL_OK;
}

int
omc_ctl_keys_print_slots (OmcCtl *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) slots = omc_key_manager_list_slots (omc_ctl_get_keys (self), &error);

  if (slots == NULL)
    return omc_ctl_fail_error (error);
  print_slots (self, slots);
  return OMC_CTL_OK;
}

static const struct
{
  const char *name;
  OmcCtlFunc run;
} ACTS[] = {
  { "add", omc_ctl_keys_change_slot },    { "change", omc_ctl_keys_change_slot },
  { "remove", omc_ctl_keys_change_slot }, { "recover", omc_ctl_keys_recover },
  { "extend", omc_ctl_keys_extend },      { "rotate", omc_ctl_keys_rotate },
  { "confirm", omc_ctl_keys_confirm },
};

int
omc_ctl_keys (OmcCtl *self, int argc, char **argv)
{
  if (argc > 2 && g_str_equal (argv[1], "add") && g_str_equal (argv[2], "credential"))
    return omc_ctl_keys_add_credential (self, argc - 2, argv + 2);
  for (guint i = 0; argc > 1 && i < G_N_ELEMENTS (ACTS); i++)
    if (g_str_equal (argv[1], ACTS[i].name))
      return ACTS[i].run (self, argc - 1, argv + 1);
  if (!omc_ctl_parse (NULL, OMC_CTL_USAGE_KEYS, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc != 2 || (!g_str_equal (argv[1], "status") && !g_str_equal (argv[1], "slots") &&
                    !g_str_equal (argv[1], "try-credential")))
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_KEYS);
  if (!omc_key_manager_exists (omc_ctl_get_keys (self)))
    return omc_ctl_fail (OMC_CTL_FINDING,
                         _ ("there is no store in %s; make one with 'omnicarectl init'"),
                         self->data_dir);
  if (g_str_equal (argv[1], "try-credential"))
    return omc_ctl_keys_try_credential (self);
  return g_str_equal (argv[1], "status") ? print_status (self) : omc_ctl_keys_print_slots (self);
}
