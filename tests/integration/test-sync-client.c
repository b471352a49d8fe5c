/* test-sync-client.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "omc-fhir-client.h"
#include "omc-sync-error.h"
#include "omc-test-server.h"

#define PATIENT "{\"resourceType\":\"Patient\",\"id\":\"a\"}"
#define TOKEN "{\"access_token\":\"t1\",\"expires_in\":3600}"

typedef struct
{
  OmcTestServer *server;
  OmcSyncConfig *config;
  OmcFhirClient *client;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = omc_test_server_new (FALSE);
  fixture->config = omc_sync_config_new ();
  fixture->config->server_url =
      g_strconcat (omc_test_server_get_url (fixture->server), "/fhir/R4/", NULL);
}

static void
open_client (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->client = omc_fhir_client_new (fixture->config, &error);
  g_assert_no_error (error);
  omc_fhir_http_set_limits (omc_fhir_client_get_http (fixture->client), 2, 3, 1024 * 1024);
}

static void
with_login (Fixture *fixture)
{
  fixture->config->token_url =
      g_strconcat (omc_test_server_get_url (fixture->server), "/oauth2/token", NULL);
  fixture->config->client_id = g_strdup ("ward&7");
  fixture->config->client_secret = g_strdup ("s=cret");
  open_client (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->client != NULL)
    g_assert_finalize_object (fixture->client);
  omc_test_server_free (fixture->server);
  omc_sync_config_free (fixture->config);
}

static OmcFhirResponse *
get (Fixture *fixture, const char *url, GError **error)
{
  g_autoptr (OmcFhirRequest) request = omc_fhir_request_new ("GET", url, NULL);

  return omc_fhir_transport_send (OMC_FHIR_TRANSPORT (fixture->client), request, NULL, error);
}

static void
test_stranger_is_no_server (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    OmcTestReply reply;
    int code;
  } cases[] = {
    { { .status = 200, .content_type = "text/html", .body = "<html>Sign in</html>" },
      OMC_SYNC_ERROR_NOT_FHIR },
    { { .status = 302, .header = "Location: http://127.0.0.1:9/login" }, OMC_SYNC_ERROR_NOT_FHIR },
    { { .status = 200, .content_type = "application/json", .body = "{\"login\":true}" },
      OMC_SYNC_ERROR_NOT_FHIR },
    { { .status = 403, .content_type = "text/html", .body = "<html>Blocked</html>" },
      OMC_SYNC_ERROR_NOT_FHIR },
    { { .status = 511 }, OMC_SYNC_ERROR_NOT_FHIR },
    { { .status = 407 }, OMC_SYNC_ERROR_NOT_FHIR },
    { { .status = 200, .body = "{\"resourceType\":\"Pat" }, OMC_SYNC_ERROR_SERVER },
    { { .status = 200, .body = PATIENT, .manner = OMC_TEST_TRUNCATE }, OMC_SYNC_ERROR_OFFLINE },
    { { .manner = OMC_TEST_DROP }, OMC_SYNC_ERROR_OFFLINE },
  };

  open_client (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcFhirResponse) response = NULL;

      omc_test_server_clear (fixture->server);
      omc_test_server_add (fixture->server, &cases[i].reply);
      response = get (fixture, "Patient/a", &error);
      g_test_message ("case %u: %s", i, error != NULL ? error->message : "no error");
      g_assert_null (response);
      g_assert_error (error, OMC_SYNC_ERROR, cases[i].code);
      g_assert_null (strstr (error->message, "127.0.0.1"));
      g_assert_cmpuint (omc_test_server_count (fixture->server, "* /login*"), ==, 0);
    }
}

static void
test_every_status_of_a_server_is_an_answer (Fixture *fixture, gconstpointer data)
{
  static const guint statuses[] = { 200, 201, 400, 404, 409, 410, 412, 422, 429, 500, 503 };

  open_client (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      const OmcTestReply reply = { .status = statuses[i],
                                   .body = "{\"resourceType\":\"OperationOutcome\"}",
                                   .header = "Retry-After: 7" };
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcFhirResponse) response = NULL;

      omc_test_server_clear (fixture->server);
      omc_test_server_add (fixture->server, &reply);
      response = get (fixture, "Patient/a", &error);
      g_assert_no_error (error);
      g_assert_cmpuint (response->status, ==, statuses[i]);
      g_assert_nonnull (response->json);
      g_assert_cmpint (response->hold_us, ==, 7 * G_TIME_SPAN_SECOND);
      g_assert_cmpint (response->server_us, >, 0);
    }
}

static void
test_request_says_what_it_must (Fixture *fixture, gconstpointer data)
{
  const OmcTestReply reply = { .status = 201, .body = PATIENT, .manner = OMC_TEST_GZIP };
  g_autoptr (OmcResource) body = omc_resource_parse (PATIENT, -1, NULL);
  g_autoptr (OmcFhirRequest) request = omc_fhir_request_new ("POST", "Patient", body);
  g_autoptr (OmcFhirResponse) response = NULL;
  static const struct
  {
    const char *name;
    const char *value;
  } headers[] = {
    { "Accept", "application/fhir+json" },
    { "Content-Type", "application/fhir+json" },
    { "Cache-Control", "no-cache" },
    { "If-None-Exist", "identifier=s|v" },
    { "Prefer", "return=representation" },
    { "Authorization", NULL },
    { "Upgrade", NULL },
    { "HTTP2-Settings", NULL },
    { "Cookie", NULL },
  };

  open_client (fixture);
  omc_test_server_add (fixture->server, &reply);
  request->if_none_exist = g_strdup ("identifier=s|v");
  response = omc_fhir_transport_send (OMC_FHIR_TRANSPORT (fixture->client), request, NULL, NULL);
  g_assert_nonnull (response);
  g_assert_cmpstr (omc_json_value_pick_string (omc_json_get_root (response->json), "id"), ==, "a");
  g_assert_cmpuint (omc_test_server_count (fixture->server, "POST /fhir/R4/Patient"), ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autofree char *value = omc_test_server_dup_last_header (fixture->server, headers[i].name);

      g_assert_cmpstr (value, ==, headers[i].value);
    }
}

static void
test_slow_and_huge_answers_end (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (2 * 1024 * 1024, ' ');
  const OmcTestReply huge = { .status = 200, .body = text, .manner = OMC_TEST_GZIP };
  const OmcTestReply slow = { .status = 200, .body = PATIENT, .delay_ms = 2600 };
  g_autoptr (GError) error = NULL;

  open_client (fixture);
  omc_test_server_add (fixture->server, &huge);
  g_assert_null (get (fixture, "Patient/a", &error));
  g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_SERVER);
  g_clear_error (&error);
  omc_test_server_clear (fixture->server);
  omc_test_server_add (fixture->server, &slow);
  g_assert_null (get (fixture, "Patient/a", &error));
  g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_OFFLINE);
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (100 * 1000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_cancel_ends_a_wait (Fixture *fixture, gconstpointer data)
{
  const OmcTestReply slow = { .status = 200, .body = PATIENT, .delay_ms = 1000 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (OmcFhirRequest) request = omc_fhir_request_new ("GET", "Patient/a", NULL);
  g_autoptr (GError) error = NULL;
  GThread *thread;

  open_client (fixture);
  omc_test_server_add (fixture->server, &slow);
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_assert_null (
      omc_fhir_transport_send (OMC_FHIR_TRANSPORT (fixture->client), request, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
}

static void
test_links_stay_on_the_configured_host (Fixture *fixture, gconstpointer data)
{
  const OmcTestReply reply = { .status = 200, .body = PATIENT };
  static const struct
  {
    const char *link;
    const char *request; /* NULL: refused */
  } cases[] = {
    { "http://inner.example/fhir/R4/Patient?_cursor=a%7Cb", "GET /fhir/R4/Patient?_cursor=a%7Cb" },
    { "https://other.example/fhir/R4?_getpages=1", "GET /fhir/R4?_getpages=1" },
    { "http://evil.example/steal", NULL },
    { "?_getpages=2", "GET /fhir/R4?_getpages=2" },
    { "Patient?name=a", "GET /fhir/R4/Patient?name=a" },
  };

  open_client (fixture);
  omc_test_server_add (fixture->server, &reply);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcFhirResponse) response = get (fixture, cases[i].link, &error);

      g_test_message ("%s", cases[i].link);
      g_assert_cmpint (response != NULL, ==, cases[i].request != NULL);
      if (response == NULL)
        g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_REFUSED);
      else
        g_assert_cmpuint (omc_test_server_count (fixture->server, cases[i].request), ==, 1);
    }
}

static void
test_token_is_kept_and_renewed_once (Fixture *fixture, gconstpointer data)
{
  const OmcTestReply first = {
    .method = "POST", .path = "/oauth2/token", .status = 200, .body = TOKEN, .times = 1
  };
  const OmcTestReply second = { .method = "POST",
                                .path = "/oauth2/token",
                                .status = 200,
                                .body = "{\"access_token\":\"t2\",\"expires_in\":3600}" };
  const OmcTestReply good = { .method = "GET", .status = 200, .body = PATIENT, .times = 2 };
  const OmcTestReply expired = { .method = "GET", .status = 401, .times = 1 };
  const OmcTestReply later = { .method = "GET", .status = 200, .body = PATIENT };
  g_autofree char *header = NULL;

  with_login (fixture);
  omc_test_server_add (fixture->server, &first);
  omc_test_server_add (fixture->server, &second);
  omc_test_server_add (fixture->server, &good);
  omc_test_server_add (fixture->server, &expired);
  omc_test_server_add (fixture->server, &later);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcFhirResponse) response = get (fixture, "Patient/a", &error);

      g_assert_no_error (error);
      g_assert_cmpuint (response->status, ==, 200);
    }
  g_assert_cmpuint (omc_test_server_count (fixture->server, "POST /oauth2/token"), ==, 2);
  header = omc_test_server_dup_last_header (fixture->server, "Authorization");
  g_assert_cmpstr (header, ==, "Bearer t2");
}

static void
test_refusal_makes_no_login_burst (Fixture *fixture, gconstpointer data)
{
  /* Medplum answers 400 to a wrong secret. */
  const OmcTestReply refusal = { .method = "POST",
                                 .status = 400,
                                 .body = "{\"error\":\"invalid_request\"}" };

  with_login (fixture);
  omc_test_server_add (fixture->server, &refusal);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (
          omc_fhir_transport_login (OMC_FHIR_TRANSPORT (fixture->client), NULL, &error));
      g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_AUTH);
      g_assert_null (strstr (error->message, "s=cret"));
    }
  g_assert_cmpuint (omc_test_server_count (fixture->server, "POST *"), <=, 2);
  omc_fhir_client_forget_refusal (fixture->client);
  g_assert_false (omc_fhir_transport_login (OMC_FHIR_TRANSPORT (fixture->client), NULL, NULL));
  g_assert_cmpuint (omc_test_server_count (fixture->server, "POST *"), >=, 2);
}

static void
test_lasting_401_is_given_back (Fixture *fixture, gconstpointer data)
{
  const OmcTestReply token = { .method = "POST", .status = 200, .body = TOKEN };
  const OmcTestReply never = { .method = "GET", .status = 401 };
  g_autoptr (OmcFhirResponse) response = NULL;

  with_login (fixture);
  omc_test_server_add (fixture->server, &token);
  omc_test_server_add (fixture->server, &never);
  response = get (fixture, "Patient/a", NULL);
  g_assert_cmpuint (response->status, ==, 401);
  g_assert_cmpuint (omc_test_server_count (fixture->server, "GET *"), ==, 2);
  g_assert_cmpuint (omc_test_server_count (fixture->server, "POST *"), ==, 2);
}

static void
test_certificate_must_be_trusted (void)
{
  g_autoptr (OmcTestServer) server = omc_test_server_new (TRUE);
  g_autoptr (OmcTestServer) other = omc_test_server_new (TRUE);
  g_autofree char *folder = g_dir_make_tmp ("omc-test-XXXXXX", NULL);
  const OmcTestReply reply = { .status = 200, .body = PATIENT };
  g_autoptr (OmcSyncConfig) config = omc_sync_config_new ();
  g_autofree char *wrong = omc_test_server_dup_ca_file (other, folder);
  const char *files[] = { NULL, wrong, NULL };

  omc_test_server_add (server, &reply);
  config->server_url = g_strconcat (omc_test_server_get_url (server), "/fhir/R4", NULL);
  for (guint i = 0; i < 3; i++)
    {
      Fixture fixture = { 0 };
      g_autofree char *right = i == 2 ? omc_test_server_dup_ca_file (server, folder) : NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcFhirResponse) response = NULL;

      g_set_str (&config->ca_file, i == 2 ? right : files[i]);
      fixture.client = omc_fhir_client_new (config, &error);
      g_assert_no_error (error);
      response = get (&fixture, "Patient/a", &error);
      if (i == 2)
        g_assert_no_error (error);
      else
        g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_TLS);
      g_assert_finalize_object (fixture.client);
    }
  g_assert_cmpuint (omc_test_server_count (server, "*"), ==, 1);
  g_remove (wrong);
  g_rmdir (folder);
}

static void
test_bad_settings_are_told (void)
{
  static const struct
  {
    const char *url;
    const char *ca_file;
    gboolean good;
  } cases[] = {
    { "http://server.example/fhir", NULL, FALSE },
    { "https://server.example/fhir", NULL, TRUE },
    { "http://127.0.0.1:80/fhir", NULL, TRUE },
    { "http://[::1]:80/fhir", NULL, TRUE },
    { "http://localhost/fhir", NULL, TRUE },
    { "http://localhost.evil.example/fhir", NULL, FALSE },
    { "ftp://127.0.0.1/", NULL, FALSE },
    { "server", NULL, FALSE },
    { "", NULL, FALSE },
    { "https://x/fhir", "/nonexistent.pem", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcSyncConfig) config = omc_sync_config_new ();
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcFhirClient) client = NULL;

      config->server_url = g_strdup (cases[i].url);
      config->ca_file = g_strdup (cases[i].ca_file);
      client = omc_fhir_client_new (config, &error);
      g_test_message ("%s", cases[i].url);
      g_assert_cmpint (client != NULL, ==, cases[i].good);
      if (client == NULL)
        g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG);
    }
}

/* A device, a pipe, a directory and a file without end are no certificates, and nothing waits for them. */
static void
test_certificate_file_has_a_limit (void)
{
  g_autofree char *folder = g_dir_make_tmp ("omc-test-XXXXXX", NULL);
  g_autofree char *large = g_build_filename (folder, "large.pem", NULL);
  g_autofree char *pipe_path = g_build_filename (folder, "pipe.pem", NULL);
  const char *const files[] = { large, pipe_path, folder, "/dev/zero" };

  g_assert_true (g_file_set_contents (large, "", 0, NULL));
  g_assert_cmpint (truncate (large, OMC_SYNC_CA_FILE_MAX + 1), ==, 0);
  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (OmcSyncConfig) config = omc_sync_config_new ();
      g_autoptr (GError) error = NULL;

      config->server_url = g_strdup ("https://server.example/fhir");
      config->ca_file = g_strdup (files[i]);
      g_assert_null (omc_fhir_client_new (config, &error));
      g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG);
      g_assert_nonnull (strstr (error->message, files[i]));
      if (i == 0)
        g_assert_nonnull (strstr (error->message, "4.0"));
    }
  g_remove (large);
  g_remove (pipe_path);
  g_rmdir (folder);
}

static void
test_secret_goes_to_good_addresses_only (void)
{
  static const struct
  {
    const char *url;
    gboolean good;
  } cases[] = {
    { "https://login.example/token?tenant=1", TRUE },
    { "https://login.example:8443", TRUE },
    { "http://127.0.0.1:80/token", TRUE },
    { "http://[::1]/token", TRUE },
    { "http://login.example/token", FALSE },
    { "http://127.0.0.1.evil.example/token", FALSE },
    { "https://who@login.example/token", FALSE },
    { "https://who:word@login.example/token", FALSE },
    { "https://login.example@evil.example/token", FALSE },
    { "https://login.example/token#x", FALSE },
    { "https://login.example/token#", FALSE },
    { "https:///token", FALSE },
    { "https:token", FALSE },
    { "ftp://127.0.0.1/token", FALSE },
    { "token", FALSE },
    { "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcSyncConfig) config = omc_sync_config_new ();
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcFhirClient) client = NULL;

      config->server_url = g_strdup ("https://server.example/fhir");
      config->token_url = g_strdup (cases[i].url);
      client = omc_fhir_client_new (config, &error);
      g_test_message ("%s", cases[i].url);
      g_assert_true ((client != NULL) == cases[i].good);
      if (client == NULL)
        g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG);
    }
}

/* The server itself may not name such a place either. */
static void
test_bad_token_endpoints_are_refused (Fixture *fixture, gconstpointer data)
{
  static const char *const endpoints[] = { "http://login.example/token", "ftp://127.0.0.1/token",
                                           "https://who@login.example/", "https://x.example/#y",
                                           "" };

  fixture->config->client_id = g_strdup ("ward");
  fixture->config->client_secret = g_strdup ("s=cret");
  open_client (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (endpoints); i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"token_endpoint\":\"%s\"}", endpoints[i]);
      const OmcTestReply reply = { .status = 200, .body = body };
      g_autoptr (GError) error = NULL;

      omc_test_server_clear (fixture->server);
      omc_test_server_add (fixture->server, &reply);
      g_assert_false (
          omc_fhir_transport_login (OMC_FHIR_TRANSPORT (fixture->client), NULL, &error));
      g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG);
    }
  g_assert_cmpuint (omc_test_server_count (fixture->server, "POST *"), ==, 0);
}

#define ADD(name, func) g_test_add ("/sync/client/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("stranger-is-no-server", test_stranger_is_no_server);
  ADD ("every-status-of-a-server-is-an-answer", test_every_status_of_a_server_is_an_answer);
  ADD ("request-says-what-it-must", test_request_says_what_it_must);
  ADD ("slow-and-huge-answers-end", test_slow_and_huge_answers_end);
  ADD ("cancel-ends-a-wait", test_cancel_ends_a_wait);
  ADD ("links-stay-on-the-configured-host", test_links_stay_on_the_configured_host);
  ADD ("token-is-kept-and-renewed-once", test_token_is_kept_and_renewed_once);
  ADD ("refusal-makes-no-login-burst", test_refusal_makes_no_login_burst);
  ADD ("lasting-401-is-given-back", test_lasting_401_is_given_back);
  g_test_add_func ("/sync/client/certificate-must-be-trusted", test_certificate_must_be_trusted);
  g_test_add_func ("/sync/client/certificate-file-has-a-limit", test_certificate_file_has_a_limit);
  ADD ("bad-token-endpoints-are-refused", test_bad_token_endpoints_are_refused);
  g_test_add_func ("/sync/client/secret-goes-to-good-addresses-only",
                   test_secret_goes_to_good_addresses_only);
  g_test_add_func ("/sync/client/bad-settings-are-told", test_bad_settings_are_told);

  return g_test_run ();
}
