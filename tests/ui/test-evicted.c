/* test-evicted.c: a chart that was removed from the device is no chart that there is not
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "cache-ward.h"
#include "omc-board-page.h"
#include "omc-patient-page.h"
#include "omc-ui-test.h"

/* The first patient's chart went, the second lies on the ward. */
typedef struct
{
  CacheWard ward;
  OmcSyncService *sync;
  GSettings *settings;
  OmcUiSession *session;
  GtkWidget *widget;
  GtkWindow *window;
  const char *wanted; /* what is waited for */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  const OmcRetention policy = { .retention_us = 30 * G_TIME_SPAN_DAY };
  g_autoptr (OmcSyncConfig) config = omc_sync_config_new ();
  CacheWard *ward = &f->ward;

  store_fixture_set_up (&ward->f, NULL);
  ward->random = g_rand_new_with_seed (1);
  cache_ward_send_patient (ward, 0, 20);
  ward->traits[1] = TRAIT_ON_WARD;
  cache_ward_send_patient (ward, 1, 5);
  cache_ward_confirm (ward);
  cache_ward_reopen (ward, &policy, 0);
  cache_ward_wait_for_first_look (ward);
  omc_clock_advance (ward->f.clock, 40 * G_TIME_SPAN_DAY);
  g_assert_cmpuint (cache_ward_evict (ward).n_charts, ==, 1);
  f->sync = omc_sync_service_new (ward->f.store, config);
  f->settings = g_settings_new (OMC_APP_ID);
  f->session = omc_ui_session_new (ward->f.store, f->sync, ward->f.nurse, f->settings);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  omc_ui_test_close (f->window, f->widget);
  g_clear_object (&f->session);
  omc_sync_service_stop (f->sync);
  g_clear_object (&f->sync);
  g_clear_object (&f->settings);
  cache_ward_tear_down (&f->ward);
}

static gboolean
says (gpointer user_data)
{
  Fixture *f = user_data;

  return omc_ui_test_find (f->widget, GTK_TYPE_LABEL, f->wanted) != NULL;
}

static void
assert_says (Fixture *f, const char *pattern)
{
  f->wanted = pattern;
  if (!omc_ui_test_wait (says, f))
    g_error ("nothing says \"%s\"", pattern);
}

static void
test_search (Fixture *f, gconstpointer data)
{
  GtkWidget *entry;

  f->widget = g_object_new (OMC_TYPE_BOARD_PAGE, NULL);
  omc_board_page_set_session (OMC_BOARD_PAGE (f->widget), f->session);
  f->window = omc_ui_test_show (f->widget, 1024, 700, NULL);
  entry = omc_ui_test_find (f->widget, GTK_TYPE_SEARCH_ENTRY, "Search patients");
  g_assert_nonnull (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), "nobody of that name");
  assert_says (f, "*1 chart is on the server only*");
  omc_board_page_set_session (OMC_BOARD_PAGE (f->widget), NULL);
}

static void
test_chart (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  OmcCacheStatus status = { 0 };
  GtkWidget *button;

  f->widget = adw_navigation_view_new ();
  adw_navigation_view_push (ADW_NAVIGATION_VIEW (f->widget),
                            omc_patient_page_new (f->session, "p0"));
  f->window = omc_ui_test_show (f->widget, 1024, 700, NULL);
  assert_says (f, "*removed from this device*");
  button = omc_ui_test_find (f->widget, GTK_TYPE_BUTTON, "Ask the Server for It");
  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  assert_says (f, "It was asked for*");
  omc_store_get_cache_status_sync (f->ward.f.store, &status, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (status.n_wanted, ==, 1);
}

int
main (int argc, char **argv)
{
  if (!omc_ui_test_init (&argc, &argv))
    return 0;

  g_test_add ("/ui/evicted/a-search-that-finds-nobody-tells-of-it", Fixture, NULL, set_up,
              test_search, tear_down);
  g_test_add ("/ui/evicted/a-chart-is-asked-for", Fixture, NULL, set_up, test_chart, tear_down);

  return g_test_run ();
}
