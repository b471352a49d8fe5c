/* test-gallery.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "omc-bedside.h"

#include <libsoup/soup.h>
#include <stdlib.h>
#include <string.h>

/* Opens every screen once. With OMNICARE_TOUR_DIR set there is a picture of each; the variants (size, text, direction,
 * colours) are of the session that runs it. Proved here: what can be pressed or written in is not cut off at a side,
 * and at a bedside a gloved finger can hit it (WCAG 2.5.5: 44 px). */

#define TOUCH_PX 44
/* Of RFC 8032; nothing here was signed with it. */
#define PUBLIC_KEY "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
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
    { "Audit", "Signed in" },
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
  omc_gui_select_page (self->gui, "Security");
  omc_gui_wait_for (self->gui, "Number 1; rotated again in * days");
  look (self, "preferences-security");
  omc_gui_select_page (self->gui, "People");
  omc_gui_wait_for (self->gui, "Bert Cole");
  look (self, "preferences-people");
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
  /* Never a time of day, which is asked about. */
  omc_gui_enter (self->gui, "Systolic blood pressure", "160");
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

/* --- what is there only when work waits, or something stands ill --- */

static GBytes *
with_birth_date (JsonNode *patient, const char *date)
{
  char *text;

  json_object_set_string_member (json_node_get_object (patient), "birthDate", date);
  text = json_to_string (patient, FALSE);

  return g_bytes_new_take (text, strlen (text));
}

static void
edit_here (OmcBedside *self, const char *reference, const char *date)
{
  g_autofree char *file = omc_world_path (self->world, "edit.json");
  g_autoptr (JsonNode) patient = omc_bedside_ctl (self, "get", reference, NULL);
  g_autoptr (GBytes) body = with_birth_date (patient, date);
  g_autoptr (JsonNode) result = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (file, g_bytes_get_data (body, NULL), (gssize)g_bytes_get_size (body),
                       &error);
  g_assert_no_error (error);
  result = omc_bedside_ctl (self, "import", file, NULL);
}

static void
edit_on_server (OmcBedside *self, const char *reference, const char *date)
{
  g_autofree char *url =
      g_strdup_printf ("%s/%s", omc_world_get_server_url (self->world), reference);
  g_autoptr (JsonNode) patient = omc_world_get (self->world, reference);
  g_autoptr (GBytes) body = with_birth_date (patient, date);
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = soup_message_new ("PUT", url);
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;

  soup_message_set_request_body_from_bytes (message, "application/fhir+json", body);
  answer = soup_session_send_and_read (session, message, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
}

/* The server and this device set the birth dates of some patients apart. */
static void
make_conflicts (OmcBedside *self)
{
  g_autoptr (JsonNode) patients = omc_world_get (self->world, "Patient?_count=5");
  g_autoptr (JsonNode) synced = NULL;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *place = g_strdup_printf ("entry[%u].resource.id", i);
      g_autofree char *id = omc_world_pick (patients, place);
      g_autofree char *reference = g_strconcat ("Patient/", id, NULL);

      g_assert_cmpstr (id, !=, "");
      if (g_str_equal (id, OMC_BEDSIDE_PATIENT))
        continue;
      edit_here (self, reference, "1958-04-11");
      edit_on_server (self, reference, "1985-11-04");
    }
  synced = omc_bedside_ctl (self, "sync", "--once", "--server",
                            omc_world_get_server_url (self->world), NULL);
}

static void
look_at_work (OmcBedside *self)
{
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Done");
  omc_gui_wait_for (self->gui, "Patient menu");
  omc_gui_press (self->gui, "<Alt>2");
  omc_gui_wait_for (self->gui, "DOE, John · *");
  look (self, "sync-filled");
  omc_gui_press (self->gui, "<Alt>3");
  omc_gui_wait_for (self->gui, "*Patient details*");
  look (self, "conflicts-filled");
  omc_gui_press (self->gui, "<Alt>1");
  omc_gui_wait_for (self->gui, "Search patients");
  look (self, "board-filled");
}

/* No keyring, and a policy of the site that nobody signed. */
static void
look_at_trouble (OmcBedside *self, const char *code)
{
  g_autofree char *site = omc_world_path (self->world, "site.json");
  g_autofree char *policy = omc_world_path (self->world, "policy.json");
  g_autofree char *text = g_strdup_printf ("{\"access\": {\"policyFile\": \"%s\", "
                                           "\"policyKey\": \"%s\"}}\n",
                                           policy, PUBLIC_KEY);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (policy, "{}\n", -1, &error);
  g_assert_no_error (error);
  g_file_set_contents (site, text, -1, &error);
  g_assert_no_error (error);
  omc_bedside_start_keyring (self, FALSE);
  omc_bedside_start (self, "--config", site, "--user", "anna", g_getenv ("OMNICARE_GALLERY_OPTION"),
                     NULL);
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_gui_wait_for (self->gui, "The system’s keyring does not give this device’s secret.*");
  look (self, "sign-in-no-keyring");
  omc_gui_enter (self->gui, "Recovery code", code);
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Unlock");
  omc_gui_wait_for (self->gui, "Choose a New Passphrase");
  look (self, "new-passphrase");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Not Now");
  omc_gui_wait_for (self->gui, "The access policy of this site was refused*");
  omc_gui_wait_for (self->gui, "Got It");
  look (self, "board-trouble");
  omc_gui_press (self->gui, "<Control>,");
  omc_gui_wait_for (self->gui, "Preferences");
  look (self, "preferences-trouble");
  omc_gui_press (self->gui, "Escape");
  omc_gui_wait_gone (self->gui, "Lock after minutes without input");
  omc_bedside_open_patient (self);
  look (self, "overview-trouble");
  omc_bedside_add_vitals (self);
  look (self, "vitals-trouble");
  omc_bedside_stop (self);
}

static void
test_gallery (void)
{
  g_autoptr (OmcBedside) self = omc_bedside_new (24);
  g_autofree char *code = NULL;

  look_at_first_run (self);
  code = omc_bedside_enrol (self);
  make_conflicts (self);
  omc_world_stop_server (self->world);
  look_at_sign_in (self);
  look_at_places (self);
  look_at_dialogs (self);
  look_at_patient (self);
  look_at_vitals (self);
  look_at_work (self);
  omc_bedside_stop (self);
  look_at_trouble (self, code);
}

int
main (int argc, char **argv)
{
  omc_world_init (&argc, &argv);
  g_test_add_func ("/gallery/every-screen-fits-the-display", test_gallery);
  return g_test_run ();
}
