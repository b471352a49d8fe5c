/* omc-vitals-check.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-codes.h"
#include "omc-quantity.h"
#include "omc-vitals-check.h"

/* All comparisons are made in ten-thousandths of the unit. */
#define SCALE 4
#define ONE 10000

#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)
#define MAX_DEVICE 80

typedef struct
{
  OmcVitalKind kind;
  const OmcVitalsEntry *entry;
  const OmcVitalUnit *unit;
  char *text;   /* (owned) normalised number */
  gint64 value; /* in 1/ONE */
} Typed;

void
omc_vitals_check_free (OmcVitalsCheck *self)
{
  if (self == NULL)
    return;

  g_free (self->message);
  g_free (self->suggested_text);
  g_free (self->suggested_unit);
  g_free (self);
}

const char *
omc_check_level_to_string (OmcCheckLevel level)
{
  static const char *const names[] = { "ok", "confirm", "suggest", "hard" };

  g_return_val_if_fail (level < G_N_ELEMENTS (names), NULL);

  return names[level];
}

/* message: (transfer full) */
static OmcVitalsCheck *
finding_new (OmcCheckLevel level, char *message)
{
  OmcVitalsCheck *check = g_new0 (OmcVitalsCheck, 1);

  check->level = level;
  check->refused = level == OMC_CHECK_HARD;
  check->message = message;

  return check;
}

static gint64
number_of (const char *text)
{
  gint64 value = 0;
  gboolean ok = omc_quantity_to_scaled (text, SCALE, &value, NULL);

  g_assert (ok);

  return value;
}

static gboolean
is_between (gint64 value, const char *min, const char *max)
{
  return value >= number_of (min) && value <= number_of (max);
}

static gboolean
is_plausible (const OmcVitalUnit *unit, gint64 value)
{
  return is_between (value, unit->confirm_min, unit->confirm_max);
}

/* The message offers the reading; whether the typed one may stand is a matter of the hard limits. */
static OmcVitalsCheck *
suggestion_new (const Typed *typed, const char *text, const char *ucum, char *message)
{
  OmcVitalsCheck *check = finding_new (OMC_CHECK_SUGGEST, message);

  check->suggested_text = g_strdup (text);
  check->suggested_unit = g_strdup (ucum);
  check->refused = !is_between (typed->value, typed->unit->hard_min, typed->unit->hard_max);

  return check;
}

/* "98.6 °C? Did you mean 98.6 °F (37.0 °C)?" */
static OmcVitalsCheck *
suggest_unit (const Typed *typed, const char *text, const char *ucum)
{
  g_autofree char *as_typed = omc_quantity_display (typed->text, typed->unit->ucum);
  g_autofree char *meant = omc_quantity_display (text, ucum);
  g_autofree char *converted =
      omc_quantity_convert_text (text, ucum, typed->unit->ucum, typed->unit->decimals);
  g_autofree char *converted_display =
      converted != NULL ? omc_quantity_display (converted, typed->unit->ucum) : NULL;

  if (converted_display == NULL || g_str_equal (ucum, typed->unit->ucum))
    return suggestion_new (typed, text, ucum,
                           g_strdup_printf (_ ("%s? Did you mean %s?"), as_typed, meant));

  return suggestion_new (
      typed, text, ucum,
      /* Translators: typed value, meant value, the same converted: "98.6 °C? Did you mean 98.6 °F = 37.0 °C?" */
      g_strdup_printf (_ ("%s? Did you mean %s = %s?"), as_typed, meant, converted_display));
}

/* --- likely slips, clinical.md 3 --- */

static OmcVitalsCheck *
slip_temperature (const Typed *typed)
{
  gboolean celsius = g_str_equal (typed->unit->ucum, OMC_UCUM_CELSIUS);
  g_autofree char *tenth = NULL;
  gint64 value = typed->value;

  /* Up to what the hard limit lets pass in Fahrenheit. */
  if (celsius && value >= 86 * ONE && value <= 113 * ONE)
    return suggest_unit (typed, typed->text, OMC_UCUM_FAHRENHEIT);
  if (!celsius && value >= 30 * ONE && value <= 45 * ONE)
    return suggest_unit (typed, typed->text, OMC_UCUM_CELSIUS);

  if (strchr (typed->text, '.') != NULL || value < 250 * ONE || value > 1130 * ONE)
    return NULL;

  /* The decimal point is missing. */
  tenth = omc_quantity_from_scaled (value / ONE, 1);
  value /= 10;
  if (value >= 25 * ONE && value <= 45 * ONE)
    return suggest_unit (typed, tenth, OMC_UCUM_CELSIUS);
  if (value >= 86 * ONE)
    return suggest_unit (typed, tenth, OMC_UCUM_FAHRENHEIT);

  return NULL;
}

static OmcVitalsCheck *
slip_glucose (const Typed *typed)
{
  if (g_str_equal (typed->unit->ucum, OMC_UCUM_MG_DL) && typed->value >= 3 * ONE &&
      typed->value <= 30 * ONE)
    return suggest_unit (typed, typed->text, OMC_UCUM_MMOL_L);
  if (g_str_equal (typed->unit->ucum, OMC_UCUM_MMOL_L) && typed->value >= 54 * ONE &&
      typed->value <= 600 * ONE)
    return suggest_unit (typed, typed->text, OMC_UCUM_MG_DL);

  return NULL;
}

/* The newest value of that kind not older than max_age, in the unit asked for; NULL if there is none. */
static const OmcVitalsValue *
find_last (const Typed *typed,
           OmcVitalKind kind,
           gint64 max_age_us,
           const char *ucum,
           gint64 *value)
{
  GPtrArray *history = typed->entry->history;

  for (guint i = 0; history != NULL && i < history->len; i++)
    {
      const OmcVitalsSet *set = g_ptr_array_index (history, i);
      const OmcVitalsValue *last = omc_vitals_set_get (set, kind);
      gint64 age = typed->entry->taken_at_us - set->time_us;

      if (typed->entry->taken_at_us != 0 && (age < 0 || age > max_age_us))
        continue;
      if (last != NULL && last->text != NULL && last->comparator == NULL &&
          omc_quantity_convert (last->text, last->ucum, ucum, SCALE, value))
        return last;
    }

  return NULL;
}

/* Pounds typed as kilograms or the reverse: 2.2 times the last weight. */
static OmcVitalsCheck *
slip_weight (const Typed *typed)
{
  gboolean kg = g_str_equal (typed->unit->ucum, OMC_UCUM_KG);
  const char *other = kg ? OMC_UCUM_POUND : OMC_UCUM_KG;
  gint64 last;

  if (find_last (typed, OMC_VITAL_WEIGHT, G_MAXINT64, other, &last) == NULL || last <= 0)
    return NULL;
  /* Read in the other unit it is within 5 % of the last one. */
  if (ABS (typed->value - last) * 20 <= last)
    return suggest_unit (typed, typed->text, other);

  return NULL;
}

static OmcVitalsCheck *
slip_height (const Typed *typed)
{
  if (g_str_equal (typed->unit->ucum, OMC_UCUM_CM) && typed->value >= ONE &&
      typed->value <= 25 * ONE / 10)
    {
      g_autofree char *cm = omc_quantity_convert_text (typed->text, "m", OMC_UCUM_CM, 0);

      return suggest_unit (typed, cm, OMC_UCUM_CM);
    }

  return NULL;
}

/* A digit lost or doubled: 12/80, 9,7 or 1200. */
static OmcVitalsCheck *
slip_digit (const Typed *typed)
{
  g_autofree char *other = NULL;
  gint64 value;

  if (typed->unit->decimals > 0)
    return NULL;

  if (strchr (typed->text, '.') != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (typed->text, ".", 2);

      other = g_strjoinv ("", parts);
    }
  else if (typed->value > number_of (typed->unit->hard_max))
    other = g_strndup (typed->text, strlen (typed->text) - 1);
  else if (typed->value < number_of (typed->unit->hard_min) && typed->value > 0)
    other = g_strconcat (typed->text, "0", NULL);
  else
    return NULL;

  if (*other == '0' || !omc_quantity_to_scaled (other, SCALE, &value, NULL) ||
      !is_plausible (typed->unit, value))
    return NULL;

  OmcVitalsCheck *check = suggest_unit (typed, other, typed->unit->ucum);
  check->refused = TRUE;

  return check;
}

/* Systolic and diastolic in each other's place. */
static OmcVitalsCheck *
slip_pressure (const Typed *typed)
{
  gboolean is_systolic = typed->kind == OMC_VITAL_SYSTOLIC;
  OmcVitalKind other_kind = is_systolic ? OMC_VITAL_DIASTOLIC : OMC_VITAL_SYSTOLIC;
  g_autofree char *other = omc_quantity_normalise (typed->entry->texts[other_kind]);
  OmcVitalsCheck *check;
  gint64 other_value;

  if (other == NULL || !omc_quantity_to_scaled (other, SCALE, &other_value, NULL))
    return NULL;

  gint64 systolic = is_systolic ? typed->value : other_value;
  gint64 diastolic = is_systolic ? other_value : typed->value;
  const OmcVitalUnit *systolic_unit = omc_vital_find_unit (OMC_VITAL_SYSTOLIC, NULL);
  const OmcVitalUnit *diastolic_unit = omc_vital_find_unit (OMC_VITAL_DIASTOLIC, NULL);

  if (systolic > diastolic)
    return NULL;
  if (systolic == diastolic || !is_plausible (systolic_unit, diastolic) ||
      !is_plausible (diastolic_unit, systolic))
    return finding_new (OMC_CHECK_HARD,
                        g_strdup (_ ("The systolic pressure must be above the diastolic one.")));

  check = finding_new (OMC_CHECK_SUGGEST,
                       g_strdup_printf (_ ("Systolic is below diastolic. Did you mean %s over %s?"),
                                        is_systolic ? other : typed->text,
                                        is_systolic ? typed->text : other));
  check->refused = TRUE;
  check->suggests_swap = TRUE;

  return check;
}

static OmcVitalsCheck *
check_slips (const Typed *typed)
{
  OmcVitalsCheck *check = NULL;

  switch ((int)typed->kind)
    {
    case OMC_VITAL_TEMPERATURE:
      return slip_temperature (typed);
    case OMC_VITAL_GLUCOSE:
      return slip_glucose (typed);
    case OMC_VITAL_WEIGHT:
      return slip_weight (typed);
    case OMC_VITAL_HEIGHT:
      check = slip_height (typed);
      break;
    default:
      break;
    }

  return check != NULL ? check : slip_digit (typed);
}

/* --- limits --- */

static OmcVitalsCheck *
check_hard (const Typed *typed)
{
  const OmcVitalUnit *unit = typed->unit;

  if (omc_quantity_count_decimals (typed->text) > unit->decimals)
    return finding_new (OMC_CHECK_HARD,
                        unit->decimals == 0
                            ? g_strdup (_ ("A whole number, without decimals."))
                            : g_strdup_printf (ngettext ("At most %u decimal.",
                                                         "At most %u decimals.", unit->decimals),
                                               unit->decimals));

  if (!is_between (typed->value, unit->hard_min, unit->hard_max))
    {
      g_autofree char *min = omc_quantity_display (unit->hard_min, NULL);
      g_autofree char *max = omc_quantity_display (unit->hard_max, unit->ucum);

      return finding_new (OMC_CHECK_HARD,
                          g_strdup_printf (_ ("Only %s to %s can be recorded."), min, max));
    }

  return NULL;
}

static OmcVitalsCheck *
ask (const Typed *typed)
{
  g_autofree char *display = omc_quantity_display (typed->text, typed->unit->ucum);

  return finding_new (OMC_CHECK_CONFIRM, g_strdup_printf (_ ("Is %s right?"), display));
}

/* Against the last set of 24 h. Amounts are in the usual unit. */
static OmcVitalsCheck *
check_jump (const Typed *typed)
{
  static const struct
  {
    OmcVitalKind kind;
    gint64 up;
    gint64 down;
  } jumps[] = {
    { OMC_VITAL_PULSE, 50 * ONE, 50 * ONE },       { OMC_VITAL_SYSTOLIC, 50 * ONE, 50 * ONE },
    { OMC_VITAL_RESPIRATION, 15 * ONE, 15 * ONE }, { OMC_VITAL_TEMPERATURE, 2 * ONE, 2 * ONE },
    { OMC_VITAL_SPO2, G_MAXINT64, 10 * ONE },
  };
  const char *usual = omc_vital_find_unit (typed->kind, NULL)->ucum;
  const OmcVitalsValue *last;
  gint64 last_value, value;

  for (gsize i = 0; i < G_N_ELEMENTS (jumps); i++)
    {
      if (jumps[i].kind != typed->kind)
        continue;
      last = find_last (typed, typed->kind, DAY_US, usual, &last_value);
      if (last == NULL ||
          !omc_quantity_convert (typed->text, typed->unit->ucum, usual, SCALE, &value))
        return NULL;
      if (value - last_value >= jumps[i].up || last_value - value >= jumps[i].down)
        {
          g_autofree char *before = omc_quantity_display (last->text, last->ucum);
          g_autofree char *now = omc_quantity_display (typed->text, typed->unit->ucum);

          return finding_new (
              OMC_CHECK_CONFIRM,
              g_strdup_printf (_ ("Is %s right? It was %s last time."), now, before));
        }
    }

  return NULL;
}

static OmcVitalsCheck *
check_weight_change (const Typed *typed)
{
  gint64 last;
  const OmcVitalsValue *before =
      find_last (typed, OMC_VITAL_WEIGHT, 7 * DAY_US, typed->unit->ucum, &last);

  if (before == NULL || ABS (typed->value - last) * 10 <= last)
    return NULL;

  g_autofree char *then = omc_quantity_display (before->text, before->ucum);
  g_autofree char *now = omc_quantity_display (typed->text, typed->unit->ucum);

  return finding_new (
      OMC_CHECK_CONFIRM,
      g_strdup_printf (_ ("Is %s right? It was %s less than a week ago."), now, then));
}

/* --- wrong row, copied set, the clock typed as a value --- */

static gboolean
same_number (const Typed *typed, OmcVitalKind other)
{
  g_autofree char *text = omc_quantity_normalise (typed->entry->texts[other]);
  gint64 value;

  return text != NULL && omc_quantity_to_scaled (text, SCALE, &value, NULL) &&
         value == typed->value;
}

static OmcVitalsCheck *
check_row (const Typed *typed)
{
  OmcVitalKind other;

  if (typed->kind == OMC_VITAL_PULSE && same_number (typed, OMC_VITAL_SPO2))
    other = OMC_VITAL_SPO2;
  else if (typed->kind == OMC_VITAL_RESPIRATION && same_number (typed, OMC_VITAL_PULSE))
    other = OMC_VITAL_PULSE;
  else
    return NULL;

  return finding_new (OMC_CHECK_CONFIRM,
                      g_strdup_printf (_ ("%s and %s are both %s. Is each in its row?"),
                                       omc_vital_label (typed->kind), omc_vital_label (other),
                                       typed->text));
}

static OmcVitalsCheck *
check_clock_digits (const Typed *typed)
{
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *digits = NULL;
  g_autofree char *digits_12 = NULL;

  if (typed->entry->taken_at_us == 0 || typed->value < 100 * ONE)
    return NULL;
  time = g_date_time_new_from_unix_local_usec (typed->entry->taken_at_us);
  if (time == NULL)
    return NULL;

  digits = g_strdup_printf ("%d%02d", g_date_time_get_hour (time), g_date_time_get_minute (time));
  digits_12 =
      g_strdup_printf ("%d%02d", g_date_time_get_hour (time) % 12, g_date_time_get_minute (time));
  if (!g_str_equal (typed->text, digits) && !g_str_equal (typed->text, digits_12))
    return NULL;

  return finding_new (OMC_CHECK_CONFIRM,
                      g_strdup_printf (_ ("Is %s the value, or the time?"), typed->text));
}

/* Said once, at the first sign of the form. */
static OmcVitalsCheck *
check_copied_set (const Typed *typed)
{
  static const OmcVitalKind kinds[] = { OMC_VITAL_RESPIRATION, OMC_VITAL_SPO2,
                                        OMC_VITAL_SYSTOLIC,    OMC_VITAL_DIASTOLIC,
                                        OMC_VITAL_PULSE,       OMC_VITAL_TEMPERATURE };
  GPtrArray *history = typed->entry->history;

  if (typed->kind != OMC_VITAL_RESPIRATION || history == NULL || history->len == 0)
    return NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const OmcVitalsValue *last = omc_vitals_set_get (g_ptr_array_index (history, 0), kinds[i]);
      g_autofree char *text = omc_quantity_normalise (typed->entry->texts[kinds[i]]);

      if (last == NULL || last->text == NULL || text == NULL ||
          omc_json_number_compare (text, last->text) != 0)
        return NULL;
    }

  return finding_new (
      OMC_CHECK_CONFIRM,
      g_strdup (_ ("Every value is the same as last time. Were they all measured?")));
}

/* --- entry points by kind --- */

static OmcVitalsCheck *
check_oxygen_parts (const Typed *typed)
{
  const char *oxygen = typed->entry->texts[OMC_VITAL_OXYGEN];

  if (typed->kind != OMC_VITAL_OXYGEN_FLOW && typed->kind != OMC_VITAL_FIO2)
    return NULL;
  if (oxygen == NULL || *oxygen == '\0')
    return finding_new (OMC_CHECK_HARD,
                        g_strdup (_ ("Say whether the patient breathes air or oxygen.")));
  if (g_str_equal (oxygen, "air") && typed->value > (typed->kind == OMC_VITAL_FIO2 ? 21 * ONE : 0))
    return finding_new (OMC_CHECK_HARD, g_strdup (_ ("This is oxygen, but air is chosen.")));

  return NULL;
}

static gboolean
confirm_limits_apply (const Typed *typed)
{
  if (typed->entry->child)
    return FALSE;

  return !(typed->kind == OMC_VITAL_OXYGEN_FLOW && typed->entry->high_flow);
}

static OmcVitalsCheck *
check_value (const Typed *typed)
{
  OmcVitalsCheck *check;

  if ((check = check_slips (typed)) != NULL || (check = check_hard (typed)) != NULL)
    return check;
  if (typed->kind == OMC_VITAL_SYSTOLIC || typed->kind == OMC_VITAL_DIASTOLIC)
    if ((check = slip_pressure (typed)) != NULL)
      return check;
  if ((check = check_oxygen_parts (typed)) != NULL)
    return check;
  if (confirm_limits_apply (typed) && !is_plausible (typed->unit, typed->value))
    return ask (typed);
  if (!typed->entry->child && (check = check_jump (typed)) != NULL)
    return check;
  if (typed->kind == OMC_VITAL_WEIGHT && !typed->entry->child &&
      (check = check_weight_change (typed)) != NULL)
    return check;
  if ((check = check_row (typed)) != NULL || (check = check_clock_digits (typed)) != NULL ||
      (check = check_copied_set (typed)) != NULL)
    return check;

  return finding_new (OMC_CHECK_OK, NULL);
}

/* 5'11" is understood, and offered as inches. */
static OmcVitalsCheck *
check_feet (const char *text)
{
  static const char pattern[] = "^\\s*([3-7])\\s*['′]\\s*(?:([0-9]|1[01])\\s*(?:\"|″|'')?)?\\s*$";
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *feet = NULL;
  g_autofree char *inches = NULL;
  OmcVitalsCheck *check;

  if (!g_utf8_validate (text, -1, NULL) || !g_regex_match (regex, text, 0, &match))
    return NULL;

  feet = g_match_info_fetch (match, 1);
  inches = g_match_info_fetch (match, 2);
  int total = atoi (feet) * 12 + (inches != NULL ? atoi (inches) : 0);
  check = finding_new (OMC_CHECK_SUGGEST, NULL);
  check->refused = TRUE;
  check->suggested_text = g_strdup_printf ("%d", total);
  check->suggested_unit = g_strdup (OMC_UCUM_INCH);

  g_autofree char *display = omc_quantity_display (check->suggested_text, OMC_UCUM_INCH);
  g_autofree char *cm =
      omc_quantity_convert_text (check->suggested_text, OMC_UCUM_INCH, OMC_UCUM_CM, 0);
  g_autofree char *cm_display = omc_quantity_display (cm, OMC_UCUM_CM);
  check->message = g_strdup_printf (_ ("Did you mean %s = %s?"), display, cm_display);

  return check;
}

static OmcVitalsCheck *
check_number (OmcVitalKind kind, const OmcVitalsEntry *entry)
{
  const char *text = entry->texts[kind];
  Typed typed = { kind, entry, omc_vital_find_unit (kind, entry->units[kind]) };
  g_autofree char *normal = NULL;
  OmcVitalsCheck *check;

  if (typed.unit == NULL)
    return finding_new (OMC_CHECK_HARD, g_strdup (_ ("This is not measured in that unit.")));
  if (kind == OMC_VITAL_GCS_VERBAL && g_ascii_strcasecmp (text, "T") == 0)
    return finding_new (OMC_CHECK_OK, NULL);
  if (kind == OMC_VITAL_HEIGHT && (check = check_feet (text)) != NULL)
    return check;

  /* A meter that shows LO or HI knows only a limit. */
  if (kind == OMC_VITAL_GLUCOSE)
    {
      if (g_ascii_strcasecmp (text, "LO") == 0 || g_ascii_strcasecmp (text, "HI") == 0)
        return finding_new (OMC_CHECK_HARD,
                            g_strdup (_ ("Type the limit of the meter, such as <1.1 or >33.3.")));
      if (*text == '<' || *text == '>')
        {
          normal = omc_quantity_normalise (text + 1);
          typed.text = normal;
          if (normal == NULL || !omc_quantity_to_scaled (normal, SCALE, &typed.value, NULL))
            return finding_new (OMC_CHECK_HARD, g_strdup (_ ("Not a number.")));
          check = check_hard (&typed);
          return check != NULL ? check : ask (&typed);
        }
    }

  normal = omc_quantity_normalise (text);
  typed.text = normal;
  if (normal == NULL || !omc_quantity_to_scaled (normal, SCALE, &typed.value, NULL))
    return finding_new (OMC_CHECK_HARD, g_strdup (_ ("Not a number.")));

  return check_value (&typed);
}

static OmcVitalsCheck *
check_word (OmcVitalKind kind, const OmcVitalsEntry *entry)
{
  const char *text = entry->texts[kind];
  OmcConsciousness consciousness;
  OmcOxygen oxygen;

  if (kind == OMC_VITAL_CONSCIOUSNESS && !omc_consciousness_from_string (text, &consciousness))
    return finding_new (OMC_CHECK_HARD, g_strdup (_ ("One of A, C, V, P or U.")));
  if (kind == OMC_VITAL_OXYGEN && !omc_oxygen_from_string (text, &oxygen))
    return finding_new (OMC_CHECK_HARD, g_strdup (_ ("Air or oxygen.")));
  if (kind == OMC_VITAL_OXYGEN_DEVICE)
    {
      const char *state = entry->texts[OMC_VITAL_OXYGEN];

      if (!g_utf8_validate (text, -1, NULL) || g_utf8_strlen (text, -1) > MAX_DEVICE)
        return finding_new (OMC_CHECK_HARD, g_strdup (_ ("The name of the device is too long.")));
      if (state == NULL || !g_str_equal (state, "oxygen"))
        return finding_new (
            OMC_CHECK_HARD,
            g_strdup (_ ("A device is given, but not that the patient is on oxygen.")));
    }

  return finding_new (OMC_CHECK_OK, NULL);
}

OmcVitalsCheck *
omc_vitals_check (OmcVitalKind kind, const OmcVitalsEntry *entry)
{
  g_return_val_if_fail (kind < OMC_VITAL_N_KINDS, NULL);
  g_return_val_if_fail (entry != NULL, NULL);

  if (entry->texts[kind] == NULL || *entry->texts[kind] == '\0')
    return finding_new (OMC_CHECK_OK, NULL);

  return omc_vital_get_info (kind)->is_number ? check_number (kind, entry)
                                              : check_word (kind, entry);
}
