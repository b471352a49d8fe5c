/* omc-ward-course.c: what would be measured at a time of a stay
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicare-gen-ward"

#include "config.h"

#include "omc-ward-private.h"

#define HORIZON_HOURS 72

/* How ill, 0 to 100, at that many hours before now. */
static int
severity_at (const OmcWardPatient *patient, gint64 hours)
{
  int past = (int)CLAMP (hours, 0, HORIZON_HOURS);

  switch (patient->course)
    {
    case OMC_WARD_DETERIORATING:
      /* Well until a day ago, then ever faster. */
      return past >= 24 ? 8 : 8 + (24 - past) * (24 - past) * (patient->peak - 8) / (24 * 24);
    case OMC_WARD_RECOVERING:
      return 6 + past * (patient->peak - 6) / HORIZON_HOURS;
    case OMC_WARD_ON_OXYGEN:
      return 16;
    case OMC_WARD_SCALE_2:
      return 12;
    case OMC_WARD_STABLE:
    default:
      return 5;
    }
}

static int
around (OmcWardRand *rand, int middle, int spread)
{
  return middle + (omc_ward_rand_int (rand, -spread, spread + 1) +
                   omc_ward_rand_int (rand, -spread, spread + 1)) /
                      2;
}

static void
measure_oxygen (OmcWardPatient *patient, int severity, OmcWardSigns *signs)
{
  OmcWardRand *rand = &patient->rand;
  gboolean oxygen = patient->course == OMC_WARD_ON_OXYGEN || severity > 45 ||
                    (patient->course == OMC_WARD_SCALE_2 && patient->index % 2 == 0);

  signs->input.oxygen = oxygen ? OMC_OXYGEN_OXYGEN : OMC_OXYGEN_AIR;
  if (patient->scale == 2)
    {
      signs->input.spo2 = CLAMP (around (rand, 90, 2), 84, 97);
      signs->device = oxygen ? "Venturi mask" : NULL;
      signs->flow_tenths = oxygen ? 20 : 0;
      return;
    }
  signs->input.spo2 =
      CLAMP (around (rand, 97 + patient->habit.spo2 - severity * 6 / 100, 1), 84, 100);
  if (oxygen)
    {
      signs->device = severity > 70 ? "Non-rebreathing mask" : "Nasal cannula";
      signs->flow_tenths = severity > 70 ? 150 : 5 * omc_ward_rand_int (rand, 2, 9);
    }
}

static OmcConsciousness
measure_consciousness (OmcWardPatient *patient, int severity)
{
  OmcWardRand *rand = &patient->rand;

  /* New confusion in the very old: the red rule without a high total. */
  if (patient->age >= 75 && patient->index != 0 && omc_ward_rand_chance (rand, 2))
    return OMC_CONSCIOUSNESS_CONFUSION;
  if (severity < 75 || omc_ward_rand_chance (rand, 60))
    return OMC_CONSCIOUSNESS_ALERT;

  return omc_ward_rand_chance (rand, 60) ? OMC_CONSCIOUSNESS_CONFUSION : OMC_CONSCIOUSNESS_VOICE;
}

void
omc_ward_measure (OmcWardPatient *patient, gint64 hours_before_now, OmcWardSigns *signs)
{
  static const char *const reasons[] = { "asked-declined", "not-performed" };
  OmcWardRand *rand = &patient->rand;
  const OmcWardHabit *habit = &patient->habit;
  int severity = severity_at (patient, hours_before_now);
  /* Children breathe and beat faster. */
  int young = patient->child ? MAX (0, 16 - patient->age) : 0;

  *signs = (OmcWardSigns){ .input = OMC_NEWS2_INPUT_INIT };
  signs->input.scale = patient->scale;
  signs->input.respiration =
      around (rand, 15 + habit->respiration + young / 2 + severity * 13 / 100, 2);
  measure_oxygen (patient, severity, signs);
  signs->input.systolic = around (rand, 126 + habit->systolic - young * 2 - severity * 36 / 100, 9);
  signs->diastolic = signs->input.systolic * 62 / 100 + omc_ward_rand_int (rand, -4, 5);
  signs->input.pulse = around (rand, 74 + habit->pulse + young * 3 + severity * 50 / 100, 7);
  signs->input.consciousness = measure_consciousness (patient, severity);
  signs->input.temperature = around (rand, 367 + habit->temperature + severity * 20 / 100, 4);
  if (patient->fahrenheit)
    {
      /* The typed number is the Fahrenheit one; the score is made from it, rounded half up. */
      signs->fahrenheit_tenths = (signs->input.temperature * 18 + 5) / 10 + 320;
      signs->input.temperature = ((signs->fahrenheit_tenths - 320) * 10 + 9) / 18;
    }
  if (omc_ward_rand_chance (rand, 3))
    signs->unable = reasons[omc_ward_rand_int (rand, 0, G_N_ELEMENTS (reasons))];
}
