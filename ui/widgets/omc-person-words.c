/* omc-person-words.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-ui"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-person-words.h"

static const char *const roles[] = {
  [OMC_ROLE_NURSE] = NC_ ("role", "Nurse"),
  [OMC_ROLE_CHARGE_NURSE] = NC_ ("role", "Charge nurse"),
  [OMC_ROLE_PHYSICIAN] = NC_ ("role", "Physician"),
  [OMC_ROLE_HOME_CARE_NURSE] = NC_ ("role", "Home care nurse"),
  [OMC_ROLE_HEALTH_CARE_ASSISTANT] = NC_ ("role", "Health care assistant"),
  [OMC_ROLE_AUDITOR] = NC_ ("role", "Auditor"),
  [OMC_ROLE_ADMINISTRATOR] = NC_ ("role", "Administrator"),
  [OMC_ROLE_KIOSK] = NC_ ("role", "Kiosk"),
  [OMC_ROLE_DEVICE] = NC_ ("role", "This device"),
};

const char *
omc_role_describe (OmcRole role)
{
  g_return_val_if_fail (role < G_N_ELEMENTS (roles), "");

  return g_dpgettext2 (GETTEXT_PACKAGE, "role", roles[role]);
}

char *
omc_shorten_name (const char *name)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *initial = NULL;
  const char *last = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  words = g_strsplit (name, " ", -1);
  /* What stands in brackets after a name is no name. */
  for (guint i = 0; words[i] && *words[i] != '('; i++)
    if (*words[i])
      last = words[i];
  if (!last || last == words[0] || !*words[0])
    return g_strdup (name);

  initial = g_utf8_substring (words[0], 0, 1);

  return g_strdup_printf ("%s. %s", initial, last);
}
