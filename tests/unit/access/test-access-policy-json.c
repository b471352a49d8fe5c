/* test-access-policy-json.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-access-policy.h"

static const char *const TYPES[] = {
  NULL,       "Patient",    "Observation", "Condition", "Encounter",    "MedicationRequest",
  "Location", "Medication", "AuditEvent",  "Consent",   "Practitioner",
};

static OmcAccessPolicy *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return omc_access_policy_parse (bytes, error);
}

static char *
default_text (void)
{
  g_autoptr (OmcAccessPolicy) policy = omc_access_policy_new_default ();

  return omc_access_policy_to_json (policy, 7);
}

/* Replaces the first old, which has to be there. */
static char *
replace (const char *text, const char *old, const char *new)
{
  const char *found = strstr (text, old);

  g_assert_nonnull (found);
  return g_strdup_printf ("%.*s%s%s", (int)(found - text), text, new, found + strlen (old));
}

static void
assert_same (OmcAccessPolicy *a, OmcAccessPolicy *b)
{
  guint n = 0;

  for (guint role = 0; role <= OMC_ROLE_DEVICE; role++)
    {
      g_autoptr (OmcActor) actor = omc_actor_new ("u", NULL, (OmcRole)role, NULL, NULL);

      g_assert_cmpint (omc_access_policy_sees_unplaced (a, (OmcRole)role), ==,
                       omc_access_policy_sees_unplaced (b, (OmcRole)role));
      for (guint action = 0; action < OMC_N_ACCESS_ACTIONS; action++)
        for (guint type = 0; type < G_N_ELEMENTS (TYPES); type++)
          for (guint scope = 0; scope < 2; scope++, n++)
            g_assert_cmpint (omc_access_policy_check (a, actor, (OmcAccessAction)action,
                                                      TYPES[type], scope == 1),
                             ==,
                             omc_access_policy_check (b, actor, (OmcAccessAction)action,
                                                      TYPES[type], scope == 1));
    }
  g_assert_cmpuint (n, ==, 9 * 15 * G_N_ELEMENTS (TYPES) * 2);
}

static void
test_default_round_trip (void)
{
  g_autoptr (OmcAccessPolicy) built_in = omc_access_policy_new_default ();
  g_autofree char *text = default_text ();
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcAccessPolicy) read = parse (text, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (omc_access_policy_get_version (built_in), ==, 0);
  g_assert_cmpuint (omc_access_policy_get_version (read), ==, 7);
  assert_same (built_in, read);
  again = omc_access_policy_to_json (read, 7);
  g_assert_cmpstr (text, ==, again);
}

static void
test_lifetime (void)
{
  g_autofree char *text = default_text ();
  g_autofree char *bounded =
      replace (text, "\"version\": 7", "\"version\": 7, \"lifetimeHours\": 24");
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcAccessPolicy) none = parse (text, &error);
  g_autoptr (OmcAccessPolicy) read = parse (bounded, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (omc_access_policy_get_lifetime_hours (none), ==, 0);
  g_assert_cmpuint (omc_access_policy_get_lifetime_hours (read), ==, 24);
  again = omc_access_policy_to_json (read, 7);
  g_assert_nonnull (strstr (again, "\"lifetimeHours\": 24"));
}

static void
test_says_where (void)
{
  static const struct
  {
    const char *old;
    const char *new;
    const char *path;
    const char *words;
  } cases[] = {
    { "\"omnicarePolicy\": 1", "\"omnicarePolicy\": 2", "omnicarePolicy: ", "newer program" },
    { "\"omnicarePolicy\": 1", "\"omnicarePolicy\": \"1\"", "omnicarePolicy: ", "must be 1" },
    { "\"version\": 7", "\"version\": 0", "version: ", "whole number" },
    { "\"version\": 7", "\"version\": 7.5", "version: ", "whole number" },
    { "\"version\": 7", "\"version\": 99999999999999999999", "version: ", "whole number" },
    { "\"version\": 7", "\"version\": 7, \"issuer\": \"\"", "issuer: ", "short text" },
    { "\"version\": 7", "\"version\": 7, \"lifetimeHours\": 0", "lifetimeHours: ", "1 to 8760" },
    { "\"version\": 7", "\"version\": 7, \"lifetimeHours\": 8761", "lifetimeHours: ", "1 to 8760" },
    { "\"version\": 7", "\"version\": 7, \"lifetimeHours\": \"1\"", "lifetimeHours: ", "hours" },
    { "\"version\": 7", "\"version\": 7, \"allow\": true",
      "allow: ", "allowed here: omnicarePolicy" },
    { "\"read\": \"break-glass\"", "\"read\": \"Allow\"",
      "roles.nurse.read: ", "allow, department, break-glass, deny" },
    { "\"read\": \"break-glass\"", "\"read\": true", "roles.nurse.read: ", "must be one of" },
    { "\"read\": \"break-glass\"", "\"look\": \"break-glass\"",
      "roles.nurse.look: ", "no such action" },
    { "\"read\": \"break-glass\",", "", "roles.nurse: ", "lacks the action “read”" },
    { "\"read\": \"break-glass\"", "\"read\": {\"Observation\": \"deny\"}",
      "roles.nurse.read: ", "lacks “other”" },
    { "\"read\": \"break-glass\"", "\"read\": {\"other\": \"deny\", \"Location\": \"deny\"}",
      "roles.nurse.read.Location: ", "resource type" },
    { "\"read\": \"break-glass\"", "\"read\": {\"other\": \"deny\", \"AuditEvent\": \"allow\"}",
      "roles.nurse.read.AuditEvent: ", "resource type" },
    { "\"read\": \"break-glass\"", "\"read\": {\"other\": \"deny\", \"Observtion\": \"allow\"}",
      "roles.nurse.read.Observtion: ", "resource type" },
    { "\"kiosk\": {", "\"device\": {", "roles.device: ", "no such role" },
    { "\"kiosk\": {", "\"kisok\": {", "roles.kisok: ", "no such role" },
    { "\"unplaced\": [", "\"unplaced\": [\"device\",", "unplaced: ", "list of roles" },
    { "\"unplaced\": [", "\"unplaced\": [1,", "unplaced: ", "list of roles" },
    { "\"unplaced\": [", "\"Unplaced\": [", "Unplaced: ", "no such key" },
    { "\"covers\": {", "\"covers\": {\"icu\": []", "covers.icu: ", "Location/ID" },
    { "\"covers\": {", "\"covers\": {\"Location/a\": [\"b\"]",
      "covers.Location/a: ", "Location/ID" },
    { "\"covers\": {", "\"covers\": {\"Location/a\": \"Location/b\"",
      "covers.Location/a: ", "Location/ID" },
    { "{", "[", "/: ", "line 2" },
    { "\"version\": 7", "\"version\": 7, \"version\": 8", "/: ", "line" },
  };
  g_autofree char *text = default_text ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *broken = replace (text, cases[i].old, cases[i].new);
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcAccessPolicy) policy = parse (broken, &error);

      g_assert_null (policy);
      g_assert_error (error, OMC_ACCESS_ERROR, OMC_ACCESS_ERROR_INVALID);
      if (!g_str_has_prefix (error->message, cases[i].path) ||
          strstr (error->message, cases[i].words) == NULL)
        g_test_fail_printf ("%s -> %s: %s", cases[i].old, cases[i].new, error->message);
    }
}

static void
test_hostile (void)
{
  static const char *const texts[] = { "",   "null", "7",        "\"x\"",
                                       "[]", "{}",   "\xff\xfe", "{\"roles\":" };
  g_autofree char *huge = g_strnfill (OMC_ACCESS_POLICY_LENGTH_MAX + 1, ' ');
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *text = default_text ();
  GRand *random = g_rand_new_with_seed (20261123);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (OmcAccessPolicy) policy = parse (texts[i], NULL);

      g_assert_null (policy);
    }
  g_assert_null (parse (huge, NULL));
  g_assert_null (parse (deep, NULL));
  /* Any cut and any flipped byte is refused, or is a policy that holds. */
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *changed = g_strdup (text);
      gsize at = (gsize)g_rand_int_range (random, 0, (gint32)strlen (text));
      g_autoptr (OmcAccessPolicy) policy = NULL;
      g_autoptr (OmcActor) administrator =
          omc_actor_new ("a", NULL, OMC_ROLE_ADMINISTRATOR, NULL, NULL);

      changed[at] = i % 2 == 0 ? '\0' : (char)g_rand_int_range (random, 1, 256);
      policy = parse (changed, NULL);
      if (policy != NULL)
        g_assert_cmpint (
            omc_access_policy_check (policy, administrator, OMC_ACCESS_READ, "Patient", TRUE), ==,
            OMC_ACCESS_DENY);
    }
  g_rand_free (random);
}

/* One role's one action with another word, all else as built in. */
static char *
with_cell (OmcRole role, OmcAccessAction action, const char *cell)
{
  g_autofree char *text = default_text ();
  g_autofree char *role_key = g_strdup_printf ("\"%s\": {", omc_role_to_string (role));
  g_autofree char *action_key = g_strdup_printf ("\"%s\": ", omc_access_action_to_string (action));
  const char *at = strstr (strstr (text, role_key), action_key) + strlen (action_key);
  const char *end = *at == '{' ? strchr (at, '}') + 1 : strpbrk (at, ",\n");

  return g_strdup_printf ("%.*s%s%s", (int)(at - text), text, cell, end);
}

/* Written from the rules and not from the loader: what no policy may give, whoever signs it. */
static gboolean
is_forbidden (OmcRole role, OmcAccessAction action, const char *cell)
{
  gboolean of_chart = action <= OMC_ACCESS_EXPORT;

  if (strstr (cell, "deny") != NULL)
    return FALSE;
  if (action == OMC_ACCESS_SYNC)
    return TRUE;
  if (role == OMC_ROLE_KIOSK)
    return action != OMC_ACCESS_READ && action != OMC_ACCESS_SEARCH;
  if (of_chart)
    return role == OMC_ROLE_ADMINISTRATOR || role == OMC_ROLE_AUDITOR ||
           (strstr (cell, "glass") != NULL && action > OMC_ACCESS_CREATE_PRELIMINARY) ||
           /* An assistant changes nothing, and so takes nothing away. */
           (role == OMC_ROLE_HEALTH_CARE_ASSISTANT && action == OMC_ACCESS_DELETE);
  return strstr (cell, "allow") == NULL;
}

static void
test_invariants (void)
{
  static const char *const cells[] = { "\"allow\"", "\"department\"", "\"break-glass\"" };

  for (guint role = 0; role < OMC_ROLE_DEVICE; role++)
    for (guint action = 0; action < OMC_N_ACCESS_ACTIONS; action++)
      for (guint cell = 0; cell < G_N_ELEMENTS (cells); cell++)
        {
          g_autofree char *text = with_cell ((OmcRole)role, (OmcAccessAction)action, cells[cell]);
          g_autoptr (GError) error = NULL;
          g_autoptr (OmcAccessPolicy) policy = parse (text, &error);

          if (is_forbidden ((OmcRole)role, (OmcAccessAction)action, cells[cell]))
            g_assert_error (error, OMC_ACCESS_ERROR, OMC_ACCESS_ERROR_FORBIDDEN);
          else
            g_assert_no_error (error);
        }
}

/* Nor by the back door of one resource type. */
static void
test_invariants_by_type (void)
{
  static const OmcRole roles[] = { OMC_ROLE_ADMINISTRATOR, OMC_ROLE_AUDITOR };

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    for (guint action = 0; action <= OMC_ACCESS_EXPORT; action++)
      {
        g_autofree char *text =
            with_cell (roles[i], (OmcAccessAction)action,
                       "{ \"Observation\": \"department\", \"other\": \"deny\" }");
        g_autoptr (GError) error = NULL;
        g_autoptr (OmcAccessPolicy) policy = parse (text, &error);

        g_assert_error (error, OMC_ACCESS_ERROR, OMC_ACCESS_ERROR_FORBIDDEN);
      }
}

/* Who may change Observations may be given to take those away, and nothing else. */
static void
test_deletes_by_type (void)
{
  static const struct
  {
    const char *cell;
    gboolean forbidden;
  } cases[] = {
    { "{ \"Observation\": \"department\", \"other\": \"deny\" }", TRUE },
    { "{ \"Observation\": \"deny\", \"other\": \"department\" }", TRUE },
    { "{ \"Observation\": \"deny\", \"other\": \"deny\" }", FALSE },
  };
  g_autofree char *update = with_cell (OMC_ROLE_NURSE, OMC_ACCESS_UPDATE,
                                       "{ \"Observation\": \"department\", \"other\": \"deny\" }");
  g_autoptr (GString) text = g_string_new (update);
  g_autoptr (OmcAccessPolicy) policy = NULL;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *deletes =
          with_cell (OMC_ROLE_HEALTH_CARE_ASSISTANT, OMC_ACCESS_DELETE, cases[i].cell);
      g_autoptr (OmcAccessPolicy) got = parse (deletes, &error);

      if (cases[i].forbidden)
        g_assert_error (error, OMC_ACCESS_ERROR, OMC_ACCESS_ERROR_FORBIDDEN);
      else
        g_assert_no_error (error);
      g_clear_error (&error);
    }
  g_string_replace (text, "\"delete\": \"department\"",
                    "\"delete\": { \"Observation\": \"department\", \"other\": \"deny\" }", 1);
  policy = parse (text->str, &error);
  g_assert_no_error (error);
}

static void
test_nobody_locked_out (void)
{
  static const OmcAccessAction actions[] = { OMC_ACCESS_MANAGE_KEYS, OMC_ACCESS_MANAGE_DEVICE };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_autofree char *text = with_cell (OMC_ROLE_ADMINISTRATOR, actions[i], "\"deny\"");
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcAccessPolicy) policy = parse (text, &error);

      g_assert_error (error, OMC_ACCESS_ERROR, OMC_ACCESS_ERROR_FORBIDDEN);
      g_assert_true (g_str_has_prefix (error->message, "roles: "));
    }
}

static void
test_types_and_covers (void)
{
  g_autofree char *text = default_text ();
  g_autofree char *typed = replace (text, "\"read\": \"break-glass\"",
                                    "\"read\": {\"other\": \"department\", \"Consent\": \"deny\"}");
  g_autofree char *whole =
      replace (typed, "\"covers\": {", "\"covers\": {\"Location/icu\": [\"Location/hdu\"]");
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcAccessPolicy) policy = parse (whole, &error);
  g_autoptr (OmcActor) nurse = omc_actor_new ("n", NULL, OMC_ROLE_NURSE, NULL, NULL);

  g_assert_no_error (error);
  g_assert_cmpint (omc_access_policy_check (policy, nurse, OMC_ACCESS_READ, "Consent", TRUE), ==,
                   OMC_ACCESS_DENY);
  g_assert_cmpint (omc_access_policy_check (policy, nurse, OMC_ACCESS_READ, "Condition", TRUE), ==,
                   OMC_ACCESS_ALLOW);
  g_assert_cmpint (omc_access_policy_check (policy, nurse, OMC_ACCESS_READ, "Condition", FALSE), ==,
                   OMC_ACCESS_DENY);
  g_assert_true (omc_access_policy_covers (policy, "Location/icu", "Location/hdu"));
  g_assert_true (omc_access_policy_covers (policy, "Location/icu", "Location/icu"));
  /* One way only. */
  g_assert_false (omc_access_policy_covers (policy, "Location/hdu", "Location/icu"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access/policy-json/built-in-table-comes-back-the-same",
                   test_default_round_trip);
  g_test_add_func ("/access/policy-json/bounds-the-time-without-the-server", test_lifetime);
  g_test_add_func ("/access/policy-json/says-where-and-what-is-wrong", test_says_where);
  g_test_add_func ("/access/policy-json/survives-what-is-no-policy", test_hostile);
  g_test_add_func ("/access/policy-json/gives-nothing-that-no-policy-may-give", test_invariants);
  g_test_add_func ("/access/policy-json/nor-by-a-resource-type", test_invariants_by_type);
  g_test_add_func ("/access/policy-json/who-may-not-change-a-type-takes-none-of-it-away",
                   test_deletes_by_type);
  g_test_add_func ("/access/policy-json/never-locks-everybody-out", test_nobody_locked_out);
  g_test_add_func ("/access/policy-json/knows-types-and-neighbours", test_types_and_covers);
  return g_test_run ();
}
