/* test-vitals-form.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-news2-chip.h"
#include "omc-ui-test.h"
#include "omc-vitals-form.h"

#define NOW G_GINT64_CONSTANT (1795449600000000)

typedef struct
{
  OmcClock *clock;
  OmcVitalsDraft *draft;
  GtkWidget *form;
  GtkWindow *window;
  guint saves;
} Fixture;

static void
count_save_cb (Fixture *fixture)
{
  fixture->saves++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->clock = omc_clock_new_manual (NOW);
  fixture->draft = omc_vitals_draft_new (fixture->clock);
  omc_vitals_draft_set_patient (fixture->draft, OMC_NEWS2_SCOPE_ADULT, 1, NULL, 0);
  fixture->form = g_object_new (OMC_TYPE_VITALS_FORM, NULL);
  omc_vitals_form_set_draft (OMC_VITALS_FORM (fixture->form), fixture->draft, fixture->clock);
  g_signal_connect_swapped (fixture->form, "save", G_CALLBACK (count_save_cb), fixture);
  fixture->window = omc_ui_test_show (fixture->form, 1280, 640, "vitals-form-empty");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  omc_ui_test_close (fixture->window, fixture->form);
  g_assert_finalize_object (fixture->draft);
  g_object_unref (fixture->clock);
}

static void
type (Fixture *fixture, const char *name, const char *text)
{
  GtkWidget *entry = omc_ui_test_find (fixture->form, GTK_TYPE_ENTRY, name);

  g_assert_nonnull (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

static void
press (Fixture *fixture, const char *name)
{
  GtkWidget *button = omc_ui_test_find (fixture->form, GTK_TYPE_BUTTON, name);

  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
}

static void
type_whole_set (Fixture *fixture)
{
  type (fixture, "Respiration rate", "18");
  type (fixture, "Oxygen saturation", "97");
  press (fixture, "Breathing room air");
  type (fixture, "Systolic blood pressure", "160");
  type (fixture, "Diastolic blood pressure", "80");
  type (fixture, "Pulse", "76");
  press (fixture, "Alert");
  press (fixture, "Temperature in °F");
  type (fixture, "Temperature", "98.6");
}

/* No default numbers, ever. */
static void
test_starts_empty (Fixture *fixture, gconstpointer data)
{
  for (guint kind = 0; kind < OMC_VITAL_GCS; kind++)
    g_assert_cmpstr (omc_vitals_draft_get_text (fixture->draft, kind), ==, "");
  g_assert_false (omc_vitals_draft_get_dirty (fixture->draft));
  gtk_widget_activate_action (fixture->form, "vitals.save", NULL);
  g_assert_cmpuint (fixture->saves, ==, 0);
}

static void
test_typed_unit_is_kept (Fixture *fixture, gconstpointer data)
{
  type_whole_set (fixture);
  g_assert_cmpstr (omc_vitals_draft_get_text (fixture->draft, OMC_VITAL_TEMPERATURE), ==, "98.6");
  g_assert_cmpstr (omc_vitals_draft_get_unit (fixture->draft, OMC_VITAL_TEMPERATURE), ==, "[degF]");
  g_assert_true (omc_vitals_draft_get_news2 (fixture->draft)->complete);
  g_assert_cmpint (omc_vitals_draft_get_news2 (fixture->draft)->total, ==, 0);
}

static void
test_fits_the_small_screen (Fixture *fixture, gconstpointer data)
{
  int width;

  type_whole_set (fixture);
  gtk_widget_measure (fixture->form, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
  g_assert_cmpint (width, <=, 1024);
}

static void
test_saves_once_when_valid (Fixture *fixture, gconstpointer data)
{
  type_whole_set (fixture);
  gtk_widget_activate_action (fixture->form, "vitals.save", NULL);
  g_assert_cmpuint (fixture->saves, ==, 1);
  omc_vitals_form_set_busy (OMC_VITALS_FORM (fixture->form), TRUE);
  gtk_widget_activate_action (fixture->form, "vitals.save", NULL);
  g_assert_cmpuint (fixture->saves, ==, 1);
}

/* One of the buttons "Yes, Measured" can be seen. */
static gboolean
offers_to_confirm (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget) && gtk_widget_get_mapped (widget) &&
      g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), "Yes, Measured") == 0)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    if (offers_to_confirm (child))
      return TRUE;

  return FALSE;
}

static void
test_refuses_the_impossible (Fixture *fixture, gconstpointer data)
{
  type_whole_set (fixture);
  type (fixture, "Oxygen saturation", "970");
  g_assert_false (omc_vitals_draft_get_valid (fixture->draft));
  gtk_widget_activate_action (fixture->form, "vitals.save", NULL);
  g_assert_cmpuint (fixture->saves, ==, 0);
  g_assert_false (offers_to_confirm (fixture->form));
}

/* Unusual, and a person may say that it is so. (215 is a time of day as well.) */
static void
test_asks_for_the_unusual (Fixture *fixture, gconstpointer data)
{
  type (fixture, "Pulse", "265");
  g_assert_true (offers_to_confirm (fixture->form));
}

/* RCP 2017: a respiration rate of 22 scores 2, a saturation of 95 % scores 1. */
static void
test_shows_each_score (Fixture *fixture, gconstpointer data)
{
  g_assert_null (omc_ui_test_find (fixture->form, OMC_TYPE_NEWS2_CHIP, "Score 2"));
  type (fixture, "Respiration rate", "22");
  type (fixture, "Oxygen saturation", "95");
  g_assert_nonnull (omc_ui_test_find (fixture->form, OMC_TYPE_NEWS2_CHIP, "Score 2"));
  g_assert_nonnull (omc_ui_test_find (fixture->form, OMC_TYPE_NEWS2_CHIP, "Score 1"));
}

/* 98.6 in a Celsius field: offered as Fahrenheit, changed only when a person takes it. */
static void
test_offers_the_likely_slip (Fixture *fixture, gconstpointer data)
{
  type (fixture, "Temperature", "98.6");
  g_assert_cmpstr (omc_vitals_draft_get_unit (fixture->draft, OMC_VITAL_TEMPERATURE), ==, "Cel");
  press (fixture, "Use 98.6*");
  g_assert_cmpstr (omc_vitals_draft_get_unit (fixture->draft, OMC_VITAL_TEMPERATURE), ==, "[degF]");
  g_assert_cmpstr (omc_vitals_draft_get_text (fixture->draft, OMC_VITAL_TEMPERATURE), ==, "98.6");
}

static void
test_choice_can_be_taken_back (Fixture *fixture, gconstpointer data)
{
  press (fixture, "On oxygen");
  g_assert_cmpstr (omc_vitals_draft_get_text (fixture->draft, OMC_VITAL_OXYGEN), ==, "oxygen");
  press (fixture, "On oxygen");
  g_assert_cmpstr (omc_vitals_draft_get_text (fixture->draft, OMC_VITAL_OXYGEN), ==, "");
}

static void
test_time_chip_dates_back (Fixture *fixture, gconstpointer data)
{
  press (fixture, "Taken 15 minutes ago");
  g_assert_cmpint (omc_vitals_draft_get_taken_at (fixture->draft), ==,
                   NOW - 15 * G_TIME_SPAN_MINUTE);
  press (fixture, "Taken now");
  g_assert_cmpint (omc_vitals_draft_get_taken_at (fixture->draft), ==, 0);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *, gconstpointer);
  } tests[] = {
    { "/ui/vitals-form/starts-empty", test_starts_empty },
    { "/ui/vitals-form/typed-unit-is-kept", test_typed_unit_is_kept },
    { "/ui/vitals-form/saves-once-when-valid", test_saves_once_when_valid },
    { "/ui/vitals-form/refuses-the-impossible", test_refuses_the_impossible },
    { "/ui/vitals-form/asks-for-the-unusual", test_asks_for_the_unusual },
    { "/ui/vitals-form/shows-each-score", test_shows_each_score },
    { "/ui/vitals-form/offers-the-likely-slip", test_offers_the_likely_slip },
    { "/ui/vitals-form/choice-can-be-taken-back", test_choice_can_be_taken_back },
    { "/ui/vitals-form/time-chip-dates-back", test_time_chip_dates_back },
    { "/ui/vitals-form/fits-the-small-screen", test_fits_the_small_screen },
  };

  if (!omc_ui_test_init (&argc, &argv))
    return 0;

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);

  return g_test_run ();
}
