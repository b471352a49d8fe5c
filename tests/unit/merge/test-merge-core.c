/* test-merge-core.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "merge-test-lib.h"
#include "omc-merge-identity.h"
#include "omc-test-fixtures.h"

#define ROUNDS 12

/* --- golden cases --- */

static void
assert_hunks (OmcMergeResult *result, const OmcJsonValue *expected)
{
  g_assert_cmpuint (omc_merge_result_get_n_hunks (result), ==, omc_json_value_get_size (expected));
  for (guint i = 0; i < omc_merge_result_get_n_hunks (result); i++)
    {
      const OmcMergeHunk *hunk = omc_merge_result_get_hunk (result, i);
      const OmcJsonValue *wanted = omc_json_value_at (expected, i);

      g_assert_cmpstr (hunk->path, ==, omc_json_value_pick_string (wanted, "path"));
      g_assert_cmpstr (hunk->rule, ==, omc_json_value_pick_string (wanted, "rule"));
      g_assert_cmpstr (omc_hunk_state_to_string (hunk->state), ==,
                       omc_json_value_pick_string (wanted, "state"));
      g_assert_nonnull (hunk->reason);
      g_assert_nonnull (hunk->label);
    }
}

static void
test_golden (gconstpointer data)
{
  const char *name = data;
  g_autoptr (OmcResource) base = merge_test_load (name, "base");
  g_autoptr (OmcResource) local = merge_test_load (name, "local");
  g_autoptr (OmcResource) remote = merge_test_load (name, "remote");
  g_autofree char *folder = merge_test_dup_folder ();
  g_autofree char *path = g_build_filename (folder, name, "expected.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (OmcJson) expected = NULL;
  g_autoptr (OmcMergeResult) result = NULL;
  g_autoptr (GError) error = NULL;
  OmcMergeStrategy strategy = OMC_MERGE_STRATEGY_MERGE;
  const OmcJsonValue *root;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  expected = omc_json_parse (text, -1, &error);
  g_assert_no_error (error);
  root = omc_json_get_root (expected);
  omc_merge_strategy_from_string (omc_json_value_pick_string (root, "strategy"), &strategy);

  result = omc_merge3 (base, local, remote, strategy, &error);
  g_assert_no_error (error);
  g_assert_cmpint (omc_merge_result_is_clean (result), ==,
                   omc_json_value_get_boolean (omc_json_value_get (root, "clean"), FALSE));
  g_assert_cmpint (omc_merge_result_is_stop (result), ==,
                   omc_json_value_get_boolean (omc_json_value_get (root, "stop"), FALSE));
  assert_hunks (result, omc_json_value_get (root, "hunks"));
  g_assert_true (
      omc_json_value_identical (omc_resource_get_root (omc_merge_result_get_merged (result)),
                                omc_json_value_get (root, "merged")));
}

/* --- the contract of omnicarectl merge --- */

static void
test_contract (void)
{
  g_autoptr (OmcResource) base = merge_test_load ("patient-same-telephone", "base");
  g_autoptr (OmcResource) local = merge_test_load ("patient-same-telephone", "local");
  g_autoptr (OmcResource) remote = merge_test_load ("patient-same-telephone", "remote");
  g_autoptr (OmcMergeResult) result = merge_test_merge (base, local, remote);
  g_autoptr (OmcJson) json = omc_merge_result_to_json (result);
  const OmcJsonValue *root = omc_json_get_root (json);
  const OmcJsonValue *hunk = omc_json_value_pick (root, "hunks[0]");

  g_assert_cmpuint (omc_json_value_get_size (root), ==, 5);
  g_assert_cmpstr (omc_json_value_pick_string (root, "resourceType"), ==, "Patient");
  g_assert_false (omc_json_value_get_boolean (omc_json_value_get (root, "clean"), TRUE));
  g_assert_false (omc_json_value_get_boolean (omc_json_value_get (root, "stop"), TRUE));
  g_assert_cmpuint (omc_json_value_get_size (hunk), ==, 7);
  g_assert_cmpstr (omc_json_value_pick_string (hunk, "path"), ==,
                   "Patient.telecom[system=phone,use=home].value");
  g_assert_cmpstr (omc_json_value_pick_string (hunk, "state"), ==, "ask");
  g_assert_cmpstr (omc_json_value_pick_string (hunk, "base"), ==, "555-0100");
  g_assert_cmpstr (omc_json_value_pick_string (hunk, "local"), ==, "555-0123");
  g_assert_cmpstr (omc_json_value_pick_string (hunk, "remote"), ==, "555-0124");
  /* an undecided unit holds the server's value */
  g_assert_cmpstr (omc_json_value_pick_string (root, "merged.telecom[0].value"), ==, "555-0124");
}

static void
test_absent_values_are_null (void)
{
  g_autoptr (OmcResource) base = merge_test_parse ("{\"resourceType\":\"Patient\"}");
  g_autoptr (OmcResource) local =
      merge_test_parse ("{\"resourceType\":\"Patient\",\"birthDate\":\"1970\"}");
  g_autoptr (OmcMergeResult) result = merge_test_merge (base, local, base);
  g_autoptr (OmcJson) json = omc_merge_result_to_json (result);
  const OmcJsonValue *hunk = omc_json_value_pick (omc_json_get_root (json), "hunks[0]");

  g_assert_cmpint (omc_json_value_get_kind (omc_json_value_get (hunk, "base")), ==, OMC_JSON_NULL);
  g_assert_cmpint (omc_json_value_get_kind (omc_json_value_get (hunk, "remote")), ==,
                   OMC_JSON_NULL);
  g_assert_cmpstr (omc_json_value_pick_string (hunk, "local"), ==, "1970");
}

static void
test_different_types_are_refused (void)
{
  g_autoptr (OmcResource) patient = merge_test_parse ("{\"resourceType\":\"Patient\"}");
  g_autoptr (OmcResource) flag = merge_test_parse ("{\"resourceType\":\"Flag\"}");
  g_autoptr (GError) error = NULL;

  g_assert_null (omc_merge3 (NULL, patient, flag, OMC_MERGE_STRATEGY_MERGE, &error));
  g_assert_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (omc_merge3 (flag, patient, patient, OMC_MERGE_STRATEGY_MERGE, &error));
  g_assert_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID);
}

static void
test_precise_literal_is_kept (void)
{
  static const char *const spellings[][3] = {
    /* local, remote, merged */
    { "37", "37.0", "37.0" },
    { "37.0", "37", "37.0" },
    { "3.70e1", "37", "3.70e1" },
    { "37", "3.7e1", "3.7e1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (spellings); i++)
    {
      static const char format[] = "{\"resourceType\":\"Observation\",\"status\":\"final\","
                                   "\"valueQuantity\":{\"value\":%s}}";
      g_autofree char *local_text = g_strdup_printf (format, spellings[i][0]);
      g_autofree char *remote_text = g_strdup_printf (format, spellings[i][1]);
      g_autoptr (OmcResource) local = merge_test_parse (local_text);
      g_autoptr (OmcResource) remote = merge_test_parse (remote_text);
      g_autoptr (OmcMergeResult) result = merge_test_merge (remote, local, remote);
      const OmcJsonValue *merged = omc_resource_get_root (omc_merge_result_get_merged (result));

      g_assert_cmpuint (omc_merge_result_get_n_hunks (result), ==, 0);
      g_assert_cmpstr (
          omc_json_value_get_number_text (omc_json_value_pick (merged, "valueQuantity.value")), ==,
          spellings[i][2]);
    }
}

static void
test_identity_drift (void)
{
  static const struct
  {
    const char *remote;
    gboolean drift;
  } cases[] = {
    { "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"DOE\"}],\"birthDate\":\"1970-05-01\","
      "\"gender\":\"male\"}",
      FALSE },
    { "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"Roe\"}],\"birthDate\":\"1970-05-01\","
      "\"gender\":\"male\"}",
      FALSE },
    { "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"Roe\"}],\"birthDate\":\"1971-05-01\","
      "\"gender\":\"male\"}",
      TRUE },
    { "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"Doe\"}],\"gender\":\"female\"}",
      TRUE },
  };
  g_autoptr (OmcResource) base =
      merge_test_parse ("{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"Doe\"}],"
                        "\"birthDate\":\"1970-05\",\"gender\":\"male\"}");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcResource) remote = merge_test_parse (cases[i].remote);

      g_assert_cmpint (omc_merge_is_identity_drift (base, remote), ==, cases[i].drift);
    }
}

/* --- properties --- */

typedef void (*Property) (OmcResource *base, OmcResource *local, OmcResource *remote);

static void
for_random_edits (Property property)
{
  g_autoptr (GPtrArray) names = merge_test_list_cases ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());

  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (OmcResource) base = merge_test_load (g_ptr_array_index (names, i), "base");

      for (guint round = 0; base && round < ROUNDS; round++)
        {
          g_autoptr (OmcResource) local = merge_test_mutate (base, rand, 1 + round / 2);
          g_autoptr (OmcResource) remote = merge_test_mutate (base, rand, 1 + round / 3);

          property (base, local, remote);
        }
    }
}

static void
assert_content (OmcMergeResult *result, OmcResource *expected)
{
  if (omc_merge_result_is_stop (result))
    return;
  g_assert_true (omc_merge_result_is_clean (result));
  g_assert_true (omc_resource_equal_content (omc_merge_result_get_merged (result), expected));
}

/* An edit that takes "entered in error" away is refused by rule 5: not what these properties are about. */
static gboolean
is_in_error (OmcResource *resource)
{
  const OmcJsonValue *root = omc_resource_get_root (resource);

  return g_strcmp0 (omc_json_value_pick_string (root, "status"), "entered-in-error") == 0 ||
         g_strcmp0 (omc_json_value_pick_string (root, "verificationStatus.coding.code"),
                    "entered-in-error") == 0;
}

static void
check_one_side (OmcResource *base, OmcResource *local, OmcResource *remote)
{
  g_autoptr (OmcMergeResult) here = merge_test_merge (base, local, base);
  g_autoptr (OmcMergeResult) there = merge_test_merge (base, base, remote);
  g_autoptr (OmcMergeResult) both = merge_test_merge (base, local, local);

  if (is_in_error (base))
    return;
  assert_content (here, local);
  assert_content (there, remote);
  assert_content (both, local);
}

static void
test_one_side_alone (void)
{
  for_random_edits (check_one_side);
}

static char *
dup_mirrored (const OmcMergeHunk *hunk, gboolean mirror)
{
  const char *state = omc_hunk_state_to_string (hunk->state);
  const char *rule = hunk->rule;

  if (mirror && hunk->state == OMC_HUNK_AUTO_LOCAL)
    state = omc_hunk_state_to_string (OMC_HUNK_AUTO_REMOTE);
  else if (mirror && hunk->state == OMC_HUNK_AUTO_REMOTE)
    state = omc_hunk_state_to_string (OMC_HUNK_AUTO_LOCAL);
  if (strcmp (rule, "local-only") == 0 || strcmp (rule, "remote-only") == 0 ||
      strcmp (rule, "status-regressed") == 0)
    rule = "one-side";
  return g_strjoin (" ", hunk->path, state, rule, NULL);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static char *
dup_outline (OmcMergeResult *result, gboolean mirror)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < omc_merge_result_get_n_hunks (result); i++)
    g_ptr_array_add (lines, dup_mirrored (omc_merge_result_get_hunk (result, i), mirror));
  g_ptr_array_sort (lines, compare_texts);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **)lines->pdata);
}

static void
check_symmetry (OmcResource *base, OmcResource *local, OmcResource *remote)
{
  g_autoptr (OmcMergeResult) straight = merge_test_merge (base, local, remote);
  g_autoptr (OmcMergeResult) crossed = merge_test_merge (base, remote, local);
  g_autofree char *a = dup_outline (straight, FALSE);
  g_autofree char *b = dup_outline (crossed, TRUE);

  /* Two rules look at the server alone: identity drift and the lowered risk of an allergy. */
  if (omc_merge_result_is_stop (straight) || omc_merge_result_is_stop (crossed) ||
      strstr (a, "criticality-lowered") || strstr (b, "criticality-lowered"))
    return;
  g_assert_cmpstr (a, ==, b);
}

static void
test_symmetry (void)
{
  for_random_edits (check_symmetry);
}

static void
collect_leaves (const OmcJsonValue *value, GHashTable *leaves)
{
  OmcJsonIter iter;
  const char *key;
  const OmcJsonValue *member;
  const char *number = omc_json_value_get_number_text (value);

  if (number)
    g_hash_table_add (leaves, g_strdup_printf ("%.17g", g_ascii_strtod (number, NULL)));
  else if (omc_json_value_get_string (value))
    g_hash_table_add (leaves, g_strdup (omc_json_value_get_string (value)));
  for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, &key, &member);)
    if (!key || strcmp (key, "meta") != 0)
      collect_leaves (member, leaves);
}

static void
check_nothing_lost (OmcResource *base, OmcResource *local, OmcResource *remote)
{
  g_autoptr (OmcMergeResult) result = merge_test_merge (base, local, remote);
  g_autoptr (OmcJson) json = omc_merge_result_to_json (result);
  g_autoptr (GHashTable) kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer leaf;

  collect_leaves (omc_json_get_root (json), kept);
  collect_leaves (omc_resource_get_root (local), wanted);
  collect_leaves (omc_resource_get_root (remote), wanted);
  g_hash_table_iter_init (&iter, wanted);
  while (g_hash_table_iter_next (&iter, &leaf, NULL))
    if (!g_hash_table_contains (kept, leaf))
      g_error ("lost: %s", (char *)leaf);
}

static void
test_nothing_lost (void)
{
  for_random_edits (check_nothing_lost);
}

static void
check_round_trip (OmcResource *base, OmcResource *local, OmcResource *remote)
{
  g_autoptr (OmcMergeResult) result = merge_test_merge (base, local, remote);
  g_autoptr (OmcMergeResult) again = merge_test_merge (base, local, remote);
  g_autofree char *text = omc_resource_to_string (omc_merge_result_get_merged (result), NULL);
  g_autofree char *same = omc_resource_to_string (omc_merge_result_get_merged (again), NULL);
  g_autoptr (OmcResource) parsed = merge_test_parse (text);
  g_autofree char *written = omc_resource_to_string (parsed, NULL);

  g_assert_cmpstr (text, ==, written);
  g_assert_cmpstr (text, ==, same);
}

static void
test_round_trip (void)
{
  for_random_edits (check_round_trip);
}

/* The document for others reads back, and each of its hunks says all it has to say. */
static void
check_document (OmcResource *base, OmcResource *local, OmcResource *remote)
{
  static const char *const fields[] = { "path", "state", "rule", "reason" };
  g_autoptr (OmcMergeResult) result = merge_test_merge (base, local, remote);
  g_autoptr (OmcJson) json = omc_merge_result_to_json (result);
  g_autofree char *text = omc_json_to_string (json, FALSE, NULL);
  g_autoptr (OmcJson) again = omc_json_parse (text, -1, NULL);
  const OmcJsonValue *hunks;

  g_assert_nonnull (again);
  g_assert_true (omc_json_value_identical (omc_json_get_root (json), omc_json_get_root (again)));
  hunks = omc_json_value_get (omc_json_get_root (again), "hunks");
  for (gsize i = 0; i < omc_json_value_get_size (hunks); i++)
    {
      const OmcJsonValue *hunk = omc_json_value_at (hunks, i);

      g_assert_cmpuint (omc_json_value_get_size (hunk), ==, 7);
      for (gsize k = 0; k < G_N_ELEMENTS (fields); k++)
        g_assert_nonnull (omc_json_value_pick_string (hunk, fields[k]));
    }
}

static void
test_document (void)
{
  for_random_edits (check_document);
}

/* A strategy decides only what is no more than a unit that both sides changed. */
static void
check_strategies (OmcResource *base, OmcResource *local, OmcResource *remote)
{
  g_autoptr (OmcMergeResult) merge = merge_test_merge (base, local, remote);

  for (int strategy = OMC_MERGE_STRATEGY_SERVER_WINS; strategy <= OMC_MERGE_STRATEGY_MANUAL;
       strategy++)
    {
      g_autoptr (OmcMergeResult) result = omc_merge3 (base, local, remote, strategy, NULL);
      guint n = omc_merge_result_get_n_hunks (merge);

      g_assert_nonnull (result);
      g_assert_cmpuint (omc_merge_result_get_n_hunks (result), ==, n);
      for (guint i = 0; i < n; i++)
        {
          const OmcMergeHunk *before = omc_merge_result_get_hunk (merge, i);
          const OmcMergeHunk *after = omc_merge_result_get_hunk (result, i);

          if (before->state >= OMC_HUNK_ASK && strcmp (before->rule, "unit-both-changed") != 0 &&
              !g_str_has_prefix (before->rule, "invariant-"))
            g_assert_cmpint (after->state, ==, before->state);
          if (strategy == OMC_MERGE_STRATEGY_MANUAL && before->state >= OMC_HUNK_ASK)
            g_assert_cmpint (after->state, >=, OMC_HUNK_ASK);
        }
    }
}

static void
test_strategies (void)
{
  for_random_edits (check_strategies);
}

/* A unit of which each side changed something else is never put together from both. */
static void
check_no_mixed_units (OmcResource *base, OmcResource *local, OmcResource *remote)
{
  static const char *const paths[] = { "valueQuantity", "dosageInstruction", "code",
                                       "medicationCodeableConcept" };
  g_autoptr (OmcMergeResult) result = merge_test_merge (base, local, remote);
  const OmcJsonValue *merged = omc_resource_get_root (omc_merge_result_get_merged (result));

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      const OmcJsonValue *value = omc_json_value_get (merged, paths[i]);
      gboolean known = omc_json_value_equal (
                           value, omc_json_value_get (omc_resource_get_root (local), paths[i])) ||
                       omc_json_value_equal (
                           value, omc_json_value_get (omc_resource_get_root (remote), paths[i]));
      g_autofree char *path =
          g_strdup_printf ("%s.%s", omc_resource_get_resource_type (base), paths[i]);
      const OmcMergeHunk *hunk = merge_test_find_hunk (result, path);

      g_assert_true (known || (hunk && hunk->state == OMC_HUNK_AUTO_UNION));
    }
}

static void
test_no_mixed_units (void)
{
  for_random_edits (check_no_mixed_units);
}

/* --- real resources --- */

static void
check_all (OmcResource *base, OmcResource *local, OmcResource *remote)
{
  check_one_side (base, local, remote);
  check_symmetry (base, local, remote);
  check_nothing_lost (base, local, remote);
  check_round_trip (base, local, remote);
}

static void
test_fixtures (void)
{
  g_autofree char *folder = omc_test_dup_fixtures ("hl7-r4-examples");
  g_autoptr (GDir) dir = folder ? g_dir_open (folder, 0, NULL) : NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());
  const char *name;
  guint n = 0;

  if (!dir)
    return;
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *text = NULL;
      gsize length;
      g_autoptr (OmcResource) base = NULL;

      if (g_str_has_suffix (name, ".json") && g_file_get_contents (path, &text, &length, NULL))
        base = omc_resource_parse (text, length, NULL);
      for (guint round = 0; base && round < 3; round++, n++)
        {
          g_autoptr (OmcResource) local = merge_test_mutate (base, rand, 2);
          g_autoptr (OmcResource) remote = merge_test_mutate (base, rand, 2);

          check_all (base, local, remote);
        }
    }
  g_assert_cmpuint (n, >, 100);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) names = NULL;

  g_test_init (&argc, &argv, NULL);
  names = merge_test_list_cases ();
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_strconcat ("/merge/golden/", g_ptr_array_index (names, i), NULL);

      g_test_add_data_func (path, g_ptr_array_index (names, i), test_golden);
    }
  g_test_add_func ("/merge/contract/document", test_contract);
  g_test_add_func ("/merge/contract/absent-values-are-null", test_absent_values_are_null);
  g_test_add_func ("/merge/contract/different-types-are-refused", test_different_types_are_refused);
  g_test_add_func ("/merge/numbers/precise-literal-is-kept", test_precise_literal_is_kept);
  g_test_add_func ("/merge/identity/drift", test_identity_drift);
  g_test_add_func ("/merge/property/one-side-alone-is-taken", test_one_side_alone);
  g_test_add_func ("/merge/property/sides-are-symmetric", test_symmetry);
  g_test_add_func ("/merge/property/nothing-is-lost", test_nothing_lost);
  g_test_add_func ("/merge/property/output-reads-back", test_round_trip);
  g_test_add_func ("/merge/property/document-reads-back", test_document);
  g_test_add_func ("/merge/property/strategies-leave-danger-open", test_strategies);
  g_test_add_func ("/merge/property/no-unit-from-both-sides", test_no_mixed_units);
  g_test_add_func ("/merge/property/real-resources", test_fixtures);
  return g_test_run ();
}
