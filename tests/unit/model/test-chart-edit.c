/* test-chart-edit.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-chart-edit.h"

static const char patient_text[] =
    "{\"resourceType\":\"Patient\",\"id\":\"7\",\"telecom\":[{\"system\":\"email\",\"value\":\"a@"
    "b\"},"
    "{\"system\":\"phone\",\"use\":\"mobile\",\"value\":\"1\"}],\"address\":[{\"line\":[\"1 Old "
    "Road\",\"Flat 2\"],"
    "\"city\":\"A\",\"text\":\"1 Old "
    "Road\"}],\"birthDate\":\"1948-03-07\",\"extension\":[{\"url\":\"x\","
    "\"valueDecimal\":1.00}]}";

static OmcResource *
apply (const char *telephone, const char *line, const char *birth)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcResource) patient = omc_resource_parse (patient_text, -1, &error);
  g_autoptr (OmcDemographics) form = omc_demographics_read (patient);
  OmcResource *changed;

  g_assert_no_error (error);
  g_set_str (&form->telephone, telephone);
  g_set_str (&form->line, line);
  g_set_str (&form->birth_date, birth);
  changed = omc_demographics_apply (patient, form, &error);
  g_assert_no_error (error);

  return changed;
}

static const char *
pick (OmcResource *resource, const char *path)
{
  return omc_json_value_pick_string (omc_resource_get_root (resource), path);
}

static void
test_untouched_form_changes_nothing (void)
{
  g_autoptr (OmcResource) before = omc_resource_parse (patient_text, -1, NULL);
  g_autoptr (OmcResource) after = apply ("1", "1 Old Road", "1948-03-07");

  g_assert_true (
      omc_json_value_identical (omc_resource_get_root (before), omc_resource_get_root (after)));
}

static void
test_only_what_was_edited (void)
{
  g_autoptr (OmcResource) after = apply ("555", "7 Harbour Street", "1948-03-08");

  g_assert_cmpstr (pick (after, "telecom[0].value"), ==, "a@b");
  g_assert_cmpstr (pick (after, "telecom[1].value"), ==, "555");
  g_assert_cmpstr (pick (after, "telecom[1].use"), ==, "mobile");
  g_assert_cmpstr (pick (after, "address[0].line[0]"), ==, "7 Harbour Street");
  g_assert_cmpstr (pick (after, "address[0].line[1]"), ==, "Flat 2");
  g_assert_cmpstr (pick (after, "address[0].city"), ==, "A");
  g_assert_null (pick (after, "address[0].text"));
  g_assert_cmpstr (pick (after, "birthDate"), ==, "1948-03-08");
  g_assert_cmpstr (omc_json_value_get_number_text (omc_json_value_pick (
                       omc_resource_get_root (after), "extension[0].valueDecimal")),
                   ==, "1.00");
}

static void
test_emptied_field_goes (void)
{
  g_autoptr (OmcResource) after = apply ("", "1 Old Road", "");

  g_assert_null (pick (after, "telecom[1].value"));
  g_assert_cmpstr (pick (after, "telecom[0].value"), ==, "a@b");
  g_assert_null (pick (after, "birthDate"));
}

static void
test_birth_dates (void)
{
  /* 2026-11-23T12:00:00Z */
  const gint64 now = G_GINT64_CONSTANT (1795435200000000);

  g_assert_true (omc_demographics_check_birth_date ("1948-03-07", now));
  g_assert_true (omc_demographics_check_birth_date ("1948-03", now));
  g_assert_true (omc_demographics_check_birth_date ("1948", now));
  g_assert_false (omc_demographics_check_birth_date ("2027-01-01", now));
  g_assert_false (omc_demographics_check_birth_date ("1948-02-30", now));
  g_assert_false (omc_demographics_check_birth_date ("07/03/1948", now));
  g_assert_false (omc_demographics_check_birth_date ("1948-03-07T10:00:00Z", now));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/chart-edit/untouched-form-changes-nothing",
                   test_untouched_form_changes_nothing);
  g_test_add_func ("/model/chart-edit/only-what-was-edited", test_only_what_was_edited);
  g_test_add_func ("/model/chart-edit/emptied-field-goes", test_emptied_field_goes);
  g_test_add_func ("/model/chart-edit/birth-dates", test_birth_dates);

  return g_test_run ();
}
