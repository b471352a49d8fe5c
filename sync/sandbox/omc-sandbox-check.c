/* omc-sandbox-check.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-check.h"
#include "omc-validate.h"

gboolean
omc_sandbox_is_id (const char *text)
{
  gsize length = 0;

  /* FHIR allows dots; as a whole segment of a path they mean something else. */
  if (text == NULL || g_str_equal (text, ".") || g_str_equal (text, ".."))
    return FALSE;
  for (; text[length] != '\0'; length++)
    {
      if (length == 64 ||
          !(g_ascii_isalnum (text[length]) || text[length] == '-' || text[length] == '.'))
        return FALSE;
    }
  return length > 0;
}

OmcResource *
omc_sandbox_parse_body (OmcSandboxCore *core,
                        const OmcSandboxRequest *request,
                        const char *type,
                        GError **error)
{
  g_autoptr (OmcResource) resource = NULL;
  g_autoptr (OmcJson) json = NULL;

  if (request->body == NULL || g_bytes_get_size (request->body) == 0)
    {
      g_set_error_literal (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
                           "the request has no body");
      return NULL;
    }

  json = omc_json_parse_bytes (request->body, error);
  if (json == NULL)
    return NULL;
  resource = omc_resource_new (json, error);
  if (resource == NULL)
    return NULL;
  if (!g_str_equal (omc_resource_get_resource_type (resource), type))
    {
      g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
                   "the body is a %s, the address is that of a %s",
                   omc_resource_get_resource_type (resource), type);
      return NULL;
    }
  return g_steal_pointer (&resource);
}

static void
collect_reference (const char *reference, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup (reference));
}

static gboolean
reference_exists (OmcSandboxCore *core, const char *reference, gboolean *exists, GError **error)
{
  g_auto (OmcSandboxRow) row = { 0 };
  g_auto (GStrv) parts = g_strsplit (reference, "/", 3);

  *exists = TRUE;
  if (g_strv_length (parts) < 2 || !omc_fhir_is_resource_type (parts[0]) ||
      !omc_sandbox_is_id (parts[1]))
    return TRUE;
  if (!omc_sandbox_store_find (core->store, parts[0], parts[1], &row, error))
    return FALSE;

  *exists = row.key != 0 && !row.deleted;
  return TRUE;
}

gboolean
omc_sandbox_check_references (OmcSandboxCore *core, GPtrArray *references, GError **error)
{
  for (guint i = 0; i < references->len; i++)
    {
      gboolean exists;

      if (!reference_exists (core, g_ptr_array_index (references, i), &exists, error))
        return FALSE;
      if (!exists)
        {
          g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
                       "%s is referred to and is not on this server",
                       (const char *)g_ptr_array_index (references, i));
          return FALSE;
        }
    }
  return TRUE;
}

static OmcSandboxAnswer *
refuse_invalid (OmcSandboxCore *core, OmcResource *resource)
{
  g_autoptr (GPtrArray) issues = omc_validate (resource, OMC_VALIDATE_STRICT);
  g_autoptr (OmcResource) outcome = NULL;
  OmcSandboxAnswer *answer;
  gsize length;
  char *text;

  if (!omc_validate_has_error (issues))
    return NULL;

  outcome = omc_validate_to_outcome (issues);
  text = omc_resource_to_string (outcome, &length);
  answer = omc_sandbox_answer_new (core->profile->invalid_status, text, length);
  answer->is_outcome = TRUE;
  return answer;
}

OmcSandboxAnswer *
omc_sandbox_refuse_resource (OmcSandboxCore *core,
                             const OmcSandboxRequest *request,
                             OmcResource *resource)
{
  g_autoptr (GPtrArray) references = NULL;
  g_autoptr (GError) error = NULL;
  OmcSandboxAnswer *refusal = refuse_invalid (core, resource);

  if (refusal != NULL || !core->profile->checks_references)
    return refusal;
  if (request->references != NULL)
    {
      omc_resource_foreach_reference (resource, collect_reference, request->references);
      return NULL;
    }

  references = g_ptr_array_new_with_free_func (g_free);
  omc_resource_foreach_reference (resource, collect_reference, references);
  return omc_sandbox_check_references (core, references, &error)
             ? NULL
             : omc_sandbox_answer_error (core, error);
}

/* --- preconditions --- */

/* The opaque part of W/"v" or "v"; NULL when it is neither. */
static char *
unquote (const char *tag)
{
  g_autofree char *text = g_strstrip (g_strdup (tag));
  const char *start = g_str_has_prefix (text, "W/") ? text + 2 : text;
  gsize length = strlen (start);

  if (length < 3 || start[0] != '"' || start[length - 1] != '"')
    return NULL;
  return g_strndup (start + 1, length - 2);
}

gboolean
omc_sandbox_tag_matches (const char *header, const char *version_id)
{
  g_auto (GStrv) tags = g_strsplit (header, ",", -1);

  for (guint i = 0; tags[i] != NULL; i++)
    {
      g_autofree char *opaque = unquote (tags[i]);

      if (g_str_equal (g_strstrip (tags[i]), "*") || g_strcmp0 (opaque, version_id) == 0)
        return TRUE;
    }
  return FALSE;
}

OmcSandboxAnswer *
omc_sandbox_check_match (OmcSandboxCore *core, const char *if_match, const OmcSandboxRow *row)
{
  const OmcSandboxProfile *profile = core->profile;
  g_autofree char *opaque = NULL;

  if (if_match == NULL && profile->match_required && row->key != 0 && !row->deleted)
    return omc_sandbox_answer_outcome (400, "required", "If-Match is required for a change");
  if (if_match == NULL)
    return NULL;

  opaque = unquote (if_match);
  if (opaque == NULL && profile->bare_match == OMC_SANDBOX_BARE_IGNORED)
    return NULL;
  if (opaque == NULL && profile->bare_match == OMC_SANDBOX_BARE_REFUSED)
    return omc_sandbox_answer_outcome (400, "value", "If-Match is not of the form W/\"version\"");
  if (g_strcmp0 (opaque != NULL ? opaque : if_match, row->version_id) == 0)
    return NULL;

  return omc_sandbox_answer_outcome (profile->stale_status, "conflict",
                                     "Precondition Failed: there is another version");
}
