/* test-sandbox-interactions.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>

#include "sandbox-fixture.h"

#define ABSENT_UUID "00000000-0000-4000-8000-000000000000"
#define JOHN                                                                                       \
  "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:m\",\"value\":\"1\"}],"         \
  "\"name\":[{\"family\":\"Doe\",\"given\":[\"John\"]}]}"

static char *
john_with_id (const char *id, const char *family)
{
  return g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"%s\"}]}", id, family);
}

static void
test_life_of_a_resource (void)
{
  g_auto (Fixture) f = { 0 };
  g_autofree char *id = NULL;
  g_autofree char *path = NULL;
  g_autofree char *history = NULL;
  g_autofree char *changed = NULL;
  g_autofree char *first = NULL;

  fixture_open (&f, "medplum");
  {
    g_auto (Answer) created = fixture_send (&f, "POST", "/Patient", JOHN, NULL);
    g_autofree char *etag = NULL;

    g_assert_cmpuint (created.status, ==, 201);
    g_assert_cmpstr (answer_header (&created, "X-OmniCare-Sandbox"), ==, OMC_SANDBOX_BANNER);
    id = g_strdup (answer_pick (&created, "id"));
    first = g_strdup (answer_pick (&created, "meta.versionId"));
    etag = g_strdup_printf ("W/\"%s\"", first);
    g_assert_cmpstr (answer_header (&created, "ETag"), ==, etag);
    g_assert_true (g_str_has_suffix (answer_header (&created, "Location"), first));
    g_assert_cmpstr (answer_pick (&created, "meta.lastUpdated"), ==, "2026-11-23T12:00:00.000Z");
  }
  path = g_strdup_printf ("/Patient/%s", id);
  history = g_strdup_printf ("/Patient/%s/_history", id);
  changed = john_with_id (id, "Roe");

  {
    g_auto (Answer) updated = fixture_send (&f, "PUT", path, changed, NULL);
    g_autofree char *old = g_strdup_printf ("/Patient/%s/_history/%s", id, first);
    g_auto (Answer) before = fixture_send (&f, "GET", old, NULL, NULL);

    g_assert_cmpuint (updated.status, ==, 200);
    g_assert_cmpstr (answer_pick (&updated, "meta.versionId"), !=, first);
    g_assert_cmpstr (answer_pick (&before, "name.family"), ==, "Doe");
  }
  g_assert_cmpuint (fixture_status (&f, "DELETE", path, NULL), ==, 200);
  g_assert_cmpuint (fixture_status (&f, "DELETE", path, NULL), ==, 200);
  g_assert_cmpuint (fixture_status (&f, "GET", path, NULL), ==, 410);
  g_assert_cmpuint (fixture_status (&f, "GET", "/Patient/" ABSENT_UUID, NULL), ==, 404);
  {
    g_auto (Answer) all = fixture_send (&f, "GET", history, NULL, NULL);

    g_assert_cmpuint (answer_count (&all), ==, 3);
    g_assert_cmpstr (answer_pick (&all, "entry[0].response.status"), ==, "410");
    g_assert_null (answer_pick (&all, "entry[0].resource.id"));
    g_assert_cmpstr (answer_pick (&all, "entry[2].resource.name.family"), ==, "Doe");
  }
  g_assert_cmpuint (omc_sandbox_get_counter (f.sandbox, "delete"), ==, 2);
  g_assert_cmpuint (omc_sandbox_get_counter (f.sandbox, "status.410"), ==, 1);
}

/* What section 8 of the reference says, line by line. */
typedef struct
{
  const char *profile;
  guint stale;
  guint put_new; /* PUT to an id that never was */
  guint delete;
  guint unchanged;    /* number of versions after a PUT of the same */
  guint not_modified; /* GET with the current If-None-Match */
  guint invalid;
  guint type_history;
  gboolean keeps_id; /* POST with an id */
  gboolean number_version;
} ProfileRow;

static const ProfileRow profile_rows[] = {
  { "medplum", 412, 404, 200, 1, 200, 400, 404, FALSE, FALSE },
  { "hapi", 409, 201, 200, 1, 304, 422, 200, FALSE, TRUE },
  { "google", 412, 404, 200, 2, 304, 400, 404, FALSE, FALSE },
  { "azure", 412, 201, 204, 1, 304, 400, 200, FALSE, TRUE },
  { "aidbox", 409, 201, 200, 2, 304, 422, 200, TRUE, TRUE },
};

static void
check_profile (const ProfileRow *row)
{
  g_auto (Fixture) f = { 0 };
  g_auto (Answer) created = { 0 };
  g_auto (Answer) unchanged = { 0 };
  g_auto (Answer) stale = { 0 };
  g_auto (Answer) fresh = { 0 };
  g_auto (Answer) history = { 0 };
  g_autofree char *path = NULL;
  g_autofree char *history_path = NULL;
  g_autofree char *other = NULL;

  g_test_message ("profile %s", row->profile);
  fixture_open (&f, row->profile);
  created = fixture_send (&f, "POST", "/Patient",
                          "{\"resourceType\":\"Patient\",\"id\":\"mine-1\",\"active\":true}", NULL);
  g_assert_cmpuint (created.status, ==, 201);
  g_assert_cmpint (g_strcmp0 (answer_pick (&created, "id"), "mine-1") == 0, ==, row->keeps_id);
  g_assert_cmpint (g_ascii_isdigit (*answer_pick (&created, "meta.versionId")) &&
                       strlen (answer_pick (&created, "meta.versionId")) < 10,
                   ==, row->number_version);
  path = g_strdup_printf ("/Patient/%s", answer_pick (&created, "id"));
  history_path = g_strconcat (path, "/_history", NULL);

  unchanged = fixture_send_with (&f, "PUT", path, created.text, "If-Match",
                                 answer_header (&created, "ETag"));
  g_assert_cmpuint (unchanged.status, ==, 200);
  history = fixture_send (&f, "GET", history_path, NULL, NULL);
  g_assert_cmpuint (answer_count (&history), ==, row->unchanged);

  other = john_with_id (answer_pick (&created, "id"), "Roe");
  stale = fixture_send_with (&f, "PUT", path, other, "If-Match", "W/\"nonsense\"");
  g_assert_cmpuint (stale.status, ==, row->stale);
  g_assert_cmpstr (answer_pick (&stale, "resourceType"), ==, "OperationOutcome");
  fresh = fixture_send_with (&f, "GET", path, NULL, "If-None-Match",
                             answer_header (&unchanged, "ETag"));
  g_assert_cmpuint (fresh.status, ==, row->not_modified);

  g_assert_cmpuint (fixture_status (&f, "PUT", "/Patient/" ABSENT_UUID,
                                    "{\"resourceType\":\"Patient\",\"id\":\"" ABSENT_UUID "\"}"),
                    ==, row->put_new);
  g_assert_cmpuint (fixture_status (&f, "POST", "/Patient", "{\"resourceType\":\"Observation\"}"),
                    ==, row->invalid);
  g_assert_cmpuint (fixture_status (&f, "GET", "/Patient/_history", NULL), ==, row->type_history);
  g_assert_cmpuint (fixture_status (&f, "DELETE", path, NULL), ==, row->delete);
}

static void
test_profiles_differ (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (profile_rows); i++)
    check_profile (&profile_rows[i]);
}

static void
test_medplum_if_match (void)
{
  static const struct
  {
    const char *if_match;
    guint status;
  } rows[] = { { "W/\"wrong\"", 412 }, { "\"wrong\"", 412 }, { "wrong", 200 }, { "*", 200 } };
  g_auto (Fixture) f = { 0 };
  g_autofree char *id = NULL;
  g_autofree char *path = NULL;

  fixture_open (&f, "medplum");
  id = fixture_create (&f, "Patient", JOHN);
  path = g_strdup_printf ("/Patient/%s", id);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *family = g_strdup_printf ("Name%u", i);
      g_autofree char *body = john_with_id (id, family);
      g_auto (Answer) answer =
          fixture_send_with (&f, "PUT", path, body, "If-Match", rows[i].if_match);

      g_assert_cmpuint (answer.status, ==, rows[i].status);
    }

  /* And a deletion is undone, however old the version. */
  {
    g_autofree char *body = john_with_id (id, "Back");
    g_auto (Answer) gone = fixture_send_with (&f, "DELETE", path, NULL, "If-Match", "W/\"wrong\"");
    g_auto (Answer) back = fixture_send_with (&f, "PUT", path, body, "If-Match", "W/\"wrong\"");

    g_assert_cmpuint (gone.status, ==, 200);
    g_assert_cmpuint (back.status, ==, 200);
    g_assert_cmpuint (fixture_status (&f, "GET", path, NULL), ==, 200);
  }
}

static void
test_strict_wants_if_match (void)
{
  g_auto (Fixture) f = { 0 };
  g_autofree char *id = NULL;
  g_autofree char *path = NULL;
  g_autofree char *body = NULL;

  fixture_open (&f, "strict");
  id = fixture_create (&f, "Patient", JOHN);
  path = g_strdup_printf ("/Patient/%s", id);
  body = john_with_id (id, "Roe");
  g_assert_cmpuint (fixture_status (&f, "PUT", path, body), ==, 400);
  g_assert_cmpuint (fixture_status (&f, "DELETE", path, NULL), ==, 400);
  /* References lead somewhere, and what is referred to stays. */
  g_assert_cmpuint (
      fixture_status (
          &f, "POST", "/Observation",
          "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},"
          "\"subject\":{\"reference\":\"Patient/nobody\"}}"),
      ==, 422);
}

static void
test_conditional_create (void)
{
  g_auto (Fixture) f = { 0 };
  const char *condition = "identifier=urn:m|1";
  g_auto (Answer) first = { 0 };
  g_auto (Answer) second = { 0 };
  g_auto (Answer) unknown = { 0 };
  g_auto (Answer) several = { 0 };

  fixture_open (&f, "medplum");
  first = fixture_send_with (&f, "POST", "/Patient", JOHN, "If-None-Exist", condition);
  second = fixture_send_with (&f, "POST", "/Patient", JOHN, "If-None-Exist", condition);
  g_assert_cmpuint (first.status, ==, 201);
  g_assert_cmpuint (second.status, ==, 200);
  g_assert_null (answer_header (&second, "Location"));
  g_assert_cmpstr (answer_pick (&second, "id"), ==, answer_pick (&first, "id"));
  g_assert_cmpuint (omc_sandbox_count_resources (f.sandbox, "Patient"), ==, 1);

  unknown = fixture_send_with (&f, "POST", "/Patient", JOHN, "If-None-Exist", "shoe-size=44");
  g_assert_cmpuint (unknown.status, ==, 400);
  g_assert_cmpuint (fixture_status (&f, "POST", "/Patient", JOHN), ==, 201);
  several = fixture_send_with (&f, "POST", "/Patient", JOHN, "If-None-Exist", condition);
  g_assert_cmpuint (several.status, ==, 412);
}

static void
test_conditional_update (void)
{
  g_auto (Fixture) f = { 0 };

  fixture_open (&f, "medplum");
  g_assert_cmpuint (fixture_status (&f, "PUT", "/Patient?identifier=urn:m%7C1", JOHN), ==, 201);
  g_assert_cmpuint (fixture_status (&f, "PUT", "/Patient?identifier=urn:m%7C1", JOHN), ==, 200);
  g_assert_cmpuint (omc_sandbox_count_resources (f.sandbox, "Patient"), ==, 1);
  g_assert_cmpuint (fixture_status (&f, "PUT", "/Patient", JOHN), ==, 400);
}

static void
test_tag_as_idempotency_key (void)
{
  static const char body[] =
      "{\"resourceType\":\"Provenance\",\"meta\":{\"tag\":[{\"system\":\"urn:k\",\"code\":\"7\"}]},"
      "\"target\":[{\"reference\":\"Patient/1\"}],\"recorded\":\"2026-11-23T10:00:00Z\","
      "\"agent\":[{\"who\":{\"display\":\"x\"}}]}";
  g_auto (Fixture) f = { 0 };
  g_auto (Answer) first = { 0 };
  g_auto (Answer) second = { 0 };

  fixture_open (&f, "medplum");
  first = fixture_send_with (&f, "POST", "/Provenance", body, "If-None-Exist", "_tag=urn:k|7");
  second = fixture_send_with (&f, "POST", "/Provenance", body, "If-None-Exist", "_tag=urn:k|7");
  g_assert_cmpuint (first.status, ==, 201);
  g_assert_cmpuint (second.status, ==, 200);
}

static void
test_tags_of_hapi_add_up (void)
{
  g_auto (Fixture) f = { 0 };
  g_auto (Answer) changed = { 0 };

  fixture_open (&f, "hapi");
  g_assert_cmpuint (fixture_status (&f, "PUT", "/Patient/p1",
                                    "{\"resourceType\":\"Patient\",\"id\":\"p1\","
                                    "\"meta\":{\"tag\":[{\"system\":\"urn:t\",\"code\":\"a\"}]}}"),
                    ==, 201);
  changed = fixture_send (&f, "PUT", "/Patient/p1",
                          "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"active\":true,"
                          "\"meta\":{\"tag\":[{\"system\":\"urn:t\",\"code\":\"b\"}]}}",
                          NULL);
  g_assert_cmpuint (changed.status, ==, 200);
  g_assert_cmpstr (answer_pick (&changed, "meta.tag[0].code"), ==, "b");
  g_assert_cmpstr (answer_pick (&changed, "meta.tag[1].code"), ==, "a");
}

static void
test_numbers_keep_their_text (void)
{
  g_auto (Fixture) f = { 0 };
  g_auto (Answer) created = { 0 };

  fixture_open (&f, "hapi");
  created = fixture_send (
      &f, "POST", "/Observation",
      "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"t\"},"
      "\"valueQuantity\":{\"value\":37.10,\"unit\":\"Cel\"}}",
      NULL);
  g_assert_cmpuint (created.status, ==, 201);
  g_assert_nonnull (strstr (created.text, "37.10"));
}

static void
test_invalid_resources_are_refused (void)
{
  static const char *const bodies[] = {
    "{\"resourceType\":\"Patient\",\"shoeSize\":44}",
    "{\"resourceType\":\"Patient\",\"birthDate\":\"yesterday\"}",
    "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"\"}]}",
    "{\"resourceType\":\"Patient\",\"name\":{\"family\":\"Doe\"}}",
    "{\"resourceType\":\"Patient\",\"gender\":\"m\"}",
    "{\"resourceType\":\"Observation\",\"code\":{\"text\":\"x\"}}",
  };
  g_auto (Fixture) f = { 0 };

  fixture_open (&f, "medplum");
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      const char *path = strstr (bodies[i], "Observation") != NULL ? "/Observation" : "/Patient";
      g_auto (Answer) answer = fixture_send (&f, "POST", path, bodies[i], NULL);

      g_test_message ("%s", bodies[i]);
      g_assert_cmpuint (answer.status, ==, 400);
      g_assert_nonnull (answer_pick (&answer, "issue.expression"));
    }
  g_assert_cmpuint (omc_sandbox_count_resources (f.sandbox, NULL), ==, 0);
}

static void
test_prefer_minimal (void)
{
  g_auto (Fixture) f = { 0 };
  g_auto (Answer) created = { 0 };

  fixture_open (&f, "medplum");
  created = fixture_send_with (&f, "POST", "/Patient", JOHN, "Prefer", "return=minimal");
  g_assert_cmpuint (created.status, ==, 201);
  g_assert_cmpstr (created.text, ==, "");
  g_assert_nonnull (answer_header (&created, "ETag"));
}

static void
test_patch_over_http (void)
{
  g_auto (Fixture) f = { 0 };
  g_autofree char *id = NULL;
  g_autofree char *path = NULL;
  const char *type = "application/json-patch+json";
  g_auto (Answer) ok = { 0 };
  g_auto (Answer) failed = { 0 };
  g_auto (Answer) identity = { 0 };
  g_auto (Answer) gone = { 0 };

  fixture_open (&f, "medplum");
  id = fixture_create (&f, "Patient", JOHN);
  path = g_strdup_printf ("/Patient/%s", id);
  ok = fixture_send_with (&f, "PATCH", path,
                          "[{\"op\":\"replace\",\"path\":\"/name/0/family\",\"value\":\"Roe\"}]",
                          "Content-Type", type);
  g_assert_cmpuint (ok.status, ==, 200);
  g_assert_cmpstr (answer_pick (&ok, "name.family"), ==, "Roe");
  failed =
      fixture_send_with (&f, "PATCH", path,
                         "[{\"op\":\"replace\",\"path\":\"/name/0/family\",\"value\":\"Lost\"},"
                         "{\"op\":\"test\",\"path\":\"/meta/versionId\",\"value\":\"old\"}]",
                         "Content-Type", type);
  g_assert_cmpuint (failed.status, ==, 400);
  identity = fixture_send_with (&f, "PATCH", path,
                                "[{\"op\":\"replace\",\"path\":\"/id\",\"value\":\"other\"}]",
                                "Content-Type", type);
  g_assert_cmpuint (identity.status, ==, 400);
  {
    g_autofree char *now = omc_sandbox_dup_resource (f.sandbox, "Patient", id);

    g_assert_nonnull (strstr (now, "Roe"));
  }
  g_assert_cmpuint (fixture_status (&f, "DELETE", path, NULL), ==, 200);
  gone = fixture_send_with (&f, "PATCH", path, "[]", "Content-Type", type);
  g_assert_cmpuint (gone.status, ==, 410);
}

static void
test_metadata_says_practice (void)
{
  g_auto (Fixture) f = { 0 };
  g_auto (Answer) answer = { 0 };

  fixture_open (&f, "azure");
  answer = fixture_send (&f, "GET", "/metadata", NULL, NULL);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpstr (answer_pick (&answer, "resourceType"), ==, "CapabilityStatement");
  g_assert_nonnull (strstr (answer_pick (&answer, "name"), "Practice"));
  g_assert_cmpstr (answer_pick (&answer, "implementation.description"), ==, OMC_SANDBOX_BANNER);
}

static void
test_database_file_survives (void)
{
  g_autofree char *directory = g_dir_make_tmp ("omc-sandbox-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "sandbox.db", NULL);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *id = NULL;

  {
    g_auto (Fixture) f = { 0 };

    fixture_open_with (&f, (OmcSandboxOptions){ .database = path });
    id = fixture_create (&f, "Patient", JOHN);
  }
  {
    g_auto (Fixture) f = { 0 };
    g_autofree char *url = g_strdup_printf ("/Patient/%s", id);
    g_auto (Answer) found = { 0 };

    fixture_open_with (&f, (OmcSandboxOptions){ .database = path });
    g_assert_cmpuint (fixture_status (&f, "GET", url, NULL), ==, 200);
    found = fixture_send (&f, "GET", "/Patient?identifier=urn:m%7C1", NULL, NULL);
    g_assert_cmpuint (answer_count (&found), ==, 1);
  }
  g_remove (path);
  g_remove (wal);
  g_rmdir (directory);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/interactions/a-resource-is-made-changed-deleted-and-remembered",
                   test_life_of_a_resource);
  g_test_add_func ("/sandbox/interactions/profiles-differ-as-the-table-says", test_profiles_differ);
  g_test_add_func ("/sandbox/interactions/medplum-reads-if-match-its-own-way",
                   test_medplum_if_match);
  g_test_add_func ("/sandbox/interactions/strict-wants-if-match-and-references",
                   test_strict_wants_if_match);
  g_test_add_func ("/sandbox/interactions/if-none-exist-makes-one", test_conditional_create);
  g_test_add_func ("/sandbox/interactions/conditional-update-makes-one", test_conditional_update);
  g_test_add_func ("/sandbox/interactions/a-tag-is-a-key-where-identifiers-are-none",
                   test_tag_as_idempotency_key);
  g_test_add_func ("/sandbox/interactions/hapi-keeps-tags", test_tags_of_hapi_add_up);
  g_test_add_func ("/sandbox/interactions/numbers-keep-their-text", test_numbers_keep_their_text);
  g_test_add_func ("/sandbox/interactions/invalid-resources-are-refused",
                   test_invalid_resources_are_refused);
  g_test_add_func ("/sandbox/interactions/prefer-minimal-has-no-body", test_prefer_minimal);
  g_test_add_func ("/sandbox/interactions/patch-is-all-or-nothing", test_patch_over_http);
  g_test_add_func ("/sandbox/interactions/metadata-says-practice", test_metadata_says_practice);
  g_test_add_func ("/sandbox/interactions/a-database-file-survives", test_database_file_survives);
  return g_test_run ();
}
