/* test-device-words.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-device-words.h"

#define HOUR_US G_TIME_SPAN_HOUR

static void
assert_says (const OmcDeviceFacts *facts, const char *pattern, gboolean may_close)
{
  gboolean closes;
  g_autofree char *text = omc_device_words (facts, &closes);

  g_assert_nonnull (text);
  if (!g_pattern_match_simple (pattern, text))
    g_error ("\"%s\" is not \"%s\"", text, pattern);
  g_assert_cmpint (closes, ==, may_close);
}

static void
test_well (void)
{
  OmcDeviceFacts facts = { .lifetime = { .has_server = TRUE, .left_us = 70 * HOUR_US } };
  gboolean closes;

  g_assert_null (omc_device_words (&facts, &closes));
  facts.skew_us = -4 * G_TIME_SPAN_MINUTE;
  g_assert_null (omc_device_words (&facts, &closes));
}

/* From the least to the worst: each hides the one before. */
static void
test_worst_first (void)
{
  OmcDeviceFacts facts = { .notice = "The keys are not bound to the device." };

  assert_says (&facts, "The keys are not bound*", TRUE);
  facts.site = (char *)"The policy was refused.";
  assert_says (&facts, "The policy was refused.*The keys are not bound*", TRUE);
  facts.skew_us = -7 * G_TIME_SPAN_MINUTE;
  assert_says (&facts, "*clock is 7 minutes off*", FALSE);
  facts.lifetime =
      (OmcKeyLifetime){ .has_server = TRUE, .soon = TRUE, .left_us = 14 * HOUR_US + 5 };
  assert_says (&facts, "14 hours left*Bring it into the network.", FALSE);
  facts.lifetime.left_us = HOUR_US / 2;
  assert_says (&facts, "Within the hour*", FALSE);
  facts.lifetime.left_us = 0;
  assert_says (&facts, "*is over*recovery code*", FALSE);
  facts.lifetime.revoked = TRUE;
  assert_says (&facts, "*withdrawn this device*", FALSE);
  facts.disk_full = TRUE;
  assert_says (&facts, "The disk of this device is full*", FALSE);
  facts.read_only = TRUE;
  assert_says (&facts, "*cannot be written*paper*", FALSE);
  facts.rolled_back = TRUE;
  assert_says (&facts, "The server knows more*tell IT at once.", FALSE);
}

/* More network gives no more time: it says why, and what to grant. */
static void
test_unheard (void)
{
  OmcDeviceFacts facts = { .unheard = (char *)"Practitioner",
                           .lifetime = { .has_server = TRUE, .left_us = 70 * HOUR_US } };
  gboolean closes;

  g_assert_null (omc_device_words (&facts, &closes));
  facts.lifetime.soon = TRUE;
  facts.lifetime.left_us = 14 * HOUR_US;
  assert_says (&facts, "*let this device read Practitioner,*14 hours more. Tell IT:*right to*",
               FALSE);
  facts.lifetime.left_us = HOUR_US / 2;
  assert_says (&facts, "*Practitioner,*less than an hour more. Tell IT:*", FALSE);
  facts.lifetime.left_us = 0;
  assert_says (&facts, "*Practitioner,*recovery code alone. Tell IT:*", FALSE);
  facts.lifetime.revoked = TRUE;
  assert_says (&facts, "*withdrawn this device*", FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ui/device-words/nothing-when-all-is-well", test_well);
  g_test_add_func ("/ui/device-words/the-worst-first", test_worst_first);

  g_test_add_func ("/ui/device-words/why-a-contact-gives-no-more-time", test_unheard);

  return g_test_run ();
}
