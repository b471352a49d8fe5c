/* omc-passphrase-rule.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-unlock"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "omc-passphrase-rule.h"

/* NIST SP 800-63B (clinical.md 6): eight characters or more, no rules on what they are. */
#define MIN_PASSPHRASE 8

const char *
omc_passphrase_find_obstacle (const char *passphrase, const char *repeat)
{
  g_return_val_if_fail (passphrase != NULL && repeat != NULL, "");

  if (!*passphrase)
    return "";
  if (g_utf8_strlen (passphrase, -1) < MIN_PASSPHRASE)
    return _ ("The passphrase needs 8 characters or more.");
  if (!*repeat)
    return "";
  if (strcmp (passphrase, repeat) != 0)
    return _ ("The two passphrases differ.");

  return NULL;
}
