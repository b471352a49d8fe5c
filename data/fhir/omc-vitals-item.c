/* omc-vitals-item.c: an Observation as vital signs
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>

#include "omc-clock.h"
#include "omc-codes.h"
#include "omc-concept.h"
#include "omc-news2-codes.h"
#include "omc-quantity.h"
#include "omc-vitals-private.h"

/* Every code under which a sign is found in the wild, clinical.md 1. */
static const struct
{
  const char *code;
  OmcVitalKind kind;
} loinc_codes[] = {
  { OMC_LOINC_RESPIRATION, OMC_VITAL_RESPIRATION },
  { OMC_LOINC_SPO2, OMC_VITAL_SPO2 },
  { OMC_LOINC_SPO2_OXIMETRY, OMC_VITAL_SPO2 },
  { OMC_LOINC_OXYGEN_FLOW, OMC_VITAL_OXYGEN_FLOW },
  { OMC_LOINC_FIO2, OMC_VITAL_FIO2 },
  { "19994-3", OMC_VITAL_FIO2 },
  { OMC_LOINC_SYSTOLIC, OMC_VITAL_SYSTOLIC },
  { OMC_LOINC_DIASTOLIC, OMC_VITAL_DIASTOLIC },
  { OMC_LOINC_PULSE, OMC_VITAL_PULSE },
  { OMC_LOINC_PULSE_OXIMETER, OMC_VITAL_PULSE },
  { OMC_LOINC_RESPONSIVENESS, OMC_VITAL_CONSCIOUSNESS },
  { OMC_LOINC_AVPU, OMC_VITAL_CONSCIOUSNESS },
  { OMC_LOINC_TEMPERATURE, OMC_VITAL_TEMPERATURE },
  { "8331-1", OMC_VITAL_TEMPERATURE },
  { "8332-9", OMC_VITAL_TEMPERATURE },
  { "8328-7", OMC_VITAL_TEMPERATURE },
  { "8333-7", OMC_VITAL_TEMPERATURE },
  { OMC_LOINC_PAIN, OMC_VITAL_PAIN },
  { "38208-5", OMC_VITAL_PAIN },
  { OMC_LOINC_GLUCOSE_MASS, OMC_VITAL_GLUCOSE },
  { OMC_LOINC_GLUCOSE_MOLES, OMC_VITAL_GLUCOSE },
  { OMC_LOINC_WEIGHT, OMC_VITAL_WEIGHT },
  { "3141-9", OMC_VITAL_WEIGHT },
  { "3142-7", OMC_VITAL_WEIGHT },
  { OMC_LOINC_HEIGHT, OMC_VITAL_HEIGHT },
  { "8306-3", OMC_VITAL_HEIGHT },
  { OMC_LOINC_URINE, OMC_VITAL_URINE },
  { OMC_LOINC_GCS, OMC_VITAL_GCS },
  { OMC_LOINC_GCS_EYE, OMC_VITAL_GCS_EYE },
  { OMC_LOINC_GCS_VERBAL, OMC_VITAL_GCS_VERBAL },
  { OMC_LOINC_GCS_MOTOR, OMC_VITAL_GCS_MOTOR },
};

void
_omc_vitals_item_free (OmcVitalsItem *item)
{
  if (item == NULL)
    return;

  g_free (item->id);
  g_free (item->author);
  g_clear_pointer (&item->members, g_ptr_array_unref);
  for (guint i = 0; i < OMC_VITAL_N_KINDS; i++)
    _omc_vitals_value_free (item->values[i]);
  g_free (item);
}

/* The sign that a code names; -1 if none. */
static int
kind_of (const OmcJsonValue *concept)
{
  OmcJsonIter iter;
  const OmcJsonValue *coding;

  omc_json_iter_init (&iter, omc_json_value_get (concept, "coding"));
  while (omc_json_iter_next (&iter, NULL, &coding))
    {
      const char *system = omc_json_value_pick_string (coding, "system");
      const char *code = omc_json_value_pick_string (coding, "code");

      if (system == NULL || code == NULL)
        continue;
      if (g_str_equal (system, OMC_SYSTEM_LOINC))
        for (gsize i = 0; i < G_N_ELEMENTS (loinc_codes); i++)
          if (g_str_equal (code, loinc_codes[i].code))
            return (int)loinc_codes[i].kind;
      if (g_str_equal (system, OMC_SYSTEM_SNOMED) && g_str_equal (code, OMC_SNOMED_ACVPU))
        return OMC_VITAL_CONSCIOUSNESS;
      if (g_str_equal (system, OMC_SYSTEM_OMNICARE_OBSERVATION) &&
          g_str_equal (code, OMC_CODE_AIR_OR_OXYGEN))
        return OMC_VITAL_OXYGEN;
      if (g_str_equal (system, OMC_SYSTEM_OMNICARE_OBSERVATION) &&
          g_str_equal (code, OMC_CODE_OXYGEN_DEVICE))
        return OMC_VITAL_OXYGEN_DEVICE;
    }

  return -1;
}

/* "air", "oxygen" or NULL: what a concept says about breathing, be it the code or the value (clinical.md 1). */
static const char *
breathing_of (const OmcJsonValue *concept)
{
  if (omc_concept_has (concept, OMC_SYSTEM_SNOMED, OMC_SNOMED_ROOM_AIR))
    return "air";
  if (omc_concept_has (concept, OMC_SYSTEM_SNOMED, OMC_SNOMED_ON_OXYGEN))
    return "oxygen";

  return NULL;
}

static const char *
consciousness_of (const OmcJsonValue *concept)
{
  for (guint i = OMC_CONSCIOUSNESS_ALERT; i <= OMC_CONSCIOUSNESS_UNRESPONSIVE; i++)
    {
      const OmcNews2Code *answer = omc_consciousness_get_code (i);

      if (omc_concept_has (concept, OMC_SYSTEM_SNOMED, answer->snomed) ||
          omc_concept_has (concept, OMC_SYSTEM_LOINC, answer->loinc))
        return omc_consciousness_to_string (i);
    }

  return NULL;
}

/* "{beats}/min" is "/min"; a code that is all annotation stays. */
static char *
dup_plain_ucum (const char *code)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean inside = FALSE;

  if (code == NULL)
    return NULL;
  for (const char *p = code; *p != '\0'; p++)
    {
      if (*p == '{')
        inside = TRUE;
      if (!inside)
        g_string_append_c (out, *p);
      if (*p == '}')
        inside = FALSE;
    }

  return out->len > 0 ? g_string_free (g_steal_pointer (&out), FALSE) : g_strdup (code);
}

static void
read_quantity (OmcVitalsValue *value, OmcVitalKind kind, const OmcJsonValue *quantity)
{
  const char *system = omc_json_value_pick_string (quantity, "system");

  value->text = g_strdup (omc_json_value_get_number_text (omc_json_value_get (quantity, "value")));
  value->comparator = g_strdup (omc_json_value_pick_string (quantity, "comparator"));
  value->unit = g_strdup (omc_json_value_pick_string (quantity, "unit"));
  if (g_strcmp0 (system, OMC_SYSTEM_UCUM) == 0)
    value->ucum = dup_plain_ucum (omc_json_value_pick_string (quantity, "code"));
  /* Scores have no unit, whatever they are given. */
  const OmcVitalUnit *usual = omc_vital_find_unit (kind, NULL);
  if (usual != NULL && g_str_equal (usual->ucum, OMC_UCUM_SCORE))
    {
      g_free (value->ucum);
      value->ucum = g_strdup (OMC_UCUM_SCORE);
    }
}

/* The value[x] or dataAbsentReason of an Observation or component; NULL if there is neither. */
static OmcVitalsValue *
read_value (const OmcJsonValue *holder, OmcVitalKind kind)
{
  g_autoptr (OmcVitalsValue) value = g_new0 (OmcVitalsValue, 1);
  const OmcJsonValue *quantity = omc_json_value_get (holder, "valueQuantity");
  const OmcJsonValue *integer = omc_json_value_get (holder, "valueInteger");
  const OmcJsonValue *concept = omc_json_value_get (holder, "valueCodeableConcept");
  const OmcJsonValue *absent = omc_json_value_get (holder, "dataAbsentReason");

  if (kind == OMC_VITAL_CONSCIOUSNESS)
    value->text = g_strdup (consciousness_of (concept));
  else if (kind == OMC_VITAL_OXYGEN)
    value->text = g_strdup (breathing_of (concept));
  else if (kind == OMC_VITAL_OXYGEN_DEVICE)
    value->text = g_strdup (omc_json_value_pick_string (holder, "valueString"));
  else if (quantity != NULL)
    read_quantity (value, kind, quantity);
  else if (integer != NULL)
    {
      value->text = g_strdup (omc_json_value_get_number_text (integer));
      value->ucum = g_strdup (OMC_UCUM_SCORE);
    }

  if (value->text == NULL && absent != NULL)
    {
      const char *code = omc_json_value_pick_string (absent, "coding[0].code");

      value->absent_reason = g_strdup (code != NULL ? code : "unknown");
    }

  return value->text != NULL || value->absent_reason != NULL ? g_steal_pointer (&value) : NULL;
}

/* value: (transfer full) (nullable). The first of a kind stays. */
static void
item_take (OmcVitalsItem *item, int kind, OmcVitalsValue *value)
{
  if (value == NULL || kind < 0 || item->values[kind] != NULL)
    {
      _omc_vitals_value_free (value);
      return;
    }
  item->values[kind] = value;
}

static void
item_take_word (OmcVitalsItem *item, OmcVitalKind kind, const char *word)
{
  OmcVitalsValue *value = g_new0 (OmcVitalsValue, 1);

  value->text = g_strdup (word);
  item_take (item, (int)kind, value);
}

static gint64
instant_of (const char *text)
{
  gint64 start;

  return omc_instant_parse_range (text, &start, NULL) ? start : 0;
}

static void
read_time (OmcVitalsItem *item, const OmcJsonValue *root)
{
  static const char *const paths[] = { "effectiveDateTime", "effectiveInstant",
                                       "effectivePeriod.end", "effectivePeriod.start", "issued" };

  item->issued_us = instant_of (omc_json_value_pick_string (root, "issued"));
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      const char *text = omc_json_value_pick_string (root, paths[i]);

      if (text != NULL && omc_instant_parse_range (text, &item->time_us, NULL))
        return;
    }
}

static void
read_members (OmcVitalsItem *item, const OmcJsonValue *list)
{
  OmcJsonIter iter;
  const OmcJsonValue *member;

  item->members = g_ptr_array_new_with_free_func (g_free);
  omc_json_iter_init (&iter, list);
  while (omc_json_iter_next (&iter, NULL, &member))
    {
      const char *reference = omc_json_value_pick_string (member, "reference");
      const char *place = reference != NULL ? g_strrstr (reference, "Observation/") : NULL;

      if (place != NULL)
        {
          char *id = g_strdup (place + strlen ("Observation/"));

          id[strcspn (id, "/#|")] = '\0';
          g_ptr_array_add (item->members, id);
        }
    }
}

static void
read_news2 (OmcVitalsItem *item, const OmcJsonValue *root)
{
  const OmcJsonValue *number = omc_json_value_pick (root, "valueQuantity.value");
  OmcJsonIter iter;
  const OmcJsonValue *component;
  gint64 total;

  item->is_news2 = TRUE;
  if (number == NULL)
    number = omc_json_value_get (root, "valueInteger");
  if (omc_quantity_to_scaled (omc_json_value_get_number_text (number), 0, &total, NULL) &&
      total >= 0 && total <= 20)
    item->news2_total = (int)total;

  item->news2_scale = 0;
  omc_json_iter_init (&iter, omc_json_value_get (root, "component"));
  while (omc_json_iter_next (&iter, NULL, &component))
    {
      const OmcJsonValue *code = omc_json_value_get (component, "code");

      if (omc_concept_has (code, OMC_SYSTEM_SNOMED, OMC_SNOMED_NEWS2_SPO2_SCALE_2))
        item->news2_scale = 2;
      else if (omc_concept_has (code, OMC_SYSTEM_SNOMED, OMC_SNOMED_NEWS2_SPO2_SCALE_1))
        item->news2_scale = 1;
    }
  read_members (item, omc_json_value_get (root, "derivedFrom"));
}

static void
read_signs (OmcVitalsItem *item, const OmcJsonValue *root)
{
  const OmcJsonValue *code = omc_json_value_get (root, "code");
  int kind = kind_of (code);
  const char *as_code = breathing_of (code);
  const char *as_value = breathing_of (omc_json_value_get (root, "valueCodeableConcept"));
  OmcJsonIter iter;
  const OmcJsonValue *component;

  if (kind >= 0)
    item_take (item, kind, read_value (root, (OmcVitalKind)kind));
  else if (as_code != NULL &&
           omc_json_value_get_boolean (omc_json_value_get (root, "valueBoolean"), TRUE))
    {
      item_take_word (item, OMC_VITAL_OXYGEN, as_code);
      if (omc_json_value_get (root, "valueQuantity") != NULL)
        item_take (item, OMC_VITAL_OXYGEN_FLOW, read_value (root, OMC_VITAL_OXYGEN_FLOW));
    }
  else if (as_value != NULL)
    item_take_word (item, OMC_VITAL_OXYGEN, as_value);

  /* Components count whatever the code above them: 55284-4 of older systems, oxygen within SpO2 (US Core). */
  omc_json_iter_init (&iter, omc_json_value_get (root, "component"));
  while (omc_json_iter_next (&iter, NULL, &component))
    {
      kind = kind_of (omc_json_value_get (component, "code"));
      if (kind >= 0)
        item_take (item, kind, read_value (component, (OmcVitalKind)kind));
    }
}

/* What the Observation says of itself goes to each of its values. */
static gboolean
stamp_values (OmcVitalsItem *item, const OmcJsonValue *root)
{
  const char *status = omc_json_value_pick_string (root, "status");
  const char *note = omc_json_value_pick_string (root, "note[0].text");
  gboolean any = FALSE;

  item->voided =
      g_strcmp0 (status, "entered-in-error") == 0 || g_strcmp0 (status, "cancelled") == 0;
  item->preliminary = g_strcmp0 (status, "preliminary") == 0;
  item->author = g_strdup (omc_json_value_pick_string (root, "performer[0].display"));
  for (guint i = 0; i < OMC_VITAL_N_KINDS; i++)
    {
      OmcVitalsValue *value = item->values[i];

      if (value == NULL)
        continue;
      any = TRUE;
      value->status = g_strdup (status != NULL ? status : "unknown");
      value->observation_id = g_strdup (item->id);
      value->author = g_strdup (item->author);
      value->note = g_strdup (note);
      value->time_us = item->time_us;
      value->issued_us = item->issued_us;
      value->voided = item->voided;
    }

  return any;
}

OmcVitalsItem *
_omc_vitals_item_read (OmcResource *observation)
{
  g_autoptr (OmcVitalsItem) item = g_new0 (OmcVitalsItem, 1);
  const OmcJsonValue *root = omc_resource_get_root (observation);
  const OmcJsonValue *code = omc_json_value_get (root, "code");

  if (g_strcmp0 (omc_resource_get_resource_type (observation), "Observation") != 0)
    return NULL;

  item->id = g_strdup (omc_resource_get_id (observation));
  item->news2_total = -1;
  read_time (item, root);
  if (omc_concept_has (code, OMC_SYSTEM_LOINC, OMC_LOINC_VITALS_PANEL))
    {
      item->is_panel = TRUE;
      read_members (item, omc_json_value_get (root, "hasMember"));
    }
  else if (omc_concept_has (code, OMC_SYSTEM_SNOMED, OMC_SNOMED_NEWS2))
    read_news2 (item, root);
  else
    read_signs (item, root);

  return stamp_values (item, root) || item->is_panel || item->is_news2 ? g_steal_pointer (&item)
                                                                       : NULL;
}
