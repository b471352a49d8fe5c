/* omc-sandbox-auth.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-auth.h"
#include "omc-sandbox-form.h"

#define MAX_TOKENS 10000

struct _OmcSandboxAuth
{
  OmcClock *clock; /* (owned) */
  const OmcSandboxProfile *profile;
  char *client_id;     /* (owned) */
  char *client_secret; /* (owned) */
  GHashTable *tokens;  /* (owned): token -> gint64 *, when it ends */
  guint seconds;
};

OmcSandboxAuth *
omc_sandbox_auth_new (OmcClock *clock,
                      const OmcSandboxProfile *profile,
                      const char *client_id,
                      const char *client_secret,
                      guint seconds)
{
  OmcSandboxAuth *self = g_new0 (OmcSandboxAuth, 1);

  self->clock = g_object_ref (clock);
  self->profile = profile;
  self->client_id = g_strdup (client_id);
  self->client_secret = g_strdup (client_secret != NULL ? client_secret : "");
  self->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->seconds = seconds;
  return self;
}

void
omc_sandbox_auth_free (OmcSandboxAuth *self)
{
  if (self == NULL)
    return;

  g_object_unref (self->clock);
  g_free (self->client_id);
  g_free (self->client_secret);
  g_hash_table_unref (self->tokens);
  g_free (self);
}

static OmcSandboxAnswer *
answer_refusal (guint status, const char *code, const char *description)
{
  char *text =
      g_strdup_printf ("{\"error\":\"%s\",\"error_description\":\"%s\"}", code, description);

  return omc_sandbox_answer_new (status, text, strlen (text));
}

/* client_secret_basic: both parts are form-encoded before they are joined (RFC 6749 2.3.1). */
static gboolean
read_basic (const char *authorization, char **id, char **secret)
{
  g_autofree guchar *decoded = NULL;
  g_autofree char *text = NULL;
  char *colon;
  gsize length;

  if (authorization == NULL || g_ascii_strncasecmp (authorization, "Basic ", 6) != 0)
    return FALSE;
  decoded = g_base64_decode (authorization + 6, &length);
  text = g_strndup ((const char *)decoded, length);
  colon = strchr (text, ':');
  if (colon == NULL)
    return FALSE;

  *colon = '\0';
  *id = g_uri_unescape_string (text, NULL);
  *secret = g_uri_unescape_string (colon + 1, NULL);
  return *id != NULL && *secret != NULL;
}

static OmcSandboxAnswer *
make_token (OmcSandboxAuth *self)
{
  g_autofree char *a = g_uuid_string_random ();
  g_autofree char *b = g_uuid_string_random ();
  char *token = g_strconcat ("practice-", a, b, NULL);
  gint64 *ends = g_new (gint64, 1);
  char *text;

  if (g_hash_table_size (self->tokens) >= MAX_TOKENS)
    g_hash_table_remove_all (self->tokens);
  *ends = omc_clock_get_monotonic (self->clock) + self->seconds * (gint64)G_USEC_PER_SEC;
  g_hash_table_insert (self->tokens, token, ends);

  text = g_strdup_printf ("{\"token_type\":\"Bearer\",\"access_token\":\"%s\",\"expires_in\":%u,"
                          "\"scope\":\"system/*.*\"}",
                          token, self->seconds);
  return omc_sandbox_answer_new (200, text, strlen (text));
}

OmcSandboxAnswer *
omc_sandbox_auth_give_token (OmcSandboxAuth *self,
                             const char *content_type,
                             const char *authorization,
                             GBytes *body)
{
  g_autofree char *id = NULL;
  g_autofree char *secret = NULL;
  g_autofree char *form = NULL;
  g_autoptr (GPtrArray) pairs = NULL;
  const char *grant;
  gsize length = 0;
  const char *data = body != NULL ? g_bytes_get_data (body, &length) : NULL;

  if (content_type == NULL || !g_str_has_prefix (content_type, "application/x-www-form-urlencoded"))
    return answer_refusal (400, "invalid_request", "Unsupported content type");
  form = data != NULL ? g_strndup (data, length) : g_strdup ("");
  pairs = omc_sandbox_form_parse (form, NULL);
  grant = pairs != NULL ? omc_sandbox_form_get (pairs, "grant_type") : NULL;
  if (grant == NULL)
    return answer_refusal (400, "invalid_request", "Missing grant_type");
  if (!g_str_equal (grant, "client_credentials"))
    return answer_refusal (400, "unsupported_grant_type", "Only client_credentials are given here");

  if (!read_basic (authorization, &id, &secret))
    {
      g_set_str (&id, omc_sandbox_form_get (pairs, "client_id"));
      g_set_str (&secret, omc_sandbox_form_get (pairs, "client_secret"));
    }
  if (g_strcmp0 (id, self->client_id) != 0 || g_strcmp0 (secret, self->client_secret) != 0)
    return answer_refusal (self->profile->wrong_secret_status,
                           self->profile->wrong_secret_status == 401 ? "invalid_client"
                                                                     : "invalid_request",
                           "Invalid secret");
  return make_token (self);
}

gboolean
omc_sandbox_auth_check (OmcSandboxAuth *self, const char *authorization)
{
  const gint64 *ends;

  if (authorization == NULL || g_ascii_strncasecmp (authorization, "Bearer ", 7) != 0)
    return FALSE;
  ends = g_hash_table_lookup (self->tokens, authorization + 7);
  return ends != NULL && omc_clock_get_monotonic (self->clock) < *ends;
}

void
omc_sandbox_auth_expire (OmcSandboxAuth *self)
{
  g_hash_table_remove_all (self->tokens);
}
