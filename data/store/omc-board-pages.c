/* omc-board-pages.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-board-pages.h"

#include "omc-board-builder.h"
#include "omc-board-private.h"
#include "omc-glass-dao.h"
#include "omc-resource-facts.h"

/* A word of more people than this is no way to find them: the order is walked, and each is asked for the word. */
#define MANY_HITS "1000"

typedef struct
{
  OmcSession *session;
  const OmcBoardQuery *query;
  const OmcBoardScope *scope;
  gint64 now_us;
  GString *where;     /* (owned) */
  GPtrArray *texts;   /* (owned) (element-type utf8): bound in this order from ?10 on */
  gboolean names_few; /* by a word of few people */
} Page;

static void
add_text (Page *page, const char *condition, char *text)
{
  g_ptr_array_add (page->texts, text);
  for (const char *p = condition; *p != '\0'; p++)
    {
      if (*p == '?')
        g_string_append_printf (page->where, "?%u", 9 + page->texts->len);
      else
        g_string_append_c (page->where, *p);
    }
}

static char *
quote_word (const char *word, const char *suffix)
{
  g_autoptr (GString) quoted = g_string_new (word);

  g_string_replace (quoted, "\"", "\"\"", 0);

  return g_strdup_printf ("\"%s\"%s", quoted->str, suffix);
}

static gboolean
has_many (OmcSession *session, const char *sql, const char *match)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, sql, NULL);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, match);

  return omc_stmt_step (stmt, NULL) == OMC_STEP_ROW;
}

static void
add_word (Page *page, const char *word)
{
  static const char probe_words[] =
      "SELECT 1 FROM board_words WHERE words MATCH ?1 LIMIT 1 OFFSET " MANY_HITS;
  static const char probe_starts[] =
      "SELECT 1 FROM board_starts WHERE board_starts MATCH ?1 LIMIT 1 OFFSET " MANY_HITS;
  glong length = g_utf8_strlen (word, -1);
  gboolean anywhere = length >= 3;
  g_autofree char *match = quote_word (word, anywhere ? "" : "*");
  gboolean many;

  if (!anywhere && (length == 0 || !g_unichar_isalnum (g_utf8_get_char (word))))
    return;
  many = has_many (page->session, anywhere ? probe_words : probe_starts, match);
  page->names_few = page->names_few || !many;
  g_string_append (page->where, many ? " AND +" : " AND ");
  add_text (page,
            anywhere ? "patient IN (SELECT rowid FROM board_words WHERE words MATCH ?)"
                     : "patient IN (SELECT rowid FROM board_starts WHERE board_starts MATCH ?)",
            g_steal_pointer (&match));
}

/* Three letters and more match anywhere in a word, fewer its start. */
static void
add_words (Page *page, const char *text)
{
  g_autofree char *folded = omc_text_fold (text);
  g_auto (GStrv) words = g_strsplit_set (folded, " \t,", -1);

  for (guint i = 0; words[i] != NULL; i++)
    add_word (page, words[i]);
}

/* As OmcAccessGuard has it. */
static void
add_scope (Page *page)
{
  const OmcBoardScope *scope = page->scope;
  g_autofree char *open = NULL;

  add_text (page, " AND (active = 0 OR ward_id IS NULL OR ward_id = ?", g_strdup (scope->ward));
  g_ptr_array_add (page->texts, g_strconcat (OMC_BOARD_LOOSE_PLACE, scope->ward, NULL));
  g_string_append_printf (page->where, " OR ward_id = ?%u", 9 + page->texts->len);
  open = omc_glass_dao_list_open (page->session, scope->user);
  g_string_append_printf (page->where, " OR patient IN (%s))", open);
}

static void
make_conditions (Page *page)
{
  const OmcBoardQuery *query = page->query;

  g_string_append (page->where, query->all_patients ? "1" : "active = 1");
  if (query->filter & OMC_BOARD_OVERDUE)
    g_string_append (page->where, " AND due_at > 0 AND due_at < ?1");
  if (query->filter & OMC_BOARD_DETERIORATING)
    g_string_append (page->where, " AND deteriorating");
  if (query->filter & OMC_BOARD_UNSENT)
    g_string_append (page->where, " AND n_unsent > 0");
  if (query->filter & OMC_BOARD_CONFLICT)
    g_string_append (page->where, " AND n_conflicts > 0");
  if (query->location != NULL)
    add_text (page, " AND ward_id = ?", g_strdup (query->location));
  if (query->text != NULL && *query->text != '\0')
    add_words (page, query->text);
  if (page->scope->ward != NULL)
    add_scope (page);
}

/* Few people are looked up one by one; else an order's index is walked. */
static const char *
walk_of (const Page *page)
{
  return page->names_few ? " NOT INDEXED" : "";
}

static void
bind_page (OmcStmt *stmt, const Page *page)
{
  omc_stmt_bind_integer (stmt, 1, page->now_us);
  for (guint i = 0; i < page->texts->len; i++)
    omc_stmt_bind_text (stmt, (int)i + 10, g_ptr_array_index (page->texts, i));
}

static gboolean
count_rows (OmcSession *session, const Page *page, const char *also, guint *n, GError **error)
{
  /* The first parameter is always named, so that it can always be bound. */
  g_autofree char *sql =
      g_strdup_printf ("SELECT count(*) FROM ward_board%s WHERE ?1 IS NOT NULL AND %s%s",
                       walk_of (page), page->where->str, also);
  g_autoptr (OmcStmt) stmt = omc_db_prepare_once (session->db, sql, error);

  if (stmt == NULL)
    return FALSE;
  bind_page (stmt, page);
  if (omc_stmt_step (stmt, error) != OMC_STEP_ROW)
    return FALSE;
  *n = (guint)omc_stmt_get_integer (stmt, 0);

  return TRUE;
}

static gboolean
read_rows (OmcSession *session,
           const Page *page,
           const char *also,
           const char *order,
           guint offset,
           guint limit,
           GPtrArray *rows,
           GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT " OMC_BOARD_ROW_COLUMNS
                                          " FROM ward_board b JOIN patients p ON p.pk = b.patient"
                                          " WHERE b.patient IN (SELECT patient FROM ward_board%s "
                                          "WHERE ?1 IS NOT NULL AND %s%s ORDER BY %s LIMIT ?2"
                                          " OFFSET ?3) ORDER BY %s",
                                          walk_of (page), page->where->str, also, order, order);
  g_autoptr (OmcStmt) stmt = omc_db_prepare_once (session->db, sql, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  bind_page (stmt, page);
  omc_stmt_bind_integer (stmt, 2, limit);
  omc_stmt_bind_integer (stmt, 3, offset);
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    g_ptr_array_add (rows, omc_board_row_read (stmt));

  return step == OMC_STEP_DONE;
}

/* The whole number, which the next page of the same list asks for again: remembered by a reader until somebody writes,
 * unless it changes with time. */
static gboolean
count_all (OmcSession *session, const Page *page, guint *n, GError **error)
{
  gboolean lasting = (page->query->filter & OMC_BOARD_OVERDUE) == 0 && page->scope->ward == NULL &&
                     !omc_db_is_in_transaction (session->db);
  gint64 version = lasting ? omc_db_get_data_version (session->db) : 0;
  g_autoptr (GString) asked = g_string_new (page->where->str);

  for (guint i = 0; i < page->texts->len; i++)
    g_string_append_printf (asked, "\n%s", (const char *)g_ptr_array_index (page->texts, i));
  if (lasting && version == session->counted_version &&
      g_strcmp0 (asked->str, session->counted) == 0)
    {
      *n = session->count;
      return TRUE;
    }
  if (!count_rows (session, page, "", n, error))
    return FALSE;
  if (lasting)
    {
      g_set_str (&session->counted, asked->str);
      session->counted_version = version;
      session->count = *n;
    }

  return TRUE;
}

/* Who is overdue comes first; then the others in the same order. */
static gboolean
read_by_risk (OmcSession *session,
              const Page *page,
              guint offset,
              guint limit,
              GPtrArray *rows,
              GError **error)
{
  static const char order[] = "risk DESC, news2 DESC, due_at, patient";
  static const char overdue[] = " AND due_at > 0 AND due_at < ?1";
  static const char others[] = " AND NOT (due_at > 0 AND due_at < ?1)";
  guint n_overdue;

  if (!count_rows (session, page, overdue, &n_overdue, error))
    return FALSE;
  if (offset < n_overdue && !read_rows (session, page, overdue, order, offset, limit, rows, error))
    return FALSE;
  if (rows->len >= limit)
    return TRUE;

  return read_rows (session, page, others, order, offset > n_overdue ? offset - n_overdue : 0,
                    limit - rows->len, rows, error);
}

GPtrArray *
omc_board_pages_list (OmcSession *session,
                      const OmcBoardQuery *query,
                      const OmcBoardScope *scope,
                      guint offset,
                      guint limit,
                      guint *total,
                      GError **error)
{
  static const char *const orders[] = {
    [OMC_BOARD_SORT_BED] = "bed_key, patient",
    [OMC_BOARD_SORT_NAME] = "name_key, patient",
    [OMC_BOARD_SORT_DUE] = "due_at, patient",
  };
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_board_row_unref);
  Page page = { session,
                query,
                scope,
                omc_clock_get_now (session->clock),
                g_string_new (NULL),
                g_ptr_array_new_with_free_func (g_free),
                FALSE };
  gboolean done;

  make_conditions (&page);
  done = total == NULL || count_all (session, &page, total, error);
  if (done && limit > 0)
    done = query->sort == OMC_BOARD_SORT_RISK
               ? read_by_risk (session, &page, offset, limit, rows, error)
               : read_rows (session, &page, "", orders[query->sort], offset, limit, rows, error);
  g_string_free (page.where, TRUE);
  g_ptr_array_unref (page.texts);

  return done ? g_steal_pointer (&rows) : NULL;
}
