/* test-merge-session.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "merge-test-lib.h"
#include "omc-merge-session.h"

static OmcMergeSession *
open_case (const char *name)
{
  g_autoptr (OmcResource) base = merge_test_load (name, "base");
  g_autoptr (OmcResource) local = merge_test_load (name, "local");
  g_autoptr (OmcResource) remote = merge_test_load (name, "remote");
  g_autoptr (OmcMergeResult) result = merge_test_merge (base, local, remote);

  return omc_merge_session_new (result);
}

static guint
find_row (OmcMergeSession *session, const char *path)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (session)); i++)
    if (strcmp (omc_merge_row_get_path (omc_merge_session_get_row (session, i)), path) == 0)
      return i;
  g_error ("no row %s", path);
}

static void
assert_pick (OmcResource *resource, const char *path, const char *expected)
{
  g_assert_cmpstr (omc_json_value_pick_string (omc_resource_get_root (resource), path), ==,
                   expected);
}

static void
test_nothing_is_preselected (void)
{
  g_autoptr (OmcMergeSession) session = open_case ("rule01-both-differ");
  OmcMergeRow *row = omc_merge_session_get_row (session, find_row (session, "Patient.birthDate"));
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (omc_merge_session_get_n_undecided (session), ==, 1);
  g_assert_false (omc_merge_session_can_save (session));
  g_assert_cmpint (omc_merge_row_get_state (row), ==, OMC_ROW_UNDECIDED);
  g_assert_cmpstr (omc_merge_row_get_result_text (row), ==, "");
  g_assert_cmpstr (omc_merge_row_get_base_text (row), ==, "01-May-1970");
  g_assert_cmpstr (omc_merge_row_get_local_text (row), ==, "02-May-1970");
  g_assert_cmpstr (omc_merge_row_get_remote_text (row), ==, "01-May-1971");
  g_assert_cmpstr (omc_merge_row_get_label (row), ==, "Date of birth");
  g_assert_null (omc_merge_session_build_merged (session, &error));
  g_assert_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID);
}

static void
test_each_decision (void)
{
  static const struct
  {
    OmcMergeDecision decision;
    const char *merged;
  } cases[] = {
    { OMC_DECISION_LOCAL, "1970-05-02" },
    { OMC_DECISION_REMOTE, "1971-05-01" },
    { OMC_DECISION_BASE, "1970-05-01" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcMergeSession) session = open_case ("rule01-both-differ");
      g_autoptr (OmcResource) merged = NULL;

      g_assert_true (omc_merge_session_decide (session, find_row (session, "Patient.birthDate"),
                                               cases[i].decision));
      g_assert_true (omc_merge_session_can_save (session));
      merged = omc_merge_session_build_merged (session, NULL);
      assert_pick (merged, "birthDate", cases[i].merged);
      g_assert_finalize_object (g_steal_pointer (&session));
    }
}

static void
test_typed_values (void)
{
  static const struct
  {
    const char *name;
    const char *path;
    const char *typed;
    const char *pick;
    const char *merged; /* NULL: refused */
  } cases[] = {
    { "rule01-both-differ", "Patient.birthDate", "3-may-1970", "birthDate", "1970-05-03" },
    { "rule01-both-differ", "Patient.birthDate", "1970-05", "birthDate", "1970-05" },
    { "rule01-both-differ", "Patient.birthDate", "31-Feb-1970", "birthDate", NULL },
    { "rule01-both-differ", "Patient.birthDate", "", "birthDate", NULL },
    { "patient-same-telephone", "Patient.telecom[system=phone,use=home].value", " 555-0999 ",
      "telecom[0].value", "555-0999" },
    { "observation-value-twice", "Observation.valueQuantity", "38,30", "valueQuantity.value",
      "38.30" },
    { "observation-value-twice", "Observation.valueQuantity", "38.3 or so", "valueQuantity.value",
      NULL },
    { "observation-value-twice", "Observation.valueQuantity", "38,3,1", "valueQuantity.value",
      NULL },
    { "medication-dose-and-frequency", "MedicationRequest.dosageInstruction", "600 mg",
      "dosageInstruction", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcMergeSession) session = open_case (cases[i].name);
      g_autoptr (OmcResource) merged = NULL;
      g_autoptr (GError) error = NULL;
      const OmcJsonValue *value;
      gboolean typed = omc_merge_session_edit (session, find_row (session, cases[i].path),
                                               cases[i].typed, &error);

      g_assert_cmpint (typed, ==, cases[i].merged != NULL);
      g_assert_cmpint (error == NULL, ==, typed);
      if (!typed)
        continue;
      merged = omc_merge_session_build_merged (session, NULL);
      value = omc_json_value_pick (omc_resource_get_root (merged), cases[i].pick);
      g_assert_cmpstr (omc_json_value_get_number_text (value)
                           ? omc_json_value_get_number_text (value)
                           : omc_json_value_get_string (value),
                       ==, cases[i].merged);
    }
}

static void
test_undo_and_redo (void)
{
  g_autoptr (OmcMergeSession) session = open_case ("rule01-both-differ");
  guint row = find_row (session, "Patient.birthDate");

  g_assert_false (omc_merge_session_undo (session));
  omc_merge_session_decide (session, row, OMC_DECISION_LOCAL);
  omc_merge_session_edit (session, row, "1970-06", NULL);
  omc_merge_session_decide (session, row, OMC_DECISION_REMOTE);
  g_assert_true (omc_merge_session_undo (session));
  g_assert_cmpstr (omc_merge_row_get_result_text (omc_merge_session_get_row (session, row)), ==,
                   "Jun-1970");
  g_assert_true (omc_merge_session_undo (session));
  g_assert_cmpstr (omc_merge_row_get_result_text (omc_merge_session_get_row (session, row)), ==,
                   "02-May-1970");
  g_assert_true (omc_merge_session_undo (session));
  g_assert_cmpuint (omc_merge_session_get_n_undecided (session), ==, 1);
  g_assert_false (omc_merge_session_can_undo (session));
  while (omc_merge_session_redo (session))
    ;
  g_assert_cmpstr (omc_merge_row_get_result_text (omc_merge_session_get_row (session, row)), ==,
                   "01-May-1971");
  omc_merge_session_undo (session);
  omc_merge_session_decide (session, row, OMC_DECISION_BASE);
  g_assert_false (omc_merge_session_can_redo (session));
}

static void
test_automatic_decisions_can_be_flipped (void)
{
  g_autoptr (OmcMergeSession) session = open_case ("rule01-one-side-each");
  g_autoptr (OmcResource) merged = NULL;

  g_assert_true (omc_merge_session_can_save (session));
  g_assert_true (omc_merge_session_decide (
      session, find_row (session, "Patient.telecom[system=phone,use=home].value"),
      OMC_DECISION_REMOTE));
  merged = omc_merge_session_build_merged (session, NULL);
  assert_pick (merged, "telecom[0].value", "555-0100");
  assert_pick (merged, "address[0].line", "2 Main Street");
}

static void
test_stop_is_not_decidable (void)
{
  g_autoptr (OmcMergeSession) session = open_case ("rule04-other-patient");
  guint row = find_row (session, "Observation.subject");

  g_assert_true (omc_merge_session_is_stop (session));
  g_assert_false (omc_merge_session_decide (session, row, OMC_DECISION_LOCAL));
  g_assert_false (omc_merge_session_edit (session, row, "x", NULL));
  g_assert_false (omc_merge_session_can_save (session));
}

static void
test_invariants_hold_back_saving (void)
{
  g_autoptr (OmcMergeSession) session = open_case ("rule10-value-in-component");

  omc_merge_session_decide (session, find_row (session, "Observation.valueQuantity"),
                            OMC_DECISION_LOCAL);
  omc_merge_session_decide (session, find_row (session, "Observation.component[code=9269-2]"),
                            OMC_DECISION_REMOTE);
  g_assert_cmpuint (omc_merge_session_get_n_undecided (session), ==, 0);
  g_assert_false (omc_merge_session_can_save (session));
  g_assert_nonnull (omc_merge_session_get_message (session));
  omc_merge_session_decide (session, find_row (session, "Observation.valueQuantity"),
                            OMC_DECISION_REMOTE);
  g_assert_true (omc_merge_session_can_save (session));
}

static void
test_walk_over_conflicts (void)
{
  g_autoptr (OmcMergeSession) session = open_case ("medication-drug-and-dose");
  guint first = omc_merge_session_find_next (session, G_MAXUINT, FALSE);
  guint second = omc_merge_session_find_next (session, first, FALSE);

  g_assert_cmpuint (first, !=, second);
  g_assert_cmpuint (omc_merge_session_find_next (session, second, FALSE), ==, first);
  g_assert_cmpuint (omc_merge_session_find_previous (session, second, FALSE), ==, first);
  omc_merge_session_decide (session, first, OMC_DECISION_LOCAL);
  omc_merge_session_decide (session, second, OMC_DECISION_LOCAL);
  g_assert_cmpuint (omc_merge_session_find_next (session, first, FALSE), ==, G_MAXUINT);
  g_assert_cmpuint (omc_merge_session_find_next (session, first, TRUE), ==, second);
}

static void
test_parking (void)
{
  g_autoptr (OmcMergeSession) session = open_case ("medication-drug-and-dose");
  g_autoptr (OmcMergeSession) later = open_case ("medication-drug-and-dose");
  g_autoptr (OmcMergeSession) other = open_case ("rule01-both-differ");
  g_autoptr (GBytes) parked = NULL;
  g_autoptr (GBytes) damaged = g_bytes_new_static ("{\"format\":1,\"steps\":[{\"hunk\":99}]}", 34);
  g_autoptr (GError) error = NULL;
  guint row = find_row (session, "MedicationRequest.dosageInstruction");

  omc_merge_session_decide (session, row, OMC_DECISION_LOCAL);
  omc_merge_session_decide (session, row, OMC_DECISION_REMOTE);
  omc_merge_session_undo (session);
  parked = omc_merge_session_serialize (session);

  g_assert_false (omc_merge_session_restore (other, parked, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (omc_merge_session_restore (later, damaged, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_cmpuint (omc_merge_session_get_n_undecided (later), ==, 2);

  g_assert_true (omc_merge_session_restore (later, parked, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (omc_merge_session_get_n_undecided (later), ==, 1);
  g_assert_cmpint (omc_merge_row_get_decision (omc_merge_session_get_row (later, row)), ==,
                   OMC_DECISION_LOCAL);
  g_assert_true (omc_merge_session_redo (later));
  g_assert_cmpint (omc_merge_row_get_decision (omc_merge_session_get_row (later, row)), ==,
                   OMC_DECISION_REMOTE);
}

static void
test_decisions_for_the_journal (void)
{
  g_autoptr (OmcMergeSession) session = open_case ("rule01-both-differ");
  g_autoptr (OmcJson) json = NULL;
  const OmcJsonValue *decision;

  omc_merge_session_edit (session, find_row (session, "Patient.birthDate"), "1970-05-03", NULL);
  json = omc_merge_session_build_decisions (session);
  decision = omc_json_value_pick (omc_json_get_root (json), "decisions[0]");
  g_assert_cmpstr (omc_json_value_pick_string (decision, "path"), ==, "Patient.birthDate");
  g_assert_cmpstr (omc_json_value_pick_string (decision, "decision"), ==, "edited");
  g_assert_cmpstr (omc_json_value_pick_string (decision, "value"), ==, "1970-05-03");
}

/* --- every decision in any order gives the same document --- */

static void
decide_in_order (OmcMergeSession *session, GRand *rand, const OmcMergeDecision *wanted, guint n)
{
  g_autofree guint *order = g_new (guint, n + 1);

  for (guint i = 0; i < n; i++)
    {
      guint k = g_rand_int_range (rand, 0, i + 1);

      order[i] = order[k];
      order[k] = i;
    }
  for (guint i = 0; i < n; i++)
    if (wanted[order[i]] != OMC_DECISION_NONE)
      omc_merge_session_decide (session, order[i], wanted[order[i]]);
}

static void
test_order_does_not_matter (void)
{
  g_autoptr (GPtrArray) names = merge_test_list_cases ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());

  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (OmcMergeSession) a = open_case (g_ptr_array_index (names, i));
      g_autoptr (OmcMergeSession) b = open_case (g_ptr_array_index (names, i));
      guint n = g_list_model_get_n_items (G_LIST_MODEL (a));
      g_autofree OmcMergeDecision *wanted = g_new (OmcMergeDecision, n + 1);
      g_autoptr (OmcResource) merged_a = NULL;
      g_autoptr (OmcResource) merged_b = NULL;

      for (guint k = 0; k < n; k++)
        wanted[k] = g_rand_int_range (rand, OMC_DECISION_LOCAL, OMC_DECISION_REMOTE + 1);
      decide_in_order (a, rand, wanted, n);
      decide_in_order (b, rand, wanted, n);
      g_assert_cmpstr (omc_merge_session_get_message (a), ==, omc_merge_session_get_message (b));
      merged_a = omc_merge_session_build_merged (a, NULL);
      merged_b = omc_merge_session_build_merged (b, NULL);
      g_assert_cmpint (merged_a == NULL, ==, merged_b == NULL);
      if (merged_a)
        g_assert_true (omc_json_value_identical (omc_resource_get_root (merged_a),
                                                 omc_resource_get_root (merged_b)));
    }
}

/* Taking one side everywhere gives that side's document. */
static void
test_all_of_one_side (void)
{
  g_autoptr (GPtrArray) names = merge_test_list_cases ();

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autoptr (OmcMergeSession) session = open_case (name);
      g_autoptr (OmcResource) remote = merge_test_load (name, "remote");
      g_autoptr (OmcResource) merged = NULL;

      if (omc_merge_session_is_stop (session) || strstr (name, "error") ||
          strstr (name, "narrative") || strstr (name, "precise") || strstr (name, "restrictive") ||
          strstr (name, "same-by-value"))
        continue;
      for (guint k = 0; k < g_list_model_get_n_items (G_LIST_MODEL (session)); k++)
        omc_merge_session_decide (session, k, OMC_DECISION_REMOTE);
      merged = omc_merge_session_build_merged (session, NULL);
      g_assert_nonnull (merged);
      g_assert_true (omc_resource_equal_content (merged, remote));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/merge/session/nothing-is-preselected", test_nothing_is_preselected);
  g_test_add_func ("/merge/session/each-decision", test_each_decision);
  g_test_add_func ("/merge/session/typed-values", test_typed_values);
  g_test_add_func ("/merge/session/undo-and-redo", test_undo_and_redo);
  g_test_add_func ("/merge/session/automatic-decisions-can-be-flipped",
                   test_automatic_decisions_can_be_flipped);
  g_test_add_func ("/merge/session/stop-is-not-decidable", test_stop_is_not_decidable);
  g_test_add_func ("/merge/session/invariants-hold-back-saving", test_invariants_hold_back_saving);
  g_test_add_func ("/merge/session/walk-over-conflicts", test_walk_over_conflicts);
  g_test_add_func ("/merge/session/parking", test_parking);
  g_test_add_func ("/merge/session/decisions-for-the-journal", test_decisions_for_the_journal);
  g_test_add_func ("/merge/session/order-does-not-matter", test_order_does_not_matter);
  g_test_add_func ("/merge/session/all-of-one-side", test_all_of_one_side);
  return g_test_run ();
}
