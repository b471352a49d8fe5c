/* ctl-cache.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "omc-ctl.h"

#include <glib/gi18n.h>

#include "omc-store-cache.h"

/* --- status --- */

static void
print_status_json (const OmcCacheStatus *status)
{
  g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (b);
  OmcJsonNode *elsewhere;

  omc_ctl_set_boolean (b, root, "enabled", status->enabled);
  if (status->enabled)
    omc_ctl_set_integer (b, root, "retentionDays", status->retention_us / G_TIME_SPAN_DAY);
  omc_ctl_set_integer (b, root, "usedBytes", status->used_bytes);
  omc_ctl_set_integer (b, root, "maxBytes", status->max_bytes);
  omc_ctl_set_integer (b, root, "needBytes", status->need_bytes);
  omc_ctl_set_integer (b, root, "chartsNotOnWard", status->n_charts);
  omc_ctl_set_integer (b, root, "pinned", status->n_pinned);
  elsewhere = omc_json_node_add_object (b, root, "onServerOnly");
  omc_ctl_set_integer (b, elsewhere, "charts", status->n_evicted_charts);
  omc_ctl_set_integer (b, elsewhere, "resources", status->n_evicted_records);
  omc_ctl_set_integer (b, elsewhere, "recalled", status->n_wanted);
  omc_ctl_set_integer (b, root, "evictedCharts", (gint64)status->total_charts);
  omc_ctl_set_integer (b, root, "evictedResources", (gint64)status->total_records);
  omc_ctl_set_instant (b, root, "lastPass", status->last_pass_us);
  omc_ctl_set_integer (b, root, "shortOfBytes", status->short_of_bytes);
  omc_ctl_print_json (b, root);
}

static void
print_rules (const OmcCacheStatus *status)
{
  gint64 days = status->retention_us / G_TIME_SPAN_DAY;

  if (!status->enabled)
    g_print ("%s\n", _ ("Nothing is removed: no server is configured."));
  else if (days == 0)
    g_print ("%s\n", _ ("Charts are kept as long as there is room."));
  else
    g_print (ngettext ("Charts are kept for %d day after their last use.\n",
                       "Charts are kept for %d days after their last use.\n", (gulong)days),
             (int)days);
}

/* Each number is of its own plural. */
static void
print_counts (const OmcCacheStatus *status)
{
  g_autofree char *charts =
      g_strdup_printf (ngettext ("%u chart", "%u charts", status->n_charts), status->n_charts);
  g_autofree char *pinned = g_strdup_printf (
      ngettext ("%u patient pinned", "%u patients pinned", status->n_pinned), status->n_pinned);
  g_autofree char *evicted = g_strdup_printf (
      ngettext ("%u chart", "%u charts", status->n_evicted_charts), status->n_evicted_charts);
  g_autofree char *records =
      g_strdup_printf (ngettext ("%u resource", "%u resources", status->n_evicted_records),
                       status->n_evicted_records);

  g_print (_ ("Not on the ward:  %s, %s\n"), charts, pinned);
  g_print (_ ("On the server:    %s (%s), %u of them asked for\n"), evicted, records,
           status->n_wanted);
}

static int
print_status (OmcCtl *self)
{
  g_autofree char *used = NULL;
  g_autofree char *limit = NULL;
  g_autofree char *short_of = NULL;
  g_autoptr (GError) error = NULL;
  OmcCacheStatus status;

  if (!omc_store_get_cache_status_sync (self->store, &status, NULL, &error))
    return omc_ctl_fail_error (error);
  if (self->json)
    {
      print_status_json (&status);
      return status.short_of_bytes > 0 ? OMC_CTL_FINDING : OMC_CTL_OK;
    }
  used = g_format_size ((guint64)status.used_bytes);
  limit = g_format_size ((guint64)status.max_bytes);
  short_of = g_format_size ((guint64)status.short_of_bytes);
  print_rules (&status);
  g_print (_ ("Room:             %s of %s\n"), used, limit);
  print_counts (&status);
  if (status.short_of_bytes == 0)
    return OMC_CTL_OK;

  return omc_ctl_fail (OMC_CTL_FINDING,
                       _ ("%s more should be free, and all that is left is protected: unsent, in "
                          "conflict, pinned, on the ward, used today or not confirmed by the "
                          "server. Synchronise, or raise offline.storage.maxSize."),
                       short_of);
}

void
omc_ctl_say_elsewhere (OmcCtl *self)
{
  OmcCacheStatus status;

  if (omc_store_get_cache_status_sync (self->store, &status, NULL, NULL) &&
      status.n_evicted_records > 0)
    omc_ctl_say (ngettext ("omnicarectl: %u resource was removed from this device, is on the "
                           "server only and not in this; 'cache recall' brings a chart back",
                           "omnicarectl: %u resources were removed from this device, are on the "
                           "server only and not in this; 'cache recall' brings a chart back",
                           status.n_evicted_records),
                 status.n_evicted_records);
}

/* --- evict --- */

static void
print_row (const OmcEvictionRow *row, gboolean json)
{
  const char *keep = row->keep != OMC_KEEP_NOTHING ? omc_keep_to_string (row->keep) : NULL;

  if (json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);

      omc_json_node_set_string (b, root, "patient", row->patient_id);
      omc_ctl_set_boolean (b, root, "goes", keep == NULL);
      omc_json_node_set_string (b, root, "kept", keep);
      omc_ctl_set_integer (b, root, "resources", row->n_records);
      omc_ctl_set_integer (b, root, "payloadBytes", row->stored_bytes);
      omc_ctl_set_instant (b, root, "lastUsed", row->used_us);
      omc_ctl_print_json (b, root);
    }
  else
    {
      g_autofree char *when = omc_instant_format_local (row->used_us);
      g_autofree char *patient =
          row->patient_id != NULL ? g_strconcat ("Patient/", row->patient_id, NULL) : NULL;

      g_print ("%-12s %s  %s  %u\n", keep != NULL ? keep : _ ("goes"), when,
               patient != NULL ? patient : _ ("(a patient)"), row->n_records);
    }
}

static int
show_plan (OmcCtl *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows =
      omc_store_plan_eviction_sync (self->store, self->actor, NULL, &error);

  if (rows == NULL)
    return omc_ctl_fail_error (error);
  for (guint i = 0; i < rows->len; i++)
    print_row (g_ptr_array_index (rows, i), self->json);
  if (rows->len == 0 && !self->json)
    g_print ("%s\n", _ ("Nothing would be removed."));
  return OMC_CTL_OK;
}

static int
evict (OmcCtl *self)
{
  g_autoptr (GError) error = NULL;
  OmcEvictionCounts counts;

  if (!omc_store_evict_sync (self->store, self->actor, &counts, NULL, &error))
    return omc_ctl_fail_error (error);
  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);

      omc_ctl_set_integer (b, root, "charts", counts.n_charts);
      omc_ctl_set_integer (b, root, "resources", counts.n_records);
      omc_ctl_set_integer (b, root, "freedBytes", counts.freed_bytes);
      omc_ctl_set_integer (b, root, "shortOfBytes", counts.short_of_bytes);
      omc_ctl_print_json (b, root);
    }
  else
    {
      g_autofree char *freed = g_format_size ((guint64)MAX (counts.freed_bytes, 0));
      g_autofree char *records = g_strdup_printf (
          ngettext ("%u resource", "%u resources", counts.n_records), counts.n_records);

      /* Translators: the number of charts, "7 resources", "2.5 MB" */
      g_print (ngettext ("Removed from this device: %u chart (%s), %s. The server has it.\n",
                         "Removed from this device: %u charts (%s), %s. The server has them.\n",
                         counts.n_charts),
               counts.n_charts, records, freed);
    }
  return counts.short_of_bytes > 0 ? OMC_CTL_FINDING : OMC_CTL_OK;
}

/* --- one patient --- */

static int
change_patient (OmcCtl *self, const char *act, const char *name)
{
  const char *id = g_str_has_prefix (name, "Patient/") ? name + 8 : name;
  g_autoptr (GError) error = NULL;
  gboolean wanted = TRUE;

  if (g_str_equal (act, "recall")
          ? !omc_store_recall_patient_sync (self->store, self->actor, id, &wanted, NULL, &error)
          : !omc_store_pin_patient_sync (self->store, self->actor, id, g_str_equal (act, "pin"),
                                         NULL, &error))
    return omc_ctl_fail_error (error);
  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);

      omc_json_node_set_string (b, root, "patient", id);
      omc_json_node_set_string (b, root, "done", act);
      if (g_str_equal (act, "recall"))
        omc_ctl_set_boolean (b, root, "wanted", wanted);
      omc_ctl_print_json (b, root);
    }
  else if (g_str_equal (act, "recall"))
    g_print ("%s\n", wanted ? _ ("It comes back with the next synchronisation.")
                            : _ ("Nothing of this patient was removed from this device."));
  return OMC_CTL_OK;
}

static gboolean
is_act (const char *act, int argc)
{
  static const char *const alone[] = { "status", "evict", NULL };
  static const char *const of_patient[] = { "pin", "unpin", "recall", NULL };

  return act != NULL && g_strv_contains (argc == 2 ? alone : of_patient, act) &&
         (argc == 2 || argc == 3);
}

int
omc_ctl_cache (OmcCtl *self, int argc, char **argv)
{
  gboolean dry_run = FALSE;
  const char *act;
  int status;
  const GOptionEntry entries[] = {
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &dry_run, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse (entries, OMC_CTL_USAGE_CACHE, &argc, &argv))
    return OMC_CTL_USAGE;
  act = argc > 1 ? argv[1] : NULL;
  if (!is_act (act, argc) || (dry_run && !g_str_equal (act, "evict")))
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_CACHE);
  if (!omc_ctl_open (self, &status))
    return status;
  if (argc == 3)
    return change_patient (self, act, argv[2]);
  if (g_str_equal (act, "status"))
    return print_status (self);
  return dry_run ? show_plan (self) : evict (self);
}
