/* omc-store-policy.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-access-policy.h"
#include "omc-store.h"

G_BEGIN_DECLS

/*
 * The access policy in force: the built-in table until a signed one was accepted; then the last one that was. It stands in
 * the encrypted database with the highest version that ever did, so that no older one comes back.
 */

/* public_key: of the site, as the configuration has it. changed: (out) (optional): FALSE when it was in force already. The actor
 * has to manage the device. OMC_CRYPTO_ERROR_DAMAGED: another signature; OMC_ACCESS_ERROR; in each case the policy
 * that was in force goes on. */
gboolean omc_store_install_policy_sync (OmcStore *self,
                                        OmcActor *actor,
                                        GBytes *text,
                                        GBytes *signature,
                                        const char *public_key,
                                        gboolean *changed,
                                        GCancellable *cancellable,
                                        GError **error);
/* Takes the site's file, with its signature in the file of that name and ".sig", at every start. One that cannot be accepted is
 * recorded in the audit trail when that is new, and told by the notice. public_key: (nullable) */
void omc_store_adopt_policy_sync (OmcStore *self, const char *path, const char *public_key);

/* Takes what another program has installed meanwhile; opening the store does it too. */
void omc_store_refresh_policy_sync (OmcStore *self);

/* 0: the built-in one */
guint64 omc_store_get_policy_version (OmcStore *self);
/* (nullable): who issued it, as it says itself */
char *omc_store_dup_policy_issuer (OmcStore *self);
/* As JSON; the built-in one as version 1, to begin from. */
char *omc_store_dup_policy_text (OmcStore *self);
/* (nullable): why the site's policy is not in force, a sentence for people */
char *omc_store_dup_policy_notice (OmcStore *self);

G_END_DECLS
