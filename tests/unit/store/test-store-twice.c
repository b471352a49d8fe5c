/* test-store-twice.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "omc-store-cache.h"
#include "omc-store-keys.h"
#include "push-fixture.h"
#include "ward-sample.h"

/*
 * What finds the disk full gives the reserve up and runs again: every kind of work must be the same the second time. One store
 * does each act at once, another is told at its commit that the disk is full.
 */

/* Work that is waited for runs on the thread that waits: the idle writer's is left alone. */
static GThread *worker;
static gboolean armed;
static gboolean full; /* nothing is free */
static guint n_failures;

static gboolean
fails (void)
{
  if (g_thread_self () != worker || !armed)
    return FALSE;
  armed = FALSE;
  n_failures++;
  errno = ENOSPC;

  return TRUE;
}

ssize_t
write (int fd, const void *data, size_t length)
{
  return fd > STDERR_FILENO && fails () ? -1 : syscall (SYS_write, fd, data, length);
}

/* In either of its names. */
ssize_t
pwrite (int fd, const void *data, size_t length, off_t offset)
{
  return fails () ? -1 : syscall (SYS_pwrite64, fd, data, length, offset);
}

int
statvfs (const char *path, struct statvfs *info)
{
  memset (info, 0, sizeof *info);
  info->f_frsize = 4096;
  info->f_bavail = full ? 0 : 1 << 30;

  return 0;
}

static void
ok (const GError *error)
{
  g_assert_no_error (error);
}

static void
save (StoreFixture *f)
{
  g_autoptr (GPtrArray) set = ward_sample_vitals_set (1, "p1", STORE_FIXTURE_NOW_US);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) stored =
      omc_store_save_sync (f->store, f->nurse, set, OMC_SAVE_CHART, NULL, &error);

  ok (error);
  g_assert_cmpuint (stored->len, ==, set->len);
}

static void
save_patient (StoreFixture *f)
{
  g_autoptr (OmcResource) stored = store_fixture_save (
      f, "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"birthDate\":\"1951-01-01\"}");
}

static void
delete_one (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_store_delete_sync (f->store, f->device, "Observation", "o1", NULL, &error);
  ok (error);
}

static void
draft (StoreFixture *f)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;

  omc_store_save_draft_sync (f->store, f->nurse, "vitals/Patient/p1", bytes, NULL, &error);
  ok (error);
}

static void
push (StoreFixture *f)
{
  push_fixture_take_queue (f, 3, "9");
}

static void
mark_in_flight (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = omc_store_take_queue (f->store, G_MAXINT64, 3, NULL, &error);

  omc_store_mark_in_flight (f->store, items, NULL, &error);
  ok (error);
}

static void
reset_in_flight (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  guint n;

  omc_store_reset_in_flight (f->store, &n, NULL, &error);
  ok (error);
  g_assert_cmpuint (n, ==, 3);
}

static void
cancel (StoreFixture *f)
{
  g_autoptr (GPtrArray) items = store_fixture_queue (f);
  g_autoptr (GError) error = NULL;

  omc_store_cancel_queue_item_sync (f->store, f->nurse,
                                    ((OmcQueueItem *)g_ptr_array_index (items, 0))->id, "wrong",
                                    NULL, &error);
  ok (error);
}

static void
rotate (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  gboolean rotated;

  omc_store_rotate_data_key_sync (f->store, f->device, 0, &rotated, NULL, &error);
  ok (error);
  g_assert_true (rotated);
}

static void
pin (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_store_pin_patient_sync (f->store, f->nurse, "p1", TRUE, NULL, &error);
  ok (error);
}

static void
setting (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_store_set_setting_sync (f->store, f->administrator, "x", "y", NULL, &error);
  ok (error);
}

static void
put_user (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_store_put_user_sync (f->store, f->administrator, f->nurse, FALSE, NULL, &error);
  ok (error);
}

static void
run (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_store_record_run (f->store, f->device, 1, 2, TRUE, NULL, 0, NULL, &error);
  ok (error);
}

static void
audit (StoreFixture *f)
{
  const OmcAuditEvent event = { .type = "login", .subtype = "login", .action = 'E' };
  g_autoptr (GError) error = NULL;

  omc_store_audit_sync (f->store, f->nurse, &event, NULL, &error);
  ok (error);
}

static const struct
{
  const char *name;
  void (*act) (StoreFixture *f);
} acts[] = {
  { "save a set", save },
  { "update a patient", save_patient },
  { "delete", delete_one },
  { "draft", draft },
  { "in flight", mark_in_flight },
  { "reset in flight", reset_in_flight },
  { "push", push },
  { "cancel", cancel },
  { "rotate the data key", rotate },
  { "pin", pin },
  { "setting", setting },
  { "user", put_user },
  { "run", run },
  { "audit", audit },
};

static void
set_up (StoreFixture *f)
{
  store_fixture_set_up (f, NULL);
  store_fixture_from_server (
      f, NULL, "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"meta\":{\"versionId\":\"1\"}}",
      "{\"resourceType\":\"Observation\",\"id\":\"o1\",\"meta\":{\"versionId\":\"1\"},"
      "\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p1\"}}",
      NULL);
}

static void
put_reserve (StoreFixture *f)
{
  g_autofree char *path = g_build_filename (f->directory, "reserve", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "", 0, &error);
  ok (error);
}

static void
assert_same (StoreFixture *f, StoreFixture *twin)
{
  OmcStoreStatus a = store_fixture_status (f);
  OmcStoreStatus b = store_fixture_status (twin);

  g_assert_cmpuint (a.n_resources, ==, b.n_resources);
  g_assert_cmpuint (a.n_pending, ==, b.n_pending);
  g_assert_cmpuint (a.n_pending_sets, ==, b.n_pending_sets);
  g_assert_cmpuint (a.n_in_flight, ==, b.n_in_flight);
  g_assert_cmpuint (a.n_conflicts, ==, b.n_conflicts);
  g_assert_cmpuint (a.key_epoch, ==, b.key_epoch);
  g_assert_cmpuint (a.audit_sequence, ==, b.audit_sequence);
  g_assert_cmpint (a.original_bytes, ==, b.original_bytes);
}

static void
test_twice (void)
{
  StoreFixture f = { 0 };
  StoreFixture twin = { 0 };

  full = FALSE;
  set_up (&f);
  set_up (&twin);
  full = TRUE;
  worker = g_thread_self ();
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      g_test_message ("%s", acts[i].name);
      acts[i].act (&twin);
      put_reserve (&f);
      armed = TRUE;
      acts[i].act (&f);
      g_assert_false (armed);
      g_assert_cmpuint (n_failures, ==, i + 1);
      assert_same (&f, &twin);
    }
  store_fixture_assert_sound (&f);
  full = FALSE;
  store_fixture_tear_down (&f, NULL);
  store_fixture_tear_down (&twin, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/twice/work-that-runs-again-on-a-full-disk-is-done-once", test_twice);

  return g_test_run ();
}
