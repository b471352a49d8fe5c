/* test-sandbox-http.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "sandbox-fixture.h"

#define PATIENT                                                                                    \
  "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:m\",\"value\":\"1\"}]}"

/* --- who may come in --- */

static void
test_loopback_only (void)
{
  static const char *const refused[] = { "0.0.0.0",  "::",          "192.168.1.5",
                                         "10.0.0.1", "example.org", "" };
  static const char *const accepted[] = { NULL, "127.0.0.1", "127.0.0.9", "::1", "localhost" };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcSandbox) sandbox =
          omc_sandbox_new (&(OmcSandboxOptions){ .address = refused[i] }, &error);

      g_assert_null (sandbox);
      g_assert_error (error, OMC_SANDBOX_ERROR, OMC_SANDBOX_ERROR_OPTION);
    }
  for (guint i = 0; i < G_N_ELEMENTS (accepted); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcSandbox) sandbox =
          omc_sandbox_new (&(OmcSandboxOptions){ .address = accepted[i] }, &error);

      g_assert_no_error (error);
      g_assert_nonnull (sandbox);
    }
}

static void
test_browsers_stay_out (void)
{
  g_auto (Fixture) f = { 0 };
  g_auto (Answer) rebound = { 0 };
  g_auto (Answer) cross = { 0 };
  g_autofree char *control = NULL;

  fixture_open (&f, "medplum");
  control = g_strdup_printf ("http://127.0.0.1:%u/__control", omc_sandbox_get_port (f.sandbox));
  rebound = fixture_send_with (&f, "GET", "/Patient", NULL, "Host", "evil.example:80");
  g_assert_cmpuint (rebound.status, ==, 403);
  cross = fixture_send_with (&f, "POST", control, "{\"faults\":[\"portal\"]}", "Origin",
                             "http://evil.example");
  g_assert_cmpuint (cross.status, ==, 403);
  g_assert_cmpuint (fixture_status (&f, "GET", "/Patient", NULL), ==, 200);
}

static Answer
ask_token (Fixture *f, const char *form)
{
  return fixture_send_with (f, "POST", omc_sandbox_get_token_url (f->sandbox), form, "Content-Type",
                            "application/x-www-form-urlencoded");
}

static void
test_tokens (void)
{
  static const struct
  {
    const char *profile;
    guint wrong;
  } rows[] = { { "medplum", 400 }, { "hapi", 401 }, { "azure", 401 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (Fixture) f = { 0 };
      g_auto (Answer) none = { 0 };
      g_auto (Answer) wrong = { 0 };
      g_auto (Answer) token = { 0 };
      g_auto (Answer) good = { 0 };
      g_auto (Answer) late = { 0 };
      g_autofree char *bearer = NULL;

      fixture_open_with (&f, (OmcSandboxOptions){ .profile = rows[i].profile,
                                                  .client_id = "ward",
                                                  .client_secret = "s e:c+ret",
                                                  .token_seconds = 60 });
      none = fixture_send (&f, "GET", "/Patient", NULL, NULL);
      g_assert_cmpuint (none.status, ==, 401);
      g_assert_cmpint (answer_header (&none, "WWW-Authenticate") != NULL, ==, i > 0);
      g_assert_cmpuint (fixture_status (&f, "GET", "/metadata", NULL), ==, 200);
      g_assert_cmpuint (fixture_status (&f, "GET", "/.well-known/smart-configuration", NULL), ==,
                        200);
      wrong = ask_token (&f, "grant_type=client_credentials&client_id=ward&client_secret=no");
      g_assert_cmpuint (wrong.status, ==, rows[i].wrong);
      token = ask_token (
          &f, "grant_type=client_credentials&client_id=ward&client_secret=s+e%3Ac%2Bret");
      g_assert_cmpuint (token.status, ==, 200);
      bearer = g_strdup_printf ("Bearer %s", answer_pick (&token, "access_token"));
      good = fixture_send_with (&f, "GET", "/Patient", NULL, "Authorization", bearer);
      g_assert_cmpuint (good.status, ==, 200);
      omc_clock_advance (f.clock, 61 * G_USEC_PER_SEC);
      late = fixture_send_with (&f, "GET", "/Patient", NULL, "Authorization", bearer);
      g_assert_cmpuint (late.status, ==, 401);
    }
}

static void
test_basic_secret_and_expiry_at_once (void)
{
  g_auto (Fixture) f = { 0 };
  g_autofree char *joined = g_base64_encode ((const guchar *)"ward:secret", 11);
  g_autofree char *basic = g_strconcat ("Basic ", joined, NULL);
  const char *const headers[] = { "Content-Type", "application/x-www-form-urlencoded",
                                  "Authorization", basic, NULL };
  g_auto (Answer) token = { 0 };
  g_auto (Answer) good = { 0 };
  g_auto (Answer) late = { 0 };
  g_autofree char *bearer = NULL;

  fixture_open_with (&f, (OmcSandboxOptions){ .client_id = "ward", .client_secret = "secret" });
  token = fixture_send (&f, "POST", omc_sandbox_get_token_url (f.sandbox),
                        "grant_type=client_credentials", headers);
  g_assert_cmpuint (token.status, ==, 200);
  bearer = g_strdup_printf ("Bearer %s", answer_pick (&token, "access_token"));
  good = fixture_send_with (&f, "GET", "/Patient", NULL, "Authorization", bearer);
  g_assert_cmpuint (good.status, ==, 200);
  omc_sandbox_expire_tokens (f.sandbox);
  late = fixture_send_with (&f, "GET", "/Patient", NULL, "Authorization", bearer);
  g_assert_cmpuint (late.status, ==, 401);
}

/* --- many at once --- */

typedef struct
{
  Fixture *f;
  const char *method;
  const char *path;
  const char *body;
  const char *name;
  const char *value;
} Shot;

static gpointer
shoot (gpointer data)
{
  const Shot *shot = data;
  Fixture own = { .sandbox = shot->f->sandbox };
  guint status;

  own.session = soup_session_new_with_options ("proxy-resolver", NULL, NULL);
  {
    g_auto (Answer) answer =
        fixture_send_with (&own, shot->method, shot->path, shot->body, shot->name, shot->value);

    status = answer.status;
  }
  g_object_unref (own.session);
  return GUINT_TO_POINTER (status);
}

/* How many of twelve got this status. */
static guint
shoot_twelve (Shot *shot, guint wanted)
{
  GThread *threads[12];
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("shot", shoot, shot);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    n += GPOINTER_TO_UINT (g_thread_join (threads[i])) == wanted;
  return n;
}

static void
test_twelve_at_once (void)
{
  g_auto (Fixture) f = { 0 };
  g_auto (Answer) created = { 0 };
  g_autofree char *path = NULL;
  g_autofree char *changed = NULL;
  g_autofree char *etag = NULL;
  Shot shot = { .f = &f,
                .method = "POST",
                .path = "/Patient",
                .body = PATIENT,
                .name = "If-None-Exist",
                .value = "identifier=urn:m|1" };

  fixture_open (&f, "medplum");
  g_assert_cmpuint (shoot_twelve (&shot, 201), ==, 1);
  g_assert_cmpuint (omc_sandbox_count_resources (f.sandbox, "Patient"), ==, 1);

  created = fixture_send (&f, "GET", "/Patient?identifier=urn:m%7C1", NULL, NULL);
  path = g_strdup_printf ("/Patient/%s", answer_pick (&created, "entry.resource.id"));
  etag = g_strdup_printf ("W/\"%s\"", answer_pick (&created, "entry.resource.meta.versionId"));
  changed = g_strdup_printf ("{\"resourceType\":\"Patient\",\"id\":\"%s\",\"active\":true}",
                             answer_pick (&created, "entry.resource.id"));
  shot = (Shot){
    .f = &f, .method = "PUT", .path = path, .body = changed, .name = "If-Match", .value = etag
  };
  g_assert_cmpuint (shoot_twelve (&shot, 200), ==, 1);
  g_assert_cmpuint (omc_sandbox_get_counter (f.sandbox, "status.412"), ==, 11);
}

/* --- faults --- */

static void
set_fault (Fixture *f, const char *spec)
{
  const char *const specs[] = { spec, NULL };
  g_autoptr (GError) error = NULL;

  omc_sandbox_set_faults (f->sandbox, specs, 1, &error);
  g_assert_no_error (error);
}

static void
test_each_fault (void)
{
  g_auto (Fixture) f = { 0 };

  fixture_open (&f, "medplum");
  set_fault (&f, "drop-before,method=POST");
  g_assert_cmpuint (fixture_status (&f, "POST", "/Patient", PATIENT), ==, 0);
  g_assert_cmpuint (omc_sandbox_count_resources (f.sandbox, NULL), ==, 0);
  set_fault (&f, "drop-after,method=POST");
  g_assert_cmpuint (fixture_status (&f, "POST", "/Patient", PATIENT), ==, 0);
  g_assert_cmpuint (omc_sandbox_count_resources (f.sandbox, NULL), ==, 1);
  set_fault (&f, "duplicate,method=POST");
  g_assert_cmpuint (fixture_status (&f, "POST", "/Patient", PATIENT), ==, 201);
  g_assert_cmpuint (omc_sandbox_count_resources (f.sandbox, NULL), ==, 3);
  set_fault (&f, "truncate");
  g_assert_cmpuint (fixture_status (&f, "GET", "/Patient", NULL), ==, 0);
  set_fault (&f, "status,code=503,nth=2");
  g_assert_cmpuint (fixture_status (&f, "GET", "/Patient", NULL), ==, 200);
  g_assert_cmpuint (fixture_status (&f, "GET", "/Patient", NULL), ==, 503);
  g_assert_cmpuint (fixture_status (&f, "GET", "/Patient", NULL), ==, 200);
  set_fault (&f, "unauthorized,times=1,path=*Patient");
  g_assert_cmpuint (fixture_status (&f, "GET", "/Observation", NULL), ==, 200);
  g_assert_cmpuint (fixture_status (&f, "GET", "/Patient", NULL), ==, 401);
  g_assert_cmpuint (fixture_status (&f, "GET", "/Patient", NULL), ==, 200);
  set_fault (&f, "latency,ms=30");
  {
    gint64 before = g_get_monotonic_time ();

    g_assert_cmpuint (fixture_status (&f, "GET", "/Patient", NULL), ==, 200);
    g_assert_cmpint (g_get_monotonic_time () - before, >=, 25000);
  }
  set_fault (&f, "expired-page");
  g_assert_cmpuint (fixture_status (&f, "GET", "/Patient?_offset=1", NULL), ==, 410);
  g_assert_cmpuint (fixture_status (&f, "GET", "/Patient", NULL), ==, 200);
  g_assert_cmpuint (omc_sandbox_get_counter (f.sandbox, "fault.drop-after"), ==, 1);
}

static void
test_portal_throttle_and_skew (void)
{
  g_auto (Fixture) f = { 0 };

  fixture_open (&f, "azure");
  set_fault (&f, "portal");
  {
    g_auto (Answer) answer = fixture_send (&f, "GET", "/Patient", NULL, NULL);

    g_assert_cmpuint (answer.status, ==, 200);
    g_assert_true (g_str_has_prefix (answer_header (&answer, "Content-Type"), "text/html"));
    g_assert_null (answer.json);
  }
  set_fault (&f, "throttle,seconds=7");
  {
    g_auto (Answer) answer = fixture_send (&f, "GET", "/Patient", NULL, NULL);

    g_assert_cmpuint (answer.status, ==, 429);
    g_assert_cmpstr (answer_header (&answer, "Retry-After"), ==, "7");
  }
  set_fault (&f, "skew,seconds=-3600");
  {
    g_auto (Answer) answer = fixture_send (&f, "GET", "/Patient", NULL, NULL);

    g_assert_cmpstr (answer_header (&answer, "Date"), ==, "Mon, 23 Nov 2026 11:00:00 GMT");
  }
}

/* What the mark of a client would step over: stored at the end of the delay, stamped at its begin. */
static void
test_late_commit_has_an_older_stamp (void)
{
  g_auto (Fixture) f = { 0 };
  g_autoptr (GThread) slow = NULL;
  Shot shot = { .f = &f, .method = "POST", .path = "/Patient", .body = PATIENT };

  fixture_open (&f, "medplum");
  set_fault (&f, "late-commit,ms=300,method=POST");
  slow = g_thread_new ("late", shoot, &shot);
  while (omc_sandbox_get_counter (f.sandbox, "requests") == 0)
    g_usleep (1000);
  omc_clock_advance (f.clock, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (omc_sandbox_count_resources (f.sandbox, NULL), ==, 0);
  g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (g_steal_pointer (&slow))), ==, 201);
  {
    g_auto (Answer) found = fixture_send (&f, "GET", "/Patient", NULL, NULL);

    g_assert_cmpstr (answer_pick (&found, "entry.resource.meta.lastUpdated"), ==,
                     "2026-11-23T12:00:00.000Z");
  }
}

static char *
play (guint64 seed)
{
  const char *const specs[] = { "status,code=503,rate=0.3", "status,code=500,rate=0.2", NULL };
  g_auto (Fixture) f = { 0 };
  GString *log = g_string_new (NULL);

  fixture_open (&f, "medplum");
  g_assert_true (omc_sandbox_set_faults (f.sandbox, specs, seed, NULL));
  for (guint i = 0; i < 40; i++)
    g_string_append_printf (log, "%u ", fixture_status (&f, "GET", "/Patient", NULL));
  return g_string_free (log, FALSE);
}

static void
test_faults_replay_by_seed (void)
{
  g_autofree char *first = play (7);
  g_autofree char *again = play (7);
  g_autofree char *other = play (8);

  g_assert_cmpstr (first, ==, again);
  g_assert_cmpstr (first, !=, other);
  g_assert_nonnull (strstr (first, "503"));
  g_assert_nonnull (strstr (first, "200"));
}

static void
test_wrong_faults_are_refused (void)
{
  static const char *const specs[] = { "",
                                       "explode",
                                       "status,code=99",
                                       "status,rate=2",
                                       "drop-after,ms=5",
                                       "latency,ms=soon",
                                       "truncate,nth=0",
                                       "portal,rate" };
  g_auto (Fixture) f = { 0 };

  fixture_open (&f, "medplum");
  for (guint i = 0; i < G_N_ELEMENTS (specs); i++)
    {
      const char *const list[] = { specs[i], NULL };
      g_autoptr (GError) error = NULL;

      g_assert_false (omc_sandbox_set_faults (f.sandbox, list, 1, &error));
      g_assert_error (error, OMC_SANDBOX_ERROR, OMC_SANDBOX_ERROR_OPTION);
    }
}

static void
test_control_endpoint (void)
{
  g_auto (Fixture) f = { 0 };
  g_autofree char *control = NULL;
  g_auto (Answer) set = { 0 };
  g_auto (Answer) wrong = { 0 };
  g_auto (Answer) counters = { 0 };

  fixture_open (&f, "medplum");
  control = g_strdup_printf ("http://127.0.0.1:%u/__control", omc_sandbox_get_port (f.sandbox));
  set = fixture_send (&f, "POST", control, "{\"faults\":[\"status,code=502\"],\"seed\":3}", NULL);
  g_assert_cmpuint (set.status, ==, 200);
  g_assert_cmpuint (fixture_status (&f, "GET", "/Patient", NULL), ==, 502);
  wrong = fixture_send (&f, "POST", control, "{\"faults\":[\"explode\"]}", NULL);
  g_assert_cmpuint (wrong.status, ==, 400);
  counters = fixture_send (&f, "GET", control, NULL, NULL);
  g_assert_nonnull (strstr (counters.text, "\"status.502\": 1"));
}

static void
test_quota (void)
{
  g_auto (Fixture) f = { 0 };
  g_auto (Answer) first = { 0 };
  g_auto (Answer) sixth = { 0 };

  fixture_open_with (&f, (OmcSandboxOptions){ .quota_points = 500 });
  first = fixture_send (&f, "POST", "/Patient", PATIENT, NULL);
  g_assert_cmpuint (first.status, ==, 201);
  g_assert_cmpstr (answer_header (&first, "RateLimit"), ==, "\"fhirInteractions\";r=400;t=60");
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (fixture_status (&f, "POST", "/Patient", PATIENT), ==, 201);
  sixth = fixture_send (&f, "POST", "/Patient", PATIENT, NULL);
  g_assert_cmpuint (sixth.status, ==, 429);
  g_assert_null (answer_header (&sixth, "Retry-After"));
  omc_clock_advance (f.clock, 60 * G_USEC_PER_SEC);
  g_assert_cmpuint (fixture_status (&f, "POST", "/Patient", PATIENT), ==, 201);
}

/* --- hostile --- */

static void
test_hostile_bodies (void)
{
  g_auto (Fixture) f = { 0 };
  g_autofree char *huge = g_strnfill (2 * 1024 * 1024, ' ');
  g_autofree char *open = g_strnfill (5000, '[');
  g_autofree char *deep = g_strconcat ("{\"resourceType\":\"Patient\",\"extension\":", open, NULL);
  const char *const bodies[] = { huge,
                                 deep,
                                 "",
                                 "{",
                                 "null",
                                 "[]",
                                 "\"x\"",
                                 "{\"resourceType\":\"Spaceship\"}",
                                 "{\"resourceType\":\"Patient\",\"resourceType\":\"Patient\"}",
                                 "{\"resourceType\":\"Observation\"}",
                                 "{\"resourceType\":\"Patient\",\"id\":7}",
                                 "\xff\xfe",
                                 "{\"resourceType\":\"Patient\"} trailing" };

  fixture_open (&f, "medplum");
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_auto (Answer) answer = fixture_send (&f, "POST", "/Patient", bodies[i], NULL);

      g_assert_cmpuint (answer.status, ==, 400);
      g_assert_cmpstr (answer_pick (&answer, "resourceType"), ==, "OperationOutcome");
    }
  {
    g_auto (Answer) xml = fixture_send_with (&f, "POST", "/Patient", "<Patient/>", "Content-Type",
                                             "application/fhir+xml");
    g_auto (Answer) zip =
        fixture_send_with (&f, "POST", "/Patient", PATIENT, "Content-Encoding", "gzip");

    g_assert_cmpuint (xml.status, ==, 415);
    g_assert_cmpuint (zip.status, ==, 400);
  }
  g_assert_cmpuint (omc_sandbox_count_resources (f.sandbox, NULL), ==, 0);
}

static void
test_too_large_by_profile (void)
{
  g_auto (Fixture) f = { 0 };
  g_autofree char *huge = g_strnfill (2 * 1024 * 1024, ' ');

  fixture_open (&f, "strict");
  g_assert_cmpuint (fixture_status (&f, "POST", "/Patient", huge), ==, 413);
}

/* As written, byte for byte: no client library in between. */
static guint
send_raw (Fixture *f, const char *request_line)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *text =
      g_strdup_printf ("%s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", request_line);
  char buffer[64] = { 0 };
  gsize n_read = 0;

  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1",
                                                omc_sandbox_get_port (f->sandbox), NULL, NULL);
  g_assert_nonnull (connection);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text,
                             strlen (text), NULL, NULL, NULL);
  g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)), buffer,
                           sizeof buffer - 1, &n_read, NULL, NULL);
  return n_read > 12 ? (guint)g_ascii_strtoull (buffer + 9, NULL, 10) : 0;
}

static void
test_hostile_paths (void)
{
  static const char *const lines[] = {
    "GET /fhir/R4/../../etc/passwd",
    "GET /fhir/R4/Patient/..",
    "GET /fhir/R4/Patient/%2e%2e/x",
    "GET /fhir/R4/Patient/a%00b",
    "GET /fhir/R4/Patient/a%2Fb",
    "GET /fhir/R4/Patient/1'%20OR%20'1'='1",
    "GET /fhir/R4//Patient",
    "GET /fhir/R4/Patient/1/2/3/4/5/6",
    "GET /fhir/R4/Patient?%zz=1",
    "GET /fhir/R4/Patient?_id=%00",
    "GET /fhir/R4/Patient?_id=%ff%fe",
    "GET /fhir/R4x/Patient",
    "GET /",
    "GET /fhir/R4/patient",
    "TRACE /fhir/R4/Patient",
    "BREW /fhir/R4/Patient/1",
  };
  g_auto (Fixture) f = { 0 };

  fixture_open (&f, "medplum");
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      guint status = send_raw (&f, lines[i]);

      g_test_message ("%s: %u", lines[i], status);
      g_assert_true (status == 0 || (status >= 400 && status < 500));
    }
  g_assert_cmpuint (fixture_status (&f, "GET", "/Patient", NULL), ==, 200);
}

static void
test_stop_and_start_again (void)
{
  g_auto (Fixture) f = { 0 };
  guint16 port;

  fixture_open (&f, "medplum");
  port = omc_sandbox_get_port (f.sandbox);
  g_assert_cmpuint (fixture_status (&f, "POST", "/Patient", PATIENT), ==, 201);
  omc_sandbox_stop (f.sandbox);
  g_assert_cmpuint (fixture_status (&f, "GET", "/Patient", NULL), ==, 0);
  g_assert_true (omc_sandbox_start (f.sandbox, NULL));
  g_assert_cmpuint (omc_sandbox_get_port (f.sandbox), ==, port);
  g_assert_cmpuint (fixture_status (&f, "GET", "/Patient", NULL), ==, 200);
  g_assert_cmpuint (omc_sandbox_count_resources (f.sandbox, "Patient"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/http/listens-on-loopback-only", test_loopback_only);
  g_test_add_func ("/sandbox/http/browsers-stay-out", test_browsers_stay_out);
  g_test_add_func ("/sandbox/http/tokens-are-given-checked-and-end", test_tokens);
  g_test_add_func ("/sandbox/http/basic-secret-and-expiry-at-once",
                   test_basic_secret_and_expiry_at_once);
  g_test_add_func ("/sandbox/http/twelve-at-once-make-one", test_twelve_at_once);
  g_test_add_func ("/sandbox/http/each-fault-does-what-it-says", test_each_fault);
  g_test_add_func ("/sandbox/http/portal-throttle-and-skew", test_portal_throttle_and_skew);
  g_test_add_func ("/sandbox/http/a-late-commit-has-an-older-stamp",
                   test_late_commit_has_an_older_stamp);
  g_test_add_func ("/sandbox/http/faults-replay-by-seed", test_faults_replay_by_seed);
  g_test_add_func ("/sandbox/http/wrong-faults-are-refused", test_wrong_faults_are_refused);
  g_test_add_func ("/sandbox/http/control-endpoint", test_control_endpoint);
  g_test_add_func ("/sandbox/http/a-quota-holds-for-a-minute", test_quota);
  g_test_add_func ("/sandbox/http/hostile-bodies-change-nothing", test_hostile_bodies);
  g_test_add_func ("/sandbox/http/too-large-by-profile", test_too_large_by_profile);
  g_test_add_func ("/sandbox/http/hostile-paths-lead-nowhere", test_hostile_paths);
  g_test_add_func ("/sandbox/http/stops-and-starts-again", test_stop_and_start_again);
  return g_test_run ();
}
