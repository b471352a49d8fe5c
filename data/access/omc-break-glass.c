/* omc-break-glass.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-access"

#include "config.h"

#include "omc-break-glass.h"

#include <glib/gi18n-lib.h>

static const OmcBreakGlassReason REASONS[] = {
  { "emergency", N_ ("Emergency: this person needs care now") },
  { "covering", N_ ("I cover for a colleague or another department") },
  { "transfer", N_ ("This person is coming to my department") },
  { "advice", N_ ("I was asked for advice on this person's care") },
  { "other", N_ ("Another reason") },
};

const OmcBreakGlassReason *
omc_break_glass_list_reasons (gsize *n_reasons)
{
  g_return_val_if_fail (n_reasons != NULL, NULL);

  *n_reasons = G_N_ELEMENTS (REASONS);

  return REASONS;
}

const char *
omc_break_glass_get_label (const char *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (REASONS); i++)
    if (g_strcmp0 (REASONS[i].code, code) == 0)
      return _ (REASONS[i].label);

  return NULL;
}

gboolean
omc_break_glass_check (const char *code, const char *words, GError **error)
{
  g_autofree char *stripped = words != NULL ? g_strstrip (g_strdup (words)) : g_strdup ("");
  glong length = g_utf8_strlen (stripped, -1);

  if (omc_break_glass_get_label (code) == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _ ("Choose the reason for opening this chart."));
      return FALSE;
    }
  if (length < OMC_BREAK_GLASS_MIN_WORDS || length > OMC_BREAK_GLASS_MAX_WORDS)
    {
      g_set_error (
          error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
          _ ("Say in your own words why you need this chart (%d to %d characters); it is read "
             "in the review."),
          OMC_BREAK_GLASS_MIN_WORDS, OMC_BREAK_GLASS_MAX_WORDS);
      return FALSE;
    }

  return TRUE;
}
