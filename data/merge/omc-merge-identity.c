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

/* The patients among the participants of an Appointment. */
static char *
dup_patient_participants (const OmcJsonValue *participants)
{
  GString *text = g_string_new (NULL);
  OmcJsonIter iter;
  const OmcJsonValue *participant;

  for (omc_json_iter_init (&iter, participants); omc_json_iter_next (&iter, NULL, &participant);)
    {
      g_autofree char *actor =
          omc_json_diff_dup_reference (omc_json_value_get (participant, "actor"));

      if (actor && g_str_has_prefix (actor, "Patient/"))
        g_string_append_printf (text, "%s\n", actor);
    }
  return g_string_free_and_steal (text);
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
      g_autofree char *actor =
          omc_json_diff_dup_reference (omc_json_value_get (hunk->values.side[side], "actor"));

      if (actor && g_str_has_prefix (actor, "Patient/"))
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
      if (is_other_person (self, &slot->member.values, dup_persons))
        omc_plan_hunk_stop (hunk, "wrong-patient");
    }
}

/* Base, local and remote of one merge are versions of one record. */
static void
stop_other_record (OmcMergePlan *self)
{
  OmcPlanSlot *slot = omc_merge_plan_find_slot (self, "id");
  OmcPlanHunk *hunk;

  if (!slot || !self->resource[OMC_SIDE_BASE] || !slot->member.values.side[OMC_SIDE_LOCAL] ||
      !slot->member.values.side[OMC_SIDE_REMOTE] || slot->member.change == OMC_CHANGE_NONE ||
      (!slot->member.values.side[OMC_SIDE_BASE] && !(slot->member.change & OMC_CHANGE_DIFFER)))
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
  const OmcJsonValue *names = omc_json_value_get (patient, "name");
  const OmcJsonValue *best = omc_json_value_at (names, 0);
  const char *family;
  OmcJsonIter iter;
  const OmcJsonValue *name;

  for (omc_json_iter_init (&iter, names); omc_json_iter_next (&iter, NULL, &name);)
    if (g_strcmp0 (omc_json_value_get_string (omc_json_value_get (name, "use")), "official") == 0)
      {
        best = name;
        break;
      }
  family = omc_json_value_get_string (omc_json_value_get (best, "family"));
  return family ? g_utf8_casefold (family, -1) : NULL;
}

static gboolean
is_official_number (const OmcJsonValue *identifier)
{
  const char *use = omc_json_value_get_string (omc_json_value_get (identifier, "use"));
  const char *system = omc_json_value_get_string (omc_json_value_get (identifier, "system"));
  const char *type = omc_json_value_pick_string (identifier, "type.coding[0].code");

  return g_strcmp0 (type, "MR") == 0 || g_strcmp0 (use, "official") == 0 ||
         (system && strstr (system, "nhs-number"));
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

      if (!value || !is_official_number (identifier))
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

  if (strcmp (self->type, "Patient") != 0 || !self->resource[OMC_SIDE_BASE])
    return;
  drift = find_drift (omc_resource_get_root (self->resource[OMC_SIDE_BASE]),
                      omc_resource_get_root (self->resource[OMC_SIDE_REMOTE]));
  /* What this device says as well is no surprise to the people here. */
  drift &= find_drift (omc_resource_get_root (self->resource[OMC_SIDE_LOCAL]),
                       omc_resource_get_root (self->resource[OMC_SIDE_REMOTE]));
  if (count_bits (drift) < 2)
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

void
omc_merge_apply_identity (OmcMergePlan *self)
{
  stop_other_record (self);
  stop_subjects (self);
  stop_participants (self);
  stop_drift (self);
}
