/* test-sync-meet.c: the short contact of an expired sign-in
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-store-slots.h"
#include "omc-sync-error.h"
#include "omc-sync-marks.h"
#include "sync-fixture.h"

#define N_RECORDS 500

static void
put_person (SyncFixture *self, gboolean active)
{
  sync_fixture_put_there (self,
                          "{\"resourceType\":\"Practitioner\",\"id\":\"nurse-01\",\"active\":%s}",
                          active ? "true" : "false");
}

static void
put_device (SyncFixture *self, const char *status)
{
  sync_fixture_put_there (self,
                          "{\"resourceType\":\"Device\",\"id\":\"device-01\",\"status\":\"%s\","
                          "\"identifier\":[{\"system\":\"" OMC_DEVICE_SYSTEM
                          "\",\"value\":\"%s\"}]}",
                          status, omc_key_manager_get_store_id (self->bed->keys));
}

static void
set_up (SyncFixture *self, gconstpointer profile)
{
  g_autoptr (OmcActor) administrator =
      omc_actor_new ("it", "IT", OMC_ROLE_ADMINISTRATOR, NULL, NULL);
  g_autoptr (OmcActor) nurse =
      omc_actor_new ("nurse", "Nurse Test", OMC_ROLE_NURSE, NULL, "Practitioner/nurse-01");
  g_autoptr (GError) error = NULL;

  sync_fixture_set_up (self, profile);
  omc_store_put_user_sync (self->bed->store, administrator, nurse, FALSE, NULL, &error);
  g_assert_no_error (error);
  sync_fixture_put_there (
      self, "{\"resourceType\":\"Patient\",\"id\":\"p\",\"birthDate\":\"1950-01-01\"}");
  for (guint i = 0; i < N_RECORDS; i++)
    sync_fixture_put_there (self,
                            "{\"resourceType\":\"Observation\",\"id\":\"o%u\",\"status\":\"final\","
                            "\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p\"}}",
                            i);
  put_person (self, TRUE);
  put_device (self, "active");
  omc_sandbox_reset_counters (self->sandbox);
}

static gboolean
meet (SyncFixture *self)
{
  g_autoptr (GError) error = NULL;
  gboolean met = omc_sync_service_meet_sync (self->bed->service, NULL, &error);

  g_assert_true (met == (error == NULL));
  if (error != NULL)
    g_test_message ("not met: %s", error->message);

  return met;
}

static gboolean
is_nurse_disabled (SyncFixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) users = omc_store_list_users_sync (self->bed->store, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (users->len, ==, 1);

  return ((OmcStoreUser *)g_ptr_array_index (users, 0))->disabled;
}

/* A token, what the server can, people, this device. */
static void
test_asks_for_people_only (SyncFixture *self, gconstpointer profile)
{
  g_autoptr (OmcResource) work = NULL;
  g_autoptr (OmcSyncReport) report = NULL;

  work = omc_sync_bed_save (self->bed, "{\"resourceType\":\"Patient\",\"id\":\"mine\"}");
  g_assert_true (meet (self));
  g_assert_cmpuint (omc_sandbox_get_counter (self->sandbox, "search"), ==, 2);
  g_assert_cmpuint (omc_sandbox_get_counter (self->sandbox, "requests"), <=, 4);
  g_assert_cmpint (omc_sync_bed_get_status (self->bed).last_contact_us, >, 0);
  sync_fixture_assert_here (self, "Practitioner", 1);
  sync_fixture_assert_here (self, "Observation", 0);
  /* It is no synchronisation, and it leaves nothing out of the next one. */
  g_assert_cmpint (omc_sync_bed_get_status (self->bed).last_sync_us, ==, 0);
  g_assert_cmpuint (omc_sync_bed_get_status (self->bed).n_pending, ==, 1);
  report = omc_sync_bed_sync_until_complete (self->bed, 2);
  g_assert_true (report->complete);
  sync_fixture_assert_here (self, "Observation", N_RECORDS);
  sync_fixture_assert_here (self, "Device", 1);
  g_assert_cmpuint (omc_sync_bed_get_status (self->bed).n_pending, ==, 0);
}

static void
test_withdrawn_person (SyncFixture *self, gconstpointer profile)
{
  g_assert_true (meet (self));
  g_assert_false (is_nurse_disabled (self));
  put_person (self, FALSE);
  g_assert_true (meet (self));
  g_assert_true (is_nurse_disabled (self));
}

static void
test_withdrawn_device (SyncFixture *self, gconstpointer profile)
{
  OmcKeyLifetime lifetime;
  g_autoptr (GError) error = NULL;

  put_device (self, "inactive");
  g_assert_true (meet (self));
  omc_key_manager_get_lifetime_sync (self->bed->keys, &lifetime, &error);
  g_assert_no_error (error);
  g_assert_true (lifetime.revoked);
  put_device (self, "active");
  g_assert_true (meet (self));
  omc_key_manager_get_lifetime_sync (self->bed->keys, &lifetime, &error);
  g_assert_no_error (error);
  g_assert_false (lifetime.revoked);
}

/* Who heard half of it did not meet the server, although it answered. */
static void
test_half_a_word_is_none (SyncFixture *self, gconstpointer profile)
{
  static const char *const faults[] = {
    "status,code=503,path=*Practitioner*", "status,code=503,path=*Device*",
    "drop-before,path=*Practitioner*",     "truncate,path=*Device*",
    "portal,path=*Practitioner*",
  };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      sync_fixture_set_faults (self, faults[i]);
      g_assert_false (meet (self));
      g_assert_cmpint (omc_sync_bed_get_status (self->bed).last_contact_us, ==, 0);
    }
  sync_fixture_set_faults (self, NULL);
  g_assert_true (meet (self));
}

static OmcKeyLifetime
lifetime_of (SyncFixture *self)
{
  OmcKeyLifetime lifetime;
  g_autoptr (GError) error = NULL;

  omc_key_manager_get_lifetime_sync (self->bed->keys, &lifetime, &error);
  g_assert_no_error (error);

  return lifetime;
}

/* Records may come and go for weeks: without a word about people nobody is let in longer for it. */
static void
test_records_are_no_contact (SyncFixture *self, gconstpointer profile)
{
  static const char *const faults[] = {
    "status,code=503,path=*Practitioner*", "status,code=403,path=*Practitioner*",
    "status,code=403,path=*Device*",       "truncate,path=*Device*",
    "portal,path=*Practitioner*",
  };
  gint64 contact_us;

  /* The first answer of all begins the time that is counted. */
  sync_fixture_set_faults (self, faults[0]);
  omc_sync_report_free (omc_sync_bed_sync (self->bed));
  g_assert_true (lifetime_of (self).has_server);
  contact_us = lifetime_of (self).contact_us;
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr (OmcResource) work = NULL;
      g_autoptr (OmcSyncReport) report = NULL;
      g_autoptr (GError) error = NULL;

      work = omc_sync_bed_save (self->bed, "{\"resourceType\":\"Patient\"}");
      /* Each type is asked for by itself. */
      omc_store_set_mark (self->bed->store, "pull/Practitioner", NULL, &error);
      g_assert_no_error (error);
      sync_fixture_set_faults (self, faults[i]);
      report = omc_sync_bed_sync (self->bed);
      g_assert_nonnull (report->error);
      g_assert_cmpint (lifetime_of (self).contact_us, ==, contact_us);
    }
  sync_fixture_set_faults (self, NULL);
  omc_sync_report_free (omc_sync_bed_sync_until_complete (self->bed, 2));
  g_assert_cmpint (lifetime_of (self).contact_us, >, contact_us);
}

static void
assert_unheard (SyncFixture *self, const char *types)
{
  g_autofree char *unheard = omc_store_get_mark (self->bed->store, OMC_MARK_UNHEARD, NULL);

  g_assert_cmpstr (unheard, ==, types);
}

/* What was refused was not heard, also by who asked for nothing else. */
static void
test_refusal_is_no_contact (SyncFixture *self, gconstpointer profile)
{
  static const char *const faults[] = { "status,code=403,path=*Practitioner*",
                                        "status,code=403,path=*Device*" };
  static const char *const types[] = { "Practitioner", "Device" };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      sync_fixture_set_faults (self, faults[i]);
      g_assert_false (meet (self));
      assert_unheard (self, types[i]);
    }
  sync_fixture_set_faults (self, NULL);
  g_assert_true (meet (self));
  assert_unheard (self, NULL);
}

/* A device whose login may not read about people is told so by each run, and so is who looks after it. */
static void
test_refusal_is_told (SyncFixture *self, gconstpointer profile)
{
  static const struct
  {
    const char *faults[3];
    const char *types;
  } cases[] = {
    { { "status,code=403,path=*Practitioner*" }, "Practitioner" },
    { { "status,code=403,path=*Practitioner*", "status,code=403,path=*Device*" },
      "Practitioner, Device" },
    { { "status,code=403,path=*Device*" }, "Device" },
    /* It said neither yes nor no. */
    { { "status,code=503,path=*Practitioner*" }, "Device" },
    { { NULL }, NULL },
  };

  omc_sync_report_free (omc_sync_bed_sync (self->bed));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcSyncReport) report = NULL;
      g_autoptr (GError) error = NULL;

      omc_store_set_mark (self->bed->store, "pull/Practitioner", NULL, &error);
      g_assert_no_error (error);
      omc_sandbox_set_faults (self->sandbox, cases[i].faults, 1, &error);
      g_assert_no_error (error);
      report = omc_sync_bed_sync (self->bed);
      g_test_message ("%s", report->error);
      if (i < 3)
        g_assert_nonnull (strstr (report->error, "who may still work here"));
      assert_unheard (self, cases[i].types);
    }
}

/* Who may work here is asked for whatever else a device reads. */
static void
test_other_types (SyncFixture *self, gconstpointer profile)
{
  static const char *const types[] = { "Patient", NULL };
  gint64 contact_us;

  self->bed->config->types = g_strdupv ((char **)types);
  omc_sync_bed_reconfigure (self->bed);
  omc_sync_report_free (omc_sync_bed_sync (self->bed));
  sync_fixture_assert_here (self, "Practitioner", 1);
  sync_fixture_assert_here (self, "Device", 1);
  sync_fixture_assert_here (self, "Observation", 0);
  g_assert_false (is_nurse_disabled (self));
  contact_us = lifetime_of (self).contact_us;
  put_person (self, FALSE);
  put_device (self, "inactive");
  omc_sync_report_free (omc_sync_bed_sync (self->bed));
  g_assert_true (is_nurse_disabled (self));
  g_assert_true (lifetime_of (self).revoked);
  g_assert_cmpint (lifetime_of (self).contact_us, >, contact_us);
}

/* A look at one record asks nobody about people. */
static void
test_one_record_is_no_contact (SyncFixture *self, gconstpointer profile)
{
  g_autoptr (OmcSyncReport) report = NULL;
  g_autoptr (GError) error = NULL;
  gint64 contact_us;

  omc_sync_report_free (omc_sync_bed_sync (self->bed));
  contact_us = lifetime_of (self).contact_us;
  report = omc_sync_service_run_sync (self->bed->service, "Patient/p", FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (report->error, ==, NULL);
  g_assert_cmpint (lifetime_of (self).contact_us, ==, contact_us);
}

static void
test_without_a_server (SyncFixture *self, gconstpointer profile)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->bed->config->server_url, g_free);
  omc_sync_bed_reconfigure (self->bed);
  g_assert_false (omc_sync_service_meet_sync (self->bed->service, NULL, &error));
  g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  sync_fixture_add ("/sync/meet/asks-for-people-only/*", set_up, test_asks_for_people_only);
  sync_fixture_add ("/sync/meet/withdrawn-person/*", set_up, test_withdrawn_person);
  sync_fixture_add ("/sync/meet/withdrawn-device/*", set_up, test_withdrawn_device);
  sync_fixture_add ("/sync/meet/half-a-word-is-none/*", set_up, test_half_a_word_is_none);
  sync_fixture_add ("/sync/meet/records-are-no-contact/*", set_up, test_records_are_no_contact);
  sync_fixture_add ("/sync/meet/a-refusal-is-no-contact/*", set_up, test_refusal_is_no_contact);
  sync_fixture_add ("/sync/meet/a-refusal-is-told/*", set_up, test_refusal_is_told);
  sync_fixture_add ("/sync/meet/whatever-else-a-device-reads/*", set_up, test_other_types);
  sync_fixture_add ("/sync/meet/one-record-is-no-contact/*", set_up, test_one_record_is_no_contact);
  sync_fixture_add ("/sync/meet/without-a-server/*", set_up, test_without_a_server);

  return g_test_run ();
}
