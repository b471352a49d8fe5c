/* omc-sync-machine.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include "omc-sync-error.h"
#include "omc-sync-machine.h"

/* clang-format off */
#define ENDS                                     \
  [OMC_SYNC_EVENT_TRANSIENT] = { TRUE, OMC_SYNC_BACKOFF },    \
  [OMC_SYNC_EVENT_OFFLINE] = { TRUE, OMC_SYNC_OFFLINE },      \
  [OMC_SYNC_EVENT_USER] = { TRUE, OMC_SYNC_NEEDS_USER },      \
  [OMC_SYNC_EVENT_CANCEL] = { TRUE, OMC_SYNC_IDLE }

static const struct
{
  gboolean allowed;
  OmcSyncState next;
} transitions[OMC_SYNC_N_STATES][OMC_SYNC_N_EVENTS] = {
  [OMC_SYNC_IDLE] = { [OMC_SYNC_EVENT_START] = { TRUE, OMC_SYNC_AUTH } },
  [OMC_SYNC_AUTH] = { [OMC_SYNC_EVENT_DONE] = { TRUE, OMC_SYNC_PULL }, ENDS },
  [OMC_SYNC_PULL] = { [OMC_SYNC_EVENT_DONE] = { TRUE, OMC_SYNC_RESOLVE }, ENDS },
  [OMC_SYNC_RESOLVE] = { [OMC_SYNC_EVENT_MORE] = { TRUE, OMC_SYNC_PUSH },
                         [OMC_SYNC_EVENT_DONE] = { TRUE, OMC_SYNC_IDLE }, ENDS },
  [OMC_SYNC_PUSH] = { [OMC_SYNC_EVENT_SENT] = { TRUE, OMC_SYNC_RECONCILE }, ENDS },
  [OMC_SYNC_RECONCILE] = { [OMC_SYNC_EVENT_MORE] = { TRUE, OMC_SYNC_PUSH },
                           [OMC_SYNC_EVENT_DONE] = { TRUE, OMC_SYNC_RESOLVE }, ENDS },
  [OMC_SYNC_BACKOFF] = { [OMC_SYNC_EVENT_START] = { TRUE, OMC_SYNC_AUTH } },
  [OMC_SYNC_OFFLINE] = { [OMC_SYNC_EVENT_START] = { TRUE, OMC_SYNC_AUTH } },
  [OMC_SYNC_NEEDS_USER] = { [OMC_SYNC_EVENT_START] = { TRUE, OMC_SYNC_AUTH } },
};
/* clang-format on */

gboolean
omc_sync_machine_next (OmcSyncState state, OmcSyncEvent event, OmcSyncState *next)
{
  g_return_val_if_fail (state < OMC_SYNC_N_STATES && event < OMC_SYNC_N_EVENTS, FALSE);

  if (!transitions[state][event].allowed)
    return FALSE;
  *next = transitions[state][event].next;
  return TRUE;
}

gboolean
omc_sync_machine_is_active (OmcSyncState state)
{
  return transitions[state][OMC_SYNC_EVENT_CANCEL].allowed;
}

OmcSyncEvent
omc_sync_machine_event_for_error (const GError *error)
{
  g_return_val_if_fail (error != NULL, OMC_SYNC_EVENT_TRANSIENT);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return OMC_SYNC_EVENT_CANCEL;
  if (g_error_matches (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_OFFLINE) ||
      g_error_matches (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_NOT_FHIR))
    return OMC_SYNC_EVENT_OFFLINE;
  if (g_error_matches (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_AUTH) ||
      g_error_matches (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_FORBIDDEN) ||
      g_error_matches (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_TLS) ||
      g_error_matches (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG) ||
      g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FULL) ||
      g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_READ_ONLY) ||
      g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED))
    return OMC_SYNC_EVENT_USER;
  return OMC_SYNC_EVENT_TRANSIENT;
}

const char *
omc_sync_state_to_string (OmcSyncState state)
{
  static const char *const names[] = { "idle",      "auth",    "pull",    "resolve",   "push",
                                       "reconcile", "backoff", "offline", "needs-user" };

  g_return_val_if_fail ((guint)state < G_N_ELEMENTS (names), NULL);

  return names[state];
}

G_DEFINE_ENUM_TYPE (OmcSyncState,
                    omc_sync_state,
                    G_DEFINE_ENUM_VALUE (OMC_SYNC_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (OMC_SYNC_AUTH, "auth"),
                    G_DEFINE_ENUM_VALUE (OMC_SYNC_PULL, "pull"),
                    G_DEFINE_ENUM_VALUE (OMC_SYNC_RESOLVE, "resolve"),
                    G_DEFINE_ENUM_VALUE (OMC_SYNC_PUSH, "push"),
                    G_DEFINE_ENUM_VALUE (OMC_SYNC_RECONCILE, "reconcile"),
                    G_DEFINE_ENUM_VALUE (OMC_SYNC_BACKOFF, "backoff"),
                    G_DEFINE_ENUM_VALUE (OMC_SYNC_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (OMC_SYNC_NEEDS_USER, "needs-user"))
