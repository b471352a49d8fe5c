/* test-merge-display.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-merge-display.h"

static const struct
{
  const char *name;
  const char *element;
  const char *json;
  const char *shown;
} cases[] = {
  { "absent", NULL, "null", "" },
  { "date", "birthDate", "\"1970-05-01\"", "01-May-1970" },
  { "month", "birthDate", "\"1970-05\"", "May-1970" },
  { "time-as-written", "effectiveDateTime", "\"2026-11-20T08:05:00+05:30\"", "20-Nov-2026 08:05" },
  { "not-a-date", "value", "\"555-0100\"", "555-0100" },
  { "impossible-date", "birthDate", "\"1970-02-31\"", "1970-02-31" },
  { "boolean", "active", "true", "Yes" },
  { "number-as-written", "rank", "1.00", "1.00" },
  { "code", "gender", "\"female\"", "Female" },
  { "concept-by-text", "code",
    "{\"coding\":[{\"code\":\"1\",\"display\":\"x\"}],\"text\":\"Penicillin\"}", "Penicillin" },
  { "concept-by-display", "code", "{\"coding\":[{\"code\":\"1\",\"display\":\"Temp\"}]}", "Temp" },
  { "quantity", "valueQuantity", "{\"value\":98.60,\"unit\":\"degF\",\"code\":\"[degF]\"}",
    "98.60 degF" },
  { "quantity-comparator", "valueQuantity",
    "{\"value\":3,\"comparator\":\"<\",\"code\":\"mmol/L\"}", "<3 mmol/L" },
  { "name", "name", "{\"family\":\"Doe\",\"given\":[\"John\",\"Q.\"]}", "DOE, John Q." },
  { "name-text", "name", "[{\"text\":\"Unknown\"}]", "Unknown" },
  { "telephone", "telecom", "{\"system\":\"phone\",\"use\":\"home\",\"value\":\"555-0100\"}",
    "555-0100 (home)" },
  { "address", "address",
    "{\"line\":[\"1 Main Street\"],\"city\":\"Springfield\",\"postalCode\":\"12345\"}",
    "1 Main Street, 12345, Springfield" },
  { "period", "period", "{\"start\":\"2026-11-20\",\"end\":\"2026-11-21\"}",
    "20-Nov-2026 to 21-Nov-2026" },
  { "reference", "performer", "{\"reference\":\"Practitioner/1\",\"display\":\"Nurse Joy\"}",
    "Nurse Joy" },
  { "note", "note",
    "[{\"text\":\"slept well\",\"authorString\":\"Joy\",\"time\":\"2026-11-20T08:00:00Z\"}]",
    "slept well (Joy, 20-Nov-2026 08:00)" },
  { "component", "component",
    "[{\"code\":{\"text\":\"Systolic\"},\"valueQuantity\":{\"value\":120,\"unit\":\"mmHg\"}}]",
    "Systolic: 120 mmHg" },
  { "dose", "dosageInstruction",
    "[{\"text\":\"with "
    "food\",\"timing\":{\"repeat\":{\"frequency\":3,\"period\":1,\"periodUnit\":\"d\"}},"
    "\"doseAndRate\":[{\"doseQuantity\":{\"value\":400,\"unit\":\"mg\"}}]}]",
    "with food · 400 mg · 3 times in 1 d" },
};

static void
test_display (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcJson) json = omc_json_parse (cases[i].json, -1, &error);
  g_autofree char *shown = NULL;

  g_assert_no_error (error);
  shown = omc_merge_display_value (cases[i].element, omc_json_get_root (json));
  g_assert_cmpstr (shown, ==, cases[i].shown);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/merge/display/", cases[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_display);
    }
  return g_test_run ();
}
