/* omc-sandbox-answer.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-core.h"
#include "omc-sandbox.h"

void
omc_sandbox_core_count (OmcSandboxCore *self, const char *name, guint64 by)
{
  guint64 *counter = g_hash_table_lookup (self->counters, name);

  if (counter == NULL)
    {
      counter = g_new0 (guint64, 1);
      g_hash_table_insert (self->counters, g_strdup (name), counter);
    }
  *counter += by;
}

OmcSandboxAnswer *
omc_sandbox_answer_new (guint status, char *text, gsize length)
{
  OmcSandboxAnswer *answer = g_new0 (OmcSandboxAnswer, 1);

  answer->status = status;
  if (text != NULL)
    answer->body = g_bytes_new_take (text, length);
  return answer;
}

void
omc_sandbox_answer_free (OmcSandboxAnswer *answer)
{
  if (answer == NULL)
    return;

  g_clear_pointer (&answer->body, g_bytes_unref);
  g_free (answer->etag);
  g_free (answer->location);
  g_free (answer);
}

OmcSandboxAnswer *
omc_sandbox_answer_outcome (guint status, const char *code, const char *format, ...)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  g_autoptr (OmcJson) json = NULL;
  g_autofree char *text = NULL;
  OmcJsonNode *root = omc_json_builder_object (builder);
  OmcJsonNode *issue;
  OmcSandboxAnswer *answer;
  char *body;
  gsize length;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  omc_json_node_set_string (builder, root, "resourceType", "OperationOutcome");
  issue = omc_json_node_append_object (builder, omc_json_node_add_array (builder, root, "issue"));
  omc_json_node_set_string (builder, issue, "severity", status < 400 ? "information" : "error");
  omc_json_node_set_string (builder, issue, "code", code);
  omc_json_node_set_string (builder, omc_json_node_add_object (builder, issue, "details"), "text",
                            text);

  json = omc_json_builder_end (builder, root);
  body = omc_json_to_string (json, FALSE, &length);
  answer = omc_sandbox_answer_new (status, body, length);
  answer->is_outcome = TRUE;
  return answer;
}

OmcSandboxAnswer *
omc_sandbox_answer_error (OmcSandboxCore *core, const GError *error)
{
  if (g_error_matches (error, OMC_JSON_ERROR, OMC_JSON_ERROR_TOO_LARGE))
    return omc_sandbox_answer_outcome (core->profile->too_large_status, "too-long", "%s",
                                       error->message);
  if (error->domain == OMC_JSON_ERROR)
    return omc_sandbox_answer_outcome (400, "structure", "%s", error->message);
  if (g_error_matches (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED))
    return omc_sandbox_answer_outcome (400, "not-supported", "%s", error->message);
  if (error->domain == OMC_FHIR_ERROR)
    return omc_sandbox_answer_outcome (core->profile->invalid_status, "structure", "%s",
                                       error->message);

  g_warning ("%s", error->message);
  return omc_sandbox_answer_outcome (500, "exception",
                                     "the practice server failed; its log has the reason");
}
