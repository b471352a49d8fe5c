/* test-flowsheet.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-flowsheet.h"
#include "omc-ui-test.h"

#define NOW_US (G_GINT64_CONSTANT (1795000000) * G_USEC_PER_SEC)
#define COMPONENT(code, value)                                                                     \
  "{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"" code "\"}]},"              \
  "\"valueQuantity\":{\"value\":" value ",\"system\":\"http://unitsofmeasure.org\","               \
  "\"code\":\"mm[Hg]\"}}"
#define SYSTOLIC COMPONENT ("8480-6", "118")
#define DIASTOLIC COMPONENT ("8462-4", "76")
#define PAIR SYSTOLIC "," DIASTOLIC
#define N_SETS 2

static void
add_pressure (GPtrArray *observations, guint hour, const char *components)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Observation\",\"id\":\"o%u\",\"status\":\"final\",\"category\":[{"
      "\"coding\":[{\"code\":\"vital-signs\"}]}],\"code\":{\"coding\":[{\"system\":"
      "\"http://loinc.org\",\"code\":\"85354-9\"}]},\"subject\":{\"reference\":\"Patient/p1\"},"
      "\"effectiveDateTime\":\"2026-11-18T%02u:00:00Z\",\"component\":[%s]}",
      hour, hour, components);

  g_ptr_array_add (observations, omc_resource_parse (text, -1, &error));
  g_assert_no_error (error);
}

static gboolean
has_row (GtkWidget *flowsheet, const char *name)
{
  return omc_ui_test_find (flowsheet, GTK_TYPE_LABEL, name) != NULL;
}

/* A row is named after what stands in it. */
static void
test_names_of_pressures (void)
{
  static const struct
  {
    const char *sets[N_SETS];
    gboolean pressure, systolic, diastolic;
  } cases[] = {
    { { PAIR, PAIR }, TRUE, FALSE, FALSE },           { { PAIR, SYSTOLIC }, TRUE, FALSE, FALSE },
    { { SYSTOLIC, SYSTOLIC }, FALSE, TRUE, FALSE },   { { PAIR, DIASTOLIC }, FALSE, TRUE, TRUE },
    { { DIASTOLIC, DIASTOLIC }, FALSE, FALSE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) observations =
          g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
      g_autoptr (GPtrArray) sets = NULL;
      GtkWidget *flowsheet = omc_flowsheet_new ();
      GtkWindow *window;

      for (guint n = 0; n < N_SETS; n++)
        add_pressure (observations, n, cases[i].sets[n]);
      sets = omc_vitals_read_sets (observations, NULL);
      omc_flowsheet_set_sets (OMC_FLOWSHEET (flowsheet), sets, NOW_US);
      window = omc_ui_test_show (flowsheet, 800, 300, NULL);
      g_test_message ("case %u", i);
      g_assert_cmpint (has_row (flowsheet, "Blood pressure"), ==, cases[i].pressure);
      g_assert_cmpint (has_row (flowsheet, "Systolic*"), ==, cases[i].systolic);
      g_assert_cmpint (has_row (flowsheet, "Diastolic*"), ==, cases[i].diastolic);
      omc_ui_test_close (window, flowsheet);
    }
}

int
main (int argc, char **argv)
{
  if (!omc_ui_test_init (&argc, &argv))
    return 0;

  g_test_add_func ("/ui/flowsheet/names-pressures-after-what-they-are", test_names_of_pressures);

  return g_test_run ();
}
