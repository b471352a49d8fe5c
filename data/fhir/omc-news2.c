/* omc-news2.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>

#include "omc-clock.h"
#include "omc-news2.h"

/* A value up to and including max has this score; the last band is open. */
typedef struct
{
  int max;
  int score;
} Band;

#define OPEN G_MAXINT

/* Chart 1, clinical.md 2. Scale 2 on air has no high score: 93 % and more on air is normal. */
static const Band respiration_bands[] = { { 8, 3 }, { 11, 1 }, { 20, 0 }, { 24, 2 }, { OPEN, 3 } };
static const Band spo2_scale_1_bands[] = { { 91, 3 }, { 93, 2 }, { 95, 1 }, { OPEN, 0 } };
static const Band spo2_scale_2_air_bands[] = { { 83, 3 }, { 85, 2 }, { 87, 1 }, { OPEN, 0 } };
static const Band spo2_scale_2_oxygen_bands[] = { { 83, 3 }, { 85, 2 }, { 87, 1 },  { 92, 0 },
                                                  { 94, 1 }, { 96, 2 }, { OPEN, 3 } };
static const Band systolic_bands[] = { { 90, 3 }, { 100, 2 }, { 110, 1 }, { 219, 0 }, { OPEN, 3 } };
static const Band pulse_bands[] = { { 40, 3 },  { 50, 1 },  { 90, 0 },
                                    { 110, 1 }, { 130, 2 }, { OPEN, 3 } };
static const Band temperature_bands[] = { { 350, 3 },
                                          { 360, 1 },
                                          { 380, 0 },
                                          { 390, 1 },
                                          { OPEN, 2 } };

#define SPO2_SCALE_2_NORMAL_MAX 92

static int
score_of (const Band *bands, int value)
{
  if (value == OMC_NEWS2_MISSING)
    return -1;

  while (value > bands->max)
    bands++;

  return bands->score;
}

static int
score_spo2 (const OmcNews2Input *input)
{
  if (input->spo2 == OMC_NEWS2_MISSING)
    return -1;
  if (input->scale != 2)
    return score_of (spo2_scale_1_bands, input->spo2);
  if (input->oxygen == OMC_OXYGEN_OXYGEN)
    return score_of (spo2_scale_2_oxygen_bands, input->spo2);
  /* Above the target the score hangs on the oxygen, and unknown oxygen is never air. */
  if (input->oxygen == OMC_OXYGEN_UNKNOWN && input->spo2 > SPO2_SCALE_2_NORMAL_MAX)
    return -1;

  return score_of (spo2_scale_2_air_bands, input->spo2);
}

static int
score_oxygen (OmcOxygen oxygen)
{
  switch (oxygen)
    {
    case OMC_OXYGEN_AIR:
      return 0;
    case OMC_OXYGEN_OXYGEN:
      return 2;
    case OMC_OXYGEN_UNKNOWN:
    default:
      return -1;
    }
}

static int
score_consciousness (OmcConsciousness consciousness)
{
  switch (consciousness)
    {
    case OMC_CONSCIOUSNESS_ALERT:
      return 0;
    case OMC_CONSCIOUSNESS_CONFUSION:
    case OMC_CONSCIOUSNESS_VOICE:
    case OMC_CONSCIOUSNESS_PAIN:
    case OMC_CONSCIOUSNESS_UNRESPONSIVE:
      return 3;
    case OMC_CONSCIOUSNESS_UNKNOWN:
    default:
      return -1;
    }
}

/* Chart 2. A higher aggregate outranks the red rule. */
static OmcNews2Band
band_of (int sum, gboolean red, gboolean complete)
{
  if (sum >= 7)
    return OMC_NEWS2_BAND_HIGH;
  if (sum >= 5)
    return OMC_NEWS2_BAND_MEDIUM;
  if (red)
    return OMC_NEWS2_BAND_LOW_MEDIUM;

  return complete ? OMC_NEWS2_BAND_LOW : OMC_NEWS2_BAND_NONE;
}

void
omc_news2_score (const OmcNews2Input *input, OmcNews2Scope scope, OmcNews2Result *result)
{
  g_return_if_fail (input != NULL);
  g_return_if_fail (result != NULL);

  const int scores[OMC_NEWS2_N_PARAMETERS] = {
    [OMC_NEWS2_RESPIRATION] = score_of (respiration_bands, input->respiration),
    [OMC_NEWS2_SPO2] = score_spo2 (input),
    [OMC_NEWS2_OXYGEN] = score_oxygen (input->oxygen),
    [OMC_NEWS2_SYSTOLIC] = score_of (systolic_bands, input->systolic),
    [OMC_NEWS2_PULSE] = score_of (pulse_bands, input->pulse),
    [OMC_NEWS2_CONSCIOUSNESS] = score_consciousness (input->consciousness),
    [OMC_NEWS2_TEMPERATURE] = score_of (temperature_bands, input->temperature),
  };
  gboolean in_scope = scope == OMC_NEWS2_SCOPE_ADULT;

  *result = (OmcNews2Result){ .scope = scope, .scale = input->scale == 2 ? 2 : 1 };
  for (int i = 0; i < OMC_NEWS2_N_PARAMETERS; i++)
    {
      result->scores[i] = in_scope ? scores[i] : -1;
      if (scores[i] < 0)
        continue;
      result->n_present++;
      if (!in_scope)
        continue;
      result->partial += scores[i];
      result->red = result->red || scores[i] == 3;
    }

  result->complete = result->n_present == OMC_NEWS2_N_PARAMETERS;
  if (!in_scope)
    {
      result->partial = -1;
      result->total = -1;
      return;
    }
  result->total = result->complete ? result->partial : -1;
  result->band = band_of (result->partial, result->red, result->complete);
}

OmcNews2Scope
omc_news2_scope (const char *birth_date, gboolean pregnant, gint64 at_us)
{
  g_autoptr (GDateTime) at = NULL;
  g_autoptr (GDateTime) limit = NULL;
  gint64 first, last;

  if (birth_date == NULL || !omc_instant_parse_range (birth_date, &first, &last))
    return OMC_NEWS2_SCOPE_UNKNOWN;

  at = g_date_time_new_from_unix_utc_usec (at_us);
  limit = at != NULL ? g_date_time_add_years (at, -16) : NULL;
  if (limit == NULL)
    return OMC_NEWS2_SCOPE_UNKNOWN;

  /* Born before the limit in any reading of the date: of age; after it in any: a child; else it is open. */
  gint64 limit_us = g_date_time_to_unix_usec (limit);
  if (first > limit_us)
    return OMC_NEWS2_SCOPE_CHILD;
  if (last - 24 * 3600 * (gint64)G_USEC_PER_SEC > limit_us)
    return OMC_NEWS2_SCOPE_UNKNOWN;

  return pregnant ? OMC_NEWS2_SCOPE_PREGNANT : OMC_NEWS2_SCOPE_ADULT;
}

int
omc_news2_interval_minutes (const OmcNews2Result *result)
{
  g_return_val_if_fail (result != NULL, 0);

  switch (result->band)
    {
    case OMC_NEWS2_BAND_HIGH:
      return 30;
    case OMC_NEWS2_BAND_MEDIUM:
    case OMC_NEWS2_BAND_LOW_MEDIUM:
      return 60;
    case OMC_NEWS2_BAND_LOW:
      return result->total == 0 ? 720 : 240;
    case OMC_NEWS2_BAND_NONE:
    default:
      return 0;
    }
}

static OmcNews2Result *
omc_news2_result_copy (OmcNews2Result *result)
{
  return g_memdup2 (result, sizeof *result);
}

gboolean
omc_news2_result_equal (const OmcNews2Result *a, const OmcNews2Result *b)
{
  return memcmp (a->scores, b->scores, sizeof a->scores) == 0 && a->total == b->total &&
         a->partial == b->partial && a->complete == b->complete && a->n_present == b->n_present &&
         a->red == b->red && a->band == b->band && a->scope == b->scope && a->scale == b->scale;
}

G_DEFINE_BOXED_TYPE (OmcNews2Result, omc_news2_result, omc_news2_result_copy, g_free)
