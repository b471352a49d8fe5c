/* test-search-extract.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "fhir-fixtures.h"
#include "omc-clock.h"
#include "omc-search-params.h"

static OmcResource *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  OmcResource *resource = omc_resource_parse (text, -1, &error);

  g_assert_no_error (error);
  return resource;
}

static char *
format_time (gint64 us)
{
  return us == G_MININT64 || us == G_MAXINT64 ? g_strdup ("*") : omc_instant_format (us);
}

static void
describe (const OmcSearchEntry *entry, gpointer user_data)
{
  GString *all = user_data;
  g_autofree char *start = NULL;
  g_autofree char *end = NULL;

  g_string_append_printf (all, "%s=", entry->param->name);
  switch (entry->param->kind)
    {
    case OMC_SEARCH_STRING:
      g_string_append_printf (all, "%s(%s)", entry->text, entry->exact);
      break;
    case OMC_SEARCH_TOKEN:
      g_string_append_printf (all, "%s|%s", entry->system ? entry->system : "",
                              entry->code ? entry->code : "-");
      break;
    case OMC_SEARCH_DATE:
      start = format_time (entry->start_us);
      end = format_time (entry->end_us);
      g_string_append_printf (all, "%s..%s", start, end);
      break;
    case OMC_SEARCH_QUANTITY:
      g_string_append_printf (all, "%s|%s|%s", entry->number_text,
                              entry->system ? entry->system : "", entry->code ? entry->code : "-");
      break;
    case OMC_SEARCH_NUMBER:
      g_string_append (all, entry->number_text);
      break;
    case OMC_SEARCH_REFERENCE:
    case OMC_SEARCH_URI:
    default:
      g_string_append (all, entry->text);
    }
  g_string_append_c (all, '\n');
}

static void
assert_entries (const char *text, const char *expected)
{
  g_autoptr (OmcResource) resource = parse (text);
  g_autoptr (GString) all = g_string_new (NULL);

  omc_search_extract (resource, describe, all);
  g_assert_cmpstr (all->str, ==, expected);
}

static void
test_patient_entries (void)
{
  assert_entries (
      "{\"resourceType\":\"Patient\",\"id\":\"7\",\"active\":true,\"meta\":{\"tag\":[{\"system\":"
      "\"s\",\"code\":"
      "\"c\"}],\"profile\":[\"http://"
      "p\"]},\"identifier\":[{\"system\":\"urn:mrn\",\"value\":\"42\"}],"
      "\"name\":[{\"family\":\"M\xc3\xbcller\",\"given\":[\"\xc3\x89va\",null],\"_given\":[null,{"
      "\"id\":\"x\"}]}],"
      "\"telecom\":[{\"system\":\"phone\",\"value\":\"0 "
      "1\"},{\"system\":\"email\",\"value\":\"a@b\"}],"
      "\"birthDate\":\"1950-02\",\"address\":[{\"use\":\"home\",\"city\":\"K\xc3\xb8ge\"}],"
      "\"managingOrganization\":{\"reference\":\"Organization/1/_history/4\"}}",
      "_id=|7\n_profile=http://p\n_tag=s|c\nactive=|true\naddress=koge(K\xc3\xb8ge)\n"
      "address-city=koge(K\xc3\xb8ge)\naddress-use=|home\nbirthdate=1950-02-01T00:00:00.000Z.."
      "1950-03-01T00:00:00.000Z\ndeceased=|false\nemail=|a@b\nfamily=muller(M\xc3\xbcller)\n"
      "given=eva(\xc3\x89va)\nidentifier=urn:mrn|42\nname=muller(M\xc3\xbcller)\nname=eva("
      "\xc3\x89va)\n"
      "organization=Organization/1\nphone=|0 1\ntelecom=|0 1\ntelecom=|a@b\n");
}

static void
test_observation_entries (void)
{
  assert_entries (
      "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":"
      "\"http://loinc.org\","
      "\"code\":\"85354-9\"},{\"code\":\"x\"}],\"text\":\"BP\"},\"subject\":{\"reference\":"
      "\"Patient/7\"},"
      "\"performer\":[{\"reference\":\"#p\"},{\"display\":\"x\"}],"
      "\"effectivePeriod\":{\"start\":\"2026-11-23T10:00:00+01:00\"},\"component\":[{\"code\":{"
      "\"text\":\"only\"},"
      "\"valueQuantity\":{\"value\":1.20e2,\"unit\":\"mmHg\",\"system\":\"u\",\"code\":\"mm[Hg]\"}}"
      "]}",
      "code=http://loinc.org|85354-9\ncode=|x\ncombo-code=http://loinc.org|85354-9\ncombo-code=|x\n"
      "combo-code=|-\ncombo-value-quantity=1.20e2|u|mm[Hg]\ncomponent-code=|-\n"
      "component-value-quantity=1.20e2|u|mm[Hg]\ndate=2026-11-23T09:00:00.000Z..*\npatient=Patient/"
      "7\n"
      "status=|final\nsubject=Patient/7\n");
}

static void
test_targets_filter_references (void)
{
  assert_entries (
      "{\"resourceType\":\"Provenance\",\"target\":[{\"reference\":\"Patient/1\"},{\"reference\":"
      "\"http://x/fhir/Patient/2\"},{\"reference\":\"Observation/"
      "3\"},{\"reference\":\"urn:uuid:4\"},"
      "{\"reference\":\"urn:uuid:5\",\"type\":\"Task\"},{\"reference\":\"OutPatient/6\"}]}",
      "patient=Patient/1\npatient=http://x/fhir/Patient/2\npatient=urn:uuid:4\ntarget=Patient/1\n"
      "target=http://x/fhir/Patient/2\ntarget=Observation/3\ntarget=urn:uuid:4\ntarget=urn:uuid:5\n"
      "target=OutPatient/6\n");
}

static void
test_deceased_follows_its_rule (void)
{
  static const struct
  {
    const char *element;
    const char *line;
  } cases[] = {
    { "", "deceased=|false\n" },
    { ",\"deceasedBoolean\":false", "deceased=|false\n" },
    { ",\"deceasedBoolean\":true", "deceased=|true\n" },
    { ",\"deceasedDateTime\":\"2020\"", "deceased=|true\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text =
          g_strdup_printf ("{\"resourceType\":\"Patient\"%s}", cases[i].element);
      g_autoptr (OmcResource) resource = parse (text);
      g_autoptr (GString) all = g_string_new (NULL);

      omc_search_extract (resource, describe, all);
      g_assert_nonnull (strstr (all->str, cases[i].line));
    }
}

static void
test_strings_are_normalised (void)
{
  static const struct
  {
    const char *text;
    const char *folded;
  } cases[] = {
    { "  M\xc3\xbcller-L\xc3\x9c"
      "DENSCHEIDT ",
      "muller-ludenscheidt" },
    { "O'Brien   Jr.", "o'brien jr." },
    { "Stra\xc3\x9f"
      "e",
      "strasse" },
    { "\xc5\x81ukasz \xc3\x98stergaard \xc3\x86\xc3\xbe", "lukasz ostergaard aeth" },
    { "\xe9\x99\x88\xe9\x99\xbd", "\xe9\x99\x88\xe9\x99\xbd" },
    { "e\xcc\x81", "e" },
    { "", "" },
    { " \t", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *folded = omc_search_normalize (cases[i].text);

      g_assert_cmpstr (folded, ==, cases[i].folded);
    }
}

/* Names and kinds are unique, sorted and known; targets are types. */
static void
test_table_is_sound (void)
{
  static const char *const types[] = { "Patient", "Observation", "AuditEvent", "List",
                                       "Task",    "Coverage",    "Basic" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GPtrArray) list = omc_search_param_list (types[i]);
      g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

      g_assert_cmpint (omc_search_type_is_indexed (types[i]), ==, strcmp (types[i], "Basic") != 0);
      g_assert_cmpuint (list->len, >=, 6);
      for (guint j = 0; j < list->len; j++)
        {
          const OmcSearchParam *param = list->pdata[j];

          g_assert_true (g_hash_table_add (seen, (gpointer)param->name));
          g_assert_true (omc_search_param_find (types[i], param->name) == param);
          g_assert_nonnull (omc_search_kind_to_string (param->kind));
          g_assert_true (!param->type || strcmp (param->type, types[i]) == 0);
          g_assert_true (!param->target || omc_fhir_is_resource_type (param->target));
        }
    }
  g_assert_null (omc_search_param_find ("Observation", "name"));
  g_assert_null (omc_search_param_find ("Nonsense", "_id"));
}

static void
count_entry (const OmcSearchEntry *entry, gpointer user_data)
{
  g_hash_table_add (user_data, (gpointer)entry->param);
}

static void
extract_fixture (const char *name, const char *text, gsize length, gpointer user_data)
{
  g_autoptr (OmcResource) resource = omc_resource_parse (text, length, NULL);
  const OmcJsonValue *entry;
  OmcJsonIter iter;

  omc_search_extract (resource, count_entry, user_data);
  if (strcmp (omc_resource_get_resource_type (resource), "Bundle") != 0)
    return;
  omc_json_iter_init (&iter, omc_json_value_get (omc_resource_get_root (resource), "entry"));
  while (omc_json_iter_next (&iter, NULL, &entry))
    {
      g_autofree char *inner =
          omc_json_value_to_string (omc_json_value_get (entry, "resource"), FALSE, NULL);

      if (*inner)
        extract_fixture (name, inner, -1, user_data);
    }
}

static void
test_fixtures_fill_the_table (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  if (fhir_fixtures_foreach (NULL, extract_fixture, seen))
    g_assert_cmpuint (g_hash_table_size (seen), >, 250);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fhir/search-extract/patient-entries", test_patient_entries);
  g_test_add_func ("/fhir/search-extract/observation-entries", test_observation_entries);
  g_test_add_func ("/fhir/search-extract/targets-filter-references",
                   test_targets_filter_references);
  g_test_add_func ("/fhir/search-extract/deceased-follows-its-rule",
                   test_deceased_follows_its_rule);
  g_test_add_func ("/fhir/search-extract/strings-are-normalised", test_strings_are_normalised);
  g_test_add_func ("/fhir/search-extract/table-is-sound", test_table_is_sound);
  g_test_add_func ("/fhir/search-extract/fixtures-fill-the-table", test_fixtures_fill_the_table);

  return g_test_run ();
}
