/* omc-sandbox-auth.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sandbox-core.h"

G_BEGIN_DECLS

/**
 * OmcSandboxAuth:
 *
 * OAuth 2 client credentials for one client, with bearer tokens that end.
 */
typedef struct _OmcSandboxAuth OmcSandboxAuth;

OmcSandboxAuth *omc_sandbox_auth_new (OmcClock *clock,
                                      const OmcSandboxProfile *profile,
                                      const char *client_id,
                                      const char *client_secret,
                                      guint seconds) G_GNUC_WARN_UNUSED_RESULT;
void omc_sandbox_auth_free (OmcSandboxAuth *self);
/* POST of a form; authorization: (nullable) header. */
OmcSandboxAnswer *omc_sandbox_auth_give_token (OmcSandboxAuth *self,
                                               const char *content_type,
                                               const char *authorization,
                                               GBytes *body) G_GNUC_WARN_UNUSED_RESULT;
/* Does the header carry a token that is good now? */
gboolean omc_sandbox_auth_check (OmcSandboxAuth *self, const char *authorization);
void omc_sandbox_auth_expire (OmcSandboxAuth *self);

G_END_DECLS
