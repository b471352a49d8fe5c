/* omc-vitals-check.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <stdlib.h>

#include <glib/gi18n-lib.h>

#include "omc-codes.h"
#include "omc-quantity.h"
#include "omc-vitals-check-private.h"

#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)
#define MAX_DEVICE 80

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
OmcVitalsCheck *
_omc_vitals_finding_new (OmcCheckLevel level, char *message)
{
  OmcVitalsCheck *check = g_new0 (OmcVitalsCheck, 1);

  check->level = level;
  check->refused = level == OMC_CHECK_HARD;
  check->message = message;

  return check;
}

gint64
_omc_vitals_number_of (const char *text)
{
  gint64 value = 0;
  gboolean ok = omc_quantity_to_scaled (text, SCALE, &value, NULL);

  g_assert (ok);

  return value;
}

gboolean
_omc_vitals_is_between (gint64 value, const char *min, const char *max)
{
  return value >= _omc_vitals_number_of (min) && value <= _omc_vitals_number_of (max);
}

gboolean
_omc_vitals_is_plausible (const OmcVitalUnit *unit, gint64 value)
{
  return _omc_vitals_is_between (value, unit->confirm_min, unit->confirm_max);
}

/* The newest value of that kind not older than max_age, in the unit asked for; NULL if there is none. */
const OmcVitalsValue *
_omc_vitals_find_last (const OmcVitalsTyped *typed,
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

/* --- limits --- */

static OmcVitalsCheck *
check_hard (const OmcVitalsTyped *typed)
{
  const OmcVitalUnit *unit = typed->unit;

  if (omc_quantity_count_decimals (typed->text) > unit->decimals)
    return _omc_vitals_finding_new (
        OMC_CHECK_HARD, unit->decimals == 0
                            ? g_strdup (_ ("A whole number, without decimals."))
                            : g_strdup_printf (ngettext ("At most %u decimal.",
                                                         "At most %u decimals.", unit->decimals),
                                               unit->decimals));

  if (!_omc_vitals_is_between (typed->value, unit->hard_min, unit->hard_max))
    {
      g_autofree char *min = omc_quantity_display (unit->hard_min, NULL);
      g_autofree char *max = omc_quantity_display (unit->hard_max, unit->ucum);

      return _omc_vitals_finding_new (
          OMC_CHECK_HARD, g_strdup_printf (_ ("Only %s to %s can be recorded."), min, max));
    }

  return NULL;
}

static OmcVitalsCheck *
ask (const OmcVitalsTyped *typed)
{
  g_autofree char *display = omc_quantity_display (typed->text, typed->unit->ucum);

  return _omc_vitals_finding_new (OMC_CHECK_CONFIRM, g_strdup_printf (_ ("Is %s right?"), display));
}

/* Against the last set of 24 h. Amounts are in the usual unit. */
static OmcVitalsCheck *
check_jump (const OmcVitalsTyped *typed)
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
      last = _omc_vitals_find_last (typed, typed->kind, DAY_US, usual, &last_value);
      if (last == NULL ||
          !omc_quantity_convert (typed->text, typed->unit->ucum, usual, SCALE, &value))
        return NULL;
      if (value - last_value >= jumps[i].up || last_value - value >= jumps[i].down)
        {
          g_autofree char *before = omc_quantity_display (last->text, last->ucum);
          g_autofree char *now = omc_quantity_display (typed->text, typed->unit->ucum);

          return _omc_vitals_finding_new (
              OMC_CHECK_CONFIRM,
              g_strdup_printf (_ ("Is %s right? It was %s last time."), now, before));
        }
    }

  return NULL;
}

static OmcVitalsCheck *
check_weight_change (const OmcVitalsTyped *typed)
{
  gint64 last;
  const OmcVitalsValue *before =
      _omc_vitals_find_last (typed, OMC_VITAL_WEIGHT, 7 * DAY_US, typed->unit->ucum, &last);

  if (before == NULL || ABS (typed->value - last) * 10 <= last)
    return NULL;

  g_autofree char *then = omc_quantity_display (before->text, before->ucum);
  g_autofree char *now = omc_quantity_display (typed->text, typed->unit->ucum);

  return _omc_vitals_finding_new (
      OMC_CHECK_CONFIRM,
      g_strdup_printf (_ ("Is %s right? It was %s less than a week ago."), now, then));
}

/* --- wrong row, copied set, the clock typed as a value --- */

static gboolean
same_number (const OmcVitalsTyped *typed, OmcVitalKind other)
{
  g_autofree char *text = omc_quantity_normalise (typed->entry->texts[other]);
  gint64 value;

  return text != NULL && omc_quantity_to_scaled (text, SCALE, &value, NULL) &&
         value == typed->value;
}

static OmcVitalsCheck *
check_row (const OmcVitalsTyped *typed)
{
  OmcVitalKind other;

  if (typed->kind == OMC_VITAL_PULSE && same_number (typed, OMC_VITAL_SPO2))
    other = OMC_VITAL_SPO2;
  else if (typed->kind == OMC_VITAL_RESPIRATION && same_number (typed, OMC_VITAL_PULSE))
    other = OMC_VITAL_PULSE;
  else
    return NULL;

  return _omc_vitals_finding_new (OMC_CHECK_CONFIRM,
                                  g_strdup_printf (_ ("%s and %s are both %s. Is each in its row?"),
                                                   omc_vital_label (typed->kind),
                                                   omc_vital_label (other), typed->text));
}

static OmcVitalsCheck *
check_clock_digits (const OmcVitalsTyped *typed)
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

  return _omc_vitals_finding_new (
      OMC_CHECK_CONFIRM, g_strdup_printf (_ ("Is %s the value, or the time?"), typed->text));
}

/* Said once, at the first sign of the form. */
static OmcVitalsCheck *
check_copied_set (const OmcVitalsTyped *typed)
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

  return _omc_vitals_finding_new (
      OMC_CHECK_CONFIRM,
      g_strdup (_ ("Every value is the same as last time. Were they all measured?")));
}

/* --- entry points by kind --- */

static OmcVitalsCheck *
check_oxygen_parts (const OmcVitalsTyped *typed)
{
  const char *oxygen = typed->entry->texts[OMC_VITAL_OXYGEN];

  if (typed->kind != OMC_VITAL_OXYGEN_FLOW && typed->kind != OMC_VITAL_FIO2)
    return NULL;
  if (oxygen == NULL || *oxygen == '\0')
    return _omc_vitals_finding_new (
        OMC_CHECK_HARD, g_strdup (_ ("Say whether the patient breathes air or oxygen.")));
  if (g_str_equal (oxygen, "air") && typed->value > (typed->kind == OMC_VITAL_FIO2 ? 21 * ONE : 0))
    return _omc_vitals_finding_new (OMC_CHECK_HARD,
                                    g_strdup (_ ("This is oxygen, but air is chosen.")));

  return NULL;
}

static gboolean
confirm_limits_apply (const OmcVitalsTyped *typed)
{
  if (typed->entry->child)
    return FALSE;

  return !(typed->kind == OMC_VITAL_OXYGEN_FLOW && typed->entry->high_flow);
}

static OmcVitalsCheck *
check_value (const OmcVitalsTyped *typed)
{
  OmcVitalsCheck *check;

  if ((check = _omc_vitals_check_slips (typed)) != NULL || (check = check_hard (typed)) != NULL)
    return check;
  if (typed->kind == OMC_VITAL_SYSTOLIC || typed->kind == OMC_VITAL_DIASTOLIC)
    if ((check = _omc_vitals_check_pressure_slip (typed)) != NULL)
      return check;
  if ((check = check_oxygen_parts (typed)) != NULL)
    return check;
  if (confirm_limits_apply (typed) && !_omc_vitals_is_plausible (typed->unit, typed->value))
    return ask (typed);
  if (!typed->entry->child && (check = check_jump (typed)) != NULL)
    return check;
  if (typed->kind == OMC_VITAL_WEIGHT && !typed->entry->child &&
      (check = check_weight_change (typed)) != NULL)
    return check;
  if ((check = check_row (typed)) != NULL || (check = check_clock_digits (typed)) != NULL ||
      (check = check_copied_set (typed)) != NULL)
    return check;

  return _omc_vitals_finding_new (OMC_CHECK_OK, NULL);
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
  check = _omc_vitals_finding_new (OMC_CHECK_SUGGEST, NULL);
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
  OmcVitalsTyped typed = { kind, entry, omc_vital_find_unit (kind, entry->units[kind]) };
  g_autofree char *normal = NULL;
  OmcVitalsCheck *check;

  if (typed.unit == NULL)
    return _omc_vitals_finding_new (OMC_CHECK_HARD,
                                    g_strdup (_ ("This is not measured in that unit.")));
  if (kind == OMC_VITAL_GCS_VERBAL && g_ascii_strcasecmp (text, "T") == 0)
    return _omc_vitals_finding_new (OMC_CHECK_OK, NULL);
  if (kind == OMC_VITAL_HEIGHT && (check = check_feet (text)) != NULL)
    return check;

  /* A meter that shows LO or HI knows only a limit. */
  if (kind == OMC_VITAL_GLUCOSE)
    {
      if (g_ascii_strcasecmp (text, "LO") == 0 || g_ascii_strcasecmp (text, "HI") == 0)
        return _omc_vitals_finding_new (
            OMC_CHECK_HARD, g_strdup (_ ("Type the limit of the meter, such as <1.1 or >33.3.")));
      if (*text == '<' || *text == '>')
        {
          normal = omc_quantity_normalise (text + 1);
          typed.text = normal;
          if (normal == NULL || !omc_quantity_to_scaled (normal, SCALE, &typed.value, NULL))
            return _omc_vitals_finding_new (OMC_CHECK_HARD, g_strdup (_ ("Not a number.")));
          check = check_hard (&typed);
          return check != NULL ? check : ask (&typed);
        }
    }

  normal = omc_quantity_normalise (text);
  typed.text = normal;
  if (normal == NULL || !omc_quantity_to_scaled (normal, SCALE, &typed.value, NULL))
    return _omc_vitals_finding_new (OMC_CHECK_HARD, g_strdup (_ ("Not a number.")));

  return check_value (&typed);
}

static OmcVitalsCheck *
check_word (OmcVitalKind kind, const OmcVitalsEntry *entry)
{
  const char *text = entry->texts[kind];
  OmcConsciousness consciousness;
  OmcOxygen oxygen;

  if (kind == OMC_VITAL_CONSCIOUSNESS && !omc_consciousness_from_string (text, &consciousness))
    return _omc_vitals_finding_new (OMC_CHECK_HARD, g_strdup (_ ("One of A, C, V, P or U.")));
  if (kind == OMC_VITAL_OXYGEN && !omc_oxygen_from_string (text, &oxygen))
    return _omc_vitals_finding_new (OMC_CHECK_HARD, g_strdup (_ ("Air or oxygen.")));
  if (kind == OMC_VITAL_OXYGEN_DEVICE)
    {
      const char *state = entry->texts[OMC_VITAL_OXYGEN];

      if (!g_utf8_validate (text, -1, NULL) || g_utf8_strlen (text, -1) > MAX_DEVICE)
        return _omc_vitals_finding_new (OMC_CHECK_HARD,
                                        g_strdup (_ ("The name of the device is too long.")));
      if (state == NULL || !g_str_equal (state, "oxygen"))
        return _omc_vitals_finding_new (
            OMC_CHECK_HARD,
            g_strdup (_ ("A device is given, but not that the patient is on oxygen.")));
    }

  return _omc_vitals_finding_new (OMC_CHECK_OK, NULL);
}

OmcVitalsCheck *
omc_vitals_check (OmcVitalKind kind, const OmcVitalsEntry *entry)
{
  g_return_val_if_fail (kind < OMC_VITAL_N_KINDS, NULL);
  g_return_val_if_fail (entry != NULL, NULL);

  if (entry->texts[kind] == NULL || *entry->texts[kind] == '\0')
    return _omc_vitals_finding_new (OMC_CHECK_OK, NULL);

  return omc_vital_get_info (kind)->is_number ? check_number (kind, entry)
                                              : check_word (kind, entry);
}
