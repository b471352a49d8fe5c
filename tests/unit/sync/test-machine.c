/* test-machine.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-sync-error.h"
#include "omc-sync-machine.h"

/* An independent encoding of the machine: state, event, next. What is not listed cannot happen. */
static const struct
{
  const char *state;
  OmcSyncEvent event;
  const char *next;
} allowed[] = {
  { "idle", OMC_SYNC_EVENT_START, "auth" },        { "backoff", OMC_SYNC_EVENT_START, "auth" },
  { "offline", OMC_SYNC_EVENT_START, "auth" },     { "needs-user", OMC_SYNC_EVENT_START, "auth" },
  { "auth", OMC_SYNC_EVENT_DONE, "pull" },         { "pull", OMC_SYNC_EVENT_DONE, "resolve" },
  { "resolve", OMC_SYNC_EVENT_MORE, "push" },      { "resolve", OMC_SYNC_EVENT_DONE, "idle" },
  { "push", OMC_SYNC_EVENT_SENT, "reconcile" },    { "reconcile", OMC_SYNC_EVENT_MORE, "push" },
  { "reconcile", OMC_SYNC_EVENT_DONE, "resolve" },
};

static const char *
find_next (const char *state, OmcSyncEvent event)
{
  static const char *const active[] = { "auth", "pull", "resolve", "push", "reconcile", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (allowed); i++)
    {
      if (g_str_equal (allowed[i].state, state) && allowed[i].event == event)
        return allowed[i].next;
    }
  if (!g_strv_contains (active, state))
    return NULL;
  if (event == OMC_SYNC_EVENT_TRANSIENT)
    return "backoff";
  if (event == OMC_SYNC_EVENT_OFFLINE)
    return "offline";
  if (event == OMC_SYNC_EVENT_USER)
    return "needs-user";
  return event == OMC_SYNC_EVENT_CANCEL ? "idle" : NULL;
}

static void
test_every_transition (void)
{
  for (guint state = 0; state < OMC_SYNC_N_STATES; state++)
    {
      for (guint event = 0; event < OMC_SYNC_N_EVENTS; event++)
        {
          const char *expected = find_next (omc_sync_state_to_string (state), event);
          OmcSyncState next = OMC_SYNC_N_STATES;
          gboolean possible = omc_sync_machine_next (state, event, &next);

          g_test_message ("%s + %u", omc_sync_state_to_string (state), event);
          g_assert_cmpint (possible, ==, expected != NULL);
          if (possible)
            g_assert_cmpstr (omc_sync_state_to_string (next), ==, expected);
          else
            g_assert_cmpuint (next, ==, OMC_SYNC_N_STATES);
        }
    }
}

static void
test_every_active_state_can_be_left (void)
{
  for (guint state = 0; state < OMC_SYNC_N_STATES; state++)
    {
      OmcSyncState next;
      gboolean can_start = omc_sync_machine_next (state, OMC_SYNC_EVENT_START, &next);

      g_assert_cmpint (omc_sync_machine_is_active (state), !=, can_start);
    }
}

static void
test_errors_lead_where_they_belong (void)
{
  const struct
  {
    GQuark domain;
    int code;
    OmcSyncEvent event;
  } cases[] = {
    { G_IO_ERROR, G_IO_ERROR_CANCELLED, OMC_SYNC_EVENT_CANCEL },
    { OMC_SYNC_ERROR, OMC_SYNC_ERROR_OFFLINE, OMC_SYNC_EVENT_OFFLINE },
    { OMC_SYNC_ERROR, OMC_SYNC_ERROR_NOT_FHIR, OMC_SYNC_EVENT_OFFLINE },
    { OMC_SYNC_ERROR, OMC_SYNC_ERROR_TLS, OMC_SYNC_EVENT_USER },
    { OMC_SYNC_ERROR, OMC_SYNC_ERROR_AUTH, OMC_SYNC_EVENT_USER },
    { OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG, OMC_SYNC_EVENT_USER },
    { OMC_SYNC_ERROR, OMC_SYNC_ERROR_THROTTLED, OMC_SYNC_EVENT_TRANSIENT },
    { OMC_SYNC_ERROR, OMC_SYNC_ERROR_SERVER, OMC_SYNC_EVENT_TRANSIENT },
    { OMC_SYNC_ERROR, OMC_SYNC_ERROR_REFUSED, OMC_SYNC_EVENT_TRANSIENT },
    { OMC_SYNC_ERROR, OMC_SYNC_ERROR_FORBIDDEN, OMC_SYNC_EVENT_USER },
    { OMC_SYNC_ERROR, OMC_SYNC_ERROR_EXPIRED, OMC_SYNC_EVENT_TRANSIENT },
    { OMC_STORE_ERROR, OMC_STORE_ERROR_FULL, OMC_SYNC_EVENT_USER },
    { OMC_STORE_ERROR, OMC_STORE_ERROR_READ_ONLY, OMC_SYNC_EVENT_USER },
    { OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY, OMC_SYNC_EVENT_TRANSIENT },
    { OMC_STORE_ERROR, OMC_STORE_ERROR_FAILED, OMC_SYNC_EVENT_TRANSIENT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (cases[i].domain, cases[i].code, "x");

      g_test_message ("%s %d", g_quark_to_string (cases[i].domain), cases[i].code);
      g_assert_cmpint (omc_sync_machine_event_for_error (error), ==, cases[i].event);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sync/machine/every-transition", test_every_transition);
  g_test_add_func ("/sync/machine/every-active-state-can-be-left",
                   test_every_active_state_can_be_left);
  g_test_add_func ("/sync/machine/errors-lead-where-they-belong",
                   test_errors_lead_where_they_belong);

  return g_test_run ();
}
