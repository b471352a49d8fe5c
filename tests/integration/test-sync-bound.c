/* test-sync-bound.c: where a secret goes, and who vouches for the server
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <sys/stat.h>

#include <glib/gstdio.h>

#include "omc-fhir-client.h"
#include "omc-sync-error.h"
#include "omc-test-server.h"
#include "sync-fixture.h"

#define CAPABILITY                                                                                 \
  "{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"4.0.1\",\"rest\":[{\"mode\":"       \
  "\"server\"}]}"

static gboolean
is_unconfirmed (GError **error)
{
  gboolean is = g_error_matches (*error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_UNCONFIRMED);

  if (!is)
    g_assert_no_error (*error);
  else
    g_assert_nonnull (strstr ((*error)->message, "keys confirm"));
  g_clear_error (error);

  return is;
}

/* Every way to a server. */
static gboolean
is_refused (SyncFixture *fixture)
{
  OmcSyncService *service;
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSyncReport) whole = NULL;
  g_autoptr (OmcSyncReport) dry = NULL;
  g_autoptr (OmcSyncReport) one = NULL;
  gboolean refused;

  omc_sync_bed_reconfigure (fixture->bed);
  service = fixture->bed->service;
  whole = omc_sync_service_run_sync (service, NULL, FALSE, NULL, &error);
  refused = is_unconfirmed (&error);
  g_assert_true (refused == (whole == NULL));
  dry = omc_sync_service_run_sync (service, NULL, TRUE, NULL, &error);
  g_assert_true (is_unconfirmed (&error) == refused);
  one = omc_sync_service_run_sync (service, "Patient/" P1, FALSE, NULL, &error);
  g_assert_true (is_unconfirmed (&error) == refused);
  if (refused)
    {
      g_assert_false (omc_sync_service_meet_sync (service, NULL, &error));
      g_assert_true (is_unconfirmed (&error));
    }

  return refused;
}

static void
set_login (SyncFixture *fixture, const char *token_url)
{
  g_set_str (&fixture->bed->config->token_url, token_url);
}

static void
test_login_of_the_first_contact (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcTestServer) thief = omc_test_server_new (FALSE);
  const char *own = omc_sandbox_get_token_url (fixture->sandbox);
  g_autoptr (GString) apart = g_string_new (own);

  /* By another name it is another place. */
  g_assert_cmpuint (g_string_replace (apart, "127.0.0.1", "localhost", 1), ==, 1);
  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  set_login (fixture, apart->str);
  omc_sync_bed_reconfigure (fixture->bed);
  sync_fixture_assert_complete (fixture, 1);
  set_login (fixture, omc_test_server_get_url (thief));
  g_assert_true (is_refused (fixture));
  omc_sync_bed_restart (fixture->bed);
  g_assert_true (is_refused (fixture));
  g_assert_cmpuint (omc_test_server_count (thief, "*"), ==, 0);
  set_login (fixture, apart->str);
  g_assert_false (is_refused (fixture));
  set_login (fixture, own);
  g_assert_false (is_refused (fixture));
  set_login (fixture, NULL);
  g_assert_false (is_refused (fixture));
  /* Less for a while is not less for ever. */
  set_login (fixture, apart->str);
  g_assert_false (is_refused (fixture));
  sync_fixture_assert_complete (fixture, 1);
}

static void
wait_for_message (OmcSyncService *service, const char *words, gboolean there)
{
  gint64 end = g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND;

  while (g_get_monotonic_time () < end)
    {
      const char *message = omc_sync_service_get_message (service);

      if ((message != NULL && strstr (message, words) != NULL) == there)
        return;
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_not_reached ();
}

/* As in a client that was started before. */
static void
test_confirmed_while_it_runs (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcTestServer) thief = omc_test_server_new (FALSE);
  g_autofree char *url = g_strconcat (omc_test_server_get_url (thief), "/Doe?name=Doe", NULL);
  OmcSyncService *service;

  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  sync_fixture_assert_complete (fixture, 1);
  set_login (fixture, url);
  omc_sync_bed_reconfigure (fixture->bed);
  service = fixture->bed->service;
  omc_sync_service_start (service);
  omc_sync_service_request_sync (service, OMC_SYNC_REASON_USER);
  wait_for_message (service, "keys confirm", TRUE);
  g_assert_nonnull (
      strstr (omc_sync_service_get_message (service), omc_test_server_get_url (thief)));
  g_assert_null (strstr (omc_sync_service_get_message (service), "Doe"));
  g_assert_cmpint (omc_sync_service_get_state (service), ==, OMC_SYNC_NEEDS_USER);
  g_assert_cmpuint (omc_test_server_count (thief, "*"), ==, 0);
  sync_fixture_confirm (fixture);
  g_assert_cmpuint (omc_test_server_count (thief, "*"), ==, 0);
  omc_sync_service_request_sync (service, OMC_SYNC_REASON_USER);
  wait_for_message (service, "keys confirm", FALSE);
  g_assert_cmpuint (omc_test_server_count (thief, "POST *"), ==, 1);
}

/* --- who vouches --- */
typedef struct
{
  SyncFixture f; /* without a practice server */
  OmcTestServer *server;
  OmcTestServer *other;
  char *folder;
  char *path;
  char *pem;
  char *other_pem;
} Bed;

static char *
read_pem (OmcTestServer *server, const char *folder)
{
  g_autofree char *path = omc_test_server_dup_ca_file (server, folder);
  g_autoptr (GError) error = NULL;
  char *pem;

  g_file_get_contents (path, &pem, NULL, &error);
  g_assert_no_error (error);
  g_remove (path);
  return pem;
}

static void
set_up (Bed *bed, gconstpointer data)
{
  const OmcTestReply reply = { .status = 200, .path = "/metadata", .body = CAPABILITY };

  bed->folder = g_dir_make_tmp ("omc-test-XXXXXX", NULL);
  bed->path = g_build_filename (bed->folder, "authorities.pem", NULL);
  bed->server = omc_test_server_new (TRUE);
  bed->other = omc_test_server_new (TRUE);
  bed->pem = read_pem (bed->server, bed->folder);
  bed->other_pem = read_pem (bed->other, bed->folder);
  omc_test_server_add (bed->server, &reply);
  bed->f.bed = omc_sync_bed_new (omc_test_server_get_url (bed->server), NULL);
}

static void
tear_down (Bed *bed, gconstpointer data)
{
  omc_sync_bed_free (bed->f.bed);
  omc_test_server_free (bed->server);
  omc_test_server_free (bed->other);
  g_remove (bed->path);
  g_rmdir (bed->folder);
  g_free (bed->folder);
  g_free (bed->path);
  g_free (bed->pem);
  g_free (bed->other_pem);
}

/* pem: (nullable): no file is named */
static void
trust (Bed *bed, const char *pem)
{
  OmcSyncConfig *config = bed->f.bed->config;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&config->authorities, omc_authorities_unref);
  g_set_str (&config->ca_file, pem != NULL ? bed->path : NULL);
  if (pem != NULL)
    g_file_set_contents (bed->path, pem, -1, &error);
  g_assert_no_error (error);
}

static gboolean
goes_there (Bed *bed)
{
  guint before = omc_test_server_count (bed->server, "*");
  gboolean refused = is_refused (&bed->f);

  g_assert_true (refused == (omc_test_server_count (bed->server, "*") == before));
  return !refused;
}

static void
test_authorities (Bed *bed, gconstpointer data)
{
  g_autofree char *both = g_strconcat (bed->other_pem, bed->pem, NULL);
  g_autofree char *wordy =
      g_strconcat ("# of the hospital\r\n", bed->pem, "\n\nagain\n", bed->pem, NULL);

  trust (bed, bed->pem);
  g_assert_true (goes_there (bed));
  trust (bed, both);
  g_assert_false (goes_there (bed));
  trust (bed, bed->other_pem);
  g_assert_false (goes_there (bed));
  trust (bed, NULL);
  g_assert_false (goes_there (bed));
  trust (bed, wordy);
  g_assert_true (goes_there (bed));
  /* A new authority comes beside the old one, and the old one goes without a question. */
  trust (bed, both);
  sync_fixture_confirm (&bed->f);
  g_assert_true (goes_there (bed));
  trust (bed, bed->pem);
  g_assert_true (goes_there (bed));
  trust (bed, both);
  g_assert_true (goes_there (bed));
  trust (bed, NULL);
  g_assert_false (goes_there (bed));
}

/* Whoever writes the file after it was looked at changes nothing. */
static void
test_file_is_read_once (Bed *bed, gconstpointer data)
{
  g_autoptr (OmcFhirClient) client = NULL;
  g_autoptr (OmcFhirResponse) response = NULL;
  g_autoptr (OmcFhirRequest) request = omc_fhir_request_new ("GET", "Patient/a", NULL);
  g_autoptr (GError) error = NULL;
  OmcSyncConfig *config = bed->f.bed->config;

  trust (bed, bed->other_pem);
  omc_sync_config_settle (config, &error);
  g_assert_no_error (error);
  g_file_set_contents (bed->path, bed->pem, -1, &error);
  g_assert_no_error (error);
  client = omc_fhir_client_new (config, &error);
  g_assert_no_error (error);
  response = omc_fhir_transport_send (OMC_FHIR_TRANSPORT (client), request, NULL, &error);
  g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_TLS);
  g_assert_cmpuint (omc_test_server_count (bed->server, "*"), ==, 0);
}

/* Other programs see a certificate there as well. */
static void
test_other_blocks_do_not_count (Bed *bed, gconstpointer data)
{
  static const char *const labels[] = { "X509 CERTIFICATE", "TRUSTED CERTIFICATE" };

  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++)
    {
      g_autoptr (GString) hidden = g_string_new (bed->pem);
      g_autofree char *all = NULL;
      g_autoptr (OmcAuthorities) alone = NULL;
      g_autoptr (OmcAuthorities) mixed = NULL;
      g_autoptr (OmcFhirClient) client = NULL;
      g_autoptr (OmcFhirResponse) response = NULL;
      g_autoptr (OmcFhirRequest) request = omc_fhir_request_new ("GET", "Patient/a", NULL);
      g_autoptr (GError) error = NULL;

      g_string_replace (hidden, "CERTIFICATE", labels[i], 0);
      all = g_strconcat (hidden->str, bed->other_pem, NULL);
      trust (bed, bed->other_pem);
      alone = omc_authorities_load (bed->path, &error);
      g_assert_no_error (error);
      trust (bed, all);
      mixed = omc_authorities_load (bed->path, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (omc_authorities_get_fingerprints (alone), ==,
                       omc_authorities_get_fingerprints (mixed));
      client = omc_fhir_client_new (bed->f.bed->config, &error);
      g_assert_no_error (error);
      response = omc_fhir_transport_send (OMC_FHIR_TRANSPORT (client), request, NULL, &error);
      g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_TLS);
    }
  g_assert_cmpuint (omc_test_server_count (bed->server, "*"), ==, 0);
}

static void
test_bad_files_are_told (Bed *bed, gconstpointer data)
{
  g_autofree char *cut = g_strndup (bed->pem, strlen (bed->pem) / 2);
  g_autofree char *huge = g_strnfill (OMC_SYNC_CA_FILE_MAX, '\n');
  g_autofree char *too_long = g_strconcat (bed->pem, huge, NULL);
  g_autoptr (GString) spoilt = g_string_new (bed->pem);
  const char *const cases[] = { "", "words", cut, too_long, spoilt->str };
  const char *const places[] = { "/nonexistent.pem", "/", bed->path };

  g_string_replace (spoilt, "MI", "!!", 1);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      trust (bed, cases[i]);
      g_assert_null (omc_authorities_load (bed->path, &error));
      g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG);
      g_test_message ("%s", error->message);
    }
  g_remove (bed->path);
  g_assert_cmpint (mkfifo (bed->path, 0600), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (omc_authorities_load (places[i], &error));
      g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  sync_fixture_add ("/sync/bound/*/login-of-the-first-contact", sync_fixture_set_up,
                    test_login_of_the_first_contact);
  sync_fixture_add ("/sync/bound/*/confirmed-while-it-runs", sync_fixture_set_up,
                    test_confirmed_while_it_runs);
#define ADD(path, function) g_test_add ("/sync/bound/" path, Bed, NULL, set_up, function, tear_down)
  ADD ("other-authorities-are-refused-and-fewer-are-not", test_authorities);
  ADD ("file-of-authorities-is-read-once", test_file_is_read_once);
  ADD ("other-blocks-of-the-file-do-not-count", test_other_blocks_do_not_count);
  ADD ("bad-files-are-told", test_bad_files_are_told);
#undef ADD

  return g_test_run ();
}
