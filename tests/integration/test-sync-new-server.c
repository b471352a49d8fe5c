/* test-sync-new-server.c: work that was begun under another server
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "sync-fixture.h"

#define P3 "aaaaaaaa-0000-4000-8000-000000000003"
#define PERSON                                                                                     \
  "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"DOE\"}],\"birthDate\":"     \
  "\"%s\"%s}"
#define BIRTH "1950-01-01"
#define PHONE ",\"telecom\":[{\"system\":\"phone\",\"use\":\"home\",\"value\":\"42\"}]"
#define ADDRESS ",\"address\":[{\"use\":\"home\",\"city\":\"Here\"}]"

static const char *const ids[] = { P1, P2, P3 };

/* What the device met first has three people, each once written. */
static void
set_up (SyncFixture *fixture, gconstpointer profile)
{
  sync_fixture_set_up (fixture, profile);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    sync_fixture_put_there (fixture, PERSON, ids[i], BIRTH, "");
  sync_fixture_assert_complete (fixture, 1);
}

/* Another address is named; types: (nullable): all of that server's that the device reads. */
static void
move (SyncFixture *fixture, gconstpointer profile, const char *types)
{
  if (types != NULL)
    fixture->bed->config->types = g_strsplit (types, ",", -1);
  sync_fixture_change_server (fixture, profile);
}

static void
put_all_there (SyncFixture *fixture, const char *more)
{
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    sync_fixture_put_there (fixture, PERSON, ids[i], BIRTH, more);
}

static void
edit_all (SyncFixture *fixture)
{
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (OmcResource) edited =
          omc_sync_bed_save (fixture->bed, PERSON, ids[i], BIRTH, ADDRESS);

      g_assert_nonnull (edited);
    }
}

static void
assert_both_edits_there (SyncFixture *fixture)
{
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *text = omc_sandbox_dup_resource (fixture->sandbox, "Patient", ids[i]);
      g_autoptr (OmcResource) here = omc_sync_bed_read (fixture->bed, "Patient", ids[i]);

      g_assert_nonnull (text);
      g_assert_nonnull (strstr (text, "Here"));
      g_assert_nonnull (strstr (text, "42"));
      sync_fixture_assert_same (fixture, here);
    }
  g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_conflicts, ==, 0);
}

/* Its first version of each is called as the first version of the server before was, where servers count. */
static void
test_edited_before (SyncFixture *fixture, gconstpointer profile)
{
  edit_all (fixture);
  move (fixture, profile, NULL);
  put_all_there (fixture, PHONE);
  sync_fixture_assert_complete (fixture, 3);
  assert_both_edits_there (fixture);
}

/* The same when nothing of it was read before it is written. */
static void
test_edited_before_unread (SyncFixture *fixture, gconstpointer profile)
{
  edit_all (fixture);
  move (fixture, profile, "Observation");
  put_all_there (fixture, PHONE);
  sync_fixture_assert_complete (fixture, 3);
  assert_both_edits_there (fixture);
}

static void
test_edited_after_unread (SyncFixture *fixture, gconstpointer profile)
{
  move (fixture, profile, "Observation");
  put_all_there (fixture, PHONE);
  sync_fixture_assert_complete (fixture, 1);
  edit_all (fixture);
  sync_fixture_assert_complete (fixture, 3);
  assert_both_edits_there (fixture);
}

/* An answer that was lost with the server: who sent it last does not know the version either. */
static void
test_sent_before (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcSyncReport) lost = NULL;

  edit_all (fixture);
  sync_fixture_set_faults (fixture, "drop-before,path=*R4,method=POST");
  lost = omc_sync_bed_sync (fixture->bed);
  g_assert_cmpuint (lost->waiting, ==, G_N_ELEMENTS (ids));
  move (fixture, profile, "Observation");
  put_all_there (fixture, PHONE);
  sync_fixture_assert_complete (fixture, 3);
  assert_both_edits_there (fixture);
}

static void
delete_all (SyncFixture *fixture)
{
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (GError) error = NULL;

      omc_store_delete_sync (fixture->bed->store, fixture->bed->nurse, "Patient", ids[i], NULL,
                             &error);
      g_assert_no_error (error);
    }
}

/* clinical.md 5, rule 6: their edit stays, and what they have as it was is deleted as a person wished. */
static void
test_deleted_before (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) here = NULL;

  delete_all (fixture);
  move (fixture, profile, NULL);
  put_all_there (fixture, "");
  sync_fixture_put_there (fixture, PERSON, P1, BIRTH, PHONE);
  sync_fixture_assert_complete (fixture, 3);
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Patient"), ==, 1);
  here = omc_sync_bed_read (fixture->bed, "Patient", P1);
  g_assert_nonnull (here);
  sync_fixture_assert_same (fixture, here);
}

/* Who does not have the record is not given half of one: a person is told, and the work is kept. */
static void
test_unknown_there (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcSyncReport) report = NULL;

  edit_all (fixture);
  move (fixture, profile, NULL);
  report = omc_sync_bed_sync (fixture->bed);
  g_assert_cmpuint (report->failed, ==, G_N_ELEMENTS (ids));
  g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_attention, ==, G_N_ELEMENTS (ids));
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Patient"), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (OmcResource) here = omc_sync_bed_read (fixture->bed, "Patient", ids[i]);

      g_assert_nonnull (omc_json_value_pick (omc_resource_get_root (here), "address[0]"));
    }
}

/* A question about the first server's version is asked anew about the second one's. */
static void
test_asked_before (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) edited = sync_fixture_edit_birth_date (fixture, P1, "1951-11-11");
  g_autoptr (OmcSyncReport) asked = NULL;
  g_autoptr (OmcSyncReport) report = NULL;
  g_autoptr (GPtrArray) conflicts = NULL;
  g_autoptr (OmcConflict) conflict = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_nonnull (edited);
  sync_fixture_put_there (fixture, PERSON, P1, "1952-12-12", "");
  asked = omc_sync_bed_sync (fixture->bed);
  g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_conflicts, ==, 1);
  move (fixture, profile, NULL);
  put_all_there (fixture, "");
  sync_fixture_put_there (fixture, PERSON, P1, "1953-10-10", "");
  report = omc_sync_bed_sync (fixture->bed);
  g_assert_cmpstr (report->error, ==, NULL);
  conflicts = omc_store_list_conflicts_sync (fixture->bed->store, fixture->bed->nurse,
                                             OMC_CONFLICTS_OPEN, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (conflicts->len, ==, 1);
  conflict = omc_store_read_conflict_sync (fixture->bed->store, fixture->bed->nurse,
                                           ((OmcConflict *)g_ptr_array_index (conflicts, 0))->id,
                                           NULL, &error);
  g_assert_no_error (error);
  text = omc_resource_to_string (conflict->remote, NULL);
  g_assert_nonnull (strstr (text, "1953-10-10"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  sync_fixture_add ("/sync/new-server/*/what-was-edited-before-is-merged", set_up,
                    test_edited_before);
  sync_fixture_add ("/sync/new-server/*/what-was-edited-before-is-compared-first", set_up,
                    test_edited_before_unread);
  sync_fixture_add ("/sync/new-server/*/what-was-edited-since-is-compared-first", set_up,
                    test_edited_after_unread);
  sync_fixture_add ("/sync/new-server/*/what-was-sent-to-the-other-is-compared-first", set_up,
                    test_sent_before);
  sync_fixture_add ("/sync/new-server/*/what-was-deleted-before-deletes-no-edit", set_up,
                    test_deleted_before);
  sync_fixture_add ("/sync/new-server/*/what-it-does-not-have-is-not-made-anew", set_up,
                    test_unknown_there);
  sync_fixture_add ("/sync/new-server/*/what-was-asked-before-is-asked-anew", set_up,
                    test_asked_before);

  return g_test_run ();
}
