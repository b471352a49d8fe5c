/* omc-sync-words.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync-ui"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-display.h"
#include "omc-sync-words.h"

static gboolean
is_working (OmcSyncState state)
{
  return state == OMC_SYNC_AUTH || state == OMC_SYNC_PULL || state == OMC_SYNC_RESOLVE ||
         state == OMC_SYNC_PUSH || state == OMC_SYNC_RECONCILE;
}

static void
needs_you (OmcSyncWords *self, guint conflicts, guint attention)
{
  guint n = conflicts + attention;

  self->icon = "omc-conflict-symbolic";
  self->style = "error";
  if (n == 0)
    self->text = g_strdup (_ ("Needs you"));
  else
    self->text = g_strdup_printf (ngettext ("Needs you: %u item", "Needs you: %u items", n), n);
}

static void
waiting (OmcSyncWords *self, guint pending, gboolean sending)
{
  self->icon = "omc-unsent-symbolic";
  self->style = sending ? "accent" : "warning";
  self->text =
      sending ? g_strdup_printf (ngettext ("Sending: %u set", "Sending: %u sets", pending), pending)
              : g_strdup_printf (
                    ngettext ("Saved offline: %u set", "Saved offline: %u sets", pending), pending);
}

static void
nothing_waits (OmcSyncWords *self, OmcSyncService *service, gboolean working, gint64 now_us)
{
  gint64 last = omc_sync_service_get_last_sync (service);
  gboolean online = omc_sync_service_get_online (service);
  g_autofree char *time = omc_display_time (last, now_us);

  self->icon = online || working ? "omc-synced-symbolic" : "omc-offline-symbolic";
  self->style = online || working ? "success" : "dim-label";
  if (last == 0)
    self->text = g_strdup (working ? _ ("Receiving") : _ ("Not synced yet"));
  else if (online || working)
    self->text = g_strdup_printf (_ ("Synced %s"), time);
  else
    self->text = g_strdup_printf (_ ("Offline, synced %s"), time);
}

OmcSyncWords *
omc_sync_words_new (OmcSyncService *service, gint64 now_us)
{
  OmcSyncWords *self;
  OmcSyncState state;
  guint pending, conflicts, attention;
  const char *message;

  g_return_val_if_fail (OMC_IS_SYNC_SERVICE (service), NULL);

  self = g_new0 (OmcSyncWords, 1);
  state = omc_sync_service_get_state (service);
  pending = omc_sync_service_get_pending_count (service);
  conflicts = omc_sync_service_get_conflict_count (service);
  attention = omc_sync_service_get_attention_count (service);
  message = omc_sync_service_get_message (service);

  if (conflicts + attention > 0 || state == OMC_SYNC_NEEDS_USER)
    needs_you (self, conflicts, attention);
  else if (pending > 0)
    waiting (self, pending, is_working (state));
  else
    nothing_waits (self, service, is_working (state), now_us);
  self->detail = g_strdup (message ? message : "");

  return self;
}

void
omc_sync_words_free (OmcSyncWords *self)
{
  g_free (self->text);
  g_free (self->detail);
  g_free (self);
}
