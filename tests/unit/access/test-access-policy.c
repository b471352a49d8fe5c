/* test-access-policy.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-access-policy.h"

#define N_ROLES (OMC_ROLE_DEVICE + 1)

/*
 * The table again, in another shape: one letter per action in the order of OmcAccessAction, for an Observation of a
 * patient in scope, then for one who is not, then for a Condition in scope. + allowed, - denied, ! break the glass.
 */
static const struct
{
  OmcRole role;
  const char *in_scope;
  const char *out_of_scope;
  const char *condition;
} ROLES[] = {
  { OMC_ROLE_NURSE, "++++++++++-----", "!!!!-----------", "++++++++++-----" },
  { OMC_ROLE_CHARGE_NURSE, "++++++++++-+-+-", "!!!!-------+-+-", "++++++++++-+-+-" },
  { OMC_ROLE_PHYSICIAN, "++++++++++-----", "!!!!-----------", "++++++++++-----" },
  { OMC_ROLE_HOME_CARE_NURSE, "++++++++++-----", "!!!!-----------", "++++++++++-----" },
  { OMC_ROLE_HEALTH_CARE_ASSISTANT, "++-+-+---------", "---------------", "++-------------" },
  { OMC_ROLE_AUDITOR, "-----------+---", "-----------+---", "-----------+---" },
  { OMC_ROLE_ADMINISTRATOR, "------------+++", "------------+++", "------------+++" },
  { OMC_ROLE_KIOSK, "++-------------", "---------------", "++-------------" },
  { OMC_ROLE_DEVICE, "+++++++++++++++", "+++++++++++++++", "+++++++++++++++" },
};

static OmcAccessDecision
decision_of (char letter)
{
  return letter == '+'   ? OMC_ACCESS_ALLOW
         : letter == '!' ? OMC_ACCESS_BREAK_GLASS
                         : OMC_ACCESS_DENY;
}

static void
check_row (OmcAccessPolicy *policy,
           OmcActor *actor,
           const char *type,
           gboolean in_scope,
           const char *expected)
{
  for (guint action = 0; action < OMC_N_ACCESS_ACTIONS; action++)
    {
      OmcAccessDecision got =
          omc_access_policy_check (policy, actor, (OmcAccessAction)action, type, in_scope);

      if (got != decision_of (expected[action]))
        g_test_fail_printf ("%s %s %s %s: %d, expected %c",
                            omc_role_to_string (omc_actor_get_role (actor)),
                            omc_access_action_to_string ((OmcAccessAction)action), type,
                            in_scope ? "in scope" : "out of scope", got, expected[action]);
    }
}

static void
test_table (void)
{
  g_autoptr (OmcAccessPolicy) policy = omc_access_policy_new_default ();

  g_assert_cmpuint (G_N_ELEMENTS (ROLES), ==, N_ROLES);
  for (guint i = 0; i < G_N_ELEMENTS (ROLES); i++)
    {
      g_autoptr (OmcActor) actor = omc_actor_new ("u", NULL, ROLES[i].role, NULL, NULL);

      check_row (policy, actor, "Observation", TRUE, ROLES[i].in_scope);
      check_row (policy, actor, "Observation", FALSE, ROLES[i].out_of_scope);
      check_row (policy, actor, "Condition", TRUE, ROLES[i].condition);
      check_row (policy, actor, "ATypeOfTomorrow", TRUE, ROLES[i].condition);
      check_row (policy, actor, "Patient", FALSE, ROLES[i].out_of_scope);
    }
}

/* Whatever the type and scope: no chart for auditor and administrator, no keys for clinicians. */
static void
test_separation_of_duties (void)
{
  static const char *const types[] = { "Patient", "Observation", "Encounter",
                                       "Bundle",  "observation", "",
                                       NULL };
  g_autoptr (OmcAccessPolicy) policy = omc_access_policy_new_default ();

  for (guint role = 0; role < OMC_ROLE_DEVICE; role++)
    for (guint t = 0; t < G_N_ELEMENTS (types); t++)
      for (guint action = 0; action < OMC_N_ACCESS_ACTIONS; action++)
        for (guint scope = 0; scope < 2; scope++)
          {
            g_autoptr (OmcActor) actor = omc_actor_new ("u", NULL, (OmcRole)role, NULL, NULL);
            OmcAccessDecision got = omc_access_policy_check (policy, actor, (OmcAccessAction)action,
                                                             types[t], scope == 1);

            if (action < OMC_ACCESS_SYNC &&
                (role == OMC_ROLE_AUDITOR || role == OMC_ROLE_ADMINISTRATOR))
              g_assert_cmpint (got, ==, OMC_ACCESS_DENY);
            if (action >= OMC_ACCESS_MANAGE_KEYS && role != OMC_ROLE_ADMINISTRATOR &&
                !(action == OMC_ACCESS_MANAGE_USERS && role == OMC_ROLE_CHARGE_NURSE))
              g_assert_cmpint (got, ==, OMC_ACCESS_DENY);
            if (action == OMC_ACCESS_SYNC)
              g_assert_cmpint (got, ==, OMC_ACCESS_DENY);
          }
}

static void
test_audit_events (void)
{
  g_autoptr (OmcAccessPolicy) policy = omc_access_policy_new_default ();

  for (guint role = 0; role < N_ROLES; role++)
    {
      g_autoptr (OmcActor) actor = omc_actor_new ("u", NULL, (OmcRole)role, NULL, NULL);
      gboolean reads =
          role == OMC_ROLE_AUDITOR || role == OMC_ROLE_CHARGE_NURSE || role == OMC_ROLE_DEVICE;
      gboolean writes = role == OMC_ROLE_DEVICE;

      g_assert_cmpint (omc_access_policy_check (policy, actor, OMC_ACCESS_READ, "AuditEvent", TRUE),
                       ==, reads ? OMC_ACCESS_ALLOW : OMC_ACCESS_DENY);
      g_assert_cmpint (
          omc_access_policy_check (policy, actor, OMC_ACCESS_CREATE, "AuditEvent", TRUE), ==,
          writes ? OMC_ACCESS_ALLOW : OMC_ACCESS_DENY);
      g_assert_cmpint (
          omc_access_policy_check (policy, actor, OMC_ACCESS_DELETE, "AuditEvent", TRUE), ==,
          writes ? OMC_ACCESS_ALLOW : OMC_ACCESS_DENY);
    }
}

static void
test_directory (void)
{
  g_autoptr (OmcAccessPolicy) policy = omc_access_policy_new_default ();

  for (guint role = 0; role < N_ROLES; role++)
    {
      g_autoptr (OmcActor) actor = omc_actor_new ("u", NULL, (OmcRole)role, NULL, NULL);

      g_assert_cmpint (omc_access_policy_check (policy, actor, OMC_ACCESS_READ, "Location", FALSE),
                       ==, OMC_ACCESS_ALLOW);
      g_assert_cmpint (
          omc_access_policy_check (policy, actor, OMC_ACCESS_UPDATE, "Practitioner", TRUE), ==,
          role == OMC_ROLE_DEVICE ? OMC_ACCESS_ALLOW : OMC_ACCESS_DENY);
    }
}

static void
test_roles (void)
{
  OmcRole role;

  for (guint i = 0; i < N_ROLES; i++)
    {
      g_assert_true (omc_role_from_string (omc_role_to_string ((OmcRole)i), &role));
      g_assert_cmpint (role, ==, i);
    }
  g_assert_false (omc_role_from_string ("Nurse", &role));
  g_assert_false (omc_role_from_string ("", &role));
  g_assert_false (omc_role_from_string (NULL, &role));
}

static void
test_actor (void)
{
  g_autoptr (OmcActor) actor =
      omc_actor_new ("mmk", NULL, OMC_ROLE_NURSE, "ward 4", "Practitioner/1");
  g_autoptr (OmcActor) device = omc_actor_new_device ();

  g_assert_cmpstr (omc_actor_get_user (actor), ==, "mmk");
  g_assert_cmpstr (omc_actor_get_display (actor), ==, "mmk");
  g_assert_cmpstr (omc_actor_get_department (actor), ==, "ward 4");
  g_assert_cmpstr (omc_actor_get_practitioner (actor), ==, "Practitioner/1");
  g_assert_cmpint (omc_actor_get_role (device), ==, OMC_ROLE_DEVICE);
  g_assert_null (omc_actor_get_department (device));
  g_assert_nonnull (omc_actor_get_display (device));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access/policy/every-role-and-action", test_table);
  g_test_add_func ("/access/policy/separation-of-duties", test_separation_of_duties);
  g_test_add_func ("/access/policy/audit-trail-for-auditors", test_audit_events);
  g_test_add_func ("/access/policy/names-and-places-for-all", test_directory);
  g_test_add_func ("/access/actor/role-names-go-both-ways", test_roles);
  g_test_add_func ("/access/actor/keeps-what-it-is-told", test_actor);
  return g_test_run ();
}
