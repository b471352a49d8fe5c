/* test-same-record.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-same-record.h"

#define UUID "aaaaaaaa-0000-4000-8000-000000000001"
#define MRN "\"identifier\":[{\"system\":\"urn:mrn\",\"value\":\"%s\"}]"
#define MRN_OF(value) "\"identifier\":[{\"system\":\"urn:mrn\",\"value\":\"" value "\"}]"
#define ANNA "\"name\":[{\"family\":\"Berg\",\"given\":[\"Anna\",\"Maria\"]}]"
#define BORN "\"birthDate\":\"1950-01-01\""
#define WOMAN "\"gender\":\"female\""
#define OF(id) "\"subject\":{\"reference\":\"Patient/" id "\"}"
#define CODE(code) "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"" code "\"}]}"

typedef struct
{
  const char *path;
  const char *type;
  const char *here;
  const char *there;
  gboolean counted;   /* under an id that its server counted */
  gboolean universal; /* under a UUID */
} SameRow;

static const SameRow rows[] = {
  /* Patients */
  { "patient/number-and-all", "Patient", MRN_OF ("1") "," ANNA "," BORN,
    MRN_OF ("1") "," ANNA "," BORN, TRUE, TRUE },
  { "patient/number-and-another-name", "Patient", MRN_OF ("1") "," ANNA "," BORN,
    MRN_OF ("1") ",\"name\":[{\"family\":\"Olsen\"}]," BORN, TRUE, TRUE },
  { "patient/number-and-another-person", "Patient", MRN_OF ("1") "," ANNA "," BORN,
    MRN_OF ("1") ",\"name\":[{\"family\":\"Olsen\"}],\"birthDate\":\"1960-06-06\"", FALSE, FALSE },
  { "patient/one-number-of-two", "Patient",
    "\"identifier\":[{\"system\":\"urn:a\",\"value\":\"1\"},{\"system\":\"urn:b\",\"value\":\"2\"}"
    "]",
    "\"identifier\":[{\"system\":\"urn:a\",\"value\":\"9\"},{\"system\":\"urn:b\",\"value\":\"2\"}"
    "]",
    TRUE, TRUE },
  { "patient/another-number-and-the-same-name", "Patient", MRN_OF ("1") "," ANNA "," BORN,
    MRN_OF ("2") "," ANNA "," BORN, FALSE, TRUE },
  { "patient/value-of-another-system", "Patient", MRN_OF ("1"),
    "\"identifier\":[{\"system\":\"urn:other\",\"value\":\"1\"}]", FALSE, TRUE },
  { "patient/number-without-a-system", "Patient", "\"identifier\":[{\"value\":\"1\"}]",
    "\"identifier\":[{\"value\":\"1\"}]", FALSE, TRUE },
  { "patient/number-of-an-insurance", "Patient",
    "\"identifier\":[{\"system\":\"urn:i\",\"value\":\"1\",\"type\":{\"coding\":[{\"code\":\"SN\"}]"
    "}}]",
    "\"identifier\":[{\"system\":\"urn:i\",\"value\":\"1\",\"type\":{\"coding\":[{\"code\":\"SN\"}]"
    "}}]",
    FALSE, TRUE },
  { "patient/number-that-was", "Patient",
    "\"identifier\":[{\"use\":\"old\",\"system\":\"urn:mrn\",\"value\":\"1\"}]", MRN_OF ("1"),
    FALSE, TRUE },
  { "patient/name-and-birth", "Patient", ANNA "," BORN, ANNA "," BORN, TRUE, TRUE },
  { "patient/name-and-birth-in-other-letters", "Patient", ANNA "," BORN,
    "\"name\":[{\"family\":\"BERG\",\"given\":[\"anna\",\"Maria\"]}]," BORN, TRUE, TRUE },
  { "patient/official-name-of-several", "Patient", ANNA "," BORN,
    "\"name\":[{\"use\":\"nickname\",\"given\":[\"Anni\"]},{\"use\":\"official\",\"family\":"
    "\"Berg\",\"given\":["
    "\"Anna\",\"Maria\"]}]," BORN,
    TRUE, TRUE },
  { "patient/name-and-birth-and-another-gender", "Patient", ANNA "," BORN "," WOMAN,
    ANNA "," BORN ",\"gender\":\"male\"", FALSE, TRUE },
  { "patient/twin", "Patient", ANNA "," BORN,
    "\"name\":[{\"family\":\"Berg\",\"given\":[\"Eva\"]}]," BORN, FALSE, TRUE },
  { "patient/no-given-name", "Patient", "\"name\":[{\"family\":\"Berg\"}]," BORN,
    "\"name\":[{\"family\":\"Berg\"}]," BORN, FALSE, TRUE },
  { "patient/year-alone", "Patient", ANNA ",\"birthDate\":\"1950\"", ANNA ",\"birthDate\":\"1950\"",
    FALSE, TRUE },
  { "patient/name-alone", "Patient", ANNA, ANNA, FALSE, TRUE },
  { "patient/nothing", "Patient", WOMAN, WOMAN, FALSE, TRUE },
  { "patient/another-birth", "Patient", ANNA "," BORN, ANNA ",\"birthDate\":\"1951-01-01\"", FALSE,
    TRUE },
  { "patient/another-person", "Patient", ANNA "," BORN "," WOMAN,
    "\"name\":[{\"family\":\"Olsen\"}],\"birthDate\":\"1960-06-06\",\"gender\":\"male\"", FALSE,
    FALSE },
  /* What belongs to one */
  { "of/same-patient", "Observation", CODE ("1") "," OF ("x"), CODE ("1") "," OF ("x"), TRUE,
    TRUE },
  { "of/another-patient", "Observation", CODE ("1") "," OF ("x"), CODE ("1") "," OF ("y"), FALSE,
    FALSE },
  { "of/nobody-there", "Observation", CODE ("1") "," OF ("x"), CODE ("1"), FALSE, FALSE },
  { "of/nobody-here", "Observation", CODE ("1"), CODE ("1") "," OF ("x"), FALSE, FALSE },
  { "of/about-something-else", "Observation", CODE ("1") "," OF ("x"), CODE ("2") "," OF ("x"),
    FALSE, TRUE },
  { "of/another-time", "Observation",
    CODE ("1") "," OF ("x") ",\"effectiveDateTime\":\"2026-01-01T10:00:00Z\"",
    CODE ("1") "," OF ("x") ",\"effectiveDateTime\":\"2026-01-01T14:00:00Z\"", FALSE, TRUE },
  { "of/another-beginning", "Encounter", OF ("x") ",\"period\":{\"start\":\"2026-01-01\"}",
    OF ("x") ",\"period\":{\"start\":\"2026-02-01\"}", FALSE, TRUE },
  { "of/another-end", "Encounter", OF ("x") ",\"period\":{\"start\":\"2026-01-01\"}",
    OF ("x") ",\"period\":{\"start\":\"2026-01-01\",\"end\":\"2026-02-01\"}", TRUE, TRUE },
  { "of/another-vaccine", "Immunization",
    "\"vaccineCode\":{\"text\":\"a\"},\"patient\":{\"reference\":\"Patient/x\"}",
    "\"vaccineCode\":{\"text\":\"b\"},\"patient\":{\"reference\":\"Patient/x\"}", FALSE, TRUE },
  /* What belongs to nobody */
  { "staff/number", "Practitioner", MRN_OF ("1"), MRN_OF ("1"), TRUE, TRUE },
  { "staff/another-number", "Practitioner", MRN_OF ("1") "," ANNA, MRN_OF ("2") "," ANNA, FALSE,
    TRUE },
  { "staff/name", "Practitioner", ANNA, ANNA, TRUE, TRUE },
  { "staff/family-name-alone", "Practitioner", "\"name\":[{\"family\":\"Berg\"}]",
    "\"name\":[{\"family\":\"Berg\"}],\"active\":true", FALSE, TRUE },
  { "staff/another-person", "Practitioner", MRN_OF ("1") "," ANNA,
    MRN_OF ("2") ",\"name\":[{\"family\":\"Olsen\",\"given\":[\"Eva\"]}]", FALSE, FALSE },
  { "place/name", "Location", "\"name\":\"Ward 3\"", "\"name\":\"ward 3\",\"mode\":\"instance\"",
    TRUE, TRUE },
  { "place/another-name", "Location", "\"name\":\"Ward 3\"", "\"name\":\"Ward 4\"", FALSE, TRUE },
  { "rest/same-content", "Medication", CODE ("1"), CODE ("1"), TRUE, TRUE },
  { "rest/another-content", "Medication", CODE ("1"), CODE ("2"), FALSE, TRUE },
};

static OmcResource *
parse (const char *type, const char *id, const char *members)
{
  g_autofree char *text =
      g_strdup_printf ("{\"resourceType\":\"%s\",\"id\":\"%s\",%s}", type, id, members);
  g_autoptr (GError) error = NULL;
  OmcResource *resource = omc_resource_parse (text, -1, &error);

  g_assert_no_error (error);
  return resource;
}

static gboolean
is_same (const SameRow *row, const char *here_members, const char *there_members, const char *id)
{
  g_autoptr (OmcResource) here = parse (row->type, id, here_members);
  g_autoptr (OmcResource) there = parse (row->type, id, there_members);

  return omc_record_is_same (here, there, id);
}

static void
test_row (gconstpointer data)
{
  const SameRow *row = data;

  g_assert_cmpint (is_same (row, row->here, row->there, "17"), ==, row->counted);
  g_assert_cmpint (is_same (row, row->here, row->there, UUID), ==, row->universal);
}

/* Who proves that they are one proves it in both directions. */
static void
test_symmetry (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (is_same (&rows[i], rows[i].there, rows[i].here, "17"), ==, rows[i].counted);
}

static void
test_types (void)
{
  g_autoptr (OmcResource) here = parse ("Patient", UUID, MRN_OF ("1"));
  g_autoptr (OmcResource) there = parse ("Practitioner", UUID, MRN_OF ("1"));

  g_assert_false (omc_record_is_same (here, there, UUID));
}

/* No proof of a number alone, whatever stands around it: people who share nothing are never one. */
static void
test_strangers (void)
{
  GRand *random = g_rand_new_with_seed (20261124);

  for (guint i = 0; i < 2000; i++)
    {
      guint year = (guint)g_rand_int_range (random, 1920, 2020);
      g_autofree char *here = g_strdup_printf (
          MRN ",\"name\":[{\"family\":\"F%u\",\"given\":[\"G%u\"]}],\"birthDate\":\"%u-01-01\"",
          "1", i, i, year);
      g_autofree char *there = g_strdup_printf (
          MRN ",\"name\":[{\"family\":\"F%u\",\"given\":[\"G%u\"]}],\"birthDate\":\"%u-02-02\"",
          g_rand_boolean (random) ? "1" : "2", i + 1, i + 1, year);
      const SameRow row = { .type = "Patient" };

      g_assert_false (is_same (&row, here, there, g_rand_boolean (random) ? UUID : "17"));
    }
  g_rand_free (random);
}

static void
test_universal_ids (void)
{
  static const struct
  {
    const char *id;
    gboolean universal;
  } ids[] = {
    { UUID, TRUE },
    { "AAAAAAAA-0000-4000-B000-00000000000F", TRUE },
    { "019aa7e2-83c4-7d1e-9b5a-3f6f0c2a1b4d", TRUE },
    { "00000000-0000-0000-0000-000000000000", FALSE },
    { "00000000-0000-0000-0000-000000000017", FALSE },
    { "aaaaaaaa-0000-4000-c000-000000000001", FALSE },
    { "aaaaaaaa-0000-9000-8000-000000000001", FALSE },
    { "gaaaaaaa-0000-4000-8000-000000000001", FALSE },
    { "aaaaaaaa00004000800000000000000000001", FALSE },
    { UUID "0", FALSE },
    { "17", FALSE },
    { "example", FALSE },
    { "", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    g_assert_cmpint (omc_record_id_is_universal (ids[i].id), ==, ids[i].universal);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/merge/same-record/", rows[i].path, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/merge/same-record/in-both-directions", test_symmetry);
  g_test_add_func ("/merge/same-record/types-differ", test_types);
  g_test_add_func ("/merge/same-record/strangers-are-never-one", test_strangers);
  g_test_add_func ("/merge/same-record/which-ids-are-everybodys", test_universal_ids);

  return g_test_run ();
}
