/* omc-device-words.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-window"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-device-words.h"

/* As the sync service has it (design: a device that is skewed says so). */
#define SKEW_US (5 * G_TIME_SPAN_MINUTE)

void
omc_device_facts_free (OmcDeviceFacts *self)
{
  g_free (self->unheard);
  g_free (self->site);
  g_free (self);
}

/* As omnicarectl status has it: the network alone does not help. */
static char *
describe_unheard (const char *types, guint hours, gboolean over)
{
  g_autofree char *left = NULL;

  if (over)
    left = g_strdup (_ ("once locked, this device opens with the recovery code alone"));
  else if (hours == 0)
    left = g_strdup (_ ("passphrases open this device for less than an hour more"));
  else
    left = g_strdup_printf (ngettext ("passphrases open this device for %u hour more",
                                      "passphrases open this device for %u hours more", hours),
                            hours);

  /* Translators: kinds of records, and what follows of it */
  return g_strdup_printf (
      _ ("The server does not let this device read %s, where it says who may still work here: %s. "
         "Tell IT: its login needs the right to read Practitioner and Device."),
      types, left);
}

static char *
describe_lifetime (const OmcKeyLifetime *lifetime, const char *unheard)
{
  guint hours = (guint)(lifetime->left_us / G_TIME_SPAN_HOUR);

  if (lifetime->revoked)
    return g_strdup (_ ("The server has withdrawn this device. Unsent work is kept. Tell IT."));
  if (!lifetime->has_server || !lifetime->soon)
    return NULL;
  if (unheard)
    return describe_unheard (unheard, hours, lifetime->left_us == 0);
  if (lifetime->left_us == 0)
    return g_strdup (_ ("The time without the server is over: once locked, this device opens with "
                        "the recovery code alone. Bring it into the network."));
  if (hours == 0)
    return g_strdup (_ ("Within the hour this device must reach its server; then passphrases no "
                        "longer open it. Bring it into the network."));

  return g_strdup_printf (
      ngettext ("%u hour left until this device must reach its server; then passphrases no longer "
                "open it. Bring it into the network.",
                "%u hours left until this device must reach its server; then passphrases no "
                "longer open it. Bring it into the network.",
                hours),
      hours);
}

char *
omc_device_words (const OmcDeviceFacts *facts, gboolean *may_close)
{
  char *lifetime;

  g_return_val_if_fail (facts != NULL, NULL);
  g_return_val_if_fail (may_close != NULL, NULL);

  *may_close = FALSE;
  if (facts->rolled_back)
    return g_strdup (_ ("The server knows more of this device than there is here: its records were "
                        "set back or rebuilt. Keep the device as it is and tell IT at once."));
  if (facts->read_only)
    return g_strdup (
        _ ("The disk of this device cannot be written: nothing that you enter is kept. "
           "Chart on paper and tell IT at once."));
  if (facts->disk_full)
    return g_strdup (_ ("The disk of this device is full. What you enter is kept only as long as "
                        "the room set aside lasts: tell IT at once."));
  lifetime = describe_lifetime (&facts->lifetime, facts->unheard);
  if (lifetime)
    return lifetime;
  if (ABS (facts->skew_us) >= SKEW_US)
    return g_strdup_printf (
        _ ("This device’s clock is %u minutes off the server’s: ask IT to set it."),
        (guint)(ABS (facts->skew_us) / G_TIME_SPAN_MINUTE));

  *may_close = TRUE;
  if (facts->site && facts->notice)
    return g_strconcat (facts->site, "\n", facts->notice, NULL);

  return g_strdup (facts->site ? facts->site : facts->notice);
}
