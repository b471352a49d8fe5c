/* test-attempt-log.c: what failed while nobody had the key of the trail
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "omc-attempt-log.h"

#define HEAD_LENGTH 60
#define ENTRY_LENGTH 46

typedef struct
{
  char *directory;
  char *path;
  OmcSecret *key;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->directory = g_dir_make_tmp ("omc-attempts-XXXXXX", NULL);
  f->path = g_build_filename (f->directory, "sign-ins", NULL);
  f->key = omc_secret_new_random (32);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *lock = g_strconcat (f->path, ".lock", NULL);

  g_unlink (f->path);
  g_unlink (lock);
  g_rmdir (f->directory);
  g_free (f->directory);
  g_free (f->path);
  omc_secret_unref (f->key);
}

static void
note (Fixture *f, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      const OmcAttempt attempt = { 1000 + i, i % 3, 1, 2 };

      omc_attempt_log_note (f->directory, &attempt);
    }
}

static void
begin (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_attempt_log_begin (f->directory, f->key, &error);
  g_assert_no_error (error);
}

static void
assert_read (Fixture *f, OmcAttemptLogState state, guint n, guint n_more)
{
  g_autoptr (GArray) attempts = g_array_new (FALSE, FALSE, sizeof (OmcAttempt));
  guint32 more;

  g_assert_cmpint (omc_attempt_log_read (f->directory, f->key, attempts, &more), ==, state);
  g_assert_cmpuint (attempts->len, ==, n);
  g_assert_cmpuint (more, ==, n_more);
  for (guint i = 0; i < n; i++)
    {
      const OmcAttempt *attempt = &g_array_index (attempts, OmcAttempt, i);

      g_assert_cmpint (attempt->at_us, ==, 1000 + i);
      g_assert_cmpuint (attempt->slot_id, ==, i % 3);
      g_assert_cmpuint (attempt->kind, ==, 1);
      g_assert_cmpuint (attempt->code, ==, 2);
    }
}

static void
test_kept (Fixture *f, gconstpointer data)
{
  /* Nothing is made by who has no key. */
  note (f, 1);
  assert_read (f, OMC_ATTEMPT_LOG_ABSENT, 0, 0);
  begin (f);
  assert_read (f, OMC_ATTEMPT_LOG_GOOD, 0, 0);
  note (f, 3);
  assert_read (f, OMC_ATTEMPT_LOG_GOOD, 3, 0);
  begin (f);
  note (f, OMC_ATTEMPTS_MAX + 7);
  assert_read (f, OMC_ATTEMPT_LOG_GOOD, OMC_ATTEMPTS_MAX, 7);
}

static void
put (Fixture *f, const char *content, gsize length)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (f->path, content, (gssize)length, &error);
  g_assert_no_error (error);
}

/* By who has the file and no key: changed anywhere, cut, in another order, emptied, of another store. */
static void
test_forged (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) other = omc_secret_new_random (32);
  g_autoptr (GError) error = NULL;
  g_autofree char *content = NULL;
  g_autofree char *changed = NULL;
  gsize length;

  begin (f);
  note (f, 4);
  g_assert_true (g_file_get_contents (f->path, &content, &length, NULL));
  g_assert_cmpuint (length, ==, HEAD_LENGTH + 4 * ENTRY_LENGTH);
  changed = g_memdup2 (content, length);
  for (gsize i = 0; i < length; i++)
    {
      changed[i] ^= 1;
      put (f, changed, length);
      assert_read (f, OMC_ATTEMPT_LOG_FORGED, 0, 0);
      changed[i] ^= 1;
    }
  for (gsize cut = 0; cut < length; cut += cut < HEAD_LENGTH ? 1 : ENTRY_LENGTH)
    {
      put (f, content, cut);
      assert_read (f, OMC_ATTEMPT_LOG_FORGED, 0, 0);
    }
  memcpy (changed + HEAD_LENGTH, content + HEAD_LENGTH + ENTRY_LENGTH, ENTRY_LENGTH);
  memcpy (changed + HEAD_LENGTH + ENTRY_LENGTH, content + HEAD_LENGTH, ENTRY_LENGTH);
  put (f, changed, length);
  assert_read (f, OMC_ATTEMPT_LOG_FORGED, 0, 0);
  g_assert_true (omc_attempt_log_begin (f->directory, other, &error));
  assert_read (f, OMC_ATTEMPT_LOG_FORGED, 0, 0);
  put (f, content, length);
  assert_read (f, OMC_ATTEMPT_LOG_GOOD, 4, 0);
}

/* Without a right shape nothing is added, nothing is read without bound. */
static void
test_hostile (Fixture *f, gconstpointer data)
{
  g_autofree char *huge = g_malloc0 (1 << 20);
  GStatBuf info;

  put (f, huge, 1 << 20);
  note (f, 1);
  assert_read (f, OMC_ATTEMPT_LOG_FORGED, 0, 0);
  g_assert_cmpint (g_stat (f->path, &info), ==, 0);
  g_assert_cmpint (info.st_size, ==, 1 << 20);
  begin (f);
  assert_read (f, OMC_ATTEMPT_LOG_GOOD, 0, 0);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/crypto/attempt-log/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("keeps-the-first-and-counts-the-rest", test_kept);
  ADD ("shows-every-change", test_forged);
  ADD ("takes-no-hostile-file", test_hostile);

  return g_test_run ();
}
