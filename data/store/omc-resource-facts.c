/* omc-resource-facts.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-resource-facts.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-codes.h"
#include "omc-concept.h"
#include "omc-search-params.h"

static const char *const event_paths[] = {
  "effectiveDateTime",
  "effectivePeriod.start",
  "effectiveInstant",
  "period.start",
  "occurrenceDateTime",
  "occurrencePeriod.start",
  "performedDateTime",
  "performedPeriod.start",
  "onsetDateTime",
  "authoredOn",
  "recordedDate",
  "recorded",
  "dateAsserted",
  "assertedDate",
  "issued",
  "date",
  "sent",
  "created",
  "start",
  "executionPeriod.start",
  "meta.lastUpdated",
};

gint64
omc_resource_facts_event (OmcResource *resource, gint64 fallback_us)
{
  const OmcJsonValue *root = omc_resource_get_root (resource);

  for (gsize i = 0; i < G_N_ELEMENTS (event_paths); i++)
    {
      const char *text = omc_json_value_pick_string (root, event_paths[i]);
      gint64 start_us, end_us;

      if (text != NULL && omc_instant_parse_range (text, &start_us, &end_us))
        return start_us;
    }

  return fallback_us;
}

typedef struct
{
  guint n;
  gint64 start_us;
} Dates;

static void
count_date (const OmcSearchEntry *entry, gpointer user_data)
{
  Dates *dates = user_data;

  dates->n++;
  dates->start_us = entry->start_us;
}

gboolean
omc_resource_facts_is_oddly_dated (OmcResource *resource, gint64 event_us)
{
  static const OmcSearchParam *date;
  Dates dates = { 0 };

  if (!g_str_equal (omc_resource_get_resource_type (resource), "Observation"))
    return FALSE;
  if (g_once_init_enter_pointer (&date))
    g_once_init_leave_pointer (&date, omc_search_param_find ("Observation", "date"));
  omc_search_extract_param (resource, date, count_date, &dates);

  return dates.n != 1 || dates.start_us != event_us;
}

/* An Observation without any category may be a vital sign of a simple server; the chart sorts it out. */
static gboolean
is_vital (const OmcJsonValue *root)
{
  const OmcJsonValue *categories = omc_json_value_get (root, "category");

  return omc_json_value_get_size (categories) == 0 ||
         omc_concept_has (categories, NULL, "vital-signs");
}

static gboolean
is_active_encounter (const OmcJsonValue *root)
{
  static const char *const active[] = { "arrived", "triaged", "in-progress", "onleave", NULL };
  const char *status = omc_json_value_pick_string (root, "status");

  return status != NULL && g_strv_contains (active, status);
}

OmcResourceKind
omc_resource_facts_kind (OmcResource *resource)
{
  static const struct
  {
    const char *type;
    OmcResourceKind kind;
  } kinds[] = {
    { "Patient", OMC_KIND_PATIENT },
    { "AllergyIntolerance", OMC_KIND_ALLERGY },
    { "Condition", OMC_KIND_CONDITION },
    { "MedicationRequest", OMC_KIND_MEDICATION },
    { "MedicationStatement", OMC_KIND_MEDICATION },
    { "Flag", OMC_KIND_FLAG },
  };
  const char *type = omc_resource_get_resource_type (resource);
  const OmcJsonValue *root = omc_resource_get_root (resource);

  if (g_str_equal (type, "Observation"))
    return is_vital (root) ? OMC_KIND_VITAL : OMC_KIND_OBSERVATION;
  if (g_str_equal (type, "Encounter"))
    return is_active_encounter (root) ? OMC_KIND_ENCOUNTER_ACTIVE : OMC_KIND_ENCOUNTER;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (g_str_equal (type, kinds[i].type))
        return kinds[i].kind;
    }

  return OMC_KIND_OTHER;
}

static const char *
concept_text (const OmcJsonValue *concept)
{
  const char *text = omc_json_value_pick_string (concept, "text");

  if (text == NULL)
    text = omc_json_value_pick_string (concept, "coding[0].display");
  if (text == NULL)
    text = omc_json_value_pick_string (concept, "coding[0].code");

  return text;
}

static char *
quantity_text (const OmcJsonValue *quantity)
{
  const char *number = omc_json_value_get_number_text (omc_json_value_get (quantity, "value"));
  const char *unit = omc_json_value_pick_string (quantity, "unit");

  if (number == NULL)
    return NULL;
  if (unit == NULL)
    unit = omc_json_value_pick_string (quantity, "code");

  return unit != NULL ? g_strconcat (number, " ", unit, NULL) : g_strdup (number);
}

static char *
component_values (const OmcJsonValue *root)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const OmcJsonValue *component;
  const char *unit = NULL;
  OmcJsonIter iter;

  omc_json_iter_init (&iter, omc_json_value_get (root, "component"));
  while (omc_json_iter_next (&iter, NULL, &component))
    {
      const OmcJsonValue *quantity = omc_json_value_get (component, "valueQuantity");
      const char *number = omc_json_value_get_number_text (omc_json_value_get (quantity, "value"));

      if (number == NULL)
        continue;
      g_string_append_printf (text, "%s%s", text->len > 0 ? "/" : "", number);
      unit = omc_json_value_pick_string (quantity, "unit");
    }
  if (unit != NULL)
    g_string_append_printf (text, " %s", unit);

  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static char *
observation_value (const OmcJsonValue *root)
{
  char *text = quantity_text (omc_json_value_get (root, "valueQuantity"));

  if (text == NULL)
    text = component_values (root);
  if (text == NULL)
    text = g_strdup (concept_text (omc_json_value_get (root, "valueCodeableConcept")));
  if (text == NULL)
    text = g_strdup (omc_json_value_pick_string (root, "valueString"));
  if (text == NULL)
    text = g_strdup (concept_text (omc_json_value_get (root, "dataAbsentReason")));

  return text;
}

char *
omc_resource_facts_patient_name (OmcResource *patient)
{
  const OmcJsonValue *name = omc_json_value_pick (omc_resource_get_root (patient), "name[0]");
  const char *family = omc_json_value_pick_string (name, "family");
  const char *given = omc_json_value_pick_string (name, "given[0]");
  g_autofree char *upper = family != NULL ? g_utf8_strup (family, -1) : NULL;

  if (upper != NULL && given != NULL)
    return g_strdup_printf ("%s, %s", upper, given);
  if (upper != NULL || given != NULL)
    return g_strdup (upper != NULL ? upper : given);

  return g_strdup (omc_json_value_pick_string (name, "text"));
}

char *
omc_resource_facts_summary (OmcResource *resource)
{
  static const char *const concepts[] = { "code", "medicationCodeableConcept", "vaccineCode",
                                          "type", "category" };
  const char *type = omc_resource_get_resource_type (resource);
  const OmcJsonValue *root = omc_resource_get_root (resource);
  g_autofree char *value = NULL;
  const char *concept = NULL;

  if (g_str_equal (type, "Patient"))
    {
      char *name = omc_resource_facts_patient_name (resource);

      if (name != NULL)
        return name;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (concepts) && concept == NULL; i++)
    concept = concept_text (omc_json_value_pick (root, concepts[i]));
  if (concept == NULL)
    return g_strdup (type);
  if (g_str_equal (type, "Observation"))
    value = observation_value (root);

  return value != NULL ? g_strconcat (concept, " ", value, NULL) : g_strdup (concept);
}

int
omc_resource_facts_priority (OmcResource *resource)
{
  static const struct
  {
    const char *type;
    int priority;
  } order[] = {
    { "Organization", 5 },
    { "Practitioner", 5 },
    { "Location", 5 },
    { "Patient", 10 },
    { "AllergyIntolerance", 15 },
    { "Encounter", 20 },
    { "Flag", 25 },
    { "MedicationAdministration", 30 },
    { "Observation", 40 },
    { "MedicationRequest", 45 },
    { "Condition", 50 },
    { "Provenance", 90 },
    { "AuditEvent", 95 },
  };
  const char *type = omc_resource_get_resource_type (resource);

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    {
      if (g_str_equal (type, order[i].type))
        return order[i].priority;
    }

  return 60;
}

const char *
omc_resource_facts_idempotency_key (OmcResource *resource)
{
  const OmcJsonValue *identifier;
  OmcJsonIter iter;

  omc_json_iter_init (&iter, omc_json_value_get (omc_resource_get_root (resource), "identifier"));
  while (omc_json_iter_next (&iter, NULL, &identifier))
    {
      const char *value = omc_json_value_pick_string (identifier, "value");

      if (value != NULL && g_strcmp0 (omc_json_value_pick_string (identifier, "system"),
                                      OMC_SYSTEM_IDEMPOTENCY) == 0)
        return g_str_has_prefix (value, "urn:uuid:") ? value + strlen ("urn:uuid:") : value;
    }

  return NULL;
}

char *
omc_text_fold (const char *text)
{
  g_autofree char *apart = g_utf8_normalize (text, -1, G_NORMALIZE_NFKD);
  g_autofree char *bare = NULL;
  g_autoptr (GString) kept = NULL;

  if (apart == NULL)
    return g_strdup ("");
  kept = g_string_sized_new (strlen (apart));
  for (const char *p = apart; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_ismark (c))
        g_string_append_unichar (kept, c);
    }
  bare = g_utf8_casefold (kept->str, (gssize)kept->len);

  return g_steal_pointer (&bare);
}
