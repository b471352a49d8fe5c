/* omc-router-peer.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * OmcRouterPeer:
 *
 * Medplum's published FHIR router, running under Node on loopback for as long as this lives.
 */
typedef struct _OmcRouterPeer OmcRouterPeer;

/* Installs the pinned packages into the kept folder when they are not there yet (tests/interop/package-lock.json) and
 * starts server.mjs. NULL with why set to a sentence where this machine cannot run it; NULL with an error where it
 * should have worked. */
OmcRouterPeer *omc_router_peer_new (char **why, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void omc_router_peer_free (OmcRouterPeer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcRouterPeer, omc_router_peer_free)
const char *omc_router_peer_get_base_url (OmcRouterPeer *self);
const char *omc_router_peer_get_token_url (OmcRouterPeer *self);
/* The next answers to writes are lost after the writes were done. */
void omc_router_peer_drop_after (OmcRouterPeer *self, guint times);

G_END_DECLS
