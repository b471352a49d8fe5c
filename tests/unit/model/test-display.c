/* test-display.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-display.h"

#define MINUTE G_TIME_SPAN_MINUTE
#define HOUR G_TIME_SPAN_HOUR
/* 2026-11-23T12:00:00Z */
#define NOW G_GINT64_CONSTANT (1795435200000000)

static void
test_names (void)
{
  static const struct
  {
    const char *family, *given, *shown;
  } cases[] = {
    { "Doe", "John", "DOE, John" }, { "Öztürk", "Zeynep", "ÖZTÜRK, Zeynep" },
    { "Doe", NULL, "DOE" },         { NULL, "John", "John" },
    { "", "", "Name not known" },   { NULL, NULL, "Name not known" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = omc_display_name (cases[i].family, cases[i].given);

      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

static void
test_dates_and_ages (void)
{
  static const struct
  {
    const char *date, *shown, *age;
  } cases[] = {
    { "1954-03-02", "02-Mar-1954", "72 y" },
    { "1954-11-23", "23-Nov-1954", "72 y" },
    { "1954-11-24", "24-Nov-1954", "71 y" },
    { "1954-03", "Mar-1954", "72 y" },
    { "1954", "1954", "72 y" },
    { "2025-08-01", "01-Aug-2025", "15 mo" },
    { "2026-11-01", "01-Nov-2026", "22 d" },
    { "2026-12-01", "01-Dec-2026", "" },
    { "1954-02-30", "1954-02-30", "" },
    { NULL, "", "" },
    { "tomorrow", "tomorrow", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = omc_display_date (cases[i].date);
      g_autofree char *age = omc_display_age (cases[i].date, NOW);

      g_assert_cmpstr (shown, ==, cases[i].shown);
      g_assert_cmpstr (age, ==, cases[i].age);
    }
}

static void
test_numbers (void)
{
  static const char *const cases[][2] = {
    { "9434765919", "943 476 5919" },
    { "943476591", "943476591" },
    { "94347659AB", "94347659AB" },
    { NULL, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = omc_display_number (cases[i][0]);

      g_assert_cmpstr (shown, ==, cases[i][1]);
    }
}

/* clinical.md 4: soon within 15 minutes, overdue after the moment, very overdue by half of the interval or an hour. */
static void
test_due (void)
{
  static const struct
  {
    gint64 interval, late;
    OmcDueState state;
    const char *shown;
  } cases[] = {
    { 4 * HOUR, -16 * MINUTE, OMC_DUE_LATER, "in 16 min" },
    { 4 * HOUR, -15 * MINUTE, OMC_DUE_SOON, "in 15 min" },
    { 4 * HOUR, 0, OMC_DUE_SOON, "now" },
    { 4 * HOUR, 1 * MINUTE, OMC_DUE_OVERDUE, "1 min late" },
    { 4 * HOUR, 60 * MINUTE, OMC_DUE_OVERDUE, "1 h 00 late" },
    { 4 * HOUR, 61 * MINUTE, OMC_DUE_VERY_OVERDUE, "1 h 01 late" },
    { 1 * HOUR, 30 * MINUTE, OMC_DUE_OVERDUE, "30 min late" },
    { 1 * HOUR, 31 * MINUTE, OMC_DUE_VERY_OVERDUE, "31 min late" },
    { 30 * MINUTE, 16 * MINUTE, OMC_DUE_VERY_OVERDUE, "16 min late" },
  };
  g_autofree char *none = omc_display_due (0, NOW);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 due = NOW - cases[i].late;
      g_autofree char *shown = omc_display_due (due, NOW);

      g_assert_cmpint (omc_due_state (due - cases[i].interval, due, NOW), ==, cases[i].state);
      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
  g_assert_cmpint (omc_due_state (0, 0, NOW), ==, OMC_DUE_NONE);
  g_assert_cmpstr (none, ==, "not planned");
}

static void
test_identity (void)
{
  g_autofree char *whole = omc_display_identity ("Doe", "John", "1954-03-02");
  g_autofree char *ageless = omc_display_identity ("Doe", "John", NULL);

  g_assert_cmpstr (whole, ==, "DOE, John · 02-Mar-1954");
  g_assert_cmpstr (ageless, ==, "DOE, John");
}

int
main (int argc, char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/display/names-in-banner-order", test_names);
  g_test_add_func ("/model/display/who-is-meant-in-one-line", test_identity);
  g_test_add_func ("/model/display/dates-read-one-way", test_dates_and_ages);
  g_test_add_func ("/model/display/numbers-in-groups", test_numbers);
  g_test_add_func ("/model/display/due-by-the-plan", test_due);

  return g_test_run ();
}
