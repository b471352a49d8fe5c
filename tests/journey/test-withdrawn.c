/* test-withdrawn.c: who is withdrawn does not stay
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "omc-bedside.h"

#include <libsoup/soup.h>
#include <string.h>

/* As IT does it on the server. */
static void
put_active (OmcBedside *self, const char *id, gboolean active)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *url =
      g_strdup_printf ("%s/Practitioner/%s", omc_world_get_server_url (self->world), id);
  g_autofree char *text =
      g_strdup_printf ("{\"resourceType\":\"Practitioner\",\"id\":\"%s\",\"active\":%s}", id,
                       active ? "true" : "false");
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = soup_message_new ("PUT", url);
  g_autoptr (GBytes) answer = NULL;

  soup_message_set_request_body_from_bytes (message, "application/fhir+json", body);
  answer = soup_session_send_and_read (session, message, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
}

static char *
add_bea (OmcBedside *self)
{
  g_autoptr (JsonNode) people = omc_world_get (self->world, "Practitioner?_count=1");
  g_autofree char *id = omc_world_pick (people, "entry[0].resource.id");
  g_autofree char *reference = g_strconcat ("Practitioner/", id, NULL);
  g_autofree char *passphrase = omc_world_path (self->world, "bert.txt");
  g_autoptr (JsonNode) added = NULL;

  g_assert_cmpstr (id, !=, "");
  put_active (self, id, TRUE);
  added = omc_bedside_ctl (self, "user", "add", "bea", "--role", "nurse", "--display", "Bea Vogt",
                           "--practitioner", reference, "--new-passphrase-file", passphrase, NULL);

  return g_steal_pointer (&id);
}

static void
test_withdrawn (void)
{
  g_autoptr (OmcBedside) self = omc_bedside_new (24);
  g_autofree char *code = omc_bedside_enrol (self);
  g_autofree char *id = add_bea (self);

  omc_bedside_start (self, "--user", "bea", "--server", omc_world_get_server_url (self->world),
                     NULL);
  omc_bedside_sign_in (self, OMC_BEDSIDE_OTHER_PASSPHRASE);
  omc_gui_wait_for (self->gui, "24 patients");
  omc_bedside_open_patient (self);
  omc_bedside_add_vitals (self);

  put_active (self, id, FALSE);
  omc_gui_press (self->gui, "<Control>r");
  omc_gui_wait_for (self->gui, "Bea Vogt may not use this device any more*");
  omc_gui_wait_for (self->gui, "Unlock");
  g_assert_false (omc_gui_sees (self->gui, "Search patients"));
  omc_gui_picture (self->gui, "withdrawn",
                   "The server took the person back: the screen is locked.");
  omc_bedside_sign_in (self, OMC_BEDSIDE_OTHER_PASSPHRASE);
  omc_gui_wait_for (self->gui, "*blocked*");
  omc_bedside_stop (self);
  omc_bedside_assert_audited (self, "user-disabled");
}

int
main (int argc, char **argv)
{
  omc_world_init (&argc, &argv);
  g_test_add_func ("/withdrawn/locks-at-once", test_withdrawn);
  return g_test_run ();
}
