/* test-store-access.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "access-bed.h"

static void
test_department (Bed *bed, gconstpointer data)
{
  static const struct
  {
    const char *id;
    int a, b;
  } cases[] = {
    { "p0", -1, OMC_STORE_ERROR_BREAK_GLASS }, /* ward A */
    { "p3", OMC_STORE_ERROR_BREAK_GLASS, -1 }, /* ward B */
    { "p6", -1, -1 },                          /* at home: nobody's */
    { "p7", OMC_STORE_ERROR_BREAK_GLASS,
      OMC_STORE_ERROR_BREAK_GLASS } /* a place that is not known */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *observation = g_strdup_printf ("o%s-0", cases[i].id + 1);

      g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", cases[i].id), ==, cases[i].a);
      g_assert_cmpint (bed_read (bed, bed->nurse_b, "Patient", cases[i].id), ==, cases[i].b);
      g_assert_cmpint (bed_read (bed, bed->nurse_a, "Observation", observation), ==, cases[i].a);
      g_assert_cmpint (bed_read (bed, bed->nurse_b, "Observation", observation), ==, cases[i].b);
      g_assert_cmpint (bed_read (bed, bed->charge, "Observation", observation), ==, -1);
    }
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Location", "ward-b"), ==, -1);
  g_assert_cmpint (bed_read (bed, bed->assistant_a, "Patient", "p3"), ==, OMC_STORE_ERROR_DENIED);
  bed_assert_purpose (bed, "anna", "read", "p3", 8, "");
}

/* At once, also while the board's row is still of the place before. */
static void
test_transfer (Bed *bed, gconstpointer data)
{
  access_ward_move (&bed->f, 0, WARD_B);
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Condition", "c0"), ==,
                   OMC_STORE_ERROR_BREAK_GLASS);
  g_assert_cmpint (bed_read (bed, bed->nurse_b, "Condition", "c0"), ==, -1);
  access_ward_move (&bed->f, 0, WARD_HOME);
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Condition", "c0"), ==, -1);
}

/* Neither by way of a patient whom one may see, nor by taking somebody over. */
static void
test_no_way_round (Bed *bed, gconstpointer data)
{
  g_autoptr (OmcResource) moved = access_ward_observation (3, "o0-0", "amended");
  g_autoptr (OmcResource) taken = access_ward_observation (0, "o3-0", "amended");
  g_autoptr (OmcResource) admitted = store_fixture_parse (
      "{\"resourceType\":\"Encounter\",\"status\":\"in-progress\",\"class\":{\"code\":\"IMP\"},"
      "\"subject\":{\"reference\":\"Patient/p3\"},\"location\":[{\"location\":{\"reference\":"
      "\"Location/ward-a\"}}]}");
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  OmcImportCounts counts;

  g_assert_cmpint (bed_save (bed, bed->nurse_a, moved), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (bed_save (bed, bed->nurse_a, taken), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (bed_save (bed, bed->nurse_a, admitted), ==, OMC_STORE_ERROR_BREAK_GLASS);
  g_assert_false (
      omc_store_delete_sync (bed->f.store, bed->nurse_a, "Observation", "o3-0", NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_clear_error (&error);
  g_ptr_array_add (list, taken);
  for (guint mode = OMC_IMPORT_LOCAL_WORK; mode <= OMC_IMPORT_SERVER_STATE; mode++)
    {
      g_assert_false (omc_store_import_sync (bed->f.store, bed->nurse_a, list, (OmcImportMode)mode,
                                             &counts, NULL, &error));
      g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
      g_clear_error (&error);
    }
}

/* By who and where, for those who could break the glass; only who is asked for. */
static void
test_beyond (Bed *bed, gconstpointer data)
{
  OmcBoardQuery query = { .text = "wardian3", .sort = OMC_BOARD_SORT_NAME, .all_patients = TRUE };
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  OmcBoardRow *row;
  guint total;

  rows =
      omc_store_list_board_sync (bed->f.store, bed->nurse_a, &query, 0, 10, &total, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 0);
  g_assert_cmpuint (total, ==, 0);
  g_clear_pointer (&rows, g_ptr_array_unref);
  query.beyond = TRUE;
  rows =
      omc_store_list_board_sync (bed->f.store, bed->nurse_a, &query, 0, 10, &total, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  row = g_ptr_array_index (rows, 0);
  g_assert_true (row->needs_glass);
  g_assert_cmpstr (row->family, ==, "Wardian3");
  g_assert_cmpint (row->last_set_us, ==, 0);
  g_clear_pointer (&rows, g_ptr_array_unref);
  query.text = "wa";
  rows =
      omc_store_list_board_sync (bed->f.store, bed->nurse_a, &query, 0, 10, &total, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 4); /* her own three, and who is at home */
  g_clear_pointer (&rows, g_ptr_array_unref);
  query.text = "wardian3";
  rows = omc_store_list_board_sync (bed->f.store, bed->assistant_a, &query, 0, 10, &total, NULL,
                                    &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 0);
}

static int
identify_code (Bed *bed, OmcActor *actor, const char *patient_id, const char *family)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcBoardRow) row =
      omc_store_identify_sync (bed->f.store, actor, patient_id, NULL, &error);

  if (!row)
    return error->code;
  g_assert_no_error (error);
  g_assert_cmpstr (row->patient_id, ==, patient_id);
  g_assert_cmpstr (row->family, ==, family);
  g_assert_nonnull (row->birth_date);
  /* Nothing clinical. */
  g_assert_cmpint (row->last_set_us, ==, 0);
  g_assert_cmpint (row->news2, ==, -1);
  g_assert_cmpuint (row->n_allergies, ==, 0);

  return -1;
}

static void
test_identify (Bed *bed, gconstpointer data)
{
  g_assert_cmpint (identify_code (bed, bed->nurse_a, "p3", "Wardian3"), ==, -1);
  g_assert_cmpint (identify_code (bed, bed->nurse_a, "p0", "Wardian0"), ==, -1);
  g_assert_cmpint (identify_code (bed, bed->assistant_a, "p0", "Wardian0"), ==, -1);
  g_assert_cmpint (identify_code (bed, bed->assistant_a, "p3", NULL), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (identify_code (bed, bed->f.auditor, "p3", NULL), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (identify_code (bed, bed->nurse_a, "none", NULL), ==, OMC_STORE_ERROR_NOT_FOUND);
  bed_assert_purpose (bed, "anna", "search", "p3", 0, "");
}

/* The form offers it, the store insists (clinical.md 4). */
static void
test_preliminary (Bed *bed, gconstpointer data)
{
  g_autoptr (OmcResource) final = access_ward_observation (0, NULL, "final");
  g_autoptr (OmcResource) preliminary = access_ward_observation (0, NULL, "preliminary");
  g_autoptr (OmcResource) raised = access_ward_observation (0, "o0-1", "final");
  g_autoptr (OmcResource) withdrawn = access_ward_observation (0, "o0-1", "entered-in-error");
  g_autoptr (OmcResource) lowered = access_ward_observation (0, "o0-0", "preliminary");
  g_autoptr (OmcResource) elsewhere = access_ward_observation (3, NULL, "preliminary");
  g_autoptr (OmcResource) condition =
      store_fixture_parse ("{\"resourceType\":\"Condition\",\"status\":\"preliminary\",\"subject\":"
                           "{\"reference\":\"Patient/p0\"}}");

  g_assert_cmpint (bed_save (bed, bed->assistant_a, final), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (bed_save (bed, bed->assistant_a, condition), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (bed_save (bed, bed->assistant_a, elsewhere), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (bed_save (bed, bed->assistant_a, lowered), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (bed_save (bed, bed->assistant_a, raised), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (bed_save (bed, bed->assistant_a, preliminary), ==, -1);
  g_assert_cmpint (bed_save (bed, bed->assistant_a, withdrawn), ==, -1);
  g_assert_cmpint (bed_save (bed, bed->nurse_a, raised), ==, -1);
}

/* Of people without a department. */
static void
test_denied (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) patient =
      store_fixture_save (f, "{\"resourceType\":\"Patient\",\"id\":\"p1\"}");
  g_autoptr (GPtrArray) final = store_fixture_list (
      "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"}}", NULL);
  g_autoptr (GPtrArray) preliminary = store_fixture_list (
      "{\"resourceType\":\"Observation\",\"status\":\"preliminary\",\"code\":{\"text\":\"x\"}}",
      NULL);
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;
  guint n_denied = 0;

  g_assert_null (omc_store_read_sync (f->store, f->administrator, "Patient", "p1", NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_null (omc_store_save_sync (f->store, f->assistant, final, OMC_SAVE_CHART, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_clear_error (&error);
  stored = omc_store_save_sync (f->store, f->assistant, preliminary, OMC_SAVE_CHART, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (omc_store_list_audit_sync (f->store, f->nurse, 0, 100, NULL, &error));
  g_clear_error (&error);
  entries = omc_store_list_audit_sync (f->store, f->auditor, 0, 100, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < entries->len; i++)
    n_denied +=
        g_strcmp0 (((OmcAuditEntry *)g_ptr_array_index (entries, i))->detail, "denied") == 0;
  g_assert_cmpuint (n_denied, ==, 3);
}

#define N_MOVES 400

typedef struct
{
  Bed *bed;
  gint done; /* atomic */
} Mover;

/* The same record, now of a patient of ward A, now of one of ward B, as somebody puts right a mistake on the server. */
static gpointer
move_record (gpointer data)
{
  Mover *self = data;

  for (guint i = 0; i < N_MOVES; i++)
    {
      g_autofree char *version = g_strdup_printf ("v%u", i);
      g_autoptr (OmcResource) bare = access_ward_observation (i % 2 == 0 ? 0 : 4, "moved", "final");
      OmcServerBatch batch = { .resources = g_ptr_array_new () };
      g_autoptr (OmcResource) moved = omc_resource_with_meta (bare, version, NULL);
      g_autoptr (GPtrArray) list = batch.resources;
      OmcServerCounts counts;
      g_autoptr (GError) error = NULL;

      g_ptr_array_add (list, moved);
      omc_store_apply_server_batch (self->bed->f.store, self->bed->f.device, &batch, &counts, NULL,
                                    &error);
      g_assert_no_error (error);
    }
  g_atomic_int_set (&self->done, 1);

  return NULL;
}

/* What was looked at to allow it is what is given. */
static void
test_moved_meanwhile (Bed *bed, gconstpointer data)
{
  Mover mover = { bed, 0 };
  GThread *thread = g_thread_new ("move-record", move_record, &mover);
  guint n_read = 0;

  while (!g_atomic_int_get (&mover.done))
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcResource) read =
          omc_store_read_sync (bed->f.store, bed->nurse_a, "Observation", "moved", NULL, &error);

      if (read == NULL)
        continue;
      n_read++;
      g_assert_cmpstr (
          omc_json_value_pick_string (omc_resource_get_root (read), "subject.reference"), ==,
          "Patient/p0");
    }
  g_thread_join (thread);
  g_assert_cmpuint (n_read, >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  bed_add ("/store/access/a-department-sees-its-own-patients", test_department);
  bed_add ("/store/access/a-transfer-counts-at-once", test_transfer);
  bed_add ("/store/access/there-is-no-way-round", test_no_way_round);
  bed_add ("/store/access/who-is-moved-meanwhile-is-not-shown", test_moved_meanwhile);
  bed_add ("/store/access/others-are-found-by-who-they-are-alone", test_beyond);
  bed_add ("/store/access/who-is-asked-for-emergency-access-is-told-apart", test_identify);
  bed_add ("/store/access/assistants-write-what-is-preliminary", test_preliminary);
  store_fixture_add ("/store/damage/what-a-role-may-not-do-is-denied-and-audited", test_denied,
                     NULL);

  return g_test_run ();
}
