/* sync-fixture.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "sync-fixture.h"

#include "omc-store-bounds.h"
#include "omc-sync-reconcile.h"

static void
start_server (SyncFixture *fixture, const char *profile, guint16 port)
{
  const OmcSandboxOptions options = {
    .profile = profile, .port = port, .client_id = "omnicare", .client_secret = "omnicare-secret"
  };
  g_autoptr (GError) error = NULL;

  fixture->sandbox = omc_sandbox_new (&options, &error);
  g_assert_no_error (error);
  omc_sandbox_start (fixture->sandbox, &error);
  g_assert_no_error (error);
}

void
sync_fixture_set_up (SyncFixture *fixture, gconstpointer profile)
{
  start_server (fixture, profile, 0);
  fixture->bed = omc_sync_bed_new (omc_sandbox_get_base_url (fixture->sandbox),
                                   omc_sandbox_get_token_url (fixture->sandbox));
}

void
sync_fixture_tear_down (SyncFixture *fixture, gconstpointer profile)
{
  omc_sync_bed_free (fixture->bed);
  omc_sandbox_free (fixture->sandbox);
}

void
sync_fixture_add_one (const char *path,
                      const char *profile,
                      SyncFixtureFunc set_up,
                      SyncFixtureFunc func)
{
  g_autoptr (GString) whole = g_string_new (path);

  g_string_replace (whole, "*", profile, 1);
  g_test_add (whole->str, SyncFixture, profile, set_up, func, sync_fixture_tear_down);
}

void
sync_fixture_add (const char *path, SyncFixtureFunc set_up, SyncFixtureFunc func)
{
  static const char *const profiles[] = { "medplum", "hapi" };

  for (gsize i = 0; i < G_N_ELEMENTS (profiles); i++)
    sync_fixture_add_one (path, profiles[i], set_up, func);
}

void
sync_fixture_confirm (SyncFixture *fixture)
{
  g_autoptr (OmcActor) administrator =
      omc_actor_new ("it", "IT", OMC_ROLE_ADMINISTRATOR, NULL, NULL);
  g_autoptr (OmcServerIdentity) server = NULL;
  g_autoptr (GError) error = NULL;

  omc_sync_config_settle (fixture->bed->config, &error);
  g_assert_no_error (error);
  server = omc_sync_config_dup_identity (fixture->bed->config);
  omc_store_confirm_bounds_sync (fixture->bed->store, administrator,
                                 omc_key_manager_get_lifetime_limit (fixture->bed->keys), server,
                                 NULL, &error);
  g_assert_no_error (error);
}

void
sync_fixture_change_server (SyncFixture *fixture, const char *profile)
{
  OmcSyncConfig *config = fixture->bed->config;

  omc_sandbox_free (fixture->sandbox);
  start_server (fixture, profile, 0);
  g_set_str (&config->server_url, omc_sandbox_get_base_url (fixture->sandbox));
  g_set_str (&config->token_url, omc_sandbox_get_token_url (fixture->sandbox));
  sync_fixture_confirm (fixture);
  omc_sync_bed_reconfigure (fixture->bed);
}

void
sync_fixture_rebuild_server (SyncFixture *fixture, const char *profile)
{
  guint16 port = omc_sandbox_get_port (fixture->sandbox);

  omc_sandbox_free (fixture->sandbox);
  /* Later than what was there by more than the second that a header cannot tell. */
  g_usleep (1200 * 1000);
  start_server (fixture, profile, port);
}

void
sync_fixture_put_there (SyncFixture *fixture, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  omc_sandbox_load_text (fixture->sandbox, text, -1, NULL, &error);
  g_assert_no_error (error);
}

void
sync_fixture_set_faults (SyncFixture *fixture, const char *spec)
{
  const char *specs[] = { spec, NULL };
  g_autoptr (GError) error = NULL;

  omc_sandbox_set_faults (fixture->sandbox, spec != NULL ? specs : NULL, 1, &error);
  g_assert_no_error (error);
}

guint64
sync_fixture_count_there (SyncFixture *fixture)
{
  return omc_sandbox_count_resources (fixture->sandbox, NULL) -
         omc_sandbox_count_resources (fixture->sandbox, "AuditEvent");
}

static OmcResource *
read_there (SyncFixture *fixture, const char *type, const char *id)
{
  g_autofree char *text = id != NULL ? omc_sandbox_dup_resource (fixture->sandbox, type, id) : NULL;

  return text != NULL ? omc_resource_parse (text, -1, NULL) : NULL;
}

void
sync_fixture_assert_here (SyncFixture *fixture, const char *type, guint n)
{
  g_autoptr (GPtrArray) ids = omc_sync_bed_list_ids (fixture->bed, type);

  g_assert_cmpuint (ids->len, ==, n);
}

void
sync_fixture_assert_same (SyncFixture *fixture, OmcResource *local)
{
  const char *type = omc_resource_get_resource_type (local);
  g_autofree char *server_id = omc_sync_bed_dup_server_id (fixture->bed, local);
  g_autoptr (OmcResource) there = read_there (fixture, type, server_id);
  g_autofree char *text =
      omc_sync_bed_dup_rendered (fixture->bed, type, omc_resource_get_id (local));
  g_autoptr (OmcResource) here = NULL;

  g_assert_nonnull (server_id);
  g_assert_nonnull (there);
  g_assert_nonnull (text);
  here = omc_resource_parse (text, -1, NULL);
  if (!omc_sync_content_equal (here, there))
    {
      g_autofree char *other = omc_resource_to_string (there, NULL);

      g_test_message ("here:  %s\nthere: %s", text, other);
      g_test_fail ();
    }
}

void
sync_fixture_assert_complete (SyncFixture *fixture, guint times)
{
  g_autoptr (OmcSyncReport) report = omc_sync_bed_sync_until_complete (fixture->bed, times);

  g_assert_cmpstr (report->error, ==, NULL);
  g_assert_true (report->complete);
  g_assert_cmpuint (report->waiting, ==, 0);
  g_assert_cmpuint (report->failed, ==, 0);
}

OmcResource *
sync_fixture_edit_birth_date (SyncFixture *fixture, const char *id, const char *date)
{
  return omc_sync_bed_save (
      fixture->bed,
      "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"DOE\"}],"
      "\"birthDate\":\"%s\"}",
      id, date);
}
