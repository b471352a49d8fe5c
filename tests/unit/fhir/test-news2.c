/* test-news2.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-clock.h"
#include "omc-news2.h"

/* Chart 1 once more (clinical.md 2), written from the chart's cells and not from the program's bands: each row is
 * a cell with its lowest and highest value. */
typedef struct
{
  int low;
  int high;
  int score;
} Cell;

static const Cell respiration[] = { { 0, 8, 3 },
                                    { 9, 11, 1 },
                                    { 12, 20, 0 },
                                    { 21, 24, 2 },
                                    { 25, 99, 3 } };
static const Cell scale_1[] = { { 0, 91, 3 }, { 92, 93, 2 }, { 94, 95, 1 }, { 96, 100, 0 } };
static const Cell scale_2_air[] = { { 0, 83, 3 },
                                    { 84, 85, 2 },
                                    { 86, 87, 1 },
                                    { 88, 92, 0 },
                                    { 93, 100, 0 } };
static const Cell scale_2_oxygen[] = { { 0, 83, 3 },  { 84, 85, 2 }, { 86, 87, 1 }, { 88, 92, 0 },
                                       { 93, 94, 1 }, { 95, 96, 2 }, { 97, 100, 3 } };
static const Cell systolic[] = { { 0, 90, 3 },
                                 { 91, 100, 2 },
                                 { 101, 110, 1 },
                                 { 111, 219, 0 },
                                 { 220, 300, 3 } };
static const Cell pulse[] = { { 0, 40, 3 },   { 41, 50, 1 },   { 51, 90, 0 },
                              { 91, 110, 1 }, { 111, 130, 2 }, { 131, 300, 3 } };
static const Cell temperature[] = { { 200, 350, 3 },
                                    { 351, 360, 1 },
                                    { 361, 380, 0 },
                                    { 381, 390, 1 },
                                    { 391, 450, 2 } };

#define EXPECT(cells, value) expect ((cells), G_N_ELEMENTS (cells), (value))

static int
expect (const Cell *cells, gsize n, int value)
{
  int found = -1;

  for (gsize i = 0; i < n; i++)
    if (value >= cells[i].low && value <= cells[i].high)
      {
        g_assert_cmpint (found, ==, -1);
        found = cells[i].score;
      }
  g_assert_cmpint (found, >=, 0);

  return found;
}

static int
score_one (OmcNews2Input input, OmcNews2Parameter parameter)
{
  OmcNews2Result result;

  omc_news2_score (&input, OMC_NEWS2_SCOPE_ADULT, &result);

  return result.scores[parameter];
}

static void
test_every_value (void)
{
  for (int v = 0; v <= 99; v++)
    g_assert_cmpint (score_one ((OmcNews2Input){ .respiration = v }, OMC_NEWS2_RESPIRATION), ==,
                     EXPECT (respiration, v));
  for (int v = 0; v <= 100; v++)
    {
      for (int oxygen = OMC_OXYGEN_UNKNOWN; oxygen <= OMC_OXYGEN_OXYGEN; oxygen++)
        g_assert_cmpint (
            score_one ((OmcNews2Input){ .spo2 = v, .scale = 1, .oxygen = oxygen }, OMC_NEWS2_SPO2),
            ==, EXPECT (scale_1, v));
      g_assert_cmpint (
          score_one ((OmcNews2Input){ .spo2 = v, .scale = 2, .oxygen = OMC_OXYGEN_AIR },
                     OMC_NEWS2_SPO2),
          ==, EXPECT (scale_2_air, v));
      g_assert_cmpint (
          score_one ((OmcNews2Input){ .spo2 = v, .scale = 2, .oxygen = OMC_OXYGEN_OXYGEN },
                     OMC_NEWS2_SPO2),
          ==, EXPECT (scale_2_oxygen, v));
      /* Unknown oxygen is never air. */
      g_assert_cmpint (score_one ((OmcNews2Input){ .spo2 = v, .scale = 2 }, OMC_NEWS2_SPO2), ==,
                       v <= 92 ? EXPECT (scale_2_air, v) : -1);
    }
  for (int v = 0; v <= 300; v++)
    {
      g_assert_cmpint (score_one ((OmcNews2Input){ .systolic = v }, OMC_NEWS2_SYSTOLIC), ==,
                       EXPECT (systolic, v));
      g_assert_cmpint (score_one ((OmcNews2Input){ .pulse = v }, OMC_NEWS2_PULSE), ==,
                       EXPECT (pulse, v));
    }
  for (int v = 200; v <= 450; v++)
    g_assert_cmpint (score_one ((OmcNews2Input){ .temperature = v }, OMC_NEWS2_TEMPERATURE), ==,
                     EXPECT (temperature, v));
  for (int c = OMC_CONSCIOUSNESS_UNKNOWN; c <= OMC_CONSCIOUSNESS_UNRESPONSIVE; c++)
    g_assert_cmpint (score_one ((OmcNews2Input){ .consciousness = c }, OMC_NEWS2_CONSCIOUSNESS), ==,
                     c == OMC_CONSCIOUSNESS_UNKNOWN ? -1
                     : c == OMC_CONSCIOUSNESS_ALERT ? 0
                                                    : 3);
  g_assert_cmpint (score_one ((OmcNews2Input){ .oxygen = OMC_OXYGEN_UNKNOWN }, OMC_NEWS2_OXYGEN),
                   ==, -1);
  g_assert_cmpint (score_one ((OmcNews2Input){ .oxygen = OMC_OXYGEN_AIR }, OMC_NEWS2_OXYGEN), ==,
                   0);
  g_assert_cmpint (score_one ((OmcNews2Input){ .oxygen = OMC_OXYGEN_OXYGEN }, OMC_NEWS2_OXYGEN), ==,
                   2);
}

static OmcNews2Input
random_input (GRand *rand)
{
  OmcNews2Input input = OMC_NEWS2_INPUT_INIT;

  input.scale = g_rand_int_range (rand, 1, 3);
  if (g_rand_int_range (rand, 0, 8) != 0)
    input.respiration = g_rand_int_range (rand, 0, 60);
  if (g_rand_int_range (rand, 0, 8) != 0)
    input.spo2 = g_rand_int_range (rand, 70, 101);
  if (g_rand_int_range (rand, 0, 8) != 0)
    input.systolic = g_rand_int_range (rand, 60, 250);
  if (g_rand_int_range (rand, 0, 8) != 0)
    input.pulse = g_rand_int_range (rand, 20, 200);
  if (g_rand_int_range (rand, 0, 8) != 0)
    input.temperature = g_rand_int_range (rand, 320, 420);
  input.oxygen = g_rand_int_range (rand, 0, 3);
  input.consciousness =
      g_rand_boolean (rand) ? OMC_CONSCIOUSNESS_ALERT : g_rand_int_range (rand, 0, 6);

  return input;
}

/* The total is the sum; red is a 3; the band follows from both; a missing sign is never a normal one. */
static void
test_random_property (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2017);
  guint n_complete = 0;

  for (int i = 0; i < 100000; i++)
    {
      OmcNews2Input input = random_input (rand);
      OmcNews2Result result;
      int sum = 0;
      guint present = 0;
      gboolean red = FALSE;

      omc_news2_score (&input, OMC_NEWS2_SCOPE_ADULT, &result);
      for (int p = 0; p < OMC_NEWS2_N_PARAMETERS; p++)
        if (result.scores[p] >= 0)
          {
            g_assert_cmpint (result.scores[p], <=, 3);
            sum += result.scores[p];
            present++;
            red |= result.scores[p] == 3;
          }
      g_assert_cmpint (result.partial, ==, sum);
      g_assert_cmpuint (result.n_present, ==, present);
      g_assert_cmpint (result.red, ==, red);
      g_assert_cmpint (result.complete, ==, present == 7);
      g_assert_cmpint (result.total, ==, present == 7 ? sum : -1);
      g_assert_cmpint (sum, <=, 20);
      g_assert_cmpint (result.scores[OMC_NEWS2_OXYGEN], !=, 3);
      g_assert_true (result.scores[OMC_NEWS2_TEMPERATURE] != 3 || input.temperature <= 350);

      const char *band = sum >= 7       ? "high"
                         : sum >= 5     ? "medium"
                         : red          ? "low-medium"
                         : present == 7 ? "low"
                                        : NULL;
      g_assert_cmpstr (omc_news2_band_to_string (result.band), ==, band);
      int minutes = sum >= 7 ? 30 : sum >= 5 || red ? 60 : present < 7 ? 0 : sum > 0 ? 240 : 720;
      g_assert_cmpint (omc_news2_interval_minutes (&result), ==, minutes);
      n_complete += present == 7;
    }
  g_assert_cmpuint (n_complete, >, 10000);
}

static void
test_red_and_aggregate (void)
{
  OmcNews2Input input = { 16, 98, 1, OMC_OXYGEN_AIR, 125, 70, OMC_CONSCIOUSNESS_CONFUSION, 370 };
  OmcNews2Result result;

  omc_news2_score (&input, OMC_NEWS2_SCOPE_ADULT, &result);
  g_assert_cmpint (result.total, ==, 3);
  g_assert_true (result.red);
  g_assert_cmpstr (omc_news2_band_to_string (result.band), ==, "low-medium");
  g_assert_cmpstr (omc_news2_monitoring_to_string (&result), ==, "1-hourly");

  /* 3 + 1 + 1: the aggregate outranks the red rule. */
  input.pulse = 95;
  input.temperature = 385;
  omc_news2_score (&input, OMC_NEWS2_SCOPE_ADULT, &result);
  g_assert_cmpint (result.total, ==, 5);
  g_assert_true (result.red);
  g_assert_cmpstr (omc_news2_band_to_string (result.band), ==, "medium");

  /* Incomplete, but its part alone is an emergency. */
  input.oxygen = OMC_OXYGEN_OXYGEN;
  input.systolic = OMC_NEWS2_MISSING;
  omc_news2_score (&input, OMC_NEWS2_SCOPE_ADULT, &result);
  g_assert_cmpint (result.total, ==, -1);
  g_assert_cmpint (result.partial, ==, 7);
  g_assert_cmpstr (omc_news2_band_to_string (result.band), ==, "high");
  g_autofree char *summary = omc_news2_dup_summary (&result);
  g_assert_cmpstr (summary, ==, "at least 7 (6 of 7)");
}

static void
test_out_of_scope (void)
{
  const OmcNews2Input input = {
    30, 88, 1, OMC_OXYGEN_OXYGEN, 85, 140, OMC_CONSCIOUSNESS_VOICE, 395
  };

  for (int scope = OMC_NEWS2_SCOPE_CHILD; scope <= OMC_NEWS2_SCOPE_UNKNOWN; scope++)
    {
      OmcNews2Result result;

      omc_news2_score (&input, scope, &result);
      g_assert_cmpint (result.total, ==, -1);
      g_assert_cmpint (result.partial, ==, -1);
      g_assert_false (result.red);
      g_assert_cmpint (result.band, ==, OMC_NEWS2_BAND_NONE);
      g_assert_cmpint (omc_news2_interval_minutes (&result), ==, 0);
      for (int p = 0; p < OMC_NEWS2_N_PARAMETERS; p++)
        g_assert_cmpint (result.scores[p], ==, -1);
      g_assert_cmpstr (omc_news2_response (&result), ==, omc_news2_scope_sentence (scope));
      g_assert_cmpint (g_utf8_strlen (omc_news2_scope_sentence (scope), -1), >, 20);
    }
}

static void
test_scope (void)
{
  static const struct
  {
    const char *birth_date;
    gboolean pregnant;
    OmcNews2Scope scope;
  } cases[] = {
    { "1948-03-07", FALSE, OMC_NEWS2_SCOPE_ADULT },
    { "1990-01-01", TRUE, OMC_NEWS2_SCOPE_PREGNANT },
    { "2010-11-23", FALSE, OMC_NEWS2_SCOPE_ADULT },
    { "2010-11-24", FALSE, OMC_NEWS2_SCOPE_CHILD },
    { "2010-11-24", TRUE, OMC_NEWS2_SCOPE_CHILD },
    { "2010-11", FALSE, OMC_NEWS2_SCOPE_UNKNOWN },
    { "2010-10", FALSE, OMC_NEWS2_SCOPE_ADULT },
    { "2010-12", FALSE, OMC_NEWS2_SCOPE_CHILD },
    { "2010", FALSE, OMC_NEWS2_SCOPE_UNKNOWN },
    { "2009", FALSE, OMC_NEWS2_SCOPE_ADULT },
    { "2011", FALSE, OMC_NEWS2_SCOPE_CHILD },
    { "2027-01-01", FALSE, OMC_NEWS2_SCOPE_CHILD },
    { NULL, FALSE, OMC_NEWS2_SCOPE_UNKNOWN },
    { "", FALSE, OMC_NEWS2_SCOPE_UNKNOWN },
    { "23.11.1948", FALSE, OMC_NEWS2_SCOPE_UNKNOWN },
    { NULL, TRUE, OMC_NEWS2_SCOPE_UNKNOWN },
  };
  gint64 now;

  g_assert_true (omc_instant_parse_range ("2026-11-23T00:30:00Z", &now, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].birth_date);
      g_assert_cmpint (omc_news2_scope (cases[i].birth_date, cases[i].pregnant, now), ==,
                       cases[i].scope);
    }
}

static void
test_words (void)
{
  OmcConsciousness consciousness;
  OmcOxygen oxygen;

  for (int c = 0; c <= OMC_CONSCIOUSNESS_UNRESPONSIVE; c++)
    {
      g_assert_true (
          omc_consciousness_from_string (omc_consciousness_to_string (c), &consciousness));
      g_assert_cmpint (consciousness, ==, c);
    }
  g_assert_true (omc_consciousness_from_string ("v", &consciousness));
  g_assert_false (omc_consciousness_from_string ("X", &consciousness));
  g_assert_false (omc_consciousness_from_string (NULL, &consciousness));
  for (int o = 0; o <= OMC_OXYGEN_OXYGEN; o++)
    {
      g_assert_true (omc_oxygen_from_string (omc_oxygen_to_string (o), &oxygen));
      g_assert_cmpint (oxygen, ==, o);
    }
  g_assert_false (omc_oxygen_from_string ("yes", &oxygen));
  g_assert_cmpstr (omc_news2_band_label (OMC_NEWS2_BAND_NONE), ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/news2/every-value-scores-as-in-chart-1", test_every_value);
  g_test_add_func ("/fhir/news2/random-total-is-sum-of-sub-scores", test_random_property);
  g_test_add_func ("/fhir/news2/red-rule-and-aggregate", test_red_and_aggregate);
  g_test_add_func ("/fhir/news2/no-score-out-of-scope", test_out_of_scope);
  g_test_add_func ("/fhir/news2/scope-from-birth-date", test_scope);
  g_test_add_func ("/fhir/news2/words", test_words);

  return g_test_run ();
}
