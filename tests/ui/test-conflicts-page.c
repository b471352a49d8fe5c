/* test-conflicts-page.c: an answer that comes when another conflict is on the screen
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-conflicts-page.h"
#include "omc-ui-test.h"
#include "store-fixture.h"

#define PERSON                                                                                     \
  "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"meta\":{\"versionId\":\"%s\"},\"name\":"          \
  "[{\"family\":\"%s\"}],\"birthDate\":\"%s\"}"
#define KEEP "Record It Again as New"
#define DRAFT "what was decided"

typedef struct
{
  StoreFixture store;
  GtkWidget *page;
  GtkWindow *window;
} Fixture;

static char *
person (const char *id, const char *version, const char *family, const char *birth_date)
{
  return g_strdup_printf (PERSON, id, version, family, birth_date);
}

static void
from_server (Fixture *f, const char *id, const char *version, const char *birth_date)
{
  g_autofree char *json = person (id, version, id, birth_date);

  store_fixture_from_server (&f->store, NULL, json, NULL);
}

/* What was changed here was deleted on the server: a question with two buttons. */
static void
ask_of_deletion (Fixture *f, const char *id)
{
  g_autofree char *edited = person (id, "1", id, "1950-01-02");
  g_autofree char *reference = g_strdup_printf ("Patient/%s", id);
  g_autoptr (OmcResource) local = NULL;
  g_autoptr (GPtrArray) deletions = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  OmcServerBatch batch = { .deletions = deletions };
  OmcServerCounts counts;

  from_server (f, id, "1", "1950-01-01");
  local = store_fixture_save (&f->store, edited);
  g_ptr_array_add (deletions, reference);
  omc_store_apply_server_batch (f->store.store, f->store.device, &batch, &counts, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counts.conflicts, ==, 1);
}

/* 0 when that person is not asked about. */
static gint64
find (Fixture *f, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) open = omc_store_list_conflicts_sync (f->store.store, f->store.nurse,
                                                              OMC_CONFLICTS_OPEN, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < open->len; i++)
    {
      OmcConflict *conflict = g_ptr_array_index (open, i);

      if (g_str_equal (conflict->resource_id, id))
        return conflict->id;
    }

  return 0;
}

static void
put_draft (Fixture *f, gint64 id)
{
  g_autofree char *key = g_strdup_printf ("conflict/%" G_GINT64_FORMAT, id);
  g_autoptr (GBytes) draft = g_bytes_new_static (DRAFT, sizeof DRAFT);
  g_autoptr (GError) error = NULL;

  omc_store_save_draft_sync (f->store.store, f->store.nurse, key, draft, NULL, &error);
  g_assert_no_error (error);
}

typedef struct
{
  gboolean done;
  gboolean found;
} Look;

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Look *look = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) draft = omc_store_load_draft_finish (OMC_STORE (source), result, NULL, &error);

  g_assert_no_error (error);
  look->found = draft != NULL;
  look->done = TRUE;
}

static gboolean
has_draft (Fixture *f, gint64 id)
{
  g_autofree char *key = g_strdup_printf ("conflict/%" G_GINT64_FORMAT, id);
  Look look = { FALSE, FALSE };

  omc_store_load_draft_async (f->store.store, f->store.nurse, key, NULL, looked_cb, &look);
  while (!look.done)
    g_main_context_iteration (NULL, TRUE);

  return look.found;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  OmcConflictsPage *page;

  store_fixture_set_up (&f->store, NULL);
  ask_of_deletion (f, "first");
  ask_of_deletion (f, "second");
  page = g_object_new (OMC_TYPE_CONFLICTS_PAGE, NULL);
  omc_conflicts_page_set_store (page, f->store.store, f->store.nurse);
  f->page = GTK_WIDGET (page);
  f->window = omc_ui_test_show (f->page, 1280, 720, NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  /* Behind all that the page asked of the store. */
  has_draft (f, 1);
  omc_ui_test_close (f->window, f->page);
  store_fixture_tear_down (&f->store, NULL);
}

static gboolean
asks (gpointer user_data)
{
  Fixture *f = user_data;
  GtkWidget *button = omc_ui_test_find (f->page, GTK_TYPE_BUTTON, KEEP);

  return button && gtk_widget_get_mapped (button);
}

static void
open_conflict (Fixture *f, gint64 id)
{
  omc_conflicts_page_open (OMC_CONFLICTS_PAGE (f->page), id);
  g_assert_true (omc_ui_test_wait (asks, f));
}

static void
decide (Fixture *f)
{
  g_signal_emit_by_name (omc_ui_test_find (f->page, GTK_TYPE_BUTTON, KEEP), "clicked");
}

static gboolean
is_first_gone (gpointer user_data)
{
  return find (user_data, "first") == 0;
}

static gboolean
is_first_draft_gone (gpointer user_data)
{
  Fixture *f = user_data;

  return !has_draft (f, GPOINTER_TO_INT (g_object_get_data (G_OBJECT (f->page), "first")));
}

static void
test_forgets_its_own (Fixture *f, gconstpointer data)
{
  gint64 first = find (f, "first");
  gint64 second = find (f, "second");

  g_assert_cmpint (first, !=, 0);
  g_assert_cmpint (second, !=, 0);
  g_object_set_data (G_OBJECT (f->page), "first", GINT_TO_POINTER ((int)first));
  put_draft (f, first);
  put_draft (f, second);
  open_conflict (f, first);
  decide (f);
  omc_conflicts_page_open (OMC_CONFLICTS_PAGE (f->page), second);
  g_assert_true (omc_ui_test_wait (is_first_gone, f));
  g_assert_true (omc_ui_test_wait (is_first_draft_gone, f));
  g_assert_true (has_draft (f, second));
  g_assert_true (omc_ui_test_wait (asks, f));
}

static void
test_goes_back (Fixture *f, gconstpointer data)
{
  open_conflict (f, find (f, "first"));
  decide (f);
  g_assert_true (omc_ui_test_wait (is_first_gone, f));
  for (guint i = 0; i < 1000 && asks (f); i++)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (asks (f));
}

/* Another device was faster: only who still looks at it is led back to it. */
static void
test_stale (Fixture *f, gconstpointer data)
{
  gint64 second = find (f, "second");

  put_draft (f, second);
  open_conflict (f, find (f, "first"));
  from_server (f, "first", "3", "1952-01-01");
  decide (f);
  open_conflict (f, second);
  for (guint i = 0; i < 50; i++)
    {
      g_assert_true (has_draft (f, second));
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  g_assert_cmpint (find (f, "first"), !=, 0);
  decide (f);
  while (has_draft (f, second))
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpint (find (f, "second"), ==, 0);
  g_assert_cmpint (find (f, "first"), !=, 0);
}

int
main (int argc, char *argv[])
{
  if (!omc_ui_test_init (&argc, &argv))
    return 0;

  g_test_add ("/ui/conflicts-page/what-was-decided-forgets-its-own-draft", Fixture, NULL, set_up,
              test_forgets_its_own, tear_down);
  g_test_add ("/ui/conflicts-page/what-was-decided-leads-back-to-the-inbox", Fixture, NULL, set_up,
              test_goes_back, tear_down);
  g_test_add ("/ui/conflicts-page/what-came-too-late-takes-nobody-away", Fixture, NULL, set_up,
              test_stale, tear_down);

  return g_test_run ();
}
