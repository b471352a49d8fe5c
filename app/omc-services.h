/* omc-services.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-gate.h"
#include "omc-retention.h"
#include "omc-sync-config.h"

G_BEGIN_DECLS

#define OMC_TYPE_SERVICES (omc_services_get_type ())

/**
 * OmcServices:
 *
 * Puts keys, store and sync together for one data directory, and is the gate to them.
 *
 * Locking a session ends what a person sees and holds, not the store: what was charted goes on to the server while
 * the screen is locked. Each unlock proves the passphrase against its slot anew. The keys go with the program.
 */
G_DECLARE_FINAL_TYPE (OmcServices, omc_services, OMC, SERVICES, OmcGate)

/* config: what sync needs, server_url may be NULL. practice: only ever a practice ward in that directory. */
OmcServices *omc_services_new (const char *directory,
                               const OmcSyncConfig *config,
                               GSettings *settings,
                               gboolean practice) G_GNUC_WARN_UNUSED_RESULT;
/* So long do people sign in without the server; 0: without end. The practice ward is not bounded. */
void omc_services_set_lifetime_hours (OmcServices *self, guint hours);
/* After so many days the data key is replaced; 0: never. */
void omc_services_set_rotation_days (OmcServices *self, guint days);
/* For the preferences to tell; 0: the site has set none. */
void omc_services_set_lock_seconds (OmcServices *self, guint seconds);
/* Of the store; before it is opened. */
void omc_services_set_max_size (OmcServices *self, gint64 bytes);
/* Which charts the device need not keep; NULL: it keeps all. Before the store is opened. */
void omc_services_set_retention (OmcServices *self, const OmcRetention *retention);
/* So long do entries of the audit trail stay in the database; 0: for ever. Before the store is opened. */
void omc_services_set_audit_days (OmcServices *self, guint days);
/* The site's signed access policy and the key that signs it; NULL: what the store has. Before the store is opened. */
void omc_services_set_policy (OmcServices *self, const char *file, const char *public_key);
/* Why the site's policy is not in force, or what the configuration says of server and time and does not get; or NULL. Once
 * the store is open. */
char *omc_services_dup_notice (OmcServices *self);
/* The store may be opened without a person, to be read in one department (NULL: all of the device). */
void omc_services_set_kiosk (OmcServices *self, const char *department);
gboolean omc_services_is_practice (OmcServices *self);
/* Records that the session was locked, and ends the person's emergency access. */
void omc_services_note_lock (OmcServices *self, OmcActor *actor);
/* Ends sync, closes the store, forgets the keys. Blocks; for the end of the program. */
void omc_services_shut_down (OmcServices *self);

G_END_DECLS
