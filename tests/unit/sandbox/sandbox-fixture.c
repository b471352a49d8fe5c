/* sandbox-fixture.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "sandbox-fixture.h"

/* 2026-11-23T12:00:00Z */
#define NOON (G_GINT64_CONSTANT (1795435200) * G_USEC_PER_SEC)

void
answer_clear (Answer *answer)
{
  g_clear_pointer (&answer->text, g_free);
  g_clear_pointer (&answer->json, omc_json_unref);
  g_clear_pointer (&answer->headers, soup_message_headers_unref);
}

void
fixture_open_with (Fixture *self, OmcSandboxOptions options)
{
  g_autoptr (GError) error = NULL;

  self->clock = omc_clock_new_manual (NOON);
  options.clock = self->clock;
  self->sandbox = omc_sandbox_new (&options, &error);
  g_assert_no_error (error);
  omc_sandbox_start (self->sandbox, &error);
  g_assert_no_error (error);
  self->session = soup_session_new_with_options ("max-conns", 32, "max-conns-per-host", 32,
                                                 "timeout", 20, "proxy-resolver", NULL, NULL);
}

void
fixture_open (Fixture *self, const char *profile)
{
  fixture_open_with (self, (OmcSandboxOptions){ .profile = profile });
}

void
fixture_clear (Fixture *self)
{
  if (self->session != NULL)
    soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_clear_pointer (&self->sandbox, omc_sandbox_free);
  g_clear_object (&self->clock);
}

static char *
make_url (Fixture *self, const char *path)
{
  const char *base = omc_sandbox_get_base_url (self->sandbox);

  if (g_str_has_prefix (path, "http"))
    return g_strdup (path);
  return g_strconcat (base, path, NULL);
}

Answer
fixture_send (Fixture *self,
              const char *method,
              const char *path,
              const char *body,
              const char *const *headers)
{
  g_autofree char *url = make_url (self, path);
  g_autoptr (SoupMessage) message = soup_message_new (method, url);
  g_autoptr (GBytes) bytes = NULL;
  Answer answer = { 0 };
  const char *data;
  gsize length;

  g_assert_nonnull (message);
  /* A retry of libsoup's own would hide what is tested. */
  soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);
  if (body != NULL)
    {
      g_autoptr (GBytes) sent = g_bytes_new (body, strlen (body));

      soup_message_set_request_body_from_bytes (message, "application/fhir+json", sent);
    }
  for (guint i = 0; headers != NULL && headers[i] != NULL; i += 2)
    soup_message_headers_replace (soup_message_get_request_headers (message), headers[i],
                                  headers[i + 1]);

  bytes = soup_session_send_and_read (self->session, message, NULL, NULL);
  answer.headers = soup_message_headers_ref (soup_message_get_response_headers (message));
  if (bytes == NULL)
    return answer;
  answer.status = soup_message_get_status (message);
  data = g_bytes_get_data (bytes, &length);
  answer.text = data != NULL ? g_strndup (data, length) : g_strdup ("");
  answer.json = omc_json_parse (answer.text, -1, NULL);
  return answer;
}

Answer
fixture_send_with (Fixture *self,
                   const char *method,
                   const char *path,
                   const char *body,
                   const char *name,
                   const char *value)
{
  const char *const headers[] = { name, value, NULL };

  return fixture_send (self, method, path, body, headers);
}

guint
fixture_status (Fixture *self, const char *method, const char *path, const char *body)
{
  g_auto (Answer) answer = fixture_send (self, method, path, body, NULL);

  return answer.status;
}

char *
fixture_create (Fixture *self, const char *type, const char *body)
{
  g_autofree char *path = g_strconcat ("/", type, NULL);
  g_auto (Answer) answer = fixture_send (self, "POST", path, body, NULL);

  g_assert_cmpuint (answer.status, ==, 201);
  return g_strdup (answer_pick (&answer, "id"));
}

const char *
answer_header (const Answer *answer, const char *name)
{
  return soup_message_headers_get_one (answer->headers, name);
}

const char *
answer_pick (const Answer *answer, const char *path)
{
  return answer->json != NULL ? omc_json_value_pick_string (omc_json_get_root (answer->json), path)
                              : NULL;
}

gsize
answer_count (const Answer *answer)
{
  g_assert_nonnull (answer->json);
  return omc_json_value_get_size (omc_json_value_get (omc_json_get_root (answer->json), "entry"));
}

const char *
answer_link (const Answer *answer, const char *relation)
{
  const OmcJsonValue *link;
  OmcJsonIter iter;

  g_assert_nonnull (answer->json);
  omc_json_iter_init (&iter, omc_json_value_get (omc_json_get_root (answer->json), "link"));
  while (omc_json_iter_next (&iter, NULL, &link))
    {
      if (g_strcmp0 (omc_json_value_pick_string (link, "relation"), relation) == 0)
        return omc_json_value_pick_string (link, "url");
    }
  return NULL;
}
