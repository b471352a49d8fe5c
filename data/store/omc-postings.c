/* omc-postings.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-postings.h"

#include <stdlib.h>

/* Resources of a block: a row of a few hundred bytes at most. */
#define MAX_BLOCK 128

static const char select_block[] =
    "SELECT first, rest FROM search_postings WHERE param = ?1 AND value = ?2 AND first <= ?3"
    " ORDER BY first DESC LIMIT 1";
static const char select_next[] =
    "SELECT first FROM search_postings WHERE param = ?1 AND value = ?2 AND first > ?3"
    " ORDER BY first LIMIT 1";
static const char select_range[] =
    "SELECT first, rest FROM search_postings WHERE param = ?1 AND value BETWEEN ?2 AND ?3"
    " ORDER BY value, first";
static const char select_after[] =
    "SELECT first, rest FROM search_postings WHERE param = ?1 AND value = ?2 AND first > ?3"
    " ORDER BY first";
static const char select_all[] =
    "SELECT first, rest, param, value FROM search_postings WHERE first <= ?1";
static const char write_block[] =
    "INSERT OR REPLACE INTO search_postings (param, value, first, n, rest) VALUES (?1, ?2, ?3, ?4, "
    "?5)";
static const char delete_block[] =
    "DELETE FROM search_postings WHERE param = ?1 AND value = ?2 AND first = ?3";

/* --- the form of a block: differences, seven bits a byte, the last one without the eighth --- */

static void
append_difference (GByteArray *rest, guint64 difference)
{
  guint8 bytes[10];
  guint n = 0;

  for (; difference >= 0x80; difference >>= 7)
    bytes[n++] = (guint8)(difference | 0x80);
  bytes[n++] = (guint8)difference;
  g_byte_array_append (rest, bytes, n);
}

/* stmt stands on a row that begins with first and rest. */
static void
read_block (OmcStmt *stmt, GArray *resources)
{
  gint64 resource = omc_stmt_get_integer (stmt, 0);
  gsize length;
  const guint8 *rest = omc_stmt_get_blob (stmt, 1, &length);
  guint64 difference = 0;
  guint shift = 0;

  g_array_append_val (resources, resource);
  for (gsize i = 0; i < length; i++)
    {
      difference |= (guint64)(rest[i] & 0x7f) << shift;
      shift = MIN (shift + 7, 63);
      if (rest[i] & 0x80)
        continue;
      resource += (gint64)difference;
      g_array_append_val (resources, resource);
      difference = 0;
      shift = 0;
    }
}

static gboolean
write_one (OmcSession *session,
           const OmcPosting *list,
           const gint64 *resources,
           guint n,
           GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, write_block, error);
  g_autoptr (GByteArray) rest = g_byte_array_sized_new (2 * MAX_BLOCK);

  if (stmt == NULL)
    return FALSE;
  for (guint i = 1; i < n; i++)
    append_difference (rest, (guint64)(resources[i] - resources[i - 1]));
  omc_stmt_bind_integer (stmt, 1, list->param);
  omc_stmt_bind_integer (stmt, 2, list->value);
  omc_stmt_bind_integer (stmt, 3, resources[0]);
  omc_stmt_bind_integer (stmt, 4, n);
  omc_stmt_bind_blob (stmt, 5, rest->data != NULL ? rest->data : (const guint8 *)"", rest->len);

  return omc_stmt_run (stmt, error);
}

static OmcStmt *
prepare (OmcSession *session, const char *sql, const OmcPosting *list, gint64 third, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, sql, error);

  if (stmt == NULL)
    return NULL;
  omc_stmt_bind_integer (stmt, 1, list->param);
  omc_stmt_bind_integer (stmt, 2, list->value);
  omc_stmt_bind_integer (stmt, 3, third);

  return stmt;
}

/* The block in which the resource stands or belongs; empty when there is none. */
static gboolean
find_block (OmcSession *session, const OmcPosting *posting, GArray *block, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = prepare (session, select_block, posting, posting->resource, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    read_block (stmt, block);

  return step != OMC_STEP_ERROR;
}

/* Where the block after the one of the posting begins. */
static gboolean
find_next (OmcSession *session, const OmcPosting *posting, gint64 *next, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = prepare (session, select_next, posting, posting->resource, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  step = omc_stmt_step (stmt, error);
  *next = step == OMC_STEP_ROW ? omc_stmt_get_integer (stmt, 0) : G_MAXINT64;

  return step != OMC_STEP_ERROR;
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  const gint64 *left = a, *right = b;

  return (*left > *right) - (*left < *right);
}

/* One list is in order, and may be long. */
static gboolean
is_rising (GArray *numbers)
{
  for (guint i = 1; i < numbers->len; i++)
    {
      if (g_array_index (numbers, gint64, i) <= g_array_index (numbers, gint64, i - 1))
        return FALSE;
    }

  return TRUE;
}

void
omc_postings_sort_resources (GArray *numbers)
{
  guint n = 0;

  if (is_rising (numbers))
    return;
  g_array_sort (numbers, compare_numbers);
  for (guint i = 0; i < numbers->len; i++)
    {
      if (n == 0 || g_array_index (numbers, gint64, i) != g_array_index (numbers, gint64, n - 1))
        g_array_index (numbers, gint64, n++) = g_array_index (numbers, gint64, i);
    }
  g_array_set_size (numbers, n);
}

/* A list that grows at its end fills its blocks; one that grows elsewhere leaves room. */
static gboolean
write_blocks (OmcSession *session,
              const OmcPosting *list,
              GArray *resources,
              gboolean at_end,
              GError **error)
{
  guint size = resources->len <= MAX_BLOCK || at_end ? MAX_BLOCK : MAX_BLOCK / 2;

  for (guint i = 0; i < resources->len; i += size)
    {
      if (!write_one (session, list, &g_array_index (resources, gint64, i),
                      MIN (size, resources->len - i), error))
        return FALSE;
    }

  return TRUE;
}

/* Those of one value, rising. */
static gboolean
add_run (OmcSession *session, const OmcPosting *run, guint n, GError **error)
{
  g_autoptr (GArray) block = g_array_sized_new (FALSE, FALSE, sizeof (gint64), 2 * MAX_BLOCK);

  for (guint i = 0; i < n;)
    {
      gint64 next = G_MAXINT64, last = G_MININT64;
      gboolean at_end;

      g_array_set_size (block, 0);
      if (!find_block (session, &run[i], block, error) ||
          (n - i > 1 && !find_next (session, &run[i], &next, error)))
        return FALSE;
      if (block->len > 0)
        last = g_array_index (block, gint64, block->len - 1);
      at_end = run[i].resource > last && next == G_MAXINT64;
      do
        g_array_append_val (block, run[i].resource);
      while (++i < n && run[i].resource < next);
      omc_postings_sort_resources (block);
      if (!write_blocks (session, run, block, at_end, error))
        return FALSE;
    }

  return TRUE;
}

gint
omc_postings_compare (gconstpointer a, gconstpointer b)
{
  const OmcPosting *left = a, *right = b;

  if (left->param != right->param)
    return left->param < right->param ? -1 : 1;
  if (left->value != right->value)
    return left->value < right->value ? -1 : 1;

  return (left->resource > right->resource) - (left->resource < right->resource);
}

gboolean
omc_postings_add (OmcSession *session, GArray *postings, GError **error)
{
  const OmcPosting *all = (const OmcPosting *)(gpointer)postings->data;

  g_array_sort (postings, omc_postings_compare);
  for (guint i = 0, end; i < postings->len; i = end)
    {
      for (end = i + 1;
           end < postings->len && all[end].param == all[i].param && all[end].value == all[i].value;)
        end++;
      if (!add_run (session, &all[i], end - i, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
find_place (GArray *block, gint64 resource, guint *place)
{
  return block->len > 0 && g_array_binary_search (block, &resource, compare_numbers, place);
}

gboolean
omc_postings_contain (OmcSession *session,
                      const OmcPosting *posting,
                      gboolean *contained,
                      GError **error)
{
  g_autoptr (GArray) block = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (!find_block (session, posting, block, error))
    return FALSE;
  *contained = find_place (block, posting->resource, NULL);

  return TRUE;
}

gboolean
omc_postings_remove (OmcSession *session, const OmcPosting *posting, GError **error)
{
  g_autoptr (GArray) block = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint place;

  if (!find_block (session, posting, block, error))
    return FALSE;
  if (!find_place (block, posting->resource, &place))
    return TRUE;
  if (place == 0)
    {
      OmcStmt *stmt = prepare (session, delete_block, posting, posting->resource, error);

      if (stmt == NULL || !omc_stmt_run (stmt, error))
        return FALSE;
    }
  g_array_remove_index (block, place);

  return block->len == 0 || write_blocks (session, posting, block, FALSE, error);
}

gboolean
omc_postings_remove_resource (OmcSession *session, gint64 resource, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_all, error);
  g_autoptr (GArray) block = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (OmcPosting));
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, resource);
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      OmcPosting posting = { omc_stmt_get_integer (stmt, 2), omc_stmt_get_integer (stmt, 3),
                             resource };

      g_array_set_size (block, 0);
      read_block (stmt, block);
      if (find_place (block, resource, NULL))
        g_array_append_val (found, posting);
    }
  for (guint i = 0; step == OMC_STEP_DONE && i < found->len; i++)
    {
      if (!omc_postings_remove (session, &g_array_index (found, OmcPosting, i), error))
        return FALSE;
    }

  return step == OMC_STEP_DONE;
}

gboolean
omc_postings_list (OmcSession *session,
                   gint64 param,
                   gint64 low,
                   gint64 high,
                   guint max,
                   GArray *resources,
                   gboolean *complete,
                   GError **error)
{
  const OmcPosting list = { param, low, 0 };
  g_autoptr (OmcStmtUse) stmt = prepare (session, select_range, &list, high, error);
  OmcStep step = OMC_STEP_ROW;

  if (stmt == NULL)
    return FALSE;
  while (resources->len <= max && (step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    read_block (stmt, resources);
  *complete = step == OMC_STEP_DONE;

  return step != OMC_STEP_ERROR;
}

gboolean
omc_postings_list_after (OmcSession *session,
                         gint64 param,
                         gint64 value,
                         gint64 after,
                         guint max,
                         GArray *resources,
                         GError **error)
{
  const OmcPosting list = { param, value, after };
  g_autoptr (GArray) block = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (OmcStmtUse) stmt = NULL;
  const guint wanted = max < G_MAXUINT - resources->len ? resources->len + max : G_MAXUINT;
  OmcStep step = OMC_STEP_ROW;

  if (!find_block (session, &list, block, error))
    return FALSE;
  for (guint i = 0; i < block->len; i++)
    {
      if (g_array_index (block, gint64, i) > after)
        g_array_append_val (resources, g_array_index (block, gint64, i));
    }
  stmt = prepare (session, select_after, &list, after, error);
  if (stmt == NULL)
    return FALSE;
  while (resources->len < wanted && (step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    read_block (stmt, resources);

  return step != OMC_STEP_ERROR;
}
