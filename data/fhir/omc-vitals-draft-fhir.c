/* omc-vitals-draft-fhir.c: the form as FHIR Observations; declared in omc-vitals-draft.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-codes.h"
#include "omc-news2-codes.h"
#include "omc-quantity.h"
#include "omc-uuid.h"
#include "omc-vitals-draft-private.h"

typedef struct
{
  OmcVitalsDraft *draft;
  OmcJsonBuilder *builder; /* (owned) */
  const char *patient_id;
  const char *encounter_id; /* (nullable) */
  const char *practitioner; /* (nullable) */
  const char *display;      /* (nullable) */
  const char *status;
  char *effective; /* (owned) */
  char *issued;    /* (owned) */
  gint64 now_us;
  GPtrArray *resources; /* (owned) (element-type OmcResource) */
  GPtrArray *scored;    /* (owned) (element-type utf8): references of what NEWS2 is derived from */
} Maker;

/* --- pieces --- */

static OmcJsonNode *
add_coding (Maker *maker,
            OmcJsonNode *concept,
            const char *system,
            const char *code,
            const char *display)
{
  OmcJsonNode *codings = omc_json_node_get (concept, "coding");
  OmcJsonNode *coding;

  if (codings == NULL)
    codings = omc_json_node_add_array (maker->builder, concept, "coding");
  coding = omc_json_node_append_object (maker->builder, codings);
  omc_json_node_set_string (maker->builder, coding, "system", system);
  omc_json_node_set_string (maker->builder, coding, "code", code);
  omc_json_node_set_string (maker->builder, coding, "display", display);

  return coding;
}

static void
add_category (Maker *maker, OmcJsonNode *root, const char *code, const char *display)
{
  OmcJsonNode *categories = omc_json_node_get (root, "category");

  if (categories == NULL)
    categories = omc_json_node_add_array (maker->builder, root, "category");
  add_coding (maker, omc_json_node_append_object (maker->builder, categories),
              OMC_SYSTEM_OBSERVATION_CATEGORY, code, display);
}

static void
add_reference (Maker *maker, OmcJsonNode *list, const char *reference)
{
  omc_json_node_set_string (maker->builder, omc_json_node_append_object (maker->builder, list),
                            "reference", reference);
}

/* number: as typed, normalised; it is copied to the letter. */
static void
set_quantity (Maker *maker,
              OmcJsonNode *holder,
              const char *number,
              const char *comparator,
              const char *ucum)
{
  OmcJsonNode *quantity = omc_json_node_add_object (maker->builder, holder, "valueQuantity");
  const char *unit = g_str_equal (ucum, OMC_UCUM_SCORE) ? "score" : omc_unit_label (ucum);

  omc_json_node_set (maker->builder, quantity, "value",
                     omc_json_builder_number (maker->builder, number));
  omc_json_node_set_string (maker->builder, quantity, "comparator", comparator);
  omc_json_node_set_string (maker->builder, quantity, "unit", unit);
  omc_json_node_set_string (maker->builder, quantity, "system", OMC_SYSTEM_UCUM);
  omc_json_node_set_string (maker->builder, quantity, "code", ucum);
}

static void
set_absent (Maker *maker, OmcJsonNode *holder, const char *code, const char *text)
{
  OmcJsonNode *reason = omc_json_node_add_object (maker->builder, holder, "dataAbsentReason");

  add_coding (maker, reason, OMC_SYSTEM_DATA_ABSENT_REASON, code, NULL);
  omc_json_node_set_string (maker->builder, reason, "text", text);
}

static void
add_note (Maker *maker, OmcJsonNode *root, const char *text)
{
  OmcJsonNode *notes = omc_json_node_get (root, "note");
  OmcJsonNode *note;

  if (notes == NULL)
    notes = omc_json_node_add_array (maker->builder, root, "note");
  note = omc_json_node_append_object (maker->builder, notes);
  omc_json_node_set_string (maker->builder, note, "authorString", maker->display);
  omc_json_node_set_string (maker->builder, note, "time", maker->issued);
  omc_json_node_set_string (maker->builder, note, "text", text);
}

/* The head that all have in common. The id is also what makes a second sending harmless. */
static OmcJsonNode *
begin (Maker *maker, gboolean survey, OmcJsonNode **code)
{
  OmcJsonBuilder *builder = maker->builder;
  OmcJsonNode *root = omc_json_builder_object (builder);
  g_autofree char *id = omc_uuid_new (maker->now_us);
  g_autofree char *subject = g_strconcat ("Patient/", maker->patient_id, NULL);

  omc_json_node_set_string (builder, root, "resourceType", "Observation");
  omc_json_node_set_string (builder, root, "id", id);
  OmcJsonNode *identifier =
      omc_json_node_append_object (builder, omc_json_node_add_array (builder, root, "identifier"));
  omc_json_node_set_string (builder, identifier, "system", OMC_SYSTEM_IDEMPOTENCY);
  omc_json_node_set_string (builder, identifier, "value", id);
  omc_json_node_set_string (builder, root, "status", maker->status);
  add_category (maker, root, "vital-signs", "Vital Signs");
  if (survey)
    add_category (maker, root, "survey", "Survey");
  *code = omc_json_node_add_object (builder, root, "code");
  omc_json_node_set_string (builder, omc_json_node_add_object (builder, root, "subject"),
                            "reference", subject);
  if (maker->encounter_id != NULL)
    {
      g_autofree char *encounter = g_strconcat ("Encounter/", maker->encounter_id, NULL);

      omc_json_node_set_string (builder, omc_json_node_add_object (builder, root, "encounter"),
                                "reference", encounter);
    }
  omc_json_node_set_string (builder, root, "effectiveDateTime", maker->effective);
  omc_json_node_set_string (builder, root, "issued", maker->issued);
  if (maker->practitioner != NULL || maker->display != NULL)
    {
      OmcJsonNode *performer = omc_json_node_append_object (
          builder, omc_json_node_add_array (builder, root, "performer"));

      omc_json_node_set_string (builder, performer, "reference", maker->practitioner);
      omc_json_node_set_string (builder, performer, "display", maker->display);
    }

  return root;
}

/* scored: whether the NEWS2 score is derived from it. */
static gboolean
end (Maker *maker, OmcJsonNode *root, gboolean scored, GError **error)
{
  g_autoptr (OmcJson) json = omc_json_builder_end (maker->builder, root);
  OmcResource *resource = omc_resource_new (json, error);

  if (resource == NULL)
    return FALSE;
  g_ptr_array_add (maker->resources, resource);
  if (scored)
    g_ptr_array_add (maker->scored, omc_resource_dup_reference (resource));

  return TRUE;
}

/* --- what is in the form --- */

static gboolean
has_text (Maker *maker, OmcVitalKind kind)
{
  return *omc_vitals_draft_get_text (maker->draft, kind) != '\0';
}

static gboolean
has_field (Maker *maker, OmcVitalKind kind)
{
  return has_text (maker, kind) ||
         omc_vitals_draft_get_unable (maker->draft, kind) != OMC_UNABLE_NONE;
}

static void
note_if_confirmed (Maker *maker, OmcJsonNode *root, OmcVitalKind kind)
{
  if (omc_vitals_draft_is_confirmed (maker->draft, kind))
    add_note (maker, root, _ ("Unusual value, confirmed as measured."));
}

/* The number of a field or the reason that there is none; "unknown" where neither was said. */
static void
set_number_or_reason (Maker *maker, OmcJsonNode *holder, OmcVitalKind kind)
{
  OmcUnable unable = omc_vitals_draft_get_unable (maker->draft, kind);
  const char *comparator;
  g_autofree char *number = _omc_vitals_draft_dup_number (maker->draft, kind, &comparator);

  if (number != NULL)
    set_quantity (maker, holder, number, comparator,
                  omc_vitals_draft_get_unit (maker->draft, kind));
  else if (unable != OMC_UNABLE_NONE)
    set_absent (maker, holder, omc_unable_absent_reason (unable), omc_unable_label (unable));
  else
    set_absent (maker, holder, "unknown", NULL);
}

static gboolean
make_number (Maker *maker, OmcVitalKind kind, GError **error)
{
  const OmcVitalInfo *info = omc_vital_get_info (kind);
  const OmcVitalUnit *unit =
      omc_vital_find_unit (kind, omc_vitals_draft_get_unit (maker->draft, kind));
  gboolean is_oxygen = kind == OMC_VITAL_OXYGEN_FLOW || kind == OMC_VITAL_FIO2;
  OmcJsonNode *code;
  OmcJsonNode *root = begin (maker, is_oxygen || kind == OMC_VITAL_PAIN, &code);

  add_coding (maker, code, OMC_SYSTEM_LOINC, unit->loinc != NULL ? unit->loinc : info->loinc, NULL);
  if (kind == OMC_VITAL_SPO2)
    add_coding (maker, code, OMC_SYSTEM_LOINC, OMC_LOINC_SPO2_OXIMETRY, NULL);
  omc_json_node_set_string (maker->builder, code, "text", info->code_text);
  set_number_or_reason (maker, root, kind);
  note_if_confirmed (maker, root, kind);

  return end (maker, root, info->news2 >= 0, error);
}

static OmcJsonNode *
add_component (Maker *maker,
               OmcJsonNode *root,
               const char *system,
               const char *code,
               const char *text)
{
  OmcJsonNode *components = omc_json_node_get (root, "component");
  OmcJsonNode *component;
  OmcJsonNode *concept;

  if (components == NULL)
    components = omc_json_node_add_array (maker->builder, root, "component");
  component = omc_json_node_append_object (maker->builder, components);
  concept = omc_json_node_add_object (maker->builder, component, "code");
  add_coding (maker, concept, system, code, NULL);
  omc_json_node_set_string (maker->builder, concept, "text", text);

  return component;
}

static void
add_number_component (Maker *maker, OmcJsonNode *root, OmcVitalKind kind)
{
  const OmcVitalInfo *info = omc_vital_get_info (kind);

  set_number_or_reason (
      maker, add_component (maker, root, OMC_SYSTEM_LOINC, info->loinc, info->code_text), kind);
  note_if_confirmed (maker, root, kind);
}

/* An unknown half of the pressure carries its reason and is never left out. */
static gboolean
make_pressure (Maker *maker, GError **error)
{
  OmcJsonNode *code;
  OmcJsonNode *root = begin (maker, FALSE, &code);

  add_coding (maker, code, OMC_SYSTEM_LOINC, OMC_LOINC_BP, NULL);
  omc_json_node_set_string (maker->builder, code, "text", "Blood pressure");
  add_number_component (maker, root, OMC_VITAL_SYSTOLIC);
  add_number_component (maker, root, OMC_VITAL_DIASTOLIC);

  return end (maker, root, TRUE, error);
}

static gboolean
make_consciousness (Maker *maker, GError **error)
{
  OmcConsciousness consciousness = OMC_CONSCIOUSNESS_UNKNOWN;
  OmcJsonNode *code;
  OmcJsonNode *root = begin (maker, TRUE, &code);

  add_coding (maker, code, OMC_SYSTEM_SNOMED, OMC_SNOMED_ACVPU, NULL);
  add_coding (maker, code, OMC_SYSTEM_LOINC, OMC_LOINC_RESPONSIVENESS, NULL);
  omc_json_node_set_string (maker->builder, code, "text",
                            omc_vital_get_info (OMC_VITAL_CONSCIOUSNESS)->code_text);
  omc_consciousness_from_string (omc_vitals_draft_get_text (maker->draft, OMC_VITAL_CONSCIOUSNESS),
                                 &consciousness);
  if (consciousness != OMC_CONSCIOUSNESS_UNKNOWN)
    {
      const OmcNews2Code *answer = omc_consciousness_get_code (consciousness);
      OmcJsonNode *value = omc_json_node_add_object (maker->builder, root, "valueCodeableConcept");

      add_coding (maker, value, OMC_SYSTEM_SNOMED, answer->snomed, NULL);
      add_coding (maker, value, OMC_SYSTEM_LOINC, answer->loinc, NULL);
      omc_json_node_set_string (maker->builder, value, "text", answer->text);
    }
  else
    set_number_or_reason (maker, root, OMC_VITAL_CONSCIOUSNESS);

  return end (maker, root, TRUE, error);
}

static gboolean
make_oxygen (Maker *maker, GError **error)
{
  OmcOxygen oxygen = OMC_OXYGEN_UNKNOWN;
  OmcJsonNode *code;
  OmcJsonNode *root = begin (maker, TRUE, &code);

  add_coding (maker, code, OMC_SYSTEM_OMNICARE_OBSERVATION, OMC_CODE_AIR_OR_OXYGEN, NULL);
  omc_json_node_set_string (maker->builder, code, "text",
                            omc_vital_get_info (OMC_VITAL_OXYGEN)->code_text);
  omc_oxygen_from_string (omc_vitals_draft_get_text (maker->draft, OMC_VITAL_OXYGEN), &oxygen);
  if (oxygen != OMC_OXYGEN_UNKNOWN)
    {
      OmcJsonNode *value = omc_json_node_add_object (maker->builder, root, "valueCodeableConcept");
      gboolean air = oxygen == OMC_OXYGEN_AIR;
      const char *text = air ? "Breathing room air" : "Patient on oxygen";

      add_coding (maker, value, OMC_SYSTEM_SNOMED, air ? OMC_SNOMED_ROOM_AIR : OMC_SNOMED_ON_OXYGEN,
                  text);
      omc_json_node_set_string (maker->builder, value, "text", text);
    }
  else
    set_number_or_reason (maker, root, OMC_VITAL_OXYGEN);
  if (has_text (maker, OMC_VITAL_OXYGEN_DEVICE))
    {
      OmcJsonNode *device =
          add_component (maker, root, OMC_SYSTEM_OMNICARE_OBSERVATION, OMC_CODE_OXYGEN_DEVICE,
                         omc_vital_get_info (OMC_VITAL_OXYGEN_DEVICE)->code_text);

      omc_json_node_set_string (maker->builder, device, "valueString",
                                omc_vitals_draft_get_text (maker->draft, OMC_VITAL_OXYGEN_DEVICE));
    }

  return end (maker, root, TRUE, error);
}

/* Three parts; with a tube the verbal part is not applicable and there is no total (clinical.md 1). */
static gboolean
make_coma_scale (Maker *maker, GError **error)
{
  static const OmcVitalKind parts[] = { OMC_VITAL_GCS_EYE, OMC_VITAL_GCS_VERBAL,
                                        OMC_VITAL_GCS_MOTOR };
  const OmcVitalInfo *info = omc_vital_get_info (OMC_VITAL_GCS);
  OmcJsonNode *code;
  OmcJsonNode *root = begin (maker, TRUE, &code);
  gint64 total = 0;
  guint n_parts = 0;

  add_coding (maker, code, OMC_SYSTEM_LOINC, info->loinc, NULL);
  omc_json_node_set_string (maker->builder, code, "text", info->code_text);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      const OmcVitalInfo *part = omc_vital_get_info (parts[i]);
      OmcJsonNode *component =
          add_component (maker, root, OMC_SYSTEM_LOINC, part->loinc, part->code_text);
      g_autofree char *number =
          omc_quantity_normalise (omc_vitals_draft_get_text (maker->draft, parts[i]));
      gint64 score;

      if (number != NULL && omc_quantity_to_scaled (number, 0, &score, NULL))
        {
          /* As an integer: the units of a vital sign's components are bound, and a score is not among them. */
          omc_json_node_set (maker->builder, component, "valueInteger",
                             omc_json_builder_integer (maker->builder, score));
          total += score;
          n_parts++;
        }
      else if (has_text (maker, parts[i]))
        set_absent (maker, component, "not-applicable", _ ("Tube"));
      else
        set_number_or_reason (maker, component, parts[i]);
    }
  if (n_parts == G_N_ELEMENTS (parts))
    {
      g_autofree char *number = omc_quantity_from_scaled (total, 0);

      set_quantity (maker, root, number, NULL, OMC_UCUM_SCORE);
    }

  return end (maker, root, FALSE, error);
}

/* --- what follows from it --- */

static gboolean
make_news2 (Maker *maker, GError **error)
{
  const OmcNews2Result *news2 = omc_vitals_draft_get_news2 (maker->draft);
  g_autofree char *total = omc_quantity_from_scaled (news2->total, 0);
  OmcJsonNode *code;
  OmcJsonNode *root = begin (maker, TRUE, &code);
  OmcJsonNode *derived;

  add_coding (maker, code, OMC_SYSTEM_SNOMED, OMC_SNOMED_NEWS2, NULL);
  omc_json_node_set_string (maker->builder, code, "text", "NEWS2 total score");
  set_quantity (maker, root, total, NULL, OMC_UCUM_SCORE);
  omc_json_node_set_string (maker->builder,
                            omc_json_node_add_object (maker->builder, root, "device"), "display",
                            "OmniCare " OMC_VERSION);
  derived = omc_json_node_add_array (maker->builder, root, "derivedFrom");
  for (guint i = 0; i < maker->scored->len; i++)
    add_reference (maker, derived, g_ptr_array_index (maker->scored, i));
  for (guint i = 0; i < OMC_NEWS2_N_PARAMETERS; i++)
    {
      const OmcNews2Code *part = omc_news2_parameter_get_code (i, news2->scale);
      OmcJsonNode *component =
          add_component (maker, root, OMC_SYSTEM_SNOMED, part->snomed, part->text);

      omc_json_node_set (maker->builder, component, "valueInteger",
                         omc_json_builder_integer (maker->builder, news2->scores[i]));
    }

  return end (maker, root, FALSE, error);
}

static gboolean
make_panel (Maker *maker, GError **error)
{
  const char *note = _omc_vitals_draft_get_note (maker->draft);
  const char *late_reason = _omc_vitals_draft_get_late_reason (maker->draft);
  OmcJsonNode *code;
  OmcJsonNode *root = begin (maker, FALSE, &code);
  OmcJsonNode *members = omc_json_node_add_array (maker->builder, root, "hasMember");

  add_coding (maker, code, OMC_SYSTEM_LOINC, OMC_LOINC_VITALS_PANEL, NULL);
  omc_json_node_set_string (maker->builder, code, "text", "Vital signs");
  for (guint i = 0; i < maker->resources->len; i++)
    {
      g_autofree char *reference =
          omc_resource_dup_reference (g_ptr_array_index (maker->resources, i));

      add_reference (maker, members, reference);
    }
  if (*note != '\0')
    add_note (maker, root, note);
  if (*late_reason != '\0')
    {
      g_autofree char *text = g_strdup_printf (_ ("Recorded late: %s"), late_reason);

      add_note (maker, root, text);
    }

  return end (maker, root, FALSE, error);
}

static gboolean
make_signs (Maker *maker, GError **error)
{
  static const OmcVitalKind numbers[] = {
    OMC_VITAL_RESPIRATION, OMC_VITAL_SPO2,        OMC_VITAL_OXYGEN_FLOW, OMC_VITAL_FIO2,
    OMC_VITAL_PULSE,       OMC_VITAL_TEMPERATURE, OMC_VITAL_PAIN,        OMC_VITAL_GLUCOSE,
    OMC_VITAL_WEIGHT,      OMC_VITAL_HEIGHT,      OMC_VITAL_URINE
  };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (has_field (maker, numbers[i]) && !make_number (maker, numbers[i], error))
      return FALSE;
  if (has_field (maker, OMC_VITAL_OXYGEN) && !make_oxygen (maker, error))
    return FALSE;
  if ((has_field (maker, OMC_VITAL_SYSTOLIC) || has_field (maker, OMC_VITAL_DIASTOLIC)) &&
      !make_pressure (maker, error))
    return FALSE;
  if (has_field (maker, OMC_VITAL_CONSCIOUSNESS) && !make_consciousness (maker, error))
    return FALSE;
  if ((has_field (maker, OMC_VITAL_GCS_EYE) || has_field (maker, OMC_VITAL_GCS_VERBAL) ||
       has_field (maker, OMC_VITAL_GCS_MOTOR)) &&
      !make_coma_scale (maker, error))
    return FALSE;

  return !omc_vitals_draft_get_news2 (maker->draft)->complete ||
         omc_vitals_draft_get_news2 (maker->draft)->total < 0 || make_news2 (maker, error);
}

GPtrArray *
omc_vitals_draft_to_resources (OmcVitalsDraft *self,
                               const char *patient_id,
                               const char *encounter_id,
                               const char *practitioner,
                               const char *display,
                               gboolean preliminary,
                               gint64 now_us,
                               GError **error)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), NULL);
  g_return_val_if_fail (patient_id != NULL, NULL);

  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  g_autoptr (GPtrArray) resources =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (GPtrArray) scored = g_ptr_array_new_with_free_func (g_free);
  gint64 taken_at = omc_vitals_draft_get_taken_at (self);
  g_autofree char *effective = omc_instant_format_local (taken_at != 0 ? taken_at : now_us);
  g_autofree char *issued = omc_instant_format_local (now_us);
  Maker maker = { self,
                  builder,
                  patient_id,
                  encounter_id,
                  practitioner,
                  display,
                  preliminary ? "preliminary" : "final",
                  effective,
                  issued,
                  now_us,
                  resources,
                  scored };

  /* The sentence for people may quote a value; an error may not. */
  omc_vitals_draft_refresh (self);
  if (!omc_vitals_draft_get_valid (self))
    {
      g_set_error_literal (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
                           _ ("The vital signs cannot be saved yet: a field needs an answer, or "
                              "nothing was entered."));
      return NULL;
    }
  if (!make_signs (&maker, error) || !make_panel (&maker, error))
    return NULL;

  return g_steal_pointer (&resources);
}
