/* test-retention.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-retention.h"

#define NOW (G_GINT64_CONSTANT (1795000000) * G_USEC_PER_SEC)
#define DAY G_TIME_SPAN_DAY

static const OmcRetention policy = { 30 * DAY, 1000000 };

static void
test_room (void)
{
  /* Room is made down to 75 per cent once 85 are full. */
  static const struct
  {
    gint64 used;
    gboolean begun;
    gint64 need;
  } rows[] = {
    { 0, FALSE, 0 },      { 850000, FALSE, 0 },        { 850001, FALSE, 100001 },
    { 800000, FALSE, 0 }, { 800000, TRUE, 50000 },     { 750000, TRUE, 0 },
    { 750001, TRUE, 1 },  { 2000000, FALSE, 1250000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (omc_retention_need (&policy, rows[i].used, rows[i].begun), ==, rows[i].need);
}

static void
test_ages (void)
{
  static const struct
  {
    gint64 age_us;
    gboolean needed;
    gboolean begun;
    OmcKeep keep;
  } rows[] = {
    { 31 * DAY, FALSE, FALSE, OMC_KEEP_NOTHING },   { 30 * DAY, FALSE, FALSE, OMC_KEEP_NOTHING },
    { 30 * DAY - 1, FALSE, FALSE, OMC_KEEP_TIME },  { 30 * DAY - 1, TRUE, FALSE, OMC_KEEP_NOTHING },
    { 1 * DAY, TRUE, FALSE, OMC_KEEP_NOTHING },     { 1 * DAY - 1, TRUE, FALSE, OMC_KEEP_RECENT },
    { 1 * DAY - 1, FALSE, FALSE, OMC_KEEP_RECENT }, { 0, TRUE, FALSE, OMC_KEEP_RECENT },
    { -5 * DAY, TRUE, FALSE, OMC_KEEP_RECENT },     { 0, FALSE, TRUE, OMC_KEEP_NOTHING },
  };
  OmcRetention for_ever = { 0, 1000000 };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      OmcRetentionFacts facts = { .begun = rows[i].begun, .used_us = NOW - rows[i].age_us };

      g_assert_cmpint (omc_retention_judge (&policy, &facts, rows[i].needed, NOW), ==,
                       rows[i].keep);
      /* The horizon that a store searches with leaves nobody out who would go. */
      if (rows[i].keep == OMC_KEEP_NOTHING && !rows[i].begun)
        g_assert_cmpint (facts.used_us, <=, omc_retention_horizon (&policy, rows[i].needed, NOW));
    }
  g_assert_cmpint (
      omc_retention_judge (&for_ever, &(OmcRetentionFacts){ .used_us = 0 }, FALSE, NOW), ==,
      OMC_KEEP_TIME);
  g_assert_cmpint (omc_retention_judge (&for_ever, &(OmcRetentionFacts){ .used_us = 0 }, TRUE, NOW),
                   ==, OMC_KEEP_NOTHING);
}

/* Whatever else is true: what is protected stays, at any age, with and without room, and also when a part of it went. */
static void
test_protection (void)
{
  for (guint bits = 0; bits < 256; bits++)
    {
      for (guint i = 0; i < 4; i++)
        {
          OmcRetentionFacts facts = {
            .unsent = (bits & 1) != 0,
            .conflict = (bits & 2) != 0,
            .draft = (bits & 4) != 0,
            .pinned = (bits & 8) != 0,
            .on_ward = (bits & 16) != 0,
            .wanted = (bits & 32) != 0,
            .changing = (bits & 64) != 0,
            .unconfirmed = (bits & 128) != 0,
            .begun = (i & 1) != 0,
            .used_us = 0,
          };
          OmcKeep keep = omc_retention_judge (&policy, &facts, (i & 2) != 0, NOW);

          g_assert_cmpint (keep == OMC_KEEP_NOTHING, ==, bits == 0);
          g_assert_nonnull (omc_keep_to_string (keep));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cache/retention/room-is-made-once-and-enough", test_room);
  g_test_add_func ("/cache/retention/a-chart-stays-for-its-time", test_ages);
  g_test_add_func ("/cache/retention/nothing-protected-goes", test_protection);

  return g_test_run ();
}
