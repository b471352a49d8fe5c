/* omc-sandbox-form.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-resource.h"
#include "omc-sandbox-form.h"

#define MAX_PAIRS 512

static void
pair_free (gpointer data)
{
  OmcSandboxPair *pair = data;

  g_free (pair->name);
  g_free (pair->value);
  g_free (pair);
}

static char *
decode (const char *text, gsize length)
{
  g_autofree char *spaced = g_strndup (text, length);

  g_strdelimit (spaced, "+", ' ');
  return g_uri_unescape_string (spaced, NULL);
}

GPtrArray *
omc_sandbox_form_parse (const char *text, GError **error)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (pair_free);
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", "&", MAX_PAIRS + 1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *equals = strchr (parts[i], '=');
      gsize length = equals != NULL ? (gsize)(equals - parts[i]) : strlen (parts[i]);
      OmcSandboxPair *pair;

      if (*parts[i] == '\0')
        continue;
      pair = g_new0 (OmcSandboxPair, 1);
      g_ptr_array_add (pairs, pair);
      pair->name = decode (parts[i], length);
      pair->value = equals != NULL ? decode (equals + 1, strlen (equals + 1)) : g_strdup ("");
      if (i >= MAX_PAIRS || pair->name == NULL || pair->value == NULL ||
          !g_utf8_validate (pair->name, -1, NULL) || !g_utf8_validate (pair->value, -1, NULL))
        {
          g_set_error_literal (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED,
                               "the parameters are too many or not percent-encoded UTF-8");
          return NULL;
        }
    }
  return g_steal_pointer (&pairs);
}

const char *
omc_sandbox_form_get (GPtrArray *pairs, const char *name)
{
  for (guint i = 0; i < pairs->len; i++)
    {
      const OmcSandboxPair *pair = g_ptr_array_index (pairs, i);

      if (g_str_equal (pair->name, name))
        return pair->value;
    }
  return NULL;
}

void
omc_sandbox_form_append (GString *text, const char *name, const char *value)
{
  if (text->len > 0)
    g_string_append_c (text, '&');
  g_string_append_uri_escaped (text, name, ":", FALSE);
  g_string_append_c (text, '=');
  g_string_append_uri_escaped (text, value, ":,/", FALSE);
}
