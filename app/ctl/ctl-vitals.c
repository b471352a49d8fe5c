/* ctl-vitals.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "omc-ctl.h"

#include "omc-vitals-draft.h"

#include <glib/gi18n.h>
#include <string.h>

#define HISTORY_US (G_GINT64_CONSTANT (3) * 24 * 3600 * G_USEC_PER_SEC)

/* What a terminal calls a sign, and which field of the form it is. */
static const struct
{
  const char *option;
  OmcVitalKind kind;
} signs[] = {
  { "rr", OMC_VITAL_RESPIRATION },
  { "spo2", OMC_VITAL_SPO2 },
  { "oxygen", OMC_VITAL_OXYGEN },
  { "oxygen-device", OMC_VITAL_OXYGEN_DEVICE },
  { "oxygen-flow", OMC_VITAL_OXYGEN_FLOW },
  { "fio2", OMC_VITAL_FIO2 },
  { "sbp", OMC_VITAL_SYSTOLIC },
  { "dbp", OMC_VITAL_DIASTOLIC },
  { "pulse", OMC_VITAL_PULSE },
  { "consciousness", OMC_VITAL_CONSCIOUSNESS },
  { "temperature", OMC_VITAL_TEMPERATURE },
  { "pain", OMC_VITAL_PAIN },
  { "glucose", OMC_VITAL_GLUCOSE },
  { "weight", OMC_VITAL_WEIGHT },
  { "height", OMC_VITAL_HEIGHT },
  { "urine", OMC_VITAL_URINE },
};

static const struct
{
  const char *suffix;
  const char *ucum;
} units[] = {
  { "degF", "[degF]" },   { "[degF]", "[degF]" }, { "degC", "Cel" },    { "Cel", "Cel" },
  { "mmol/L", "mmol/L" }, { "mg/dL", "mg/dL" },   { "kg", "kg" },       { "lb", "[lb_av]" },
  { "g", "g" },           { "cm", "cm" },         { "in", "[in_i]" },   { "mmHg", "mm[Hg]" },
  { "/min", "/min" },     { "%", "%" },           { "L/min", "L/min" }, { "mL", "mL" },
};

static gboolean
set_choice (OmcVitalsDraft *draft, const char *option, OmcVitalKind kind, const char *text)
{
  OmcConsciousness consciousness;
  OmcOxygen oxygen;

  /* As the news2 command asks it: is the patient on oxygen? */
  if (kind == OMC_VITAL_OXYGEN && (g_str_equal (text, "yes") || g_str_equal (text, "no")))
    text = g_str_equal (text, "yes") ? "oxygen" : "air";
  if (kind == OMC_VITAL_OXYGEN && !omc_oxygen_from_string (text, &oxygen))
    {
      omc_ctl_fail (OMC_CTL_USAGE, _ ("--%s is air or no, oxygen or yes, not '%s'"), option, text);
      return FALSE;
    }
  if (kind == OMC_VITAL_CONSCIOUSNESS && !omc_consciousness_from_string (text, &consciousness))
    {
      omc_ctl_fail (OMC_CTL_USAGE, _ ("--%s is A, C, V, P or U, not '%s'"), option, text);
      return FALSE;
    }
  omc_vitals_draft_set_text (draft, kind, text);

  return TRUE;
}

/* "98.6degF" is a number and a unit; a bare number is in the usual unit. */
static gboolean
set_sign (OmcVitalsDraft *draft, const char *option, OmcVitalKind kind, const char *text)
{
  g_autofree char *number = NULL;
  const char *rest;

  if (!omc_vital_get_info (kind)->is_number)
    return set_choice (draft, option, kind, text);
  number = g_strndup (text, strspn (text, "0123456789.,-+"));
  rest = text + strlen (number);
  if (*number == '\0' && *rest != '\0')
    {
      omc_ctl_fail (OMC_CTL_USAGE, _ ("--%s '%s' is not a number that can be measured"), option,
                    text);
      return FALSE;
    }
  while (*rest == ' ')
    rest++;
  for (guint i = 0; *rest != '\0'; i++)
    {
      if (i == G_N_ELEMENTS (units))
        {
          omc_ctl_fail (OMC_CTL_USAGE,
                        _ ("--%s '%s': the unit is not one that this sign is measured in"), option,
                        text);
          return FALSE;
        }
      if (!g_str_equal (rest, units[i].suffix))
        continue;
      if (!omc_vitals_draft_set_unit (draft, kind, units[i].ucum))
        {
          omc_ctl_fail (OMC_CTL_USAGE,
                        _ ("--%s '%s': the unit is not one that this sign is measured in"), option,
                        text);
          return FALSE;
        }
      break;
    }
  omc_vitals_draft_set_text (draft, kind, number);
  return TRUE;
}

static gboolean
set_blood_pressure (OmcVitalsDraft *draft, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 2);

  if (g_strv_length (parts) == 2 && *parts[0] != '\0' && *parts[1] != '\0')
    return set_sign (draft, "bp", OMC_VITAL_SYSTOLIC, parts[0]) &&
           set_sign (draft, "bp", OMC_VITAL_DIASTOLIC, parts[1]);
  omc_ctl_fail (OMC_CTL_USAGE, _ ("--bp '%s': write systolic and diastolic, as in 120/80"), text);
  return FALSE;
}

static gboolean
set_time (OmcVitalsDraft *draft, const char *text)
{
  gint64 start, end;

  if (omc_instant_parse_range (text, &start, &end) && strchr (text, 'T') != NULL)
    {
      omc_vitals_draft_set_taken_at (draft, start);
      return TRUE;
    }
  omc_ctl_fail (OMC_CTL_USAGE,
                _ ("--taken-at '%s' is not a moment: write it as 2026-11-23T14:02:00+01:00"), text);
  return FALSE;
}

/* Every "--sign value" and "--sign=value" of the call; what is no sign stays for the ordinary options. */
static gboolean
take_signs (OmcVitalsDraft *draft, int *argc, char **argv, guint *n_taken)
{
  int kept = 1;

  for (int i = 1; i < *argc; i++)
    {
      const char *equals = g_str_has_prefix (argv[i], "--") ? strchr (argv[i], '=') : NULL;
      g_autofree char *option = !g_str_has_prefix (argv[i], "--") ? NULL
                                : equals != NULL
                                    ? g_strndup (argv[i] + 2, (gsize)(equals - argv[i] - 2))
                                    : g_strdup (argv[i] + 2);
      guint sign = 0;
      const char *value;

      while (option != NULL && sign < G_N_ELEMENTS (signs) &&
             !g_str_equal (option, signs[sign].option))
        sign++;
      if (option == NULL || (sign == G_N_ELEMENTS (signs) && !g_str_equal (option, "bp")))
        {
          argv[kept++] = argv[i];
          continue;
        }
      value = equals != NULL ? equals + 1 : i + 1 < *argc ? argv[++i] : NULL;
      if (value == NULL)
        {
          omc_ctl_fail (OMC_CTL_USAGE, _ ("--%s needs a value"), option);
          return FALSE;
        }
      if (sign == G_N_ELEMENTS (signs) ? !set_blood_pressure (draft, value)
                                       : !set_sign (draft, option, signs[sign].kind, value))
        return FALSE;
      (*n_taken)++;
    }
  *argc = kept;
  argv[kept] = NULL;
  return TRUE;
}

static void
confirm_all (OmcVitalsDraft *draft)
{
  for (guint kind = 0; kind < OMC_VITAL_GCS; kind++) /* the GCS total is computed, not typed */
    if (*omc_vitals_draft_get_text (draft, kind) != '\0')
      omc_vitals_draft_confirm (draft, kind);
}

static void
describe_patient (OmcVitalsDraft *draft, OmcChart *chart, OmcClock *clock)
{
  const char *birth_date =
      omc_json_value_pick_string (omc_resource_get_root (chart->patient), "birthDate");
  OmcVitalsContext context = { omc_news2_scope (birth_date, FALSE, omc_clock_get_now (clock)),
                               chart->flags };
  g_autoptr (GPtrArray) history = omc_vitals_read_sets (chart->observations, &context);

  omc_vitals_draft_set_patient (draft, context.scope,
                                chart->row != NULL ? chart->row->spo2_scale : 1, history, 0);
}

static void
print_saved (OmcCtl *self, OmcVitalsDraft *draft, GPtrArray *saved)
{
  const OmcNews2Result *news2 = omc_vitals_draft_get_news2 (draft);

  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);
      OmcJsonNode *list = omc_json_node_add_array (b, root, "resources");

      omc_ctl_set_boolean (b, root, "saved", TRUE);
      for (guint i = 0; i < saved->len; i++)
        {
          g_autofree char *reference = omc_resource_dup_reference (g_ptr_array_index (saved, i));

          omc_json_node_append (b, list, omc_json_builder_string (b, reference));
        }
      if (news2->total >= 0)
        omc_ctl_set_integer (b, root, "news2", news2->total);
      omc_ctl_print_json (b, root);
    }
  else
    {
      g_autofree char *summary = omc_news2_dup_summary (news2);

      g_print (_ ("Saved offline: %u observations. NEWS2 %s\n"), saved->len, summary);
    }
}

static int
save (OmcCtl *self, OmcVitalsDraft *draft, OmcChart *chart, const char *patient_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) resources = NULL;
  g_autoptr (GPtrArray) saved = NULL;
  g_autofree char *obstacle = omc_vitals_draft_dup_obstacle (draft);
  OmcResource *encounter =
      chart->encounters->len > 0 ? g_ptr_array_index (chart->encounters, 0) : NULL;

  if (obstacle != NULL)
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("nothing was saved: %s"), obstacle);
  resources = omc_vitals_draft_to_resources (
      draft, patient_id, encounter != NULL ? omc_resource_get_id (encounter) : NULL,
      omc_actor_get_practitioner (self->actor), omc_actor_get_display (self->actor),
      omc_actor_get_role (self->actor) == OMC_ROLE_HEALTH_CARE_ASSISTANT,
      omc_clock_get_now (self->clock), &error);
  if (resources != NULL)
    saved = omc_store_save_sync (self->store, self->actor, resources, OMC_SAVE_CHART, NULL, &error);
  if (saved == NULL)
    return omc_ctl_fail_error (error);
  print_saved (self, draft, saved);
  return OMC_CTL_OK;
}

int
omc_ctl_vitals (OmcCtl *self, int argc, char **argv)
{
  g_autoptr (OmcVitalsDraft) draft = omc_vitals_draft_new (self->clock);
  g_autoptr (OmcChart) chart = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *patient = NULL, *taken_at = NULL, *late_reason = NULL, *note = NULL;
  gboolean confirm = FALSE;
  guint n_signs = 0;
  const char *id;
  int status;
  const GOptionEntry entries[] = {
    { "patient", 0, 0, G_OPTION_ARG_STRING, &patient, NULL, NULL },
    { "taken-at", 0, 0, G_OPTION_ARG_STRING, &taken_at, NULL, NULL },
    { "late-reason", 0, 0, G_OPTION_ARG_STRING, &late_reason, NULL, NULL },
    { "note", 0, 0, G_OPTION_ARG_STRING, &note, NULL, NULL },
    { "confirm", 0, 0, G_OPTION_ARG_NONE, &confirm, NULL, NULL },
    { NULL },
  };

  if (!take_signs (draft, &argc, argv, &n_signs) ||
      !omc_ctl_parse (entries, OMC_CTL_USAGE_VITALS, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc != 2 || !g_str_equal (argv[1], "add") || patient == NULL || n_signs == 0)
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_VITALS);
  if (taken_at != NULL && !set_time (draft, taken_at))
    return OMC_CTL_USAGE;
  if (!omc_ctl_open (self, &status))
    return status;
  id = g_str_has_prefix (patient, "Patient/") ? patient + strlen ("Patient/") : patient;
  chart = omc_store_read_chart_sync (self->store, self->actor, id,
                                     omc_clock_get_now (self->clock) - HISTORY_US, NULL, &error);
  if (chart == NULL)
    return omc_ctl_fail (OMC_CTL_FINDING, "%s", error->message);
  describe_patient (draft, chart, self->clock);
  omc_vitals_draft_set_late_reason (draft, late_reason);
  omc_vitals_draft_set_note (draft, note);
  if (confirm)
    confirm_all (draft);
  return save (self, draft, chart, id);
}
