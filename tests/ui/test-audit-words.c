/* test-audit-words.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-audit-words.h"

static void
test_words (void)
{
  static const struct
  {
    const char *subtype, *patient_id, *entity, *detail, *act, *subject, *says;
    int outcome;
  } cases[] = {
    { "login", NULL, NULL, "PIN", "Signed in", NULL, "with the PIN", 0 },
    { "login", NULL, "passphrase anna", "passphrase not accepted", "Signed in: refused or failed",
      "passphrase anna", "passphrase not accepted", 4 },
    { "read", "p1", "Patient/p1", "patient opened", "Opened a patient’s chart", "Patient p1", NULL,
      0 },
    { "create", "p1", "Observation/o2/_history/3", NULL, "Recorded",
      "Patient p1 · Measurement o2, version 3", NULL, 0 },
    { "break-glass", "p1", NULL, "emergency", "Opened an emergency access", "Patient p1",
      "Emergency: this person needs care now", 0 },
    { "user-changed", NULL, "dora", "charge-nurse", "Added or changed a person", "dora",
      "Charge nurse", 0 },
    { "sync-hide", "p1", "Patient/p1", "the server has another one under its id",
      "Hid records that the server no longer has", "Patient p1",
      "the server has another one under its number", 0 },
    { "anchor-lost", NULL, "audit/12", "the anchor was missing",
      "The proof of the trail’s end is missing", "audit 12", "the anchor was missing", 0 },
    { "sync-pull", NULL, NULL, "3 created, 1 updated, 0 deleted, 2 merged, 0 conflicts",
      "Received from the server", NULL, "3 records created, 1 changed, 2 merged", 0 },
    { "sync-pull", NULL, NULL, "0 created, 0 updated, 1 deleted, 0 merged, 1 conflicts",
      "Received from the server", NULL, "1 deleted, 1 waits for a person", 0 },
    { "import", NULL, NULL, "1 created, 0 updated, 2 unchanged, 0 merged, 4294967295 conflicts",
      "Imported a file", NULL, "1 record created, 2 as they were, 4294967295 wait for a person",
      0 },
    { "import", NULL, NULL, "0 created, 0 updated, 0 unchanged, 0 merged, 0 conflicts",
      "Imported a file", NULL, "nothing changed", 0 },
    { "cache-evict", "p1", NULL, "1 removed from this device, for room; the server has them",
      "Removed a chart from this device to make room", "Patient p1",
      "1 record removed to make room; the server has it", 0 },
    { "cache-evict", "p1", NULL, "12 removed from this device, time is over; the server has them",
      "Removed a chart from this device to make room", "Patient p1",
      "12 records removed since their time was over; the server has them", 0 },
    { "policy-installed", NULL, NULL, "version 18446744073709551615", "Installed an access policy",
      NULL, "version 18446744073709551615", 0 },
    /* What a later version writes is shown as it is. */
    { "teleport", NULL, "a/b/c", "by beam", "teleport", "a/b/c", "by beam", 0 },
    { "import", NULL, NULL, "3 created, 1 beamed", "Imported a file", NULL, "3 created, 1 beamed",
      0 },
    { "import", NULL, NULL, "3 created, ", "Imported a file", NULL, "3 created, ", 0 },
    { "import", NULL, NULL, "3 created%s", "Imported a file", NULL, "3 created%s", 0 },
    { "import", NULL, NULL, "03 created", "Imported a file", NULL, "03 created", 0 },
    { "import", NULL, NULL, "99999999999999999999 created", "Imported a file", NULL,
      "99999999999999999999 created", 0 },
    { "import", NULL, NULL, "-1 created", "Imported a file", NULL, "-1 created", 0 },
    { "policy-installed", NULL, NULL, "version 2 x", "Installed an access policy", NULL,
      "version 2 x", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const OmcAuditEntry entry = {
        .subtype = (char *)cases[i].subtype,
        .patient_id = (char *)cases[i].patient_id,
        .entity = (char *)cases[i].entity,
        .detail = (char *)cases[i].detail,
        .outcome = cases[i].outcome,
      };
      g_autofree char *act = omc_audit_words_act (&entry);
      g_autofree char *subject = omc_audit_words_subject (&entry);
      g_autofree char *detail = omc_audit_words_detail (&entry);

      g_assert_cmpstr (act, ==, cases[i].act);
      g_assert_cmpstr (subject, ==, cases[i].subject);
      g_assert_cmpstr (detail, ==, cases[i].says);
    }
}

static void
test_roles (void)
{
  g_assert_cmpstr (omc_audit_words_role ("health-care-assistant"), ==, "Health care assistant");
  g_assert_cmpstr (omc_audit_words_role ("visitor"), ==, "visitor");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ui/audit-words/say-who-did-what", test_words);
  g_test_add_func ("/ui/audit-words/name-the-roles", test_roles);

  return g_test_run ();
}
