/* test-patient-summary.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-patient-summary.h"

#define ALLERGY(code, text)                                                                        \
  "{\"resourceType\":\"AllergyIntolerance\",\"id\":\"a\",\"code\":{\"coding\":[{\"system\":"       \
  "\"http://snomed.info/sct\",\"code\":\"" code "\"}],\"text\":\"" text                            \
  "\"},\"patient\":{\"reference\":\"Patient/p\"}}"

static OmcResource *
parse (const char *json)
{
  g_autoptr (GError) error = NULL;
  OmcResource *resource = omc_resource_parse (json, -1, &error);

  g_assert_no_error (error);

  return resource;
}

static OmcChart *
make_chart (const char *allergy, gboolean nka, guint n_elsewhere)
{
  OmcChart *chart = g_new0 (OmcChart, 1);
  GPtrArray **lists[] = {
    &chart->observations, &chart->allergies,  &chart->conditions, &chart->medication,
    &chart->flags,        &chart->encounters, &chart->queue,
  };

  g_atomic_ref_count_init (&chart->ref_count);
  chart->patient = parse ("{\"resourceType\":\"Patient\",\"id\":\"p\"}");
  chart->row = g_new0 (OmcBoardRow, 1);
  g_atomic_ref_count_init (&chart->row->ref_count);
  chart->row->allergy_nka = nka;
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    *lists[i] = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  if (allergy != NULL)
    g_ptr_array_add (chart->allergies, parse (allergy));
  chart->n_elsewhere = n_elsewhere;

  return chart;
}

/* "No known allergies" is said only where the whole chart is here. */
static void
test_allergies (void)
{
  static const struct
  {
    const char *allergy;
    gboolean nka;
    guint n_elsewhere;
    const char *says, *says_not;
    gboolean has;
  } cases[] = {
    { NULL, FALSE, 0, "Allergies not recorded", "server", FALSE },
    { NULL, TRUE, 0, "No known allergies", "server", FALSE },
    { ALLERGY ("91936005", "Penicillin"), FALSE, 0, "Penicillin", "server", TRUE },
    { NULL, FALSE, 5, "not known", "not recorded", FALSE },
    { NULL, TRUE, 5, "not known", "No known", FALSE },
    { ALLERGY ("716186003", "No known allergy"), TRUE, 1, "not known", "No known", FALSE },
    { ALLERGY ("91936005", "Penicillin"), FALSE, 5, "Penicillin; more may be on the server",
      "not known", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcChart) chart =
          make_chart (cases[i].allergy, cases[i].nka, cases[i].n_elsewhere);
      g_autoptr (OmcPatientSummary) summary = omc_patient_summary_new (chart, 0);
      gboolean has;
      const char *text = omc_patient_summary_get_allergies (summary, &has);

      g_test_message ("%s", text);
      g_assert_nonnull (strstr (text, cases[i].says));
      g_assert_null (strstr (text, cases[i].says_not));
      g_assert_cmpint (has, ==, cases[i].has);
    }
}

/* An alert that is not here is not an alert that there is not. */
static void
test_alerts (void)
{
  g_autoptr (OmcChart) whole = make_chart (NULL, FALSE, 0);
  g_autoptr (OmcChart) part = make_chart (NULL, FALSE, 2);
  g_autoptr (OmcPatientSummary) of_whole = omc_patient_summary_new (whole, 0);
  g_autoptr (OmcPatientSummary) of_part = omc_patient_summary_new (part, 0);

  g_assert_cmpstr (omc_patient_summary_get_alerts (of_whole), ==, "");
  g_assert_nonnull (strstr (omc_patient_summary_get_alerts (of_part), "Alerts not known"));
}

static void
test_deceased (void)
{
  g_autoptr (OmcChart) chart = make_chart (NULL, FALSE, 0);
  g_autoptr (OmcPatientSummary) alive = omc_patient_summary_new (chart, 0);
  g_autoptr (OmcPatientSummary) deceased = NULL;

  g_assert_null (strstr (omc_patient_summary_get_birth (alive), "deceased"));
  chart->row->deceased = TRUE;
  deceased = omc_patient_summary_new (chart, 0);
  g_assert_nonnull (strstr (omc_patient_summary_get_birth (deceased), "deceased"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/patient-summary/a-chart-in-part-does-not-say-that-there-is-no-allergy",
                   test_allergies);
  g_test_add_func ("/model/patient-summary/a-chart-in-part-does-not-say-that-there-is-no-alert",
                   test_alerts);
  g_test_add_func ("/model/patient-summary/says-who-has-died", test_deceased);

  return g_test_run ();
}
