/* test-postings.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-db.h"
#include "omc-postings.h"
#include "omc-search-index-dao.h"
#include "store-fixture.h"

#define N_ROUNDS 300
#define N_LISTS 5
#define MAX_RESOURCE 3000

static OmcSession *
open_session (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  OmcDb *db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  OmcSession *session = omc_session_new (db, f->keys, f->clock, &error);

  g_assert_no_error (error);

  return session;
}

static OmcPosting
random_posting (GRand *random)
{
  /* One list is of every resource, others of few. */
  gint64 value = g_rand_int_range (random, 0, N_LISTS);

  return (OmcPosting){ 1, value, 1 + g_rand_int_range (random, 0, MAX_RESOURCE) };
}

static void
assert_lists (OmcSession *session, gboolean expected[N_LISTS][MAX_RESOURCE + 1])
{
  for (gint64 value = 0; value < N_LISTS; value++)
    {
      g_autoptr (GArray) listed = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_autoptr (GError) error = NULL;
      gboolean complete;
      guint n = 0;

      omc_postings_list (session, 1, value, value, G_MAXUINT, listed, &complete, &error);
      g_assert_no_error (error);
      g_assert_true (complete);
      for (gint64 resource = 0; resource <= MAX_RESOURCE; resource++)
        {
          if (!expected[value][resource])
            continue;
          g_assert_cmpuint (n, <, listed->len);
          g_assert_cmpint (g_array_index (listed, gint64, n), ==, resource);
          n++;
        }
      g_assert_cmpuint (n, ==, listed->len);
    }
}

/* Random additions in batches of any size and removals, against plain sets. */
static void
test_like_sets (StoreFixture *f, gconstpointer data)
{
  static gboolean expected[N_LISTS][MAX_RESOURCE + 1];
  OmcSession *session = open_session (f);
  g_autoptr (GRand) random = g_rand_new_with_seed (20261124);
  g_autoptr (GError) error = NULL;

  omc_db_begin (session->db, &error);
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      g_autoptr (GArray) added = g_array_new (FALSE, FALSE, sizeof (OmcPosting));
      guint n_added = (guint)g_rand_int_range (random, 0, round % 20 == 0 ? 400 : 6);
      guint n_removed = (guint)g_rand_int_range (random, 0, round % 30 == 0 ? 300 : 4);

      for (guint i = 0; i < n_added; i++)
        {
          OmcPosting posting = random_posting (random);

          expected[posting.value][posting.resource] = TRUE;
          g_array_append_val (added, posting);
        }
      g_assert_true (omc_postings_add (session, added, &error));
      for (guint i = 0; i < n_removed; i++)
        {
          OmcPosting posting = random_posting (random);
          gboolean contained;

          g_assert_true (omc_postings_contain (session, &posting, &contained, &error));
          g_assert_cmpint (contained, ==, expected[posting.value][posting.resource]);
          g_assert_true (omc_postings_remove (session, &posting, &error));
          expected[posting.value][posting.resource] = FALSE;
        }
      if (round % 25 == 0)
        assert_lists (session, expected);
    }
  assert_lists (session, expected);
  omc_db_rollback (session->db);
  omc_session_free (session);
}

static void
test_large_and_far (StoreFixture *f, gconstpointer data)
{
  static const gint64 resources[] = {
    1, 127, 128, 129, G_GINT64_CONSTANT (1) << 20, G_GINT64_CONSTANT (1) << 40, G_MAXINT64 - 1
  };
  OmcSession *session = open_session (f);
  g_autoptr (GArray) added = g_array_new (FALSE, FALSE, sizeof (OmcPosting));
  g_autoptr (GArray) listed = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) after = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) error = NULL;
  gboolean complete;

  for (guint i = 0; i < G_N_ELEMENTS (resources); i++)
    {
      OmcPosting posting = { -7, G_MININT64, resources[i] };

      g_array_append_val (added, posting);
    }
  omc_db_begin (session->db, &error);
  g_assert_true (omc_postings_add (session, added, &error));
  g_assert_true (
      omc_postings_list (session, -7, G_MININT64, G_MAXINT64, 100, listed, &complete, &error));
  g_assert_cmpuint (listed->len, ==, G_N_ELEMENTS (resources));
  for (guint i = 0; i < listed->len; i++)
    g_assert_cmpint (g_array_index (listed, gint64, i), ==, resources[i]);
  g_assert_true (omc_postings_list_after (session, -7, G_MININT64, 128, 100, after, &error));
  g_assert_cmpuint (after->len, ==, 4);
  g_assert_cmpint (g_array_index (after, gint64, 0), ==, 129);
  g_assert_true (omc_postings_remove_resource (session, 129, &error));
  g_array_set_size (after, 0);
  g_assert_true (omc_postings_list_after (session, -7, G_MININT64, 128, 100, after, &error));
  g_assert_cmpuint (after->len, ==, 3);
  omc_db_rollback (session->db);
  omc_session_free (session);
}

/* Read piece by piece it is the whole list, and only its last piece is short. */
static void
test_pieces (StoreFixture *f, gconstpointer data)
{
  const guint n_all = 2000, max = 500;
  OmcSession *session = open_session (f);
  g_autoptr (GArray) added = g_array_new (FALSE, FALSE, sizeof (OmcPosting));
  g_autoptr (GError) error = NULL;
  gint64 after = 0;
  guint n = 0;
  gboolean last = FALSE;

  for (gint64 resource = 1; resource <= n_all; resource++)
    {
      OmcPosting posting = { 2, 3, 2 * resource };

      g_array_append_val (added, posting);
    }
  omc_db_begin (session->db, &error);
  g_assert_true (omc_postings_add (session, added, &error));
  while (!last)
    {
      g_autoptr (GArray) piece = g_array_new (FALSE, FALSE, sizeof (gint64));

      g_assert_true (omc_postings_list_after (session, 2, 3, after, max, piece, &error));
      for (guint i = 0; i < piece->len; i++)
        g_assert_cmpint (g_array_index (piece, gint64, i), ==, 2 * (gint64)++n);
      last = piece->len < max;
      after = 2 * (gint64)n;
    }
  g_assert_cmpuint (n, ==, n_all);
  omc_db_rollback (session->db);
  omc_session_free (session);
}

/* A list that grows by its newest resources stays at little more than a byte for each. */
static void
test_small (StoreFixture *f, gconstpointer data)
{
  OmcSession *session = open_session (f);
  g_autoptr (GError) error = NULL;
  gint64 bytes, blocks;

  omc_db_begin (session->db, &error);
  for (gint64 resource = 1; resource <= 2000; resource += 10)
    {
      g_autoptr (GArray) added = g_array_new (FALSE, FALSE, sizeof (OmcPosting));

      for (gint64 i = 0; i < 10; i += 2)
        {
          OmcPosting posting = { 2, 3, resource + i };

          g_array_append_val (added, posting);
        }
      g_assert_true (omc_postings_add (session, added, &error));
    }
  omc_db_get_integer (session->db,
                      "SELECT sum (length (rest)) FROM search_postings WHERE param = 2", 0, &bytes,
                      &error);
  omc_db_get_integer (session->db, "SELECT count(*) FROM search_postings WHERE param = 2", 0,
                      &blocks, &error);
  g_assert_no_error (error);
  g_assert_cmpint (bytes, <=, 1000);
  g_assert_cmpint (blocks, <=, 8);
  omc_db_rollback (session->db);
  omc_session_free (session);
}

static gint64
ask (OmcSession *session, const char *sql)
{
  g_autoptr (GError) error = NULL;
  gint64 value;

  omc_db_get_integer (session->db, sql, 0, &value, &error);
  g_assert_no_error (error);

  return value;
}

/* Keys have no order in time. Those that leave the small table are neighbours, and the next ones follow them: else each
 * would touch a page of its own in the large one. The lower half has been moved already. */
static void
test_keys_move_in_order (StoreFixture *f, gconstpointer data)
{
  static const char fill[] =
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 66000)"
      " INSERT INTO search_keys_new SELECT 1073741824 + i * 48271 % 1073741789, i FROM n";
  static const char bring[] =
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)"
      " INSERT INTO search_pending SELECT (i + (SELECT count(*) FROM search_keys_new))"
      " * 715827883 % 2147483647, 900000 + i FROM n";
  OmcSession *session = open_session (f);
  g_autoptr (GError) error = NULL;
  gint64 last = G_MININT64, n_moved = 0;

  omc_db_begin (session->db, &error);
  omc_db_execute (session->db, fill, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 8; i++)
    {
      gint64 first;

      omc_db_execute (session->db, bring, &error);
      g_assert_true (omc_search_index_dao_settle (session, &error));
      g_assert_no_error (error);
      first = ask (session, "SELECT min (key) FROM search_keys");
      g_assert_cmpint (first, >, last);
      last = ask (session, "SELECT max (key) FROM search_keys");
      if (i > 0)
        g_assert_cmpint (last - first, <, G_MAXINT32 / 100);
      n_moved += ask (session, "SELECT count(*) FROM search_keys");
      omc_db_execute (session->db, "DELETE FROM search_keys", &error);
    }
  g_assert_cmpint (n_moved, >=, 8 * 20);
  g_assert_cmpint (n_moved + ask (session, "SELECT count(*) FROM search_keys_new"), ==, 66080);
  omc_db_rollback (session->db);
  omc_session_free (session);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  store_fixture_add ("/store/postings/are-like-sets", test_like_sets, NULL);
  store_fixture_add ("/store/postings/hold-numbers-of-any-size", test_large_and_far, NULL);
  store_fixture_add ("/store/postings/are-read-in-pieces", test_pieces, NULL);
  store_fixture_add ("/store/postings/that-grow-at-the-end-are-small", test_small, NULL);
  store_fixture_add ("/store/postings/keys-that-move-are-neighbours", test_keys_move_in_order,
                     NULL);

  return g_test_run ();
}
