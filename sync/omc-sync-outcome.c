/* omc-sync-outcome.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-sync-outcome.h"

#define EXPRESSION_MAX 80

static const struct
{
  const char *code; /* http://hl7.org/fhir/issue-type */
  const char *sentence;
} reasons[] = {
  { "structure", N_ ("The server does not accept the form of this entry") },
  { "required", N_ ("The server misses something in this entry") },
  { "value", N_ ("The server does not accept a value of this entry") },
  { "invariant", N_ ("The server finds that parts of this entry do not fit together") },
  { "code-invalid", N_ ("The server does not know a code of this entry") },
  { "invalid", N_ ("The server finds this entry invalid") },
  { "too-long", N_ ("This entry is too large for the server") },
  { "too-costly", N_ ("This entry is too large for the server") },
  { "not-supported", N_ ("The server does not take entries of this kind") },
  { "not-found", N_ ("The server no longer shows this record, or something that it refers to") },
  { "deleted", N_ ("The record was deleted on the server") },
  { "duplicate", N_ ("The server holds this entry already under another number") },
  { "multiple-matches", N_ ("The server holds this entry more than once") },
  { "business-rule", N_ ("A rule of the server refuses this entry") },
  { "forbidden", N_ ("This device may not write this entry on the server") },
  { "suppressed", N_ ("This device may not write this entry on the server") },
  { "security", N_ ("This device may not write this entry on the server") },
};

static const struct
{
  guint status;
  const char *sentence;
} statuses[] = {
  { 401, N_ ("This device may not write this entry on the server") },
  { 403, N_ ("This device may not write this entry on the server") },
  { 404, N_ ("The server no longer shows this record, or something that it refers to") },
  { 405, N_ ("The server does not take entries of this kind") },
  { 410, N_ ("The record was deleted on the server") },
  { 413, N_ ("This entry is too large for the server") },
  { 422, N_ ("A rule of the server refuses this entry") },
};

static const OmcJsonValue *
find_issue (const OmcJsonValue *outcome)
{
  OmcJsonIter iter;
  const OmcJsonValue *issue;

  if (g_strcmp0 (omc_json_value_pick_string (outcome, "resourceType"), "OperationOutcome") != 0)
    return NULL;
  omc_json_iter_init (&iter, omc_json_value_get (outcome, "issue"));
  while (omc_json_iter_next (&iter, NULL, &issue))
    {
      const char *severity = omc_json_value_pick_string (issue, "severity");

      if (g_strcmp0 (severity, "error") == 0 || g_strcmp0 (severity, "fatal") == 0)
        return issue;
    }

  return omc_json_value_pick (outcome, "issue[0]");
}

/* Element names and positions only: a FHIRPath may hold values between quotes. */
static char *
clean_expression (const char *expression)
{
  gsize length = 0;

  if (expression == NULL || !g_ascii_isupper (expression[0]))
    return NULL;
  while (length < EXPRESSION_MAX &&
         (g_ascii_isalnum (expression[length]) || expression[length] == '.' ||
          expression[length] == '[' || expression[length] == ']'))
    length++;
  while (length > 0 && expression[length - 1] == '.')
    length--;
  return length > 0 ? g_strndup (expression, length) : NULL;
}

static const char *
find_sentence (const char *code, guint status)
{
  for (guint i = 0; code != NULL && i < G_N_ELEMENTS (reasons); i++)
    {
      if (g_str_equal (reasons[i].code, code))
        return _ (reasons[i].sentence);
    }
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      if (statuses[i].status == status)
        return _ (statuses[i].sentence);
    }

  return _ ("The server refuses this entry");
}

const char *
omc_sync_outcome_get_code (const OmcJsonValue *outcome)
{
  return omc_json_value_pick_string (find_issue (outcome), "code");
}

char *
omc_sync_outcome_to_sentence (const OmcJsonValue *outcome, guint status)
{
  const OmcJsonValue *issue = find_issue (outcome);
  const char *sentence = find_sentence (omc_json_value_pick_string (issue, "code"), status);
  g_autofree char *place = clean_expression (omc_json_value_pick_string (issue, "expression[0]"));

  if (place != NULL)
    /* Translators: what is wrong, then the name of the element, then the HTTP status */
    return g_strdup_printf (_ ("%s (%s, status %u). Open it, correct it and send it again."),
                            sentence, place, status);
  return g_strdup_printf (_ ("%s (status %u). Open it, correct it and send it again."), sentence,
                          status);
}
