/* test-store-access.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "access-ward.h"
#include "omc-break-glass.h"

#define WORDS "collapsed in the corridor, I am first there"

typedef struct
{
  StoreFixture f;
  OmcActor *nurse_a; /* of ward A, with a passphrase */
  OmcActor *nurse_b;
  OmcActor *assistant_a;
  OmcActor *charge; /* of the whole device */
} Bed;

static void
set_up (Bed *bed, gconstpointer data)
{
  store_fixture_set_up (&bed->f, data);
  access_ward_fill (&bed->f);
  bed->nurse_a = access_ward_person (&bed->f, "anna", OMC_ROLE_NURSE, "ward-a");
  bed->nurse_b = omc_actor_new ("berta", NULL, OMC_ROLE_NURSE, "Location/ward-b", NULL);
  bed->assistant_a = access_ward_person (&bed->f, "carl", OMC_ROLE_HEALTH_CARE_ASSISTANT, "ward-a");
  bed->charge = omc_actor_new ("dora", NULL, OMC_ROLE_CHARGE_NURSE, NULL, NULL);
}

static void
tear_down (Bed *bed, gconstpointer data)
{
  g_clear_object (&bed->nurse_a);
  g_clear_object (&bed->nurse_b);
  g_clear_object (&bed->assistant_a);
  g_clear_object (&bed->charge);
  store_fixture_tear_down (&bed->f, data);
}

static void
set_time (Bed *bed, gint64 us)
{
  omc_clock_advance (bed->f.clock, us - omc_clock_get_now (bed->f.clock));
}

static int
read_code (Bed *bed, OmcActor *actor, const char *type, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcResource) resource =
      omc_store_read_sync (bed->f.store, actor, type, id, NULL, &error);

  g_assert_true ((resource == NULL) == (error != NULL));

  return error != NULL ? error->code : -1;
}

static int
save_code (Bed *bed, OmcActor *actor, OmcResource *resource)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (list, resource);
  stored = omc_store_save_sync (bed->f.store, actor, list, OMC_SAVE_CHART, NULL, &error);

  return error != NULL ? error->code : -1;
}

static int
break_code (Bed *bed,
            OmcActor *actor,
            const char *patient,
            const char *reason,
            const char *words,
            const char *user)
{
  g_autoptr (OmcSecret) secret = access_ward_passphrase (user);
  g_autoptr (GError) error = NULL;
  gint64 expires_us = 0;

  if (omc_store_break_glass_sync (bed->f.store, actor, patient, reason, words,
                                  OMC_KEY_SLOT_PASSPHRASE, secret, &expires_us, NULL, &error))
    {
      g_assert_cmpint (expires_us, ==,
                       omc_clock_get_now (bed->f.clock) + OMC_BREAK_GLASS_PERIOD_US);
      return -1;
    }
  g_assert_nonnull (error);

  return error->domain == OMC_STORE_ERROR ? error->code : 1000;
}

/* Of the entries that fit, the newest one's purpose; NULL: there is none. */
static char *
dup_purpose (Bed *bed, const char *user, const char *subtype, const char *patient, int outcome)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries =
      omc_store_list_audit_sync (bed->f.store, bed->f.auditor, 1, 0, NULL, &error);

  g_assert_no_error (error);
  for (guint i = entries->len; i > 0; i--)
    {
      OmcAuditEntry *entry = g_ptr_array_index (entries, i - 1);

      if (g_strcmp0 (entry->user, user) == 0 && g_strcmp0 (entry->subtype, subtype) == 0 &&
          g_strcmp0 (entry->patient_id, patient) == 0 && entry->outcome == outcome)
        return g_strdup (entry->purpose != NULL ? entry->purpose : "");
    }

  return NULL;
}

static void
assert_purpose (Bed *bed,
                const char *user,
                const char *subtype,
                const char *patient,
                int outcome,
                const char *purpose)
{
  g_autofree char *found = dup_purpose (bed, user, subtype, patient, outcome);

  g_assert_cmpstr (found, ==, purpose);
}

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

      g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", cases[i].id), ==, cases[i].a);
      g_assert_cmpint (read_code (bed, bed->nurse_b, "Patient", cases[i].id), ==, cases[i].b);
      g_assert_cmpint (read_code (bed, bed->nurse_a, "Observation", observation), ==, cases[i].a);
      g_assert_cmpint (read_code (bed, bed->nurse_b, "Observation", observation), ==, cases[i].b);
      g_assert_cmpint (read_code (bed, bed->charge, "Observation", observation), ==, -1);
    }
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Location", "ward-b"), ==, -1);
  g_assert_cmpint (read_code (bed, bed->assistant_a, "Patient", "p3"), ==, OMC_STORE_ERROR_DENIED);
  assert_purpose (bed, "anna", "read", "p3", 8, "");
}

/* At once, also while the board's row is still of the place before. */
static void
test_transfer (Bed *bed, gconstpointer data)
{
  access_ward_move (&bed->f, 0, WARD_B);
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Condition", "c0"), ==,
                   OMC_STORE_ERROR_BREAK_GLASS);
  g_assert_cmpint (read_code (bed, bed->nurse_b, "Condition", "c0"), ==, -1);
  access_ward_move (&bed->f, 0, WARD_HOME);
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Condition", "c0"), ==, -1);
}

static void
test_break_glass (Bed *bed, gconstpointer data)
{
  g_autoptr (OmcResource) seen = access_ward_observation (3, NULL, "final");
  g_autoptr (OmcResource) changed = access_ward_observation (3, "o3-0", "amended");
  g_autoptr (OmcChart) chart = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (break_code (bed, bed->nurse_a, "p3", "because", WORDS, "anna"), ==,
                   OMC_STORE_ERROR_INVALID);
  g_assert_cmpint (break_code (bed, bed->nurse_a, "p3", "emergency", "  now  ", "anna"), ==,
                   OMC_STORE_ERROR_INVALID);
  g_assert_cmpint (break_code (bed, bed->nurse_a, "p3", "emergency", WORDS, "not anna"), ==, 1000);
  assert_purpose (bed, "anna", "break-glass", "p3", 8, "BTG");
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", "p3"), ==, OMC_STORE_ERROR_BREAK_GLASS);
  g_assert_cmpint (break_code (bed, bed->nurse_a, "p0", "emergency", WORDS, "anna"), ==,
                   OMC_STORE_ERROR_INVALID);
  g_assert_cmpint (break_code (bed, bed->nurse_a, "nobody", "emergency", WORDS, "anna"), ==,
                   OMC_STORE_ERROR_NOT_FOUND);
  g_assert_cmpint (break_code (bed, bed->assistant_a, "p3", "emergency", WORDS, "carl"), ==,
                   OMC_STORE_ERROR_DENIED);

  g_assert_cmpint (break_code (bed, bed->nurse_a, "p3", "emergency", WORDS, "anna"), ==, -1);
  assert_purpose (bed, "anna", "break-glass", "p3", 0, "BTG");
  chart = omc_store_read_chart_sync (bed->f.store, bed->nurse_a, "p3", 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (chart->glass_until_us, ==, STORE_FIXTURE_NOW_US + OMC_BREAK_GLASS_PERIOD_US);
  assert_purpose (bed, "anna", "read", "p3", 0, "BTG");
  /* Documenting is care; what others wrote stays as it is. Nobody else is let in, and to nobody else. */
  g_assert_cmpint (save_code (bed, bed->nurse_a, seen), ==, -1);
  assert_purpose (bed, "anna", "create", "p3", 0, "BTG");
  g_assert_cmpint (save_code (bed, bed->nurse_a, changed), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", "p4"), ==, OMC_STORE_ERROR_BREAK_GLASS);

  /* The time is over for the store, whatever a window shows; also after a start. */
  set_time (bed, STORE_FIXTURE_NOW_US + OMC_BREAK_GLASS_PERIOD_US - 1);
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", "p3"), ==, -1);
  store_fixture_reopen (&bed->f);
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", "p3"), ==, -1);
  set_time (bed, STORE_FIXTURE_NOW_US + OMC_BREAK_GLASS_PERIOD_US);
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", "p3"), ==, OMC_STORE_ERROR_BREAK_GLASS);
  /* A clock that was set to before opens nothing either. */
  g_clear_object (&bed->f.clock);
  bed->f.clock = omc_clock_new_manual (STORE_FIXTURE_NOW_US - 1);
  store_fixture_reopen (&bed->f);
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", "p3"), ==, OMC_STORE_ERROR_BREAK_GLASS);
}

static guint
count_board (Bed *bed)
{
  const OmcBoardQuery query = { .all_patients = TRUE };
  g_autoptr (GError) error = NULL;
  guint total = 0;
  g_autoptr (GPtrArray) rows =
      omc_store_list_board_sync (bed->f.store, bed->nurse_a, &query, 0, 100, &total, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (total, ==, rows->len);

  return total;
}

/* Whoever sets the clock back stays in the half hour; what passed since the start of the computer does not. */
static void
test_clock_set_back (Bed *bed, gconstpointer data)
{
  const gint64 step_us = OMC_BREAK_GLASS_PERIOD_US / 3;
  guint n = count_board (bed);

  g_assert_cmpint (break_code (bed, bed->nurse_a, "p3", "emergency", WORDS, "anna"), ==, -1);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", "p3"), ==, -1);
      g_assert_cmpuint (count_board (bed), ==, n + 1);
      omc_clock_advance (bed->f.clock, step_us);
      omc_clock_set_device_time (bed->f.clock, STORE_FIXTURE_NOW_US);
    }
  g_assert_cmpint (omc_clock_get_now (bed->f.clock), ==, STORE_FIXTURE_NOW_US);
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", "p3"), ==, OMC_STORE_ERROR_BREAK_GLASS);
  g_assert_cmpuint (count_board (bed), ==, n);
  store_fixture_reopen (&bed->f);
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", "p3"), ==, OMC_STORE_ERROR_BREAK_GLASS);
}

/* Between two starts nothing but the clock tells: what was open is not any more. */
static void
test_computer_started_again (Bed *bed, gconstpointer data)
{
  g_assert_cmpint (break_code (bed, bed->nurse_a, "p3", "emergency", WORDS, "anna"), ==, -1);
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", "p3"), ==, -1);
  omc_clock_start_again (bed->f.clock, "another start");
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", "p3"), ==, OMC_STORE_ERROR_BREAK_GLASS);
  g_assert_cmpint (break_code (bed, bed->nurse_a, "p3", "emergency", WORDS, "anna"), ==, -1);
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", "p3"), ==, -1);
}

static void
left_cb (GObject *store, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (omc_store_close_glass_finish (OMC_STORE (store), result, &error));
  g_assert_no_error (error);
  *(gboolean *)user_data = TRUE;
}

/* The PIN is a sign-in too; who leaves closes all that was opened, and nothing of anybody else. */
static void
test_pin_and_leaving (Bed *bed, gconstpointer data)
{
  g_autoptr (OmcSecret) pin = omc_secret_new ("830417", 6);
  g_autoptr (OmcSecret) wrong = omc_secret_new ("830418", 6);
  g_autoptr (GError) error = NULL;
  gboolean left = FALSE;

  g_assert_true (omc_key_manager_set_pin_sync (bed->f.keys, "anna", pin, &error));
  g_assert_false (omc_store_break_glass_sync (bed->f.store, bed->nurse_a, "p3", "covering", WORDS,
                                              OMC_KEY_SLOT_PIN, wrong, NULL, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET);
  g_clear_error (&error);
  assert_purpose (bed, "anna", "break-glass", "p3", 8, "BTG");
  g_assert_true (omc_store_break_glass_sync (bed->f.store, bed->nurse_a, "p3", "covering", WORDS,
                                             OMC_KEY_SLOT_PIN, pin, NULL, NULL, &error));
  g_assert_cmpint (break_code (bed, bed->nurse_a, "p4", "covering", WORDS, "anna"), ==, -1);
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", "p3"), ==, -1);

  omc_store_close_glass_async (bed->f.store, bed->nurse_a, NULL, NULL, left_cb, &left);
  while (!left)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", "p3"), ==, OMC_STORE_ERROR_BREAK_GLASS);
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", "p4"), ==, OMC_STORE_ERROR_BREAK_GLASS);
  g_assert_true (omc_store_offers (bed->f.store, bed->f.auditor, OMC_ACCESS_READ_AUDIT));
  g_assert_false (omc_store_offers (bed->f.store, bed->nurse_a, OMC_ACCESS_READ_AUDIT));
}

static void
test_review (Bed *bed, gconstpointer data)
{
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcActor) herself = omc_actor_new ("anna", NULL, OMC_ROLE_AUDITOR, NULL, NULL);
  OmcGlass *glass;

  g_assert_cmpint (break_code (bed, bed->nurse_a, "p4", "covering", WORDS, "anna"), ==, -1);
  /* Of nobody here: not of everybody. */
  g_assert_true (omc_store_close_glass_sync (bed->f.store, bed->nurse_a, "none", NULL, &error));
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", "p4"), ==, -1);
  g_assert_true (omc_store_close_glass_sync (bed->f.store, bed->nurse_a, "p4", NULL, &error));
  g_assert_cmpint (read_code (bed, bed->nurse_a, "Patient", "p4"), ==, OMC_STORE_ERROR_BREAK_GLASS);

  none = omc_store_list_glass_sync (bed->f.store, bed->nurse_a, FALSE, NULL, &error);
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_clear_error (&error);
  waiting = omc_store_list_glass_sync (bed->f.store, bed->f.auditor, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (waiting->len, ==, 1);
  glass = g_ptr_array_index (waiting, 0);
  g_assert_cmpstr (glass->user, ==, "anna");
  g_assert_cmpstr (glass->patient_id, ==, "p4");
  g_assert_cmpstr (glass->family, ==, "Wardian4");
  g_assert_nonnull (glass->birth_date);
  g_assert_cmpstr (glass->reason, ==, "covering");
  g_assert_cmpstr (glass->words, ==, WORDS);
  g_assert_false (
      omc_store_review_glass_sync (bed->f.store, herself, glass->id, TRUE, NULL, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_true (omc_store_review_glass_sync (bed->f.store, bed->f.auditor, glass->id, FALSE,
                                              "not on duty", NULL, &error));
  assert_purpose (bed, "auditor", "break-glass-review", "p4", 0, "");
  g_assert_false (omc_store_review_glass_sync (bed->f.store, bed->f.auditor, glass->id, TRUE, NULL,
                                               NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_STALE);
  g_clear_error (&error);
  after = omc_store_list_glass_sync (bed->f.store, bed->f.auditor, FALSE, NULL, &error);
  all = omc_store_list_glass_sync (bed->f.store, bed->f.auditor, TRUE, NULL, &error);
  g_assert_cmpuint (after->len, ==, 0);
  g_assert_cmpuint (all->len, ==, 1);
  glass = g_ptr_array_index (all, 0);
  g_assert_cmpstr (glass->verdict, ==, "unjustified");
  g_assert_cmpstr (glass->review, ==, "not on duty");
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

  g_assert_cmpint (save_code (bed, bed->nurse_a, moved), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (save_code (bed, bed->nurse_a, taken), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (save_code (bed, bed->nurse_a, admitted), ==, OMC_STORE_ERROR_BREAK_GLASS);
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
  assert_purpose (bed, "anna", "search", "p3", 0, "");
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

  g_assert_cmpint (save_code (bed, bed->assistant_a, final), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (save_code (bed, bed->assistant_a, condition), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (save_code (bed, bed->assistant_a, elsewhere), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (save_code (bed, bed->assistant_a, lowered), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (save_code (bed, bed->assistant_a, raised), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (save_code (bed, bed->assistant_a, preliminary), ==, -1);
  g_assert_cmpint (save_code (bed, bed->assistant_a, withdrawn), ==, -1);
  g_assert_cmpint (save_code (bed, bed->nurse_a, raised), ==, -1);
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

static void
add_test (const char *path, void (*func) (Bed *bed, gconstpointer data))
{
  g_test_add (path, Bed, NULL, set_up, func, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/store/access/a-department-sees-its-own-patients", test_department);
  add_test ("/store/access/a-transfer-counts-at-once", test_transfer);
  add_test ("/store/access/a-clock-set-back-keeps-no-glass-broken", test_clock_set_back);
  add_test ("/store/access/a-start-of-the-computer-ends-it", test_computer_started_again);
  add_test ("/store/access/the-glass-is-broken-for-half-an-hour", test_break_glass);
  add_test ("/store/access/emergency-access-is-reviewed-by-another", test_review);
  add_test ("/store/access/a-pin-opens-and-leaving-closes-all", test_pin_and_leaving);
  add_test ("/store/access/there-is-no-way-round", test_no_way_round);
  add_test ("/store/access/who-is-moved-meanwhile-is-not-shown", test_moved_meanwhile);
  add_test ("/store/access/others-are-found-by-who-they-are-alone", test_beyond);
  add_test ("/store/access/who-is-asked-for-emergency-access-is-told-apart", test_identify);
  add_test ("/store/access/assistants-write-what-is-preliminary", test_preliminary);
  store_fixture_add ("/store/damage/what-a-role-may-not-do-is-denied-and-audited", test_denied,
                     NULL);

  return g_test_run ();
}
