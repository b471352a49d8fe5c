/* omc-patient-summary.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-model"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-chart-lists.h"
#include "omc-clock.h"
#include "omc-codes.h"
#include "omc-patient-summary.h"

struct _OmcPatientSummary
{
  GObject parent_instance;
  OmcChart *chart; /* (owned) */
  char *name;
  char *age;
  char *birth;
  char *number;
  char *place;
  char *allergies;
  char *problems;
  char *alerts;
  char *scale_text;
  gboolean has_allergy;
  int scale;
  OmcNews2Scope scope;
  gint64 admitted_us;
  const char *encounter; /* (nullable), in the chart */
  GPtrArray *sets;       /* (owned) */
};

G_DEFINE_FINAL_TYPE (OmcPatientSummary, omc_patient_summary, G_TYPE_OBJECT)

static gboolean
flag_is (OmcResource *flag, const char *code)
{
  const OmcJsonValue *root = omc_resource_get_root (flag);
  OmcJsonIter iter;
  const OmcJsonValue *coding;

  if (g_strcmp0 (omc_json_value_pick_string (root, "status"), "active") != 0)
    return FALSE;

  omc_json_iter_init (&iter, omc_json_value_pick (root, "code.coding"));
  while (omc_json_iter_next (&iter, NULL, &coding))
    if (g_strcmp0 (omc_json_value_pick_string (coding, "code"), code) == 0)
      return TRUE;

  return FALSE;
}

static void
read_flags (OmcPatientSummary *self, gint64 now_us)
{
  g_autoptr (GString) alerts = g_string_new (NULL);
  g_autofree char *author = NULL;
  g_autofree char *since = NULL;
  gint64 since_us = 0;
  gboolean pregnant = FALSE;

  for (guint i = 0; i < self->chart->flags->len; i++)
    {
      OmcResource *flag = self->chart->flags->pdata[i];
      const OmcJsonValue *root = omc_resource_get_root (flag);

      pregnant = pregnant || flag_is (flag, OMC_CODE_FLAG_PREGNANT);
      if (g_strcmp0 (omc_json_value_pick_string (root, "status"), "active") == 0 &&
          !flag_is (flag, OMC_CODE_FLAG_SPO2_SCALE_2))
        g_string_append_printf (alerts, "%s%s", alerts->len ? ", " : "",
                                omc_concept_text (root, "code"));
    }

  /* A flag that is not here may have been one to be warned of, and the one that sets the scale. */
  if (self->chart->n_elsewhere > 0)
    g_string_append_printf (alerts, "%s%s", alerts->len ? "; " : "",
                            alerts->len
                                ? _ ("more may be on the server")
                                : _ ("Alerts not known: part of this chart is on the server only"));

  self->alerts = g_string_free_and_steal (g_steal_pointer (&alerts));
  self->scope =
      omc_news2_scope (self->chart->row ? self->chart->row->birth_date : NULL, pregnant, now_us);
  self->scale = omc_vitals_read_scale (self->chart->flags, now_us, &author, &since_us);
  since = omc_display_time (since_us, now_us);
  self->scale_text = self->scale == 2 ? g_strdup_printf (_ ("SpO₂ scale 2, by %s, %s"),
                                                         author ? author : "–", since)
                                      : g_strdup (_ ("SpO₂ scale 1"));
}

/* An allergy that was refuted, resolved or entered in error is none. */
static gboolean
is_active_allergy (const OmcJsonValue *root)
{
  const char *clinical = omc_json_value_pick_string (root, "clinicalStatus.coding.code");
  const char *verification = omc_json_value_pick_string (root, "verificationStatus.coding.code");

  return g_strcmp0 (clinical, "inactive") != 0 && g_strcmp0 (clinical, "resolved") != 0 &&
         g_strcmp0 (verification, "refuted") != 0 &&
         g_strcmp0 (verification, "entered-in-error") != 0;
}

static gboolean
is_active_problem (const OmcJsonValue *root)
{
  const char *clinical = omc_json_value_pick_string (root, "clinicalStatus.coding.code");
  const char *verification = omc_json_value_pick_string (root, "verificationStatus.coding.code");

  return (!clinical || g_str_equal (clinical, "active") || g_str_equal (clinical, "recurrence") ||
          g_str_equal (clinical, "relapse")) &&
         g_strcmp0 (verification, "refuted") != 0 &&
         g_strcmp0 (verification, "entered-in-error") != 0;
}

static void
read_allergies (OmcPatientSummary *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const OmcBoardRow *row = self->chart->row;

  for (guint i = 0; i < self->chart->allergies->len; i++)
    {
      const OmcJsonValue *root = omc_resource_get_root (self->chart->allergies->pdata[i]);

      if (is_active_allergy (root) &&
          g_strcmp0 (omc_json_value_pick_string (root, "code.coding.code"),
                     OMC_SNOMED_NO_KNOWN_ALLERGY) != 0)
        g_string_append_printf (text, "%s%s", text->len ? ", " : "",
                                omc_concept_text (root, "code"));
    }

  self->has_allergy = text->len > 0;
  /* What is not here says nothing of what the person tolerates. */
  if (self->chart->n_elsewhere > 0)
    g_string_append_printf (
        text, "%s%s", text->len ? "; " : "",
        self->has_allergy ? _ ("more may be on the server")
                          : _ ("Allergies not known: part of this chart is on the server only"));
  else if (!self->has_allergy)
    g_string_append (text, row && row->allergy_nka ? _ ("No known allergies")
                                                   : _ ("Allergies not recorded"));
  self->allergies = g_string_free_and_steal (g_steal_pointer (&text));
}

static void
read_problems (OmcPatientSummary *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->chart->conditions->len; i++)
    {
      const OmcJsonValue *root = omc_resource_get_root (self->chart->conditions->pdata[i]);

      if (is_active_problem (root))
        g_string_append_printf (text, "%s%s", text->len ? ", " : "",
                                omc_concept_text (root, "code"));
    }
  self->problems = g_string_free_and_steal (g_steal_pointer (&text));
}

static void
read_encounter (OmcPatientSummary *self)
{
  for (guint i = 0; i < self->chart->encounters->len; i++)
    {
      OmcResource *encounter = self->chart->encounters->pdata[i];
      const OmcJsonValue *root = omc_resource_get_root (encounter);
      gint64 end;

      if (g_strcmp0 (omc_json_value_pick_string (root, "status"), "in-progress") != 0)
        continue;

      self->encounter = omc_resource_get_id (encounter);
      if (!omc_instant_parse_range (omc_json_value_pick_string (root, "period.start"),
                                    &self->admitted_us, &end))
        self->admitted_us = 0;
      return;
    }
}

static void
read_banner (OmcPatientSummary *self, gint64 now_us)
{
  const OmcBoardRow *row = self->chart->row;
  g_autofree char *born = omc_display_date (row ? row->birth_date : NULL);

  self->name = omc_display_name (row ? row->family : NULL, row ? row->given : NULL);
  self->age = omc_display_age (row ? row->birth_date : NULL, now_us);
  self->birth =
      *born ? g_strdup_printf ("%s (%s)", born, self->age) : g_strdup (_ ("Birth date not known"));
  if (row && row->deceased)
    {
      g_autofree char *alone = g_steal_pointer (&self->birth);

      /* Translators: the birth date and age of a patient who has died */
      self->birth = g_strdup_printf (_ ("%s · deceased"), alone);
    }
  self->number = omc_display_number (row ? row->number : NULL);
  if (row && row->ward && row->bed)
    self->place = g_strdup_printf ("%s, %s", row->ward, row->bed);
  else
    self->place = g_strdup (row && row->ward ? row->ward : row && row->bed ? row->bed : "");
}

static void
omc_patient_summary_finalize (GObject *object)
{
  OmcPatientSummary *self = OMC_PATIENT_SUMMARY (object);

  g_clear_pointer (&self->chart, omc_chart_unref);
  g_clear_pointer (&self->sets, g_ptr_array_unref);
  g_free (self->name);
  g_free (self->age);
  g_free (self->birth);
  g_free (self->number);
  g_free (self->place);
  g_free (self->allergies);
  g_free (self->problems);
  g_free (self->alerts);
  g_free (self->scale_text);

  G_OBJECT_CLASS (omc_patient_summary_parent_class)->finalize (object);
}

static void
omc_patient_summary_class_init (OmcPatientSummaryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = omc_patient_summary_finalize;
}

static void
omc_patient_summary_init (OmcPatientSummary *self)
{
}

OmcPatientSummary *
omc_patient_summary_new (OmcChart *chart, gint64 now_us)
{
  OmcPatientSummary *self;
  OmcVitalsContext context;

  g_return_val_if_fail (chart != NULL, NULL);

  self = g_object_new (OMC_TYPE_PATIENT_SUMMARY, NULL);
  self->chart = omc_chart_ref (chart);
  read_banner (self, now_us);
  read_flags (self, now_us);
  read_allergies (self);
  read_problems (self);
  read_encounter (self);
  context.scope = self->scope;
  context.flags = chart->flags;
  self->sets = omc_vitals_read_sets (chart->observations, &context);

  return self;
}

OmcChart *
omc_patient_summary_get_chart (OmcPatientSummary *self)
{
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (self), NULL);

  return self->chart;
}

const char *
omc_patient_summary_get_name (OmcPatientSummary *self)
{
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (self), NULL);

  return self->name;
}

const char *
omc_patient_summary_get_birth (OmcPatientSummary *self)
{
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (self), NULL);

  return self->birth;
}

const char *
omc_patient_summary_get_age (OmcPatientSummary *self)
{
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (self), NULL);

  return self->age;
}

const char *
omc_patient_summary_get_number (OmcPatientSummary *self)
{
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (self), NULL);

  return self->number;
}

const char *
omc_patient_summary_get_place (OmcPatientSummary *self)
{
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (self), NULL);

  return self->place;
}

const char *
omc_patient_summary_get_problems (OmcPatientSummary *self)
{
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (self), NULL);

  return self->problems;
}

const char *
omc_patient_summary_get_alerts (OmcPatientSummary *self)
{
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (self), NULL);

  return self->alerts;
}

const char *
omc_patient_summary_get_scale_text (OmcPatientSummary *self)
{
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (self), NULL);

  return self->scale_text;
}

int
omc_patient_summary_get_scale (OmcPatientSummary *self)
{
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (self), 1);

  return self->scale;
}

OmcNews2Scope
omc_patient_summary_get_scope (OmcPatientSummary *self)
{
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (self), OMC_NEWS2_SCOPE_UNKNOWN);

  return self->scope;
}

gint64
omc_patient_summary_get_admitted (OmcPatientSummary *self)
{
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (self), 0);

  return self->admitted_us;
}

const char *
omc_patient_summary_get_encounter (OmcPatientSummary *self)
{
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (self), NULL);

  return self->encounter;
}

GPtrArray *
omc_patient_summary_get_sets (OmcPatientSummary *self)
{
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (self), NULL);

  return self->sets;
}

const char *
omc_patient_summary_get_gender (OmcPatientSummary *self)
{
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (self), NULL);

  return omc_display_gender (self->chart->row ? self->chart->row->gender : NULL);
}

const char *
omc_patient_summary_get_allergies (OmcPatientSummary *self, gboolean *has)
{
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (self), NULL);

  if (has)
    *has = self->has_allergy;

  return self->allergies;
}
