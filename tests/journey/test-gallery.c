/* test-gallery.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "omc-bedside.h"

#include <stdlib.h>

/* Opens every screen once. With OMNICARE_TOUR_DIR set there is a picture of each; the variants (size, text, direction,
 * colours) are of the session that runs it. Proved here: what can be pressed or written in is not cut off at a side,
 * and at a bedside a gloved finger can hit it (WCAG 2.5.5: 44 px). */

#define TOUCH_PX 44
/* Places are told without the padding of what stands around. */
#define SLACK_PX 8

typedef struct
{
  const char *screen;
  int width;
  gboolean kiosk;
} Look;

static gboolean
is_control (AtspiRole role)
{
  return role == ATSPI_ROLE_BUTTON || role == ATSPI_ROLE_TOGGLE_BUTTON ||
         role == ATSPI_ROLE_ENTRY || role == ATSPI_ROLE_TEXT || role == ATSPI_ROLE_PAGE_TAB ||
         role == ATSPI_ROLE_COMBO_BOX;
}

static void
check_control (AtspiAccessible *node, AtspiRole role, gpointer user_data)
{
  Look *look = user_data;
  AtspiComponent *component =
      is_control (role) ? atspi_accessible_get_component_iface (node) : NULL;
  g_autofree AtspiRect *box = NULL;
  g_autofree char *name = NULL;

  if (component == NULL)
    return;
  box = atspi_component_get_extents (component, ATSPI_COORD_TYPE_WINDOW, NULL);
  g_object_unref (component);
  if (box == NULL || box->width <= 0)
    return;
  name = atspi_accessible_get_name (node, NULL);
  if (box->x < -SLACK_PX || box->x + box->width > look->width + SLACK_PX)
    {
      g_test_message ("%s: \"%s\" from %d to %d is cut off at %d", look->screen, name, box->x,
                      box->x + box->width, look->width);
      g_test_fail ();
    }
  if (look->kiosk && role != ATSPI_ROLE_TEXT && (box->width < TOUCH_PX || box->height < TOUCH_PX))
    {
      g_test_message ("%s: \"%s\" of %d x %d is too small to touch", look->screen, name, box->width,
                      box->height);
      g_test_fail ();
    }
}

static void
look (OmcBedside *self, const char *name)
{
  Look look = { name, atoi (g_getenv ("OMNICARE_DISPLAY_SIZE")),
                g_getenv ("OMNICARE_GALLERY_OPTION") != NULL };

  omc_gui_picture (self->gui, name, name);
  omc_gui_foreach (self->gui, check_control, &look);
}

static void
look_at_first_run (OmcBedside *self)
{
  omc_bedside_start (self, g_getenv ("OMNICARE_GALLERY_OPTION"), NULL);
  omc_gui_wait_for (self->gui, "Welcome to OmniCare");
  look (self, "first-run");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Enrol This Device");
  omc_gui_enter (self->gui, "FHIR server address*", "not an address");
  omc_gui_wait_for (self->gui, "The server address is not a web address*");
  look (self, "enrolment");
  omc_bedside_stop (self);
}

static void
look_at_sign_in (OmcBedside *self)
{
  omc_bedside_start (self, "--user", "anna", g_getenv ("OMNICARE_GALLERY_OPTION"), NULL);
  omc_bedside_sign_in (self, "wrong passphrase");
  omc_gui_wait_for (self->gui, "Wrong passphrase*");
  look (self, "sign-in");
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_gui_wait_for (self->gui, "24 patients");
}

static void
look_at_places (OmcBedside *self)
{
  static const struct
  {
    const char *page, *mark;
  } places[] = {
    { "Sync", "Sync Now" },
    { "Conflicts", NULL },
    { "Figures", NULL },
    { "Audit", NULL },
    { "Ward Board", "Search patients" },
  };

  look (self, "board");
  omc_gui_enter (self->gui, "Search patients", "nobody of that name");
  omc_gui_wait_for (self->gui, "No Patient Found");
  look (self, "board-empty");
  omc_gui_enter (self->gui, "Search patients", "");
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      omc_gui_select_page (self->gui, places[i].page);
      if (places[i].mark != NULL)
        omc_gui_wait_for (self->gui, places[i].mark);
      look (self, places[i].page);
    }
}

static void
look_at_dialogs (OmcBedside *self)
{
  omc_gui_press (self->gui, "<Control>,");
  omc_gui_wait_for (self->gui, "Preferences");
  look (self, "preferences");
  omc_gui_press (self->gui, "Escape");
  omc_gui_press (self->gui, "<Control>?");
  omc_gui_wait_for (self->gui, "Shortcuts");
  omc_gui_picture (self->gui, "shortcuts", "A window of its own, which is GTK's.");
  omc_gui_press (self->gui, "Escape");
  omc_gui_press (self->gui, "F1");
  omc_gui_wait_for (self->gui, "Help");
  omc_gui_picture (self->gui, "help", "A window of its own.");
  omc_gui_press (self->gui, "Escape");
}

static void
look_at_patient (OmcBedside *self)
{
  static const char *const tabs[] = { "Vitals Chart", "Flowsheet", "Medication",
                                      "Problems",     "Allergies", "Timeline" };

  omc_bedside_open_patient (self);
  look (self, "overview");
  for (guint i = 0; i < G_N_ELEMENTS (tabs); i++)
    {
      omc_gui_select_page (self->gui, tabs[i]);
      look (self, tabs[i]);
    }
  omc_gui_press (self->gui, "<Control>e");
  omc_gui_wait_for (self->gui, "Save Changes");
  look (self, "demographics");
  omc_gui_press (self->gui, "Escape");
  omc_gui_wait_gone (self->gui, "Save Changes");
}

static void
look_at_vitals (OmcBedside *self)
{
  omc_bedside_add_vitals (self);
  look (self, "vitals-empty");
  omc_gui_enter (self->gui, "Respiration rate", "26");
  omc_gui_enter (self->gui, "Oxygen saturation", "91");
  omc_gui_click (self->gui, ATSPI_ROLE_TOGGLE_BUTTON, "*oxygen*");
  omc_gui_enter (self->gui, "Systolic blood pressure", "88");
  omc_gui_enter (self->gui, "Diastolic blood pressure", "118");
  omc_gui_enter (self->gui, "Pulse", "400");
  omc_gui_enter (self->gui, "Temperature", "98.6");
  look (self, "vitals-messages");
  omc_gui_enter (self->gui, "Systolic blood pressure", "118");
  omc_gui_enter (self->gui, "Diastolic blood pressure", "72");
  omc_gui_enter (self->gui, "Respiration rate", "18");
  omc_gui_enter (self->gui, "Oxygen saturation", "95");
  omc_gui_enter (self->gui, "Pulse", "84");
  omc_gui_enter (self->gui, "Temperature", "37.4");
  look (self, "vitals-filled");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Save");
  omc_gui_wait_for (self->gui, "Done");
  look (self, "vitals-saved");
}

static void
test_gallery (void)
{
  g_autoptr (OmcBedside) self = omc_bedside_new (24);
  g_autofree char *code = NULL;

  look_at_first_run (self);
  code = omc_bedside_enrol (self);
  omc_world_stop_server (self->world);
  look_at_sign_in (self);
  look_at_places (self);
  look_at_dialogs (self);
  look_at_patient (self);
  look_at_vitals (self);
  omc_bedside_stop (self);
}

int
main (int argc, char **argv)
{
  omc_world_init (&argc, &argv);
  g_test_add_func ("/gallery/every-screen-fits-the-display", test_gallery);
  return g_test_run ();
}
