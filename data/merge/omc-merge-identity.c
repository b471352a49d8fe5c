/* omc-merge-identity.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include "omc-merge-identity.h"
#include "omc-merge-plan.h"
#include "omc-person-name.h"

/* --- who the resource is about (clinical.md 5, rule 4; ruling 3) --- */

static void
append_person (GString *text, const OmcJsonValue *reference)
{
  g_autofree char *person = omc_json_diff_dup_reference (reference);
  const char *display = omc_json_value_get_string (omc_json_value_get (reference, "display"));

  if (person)
    g_string_append_printf (text, "%s\n", person);
  else if (display) /* all that says who it is */
    g_string_append_printf (text, "display %s\n", display);
}

static char *
dup_persons (const OmcJsonValue *value)
{
  GString *text = g_string_new (NULL);
  OmcJsonIter iter;
  const OmcJsonValue *member;

  if (omc_json_value_get_kind (value) != OMC_JSON_ARRAY)
    append_person (text, value);
  else
    for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, NULL, &member);)
      append_person (text, member);
  return g_string_free_and_steal (text);
}

/* A participant of an Appointment who is a patient, else NULL. */
static char *
dup_patient (const OmcJsonValue *participant)
{
  const OmcJsonValue *actor = omc_json_value_get (participant, "actor");
  g_autofree char *person = omc_json_diff_dup_reference (actor);
  const char *type = omc_json_value_get_string (omc_json_value_get (actor, "type"));

  return person && (g_str_has_prefix (person, "Patient/") || g_strcmp0 (type, "Patient") == 0)
             ? g_steal_pointer (&person)
             : NULL;
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static char *
dup_patient_participants (const OmcJsonValue *participants)
{
  g_autoptr (GPtrArray) patients = g_ptr_array_new_with_free_func (g_free);
  OmcJsonIter iter;
  const OmcJsonValue *participant;

  for (omc_json_iter_init (&iter, participants); omc_json_iter_next (&iter, NULL, &participant);)
    {
      char *patient = dup_patient (participant);

      if (patient)
        g_ptr_array_add (patients, patient);
    }
  g_ptr_array_sort (patients, compare_texts);
  g_ptr_array_add (patients, NULL);
  return g_strjoinv ("\n", (char **)patients->pdata);
}

static gboolean
is_other_person (OmcMergePlan *self, const OmcTriple *values, char *(*dup) (const OmcJsonValue *))
{
  g_autofree char *base = dup (values->side[OMC_SIDE_BASE]);
  g_autofree char *local = dup (values->side[OMC_SIDE_LOCAL]);
  g_autofree char *remote = dup (values->side[OMC_SIDE_REMOTE]);

  if (!self->resource[OMC_SIDE_BASE])
    return strcmp (local, remote) != 0;
  return strcmp (base, local) != 0 || strcmp (base, remote) != 0;
}

static gboolean
names_patient (const OmcPlanHunk *hunk)
{
  for (int side = 0; side < OMC_N_SIDES; side++)
    {
      g_autofree char *patient = dup_patient (hunk->values.side[side]);

      if (patient)
        return TRUE;
    }
  return FALSE;
}

static void
stop_participants (OmcMergePlan *self)
{
  OmcPlanSlot *slot = omc_merge_plan_find_slot (self, "participant");

  if (strcmp (self->type, "Appointment") != 0 || !slot ||
      !is_other_person (self, &slot->member.values, dup_patient_participants))
    return;
  for (guint i = 0; i < self->hunks->len; i++)
    {
      OmcPlanHunk *hunk = omc_merge_plan_get_hunk (self, i);

      if (omc_merge_unit_has_element (hunk->unit, "participant") &&
          (hunk->slots || names_patient (hunk)))
        omc_plan_hunk_stop (hunk, "wrong-patient");
    }
}

/* The number inside a Reference says who it is just as well; adding or dropping it says nothing. */
static gboolean
is_other_number (const OmcTriple *values)
{
  const OmcJsonValue *number[OMC_N_SIDES];

  for (int side = 0; side < OMC_N_SIDES; side++)
    number[side] = omc_json_value_pick (values->side[side], "identifier.value");
  for (int side = 0; side < OMC_N_SIDES; side++)
    for (int other = 0; other < side; other++)
      if (number[side] && number[other] && !omc_json_value_equal (number[side], number[other]))
        return TRUE;
  return FALSE;
}

static void
stop_subjects (OmcMergePlan *self)
{
  for (guint i = 0; i < self->hunks->len; i++)
    {
      OmcPlanHunk *hunk = omc_merge_plan_get_hunk (self, i);
      OmcPlanSlot *slot;

      if (hunk->unit->kind != OMC_UNIT_SUBJECT)
        continue;
      slot = &g_array_index (self->slots, OmcPlanSlot, g_array_index (hunk->slots, guint, 0));
      if (is_other_person (self, &slot->member.values, dup_persons) ||
          is_other_number (&slot->member.values))
        omc_plan_hunk_stop (hunk, "wrong-patient");
    }
}

/* Base, local and remote of one merge are versions of one record. */
static void
stop_other_record (OmcMergePlan *self)
{
  OmcPlanSlot *slot = omc_merge_plan_find_slot (self, "id");
  gboolean other = FALSE;
  OmcPlanHunk *hunk;

  for (int side = 0; slot && self->resource[OMC_SIDE_BASE] && side < OMC_N_SIDES; side++)
    for (int k = 0; k < side; k++)
      other = other ||
              (slot->member.values.side[side] && slot->member.values.side[k] &&
               !omc_json_value_equal (slot->member.values.side[side], slot->member.values.side[k]));
  if (!other)
    return;
  hunk = omc_merge_plan_add_hunk (self, slot->unit, &slot->member.values, slot->member.change);
  hunk->public.path = g_strdup_printf ("%s.id", self->type);
  hunk->public.label = slot->unit->label;
  hunk->slots = g_array_new (FALSE, FALSE, sizeof (guint));
  omc_plan_hunk_stop (hunk, "wrong-resource");
}

/* --- identity drift (clinical.md 5, Patient) --- */

static char *
dup_family (const OmcJsonValue *patient)
{
  const OmcJsonValue *name = omc_person_name_choose (patient);
  const char *family = omc_json_value_get_string (omc_json_value_get (name, "family"));

  return family ? g_utf8_casefold (family, -1) : NULL;
}

gboolean
omc_merge_is_official_number (const OmcJsonValue *identifier)
{
  static const char *const other_uses[] = { "temp", "secondary", "old", NULL };
  static const char *const types[] = { "MR", "PI", "NI", "NH", "NIIP", NULL };
  const char *use = omc_json_value_get_string (omc_json_value_get (identifier, "use"));
  const char *system = omc_json_value_get_string (omc_json_value_get (identifier, "system"));
  OmcJsonIter iter;
  const OmcJsonValue *coding;

  if (g_strcmp0 (use, "official") == 0 || (system && strstr (system, "nhs-number")))
    return TRUE;
  omc_json_iter_init (&iter, omc_json_value_pick (identifier, "type.coding"));
  while (omc_json_iter_next (&iter, NULL, &coding))
    {
      const char *code = omc_json_value_get_string (omc_json_value_get (coding, "code"));

      if (code && g_strv_contains (types, code))
        return TRUE;
    }
  return !omc_json_value_get (identifier, "type") && !(use && g_strv_contains (other_uses, use));
}

/* An official number of base whose system now holds another value, or that is gone. */
static gboolean
is_number_replaced (const OmcJsonValue *base, const OmcJsonValue *remote)
{
  OmcJsonIter iter;
  const OmcJsonValue *identifier;

  for (omc_json_iter_init (&iter, omc_json_value_get (base, "identifier"));
       omc_json_iter_next (&iter, NULL, &identifier);)
    {
      const char *system = omc_json_value_get_string (omc_json_value_get (identifier, "system"));
      const char *value = omc_json_value_get_string (omc_json_value_get (identifier, "value"));
      gboolean kept = FALSE;
      OmcJsonIter inner;
      const OmcJsonValue *other;

      if (!value || !omc_merge_is_official_number (identifier))
        continue;
      for (omc_json_iter_init (&inner, omc_json_value_get (remote, "identifier"));
           !kept && omc_json_iter_next (&inner, NULL, &other);)
        kept =
            g_strcmp0 (omc_json_value_get_string (omc_json_value_get (other, "system")), system) ==
                0 &&
            g_strcmp0 (omc_json_value_get_string (omc_json_value_get (other, "value")), value) == 0;
      if (!kept)
        return TRUE;
    }
  return FALSE;
}

enum
{
  DRIFT_FAMILY = 1 << 0,
  DRIFT_BIRTH_DATE = 1 << 1,
  DRIFT_GENDER = 1 << 2,
  DRIFT_NUMBER = 1 << 3,
};

static guint
find_drift (const OmcJsonValue *base, const OmcJsonValue *remote)
{
  g_autofree char *family = dup_family (base);
  g_autofree char *remote_family = dup_family (remote);
  const char *born = omc_json_value_get_string (omc_json_value_get (base, "birthDate"));
  const char *remote_born = omc_json_value_get_string (omc_json_value_get (remote, "birthDate"));
  const char *gender = omc_json_value_get_string (omc_json_value_get (base, "gender"));
  const char *remote_gender = omc_json_value_get_string (omc_json_value_get (remote, "gender"));
  guint drift = 0;

  if (family && g_strcmp0 (family, remote_family) != 0)
    drift |= DRIFT_FAMILY;
  if (born && (!remote_born || !g_str_has_prefix (remote_born, born)))
    drift |= DRIFT_BIRTH_DATE;
  if (gender && strcmp (gender, "unknown") != 0 && g_strcmp0 (gender, remote_gender) != 0)
    drift |= DRIFT_GENDER;
  if (is_number_replaced (base, remote))
    drift |= DRIFT_NUMBER;
  return drift;
}

static guint
count_bits (guint bits)
{
  guint n = 0;

  for (; bits; bits &= bits - 1)
    n++;
  return n;
}

gboolean
omc_merge_is_identity_drift (OmcResource *base, OmcResource *remote)
{
  g_return_val_if_fail (base != NULL && remote != NULL, FALSE);

  return g_strcmp0 (omc_resource_get_resource_type (base), "Patient") == 0 &&
         count_bits (find_drift (omc_resource_get_root (base), omc_resource_get_root (remote))) >=
             2;
}

static void
stop_drift (OmcMergePlan *self)
{
  static const char *const elements[] = { "name", "birthDate", "gender", "identifier" };
  guint drift;
  guint unknown;

  if (strcmp (self->type, "Patient") != 0 || !self->resource[OMC_SIDE_BASE])
    return;
  drift = find_drift (omc_resource_get_root (self->resource[OMC_SIDE_BASE]),
                      omc_resource_get_root (self->resource[OMC_SIDE_REMOTE]));
  /* What this device says as well, all of it, is no surprise to the people here. */
  unknown = drift & find_drift (omc_resource_get_root (self->resource[OMC_SIDE_LOCAL]),
                                omc_resource_get_root (self->resource[OMC_SIDE_REMOTE]));
  if (count_bits (drift) < 2 || unknown == 0)
    return;
  for (guint i = 0; i < self->hunks->len; i++)
    {
      OmcPlanHunk *hunk = omc_merge_plan_get_hunk (self, i);

      for (guint k = 0; k < G_N_ELEMENTS (elements); k++)
        if ((drift & (1u << k)) && (hunk->change & OMC_CHANGE_REMOTE) &&
            omc_merge_unit_has_element (hunk->unit, elements[k]))
          omc_plan_hunk_stop (hunk, "identity-drift");
    }
}

/* The contained resource that "#id" of a subject means, else NULL. */
static const OmcJsonValue *
find_contained_person (OmcMergePlan *self, const OmcJsonValue *subject, OmcSide side)
{
  const char *text = omc_json_value_get_string (omc_json_value_get (subject, "reference"));
  OmcJsonIter iter;
  const OmcJsonValue *member;

  if (!text || *text != '#' || !self->resource[side])
    return NULL;
  omc_json_iter_init (
      &iter, omc_json_value_get (omc_resource_get_root (self->resource[side]), "contained"));
  while (omc_json_iter_next (&iter, NULL, &member))
    if (g_strcmp0 (omc_json_value_get_string (omc_json_value_get (member, "id")), text + 1) == 0)
      return member;
  return NULL;
}

/* The reference of a subject stays, but the person it contains becomes another: by this device just as well. */
static void
stop_contained_person (OmcMergePlan *self)
{
  static const char *const elements[] = { "subject", "patient", "for", "beneficiary" };
  gboolean other = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (elements); i++)
    {
      OmcPlanSlot *slot = omc_merge_plan_find_slot (self, elements[i]);
      const OmcJsonValue *base =
          slot
              ? find_contained_person (self, slot->member.values.side[OMC_SIDE_BASE], OMC_SIDE_BASE)
              : NULL;

      for (int side = OMC_SIDE_LOCAL; base && side < OMC_N_SIDES; side++)
        {
          const OmcJsonValue *person =
              find_contained_person (self, slot->member.values.side[side], side);

          other = other || (person && count_bits (find_drift (base, person)) >= 2);
        }
    }
  for (guint i = 0; other && i < self->hunks->len; i++)
    if (omc_merge_plan_get_hunk (self, i)->unit->kind == OMC_UNIT_CONTAINED)
      omc_plan_hunk_stop (omc_merge_plan_get_hunk (self, i), "wrong-patient");
}

void
omc_merge_apply_identity (OmcMergePlan *self)
{
  stop_other_record (self);
  stop_subjects (self);
  stop_participants (self);
  stop_contained_person (self);
  stop_drift (self);
}
