/* omc-chart-lists.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-model"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-chart-lists.h"
#include "omc-display.h"

const char *
omc_concept_text (const OmcJsonValue *root, const char *path)
{
  const OmcJsonValue *concept = omc_json_value_pick (root, path);
  const char *text = omc_json_value_pick_string (concept, "text");

  if (!text)
    text = omc_json_value_pick_string (concept, "coding.display");
  if (!text)
    text = omc_json_value_pick_string (concept, "coding.code");

  return text ? text : "–";
}

static gboolean
is_in_error (const OmcJsonValue *root)
{
  return g_strcmp0 (omc_json_value_pick_string (root, "status"), "entered-in-error") == 0 ||
         g_strcmp0 (omc_json_value_pick_string (root, "verificationStatus.coding.code"),
                    "entered-in-error") == 0;
}

static void
append (GListStore *store,
        OmcResource *resource,
        const char *title,
        const char *subtitle,
        const char *detail)
{
  g_autofree char *reference = omc_resource_dup_reference (resource);
  g_autoptr (OmcRecordItem) item = omc_record_item_new (
      title, subtitle, detail, is_in_error (omc_resource_get_root (resource)), reference);

  g_list_store_append (store, item);
}

/* "active · confirmed", of what is there. */
static char *
join (const char *a, const char *b)
{
  if (a && *a && b && *b)
    return g_strdup_printf ("%s · %s", a, b);

  return g_strdup (a && *a ? a : b ? b : "");
}

GListModel *
omc_chart_list_problems (OmcChart *chart, gint64 now_us)
{
  GListStore *store = g_list_store_new (OMC_TYPE_RECORD_ITEM);

  for (guint i = 0; i < chart->conditions->len; i++)
    {
      OmcResource *condition = chart->conditions->pdata[i];
      const OmcJsonValue *root = omc_resource_get_root (condition);
      g_autofree char *onset =
          omc_display_date (omc_json_value_pick_string (root, "onsetDateTime"));
      g_autofree char *since = *onset ? g_strdup_printf (_ ("since %s"), onset) : NULL;
      const char *clinical = omc_json_value_pick_string (root, "clinicalStatus.coding.code");
      const char *verification =
          omc_json_value_pick_string (root, "verificationStatus.coding.code");
      g_autofree char *status = join (clinical, verification);

      append (store, condition, omc_concept_text (root, "code"), status, since);
    }

  return G_LIST_MODEL (store);
}

static char *
describe_reactions (const OmcJsonValue *root)
{
  g_autoptr (GString) text = g_string_new (NULL);
  OmcJsonIter iter;
  const OmcJsonValue *reaction;

  omc_json_iter_init (&iter, omc_json_value_pick (root, "reaction"));
  while (omc_json_iter_next (&iter, NULL, &reaction))
    {
      const char *severity = omc_json_value_pick_string (reaction, "severity");

      g_string_append_printf (text, "%s%s", text->len ? ", " : "",
                              omc_concept_text (reaction, "manifestation"));
      if (severity)
        g_string_append_printf (text, " (%s)", severity);
    }

  return g_string_free_and_steal (g_steal_pointer (&text));
}

GListModel *
omc_chart_list_allergies (OmcChart *chart, gint64 now_us)
{
  GListStore *store = g_list_store_new (OMC_TYPE_RECORD_ITEM);

  for (guint i = 0; i < chart->allergies->len; i++)
    {
      OmcResource *allergy = chart->allergies->pdata[i];
      const OmcJsonValue *root = omc_resource_get_root (allergy);
      const char *criticality = omc_json_value_pick_string (root, "criticality");
      g_autofree char *risk =
          criticality ? g_strdup_printf (_ ("criticality %s"), criticality) : NULL;
      g_autofree char *status =
          join (omc_json_value_pick_string (root, "verificationStatus.coding.code"), risk);
      g_autofree char *reactions = describe_reactions (root);

      append (store, allergy, omc_concept_text (root, "code"), status, reactions);
    }

  return G_LIST_MODEL (store);
}

GListModel *
omc_chart_list_medication (OmcChart *chart, gint64 now_us)
{
  GListStore *store = g_list_store_new (OMC_TYPE_RECORD_ITEM);

  for (guint i = 0; i < chart->medication->len; i++)
    {
      OmcResource *order = chart->medication->pdata[i];
      const OmcJsonValue *root = omc_resource_get_root (order);
      const char *name = omc_concept_text (root, "medicationCodeableConcept");
      const char *dose = omc_json_value_pick_string (root, "dosageInstruction.text");
      const char *status = omc_json_value_pick_string (root, "status");
      g_autofree char *stop = NULL;

      if (g_str_equal (name, "–") &&
          omc_json_value_pick_string (root, "medicationReference.display"))
        name = omc_json_value_pick_string (root, "medicationReference.display");
      if (!dose)
        dose = omc_json_value_pick_string (root, "dosage.text");
      /* A stopped or held order is shown as such, never only by being absent (clinical.md 5). */
      if (g_strcmp0 (status, "stopped") == 0 || g_strcmp0 (status, "on-hold") == 0 ||
          g_strcmp0 (status, "cancelled") == 0)
        stop = g_strdup_printf (_ ("%s: do not give"), status);

      append (store, order, name, stop ? stop : status, dose);
    }

  return G_LIST_MODEL (store);
}

static char *
describe_source (const OmcVitalsValue *value, gint64 now_us)
{
  g_autofree char *measured = omc_display_time (value->time_us, now_us);
  g_autofree char *recorded = omc_display_time (value->issued_us, now_us);
  g_autofree char *when =
      value->issued_us && ABS (value->issued_us - value->time_us) > 5 * 60 * G_USEC_PER_SEC
          ? g_strdup_printf (_ ("measured %s, recorded %s"), measured, recorded)
          : g_strdup_printf (_ ("measured %s"), measured);

  return join (value->author ? value->author : _ ("author not known"), when);
}

GListModel *
omc_chart_list_timeline (GPtrArray *sets, gint64 now_us)
{
  GListStore *store = g_list_store_new (OMC_TYPE_RECORD_ITEM);

  for (guint i = 0; i < sets->len; i++)
    {
      const OmcVitalsSet *set = sets->pdata[i];
      gboolean pair = omc_vitals_set_has_pressure_pair (set);

      for (guint kind = 0; kind < OMC_VITAL_N_KINDS; kind++)
        {
          const OmcVitalsValue *value = set->values[kind];
          g_autofree char *display = NULL;
          g_autofree char *title = NULL;
          g_autofree char *source = NULL;
          g_autofree char *status = NULL;
          g_autofree char *reference = NULL;
          g_autoptr (OmcRecordItem) item = NULL;

          if (!value || (pair && kind == OMC_VITAL_DIASTOLIC))
            continue;

          display = omc_vitals_set_dup_display (set, kind);
          title = g_strdup_printf ("%s: %s",
                                   pair && kind == OMC_VITAL_SYSTOLIC ? _ ("Blood pressure")
                                                                      : omc_vital_label (kind),
                                   display);
          source = describe_source (value, now_us);
          status = join (value->status, value->note);
          reference = value->observation_id
                          ? g_strdup_printf ("Observation/%s", value->observation_id)
                          : NULL;
          item = omc_record_item_new (title, source, status, value->voided, reference);
          g_list_store_append (store, item);
        }
    }

  return G_LIST_MODEL (store);
}
