/* omc-server-identity.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * OmcServerIdentity:
 *
 * Who the server is: what decides where a secret goes, and no more.
 */
typedef struct
{
  char *url; /* (owned): without a slash at its end */
  char *
      login; /* (owned) (nullable): origin of where tokens are given; NULL: the server, or where it says */
  char *
      authorities; /* (owned) (nullable): fingerprints that a certificate must lead to one of, separated by spaces; NULL: every
                      * authority of the system */
} OmcServerIdentity;

/* token_url, authorities: (nullable) */
OmcServerIdentity *
omc_server_identity_new (const char *url, const char *token_url, const char *authorities);
void omc_server_identity_free (OmcServerIdentity *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcServerIdentity, omc_server_identity_free)
/* Does it name no place for a secret, and trust nobody, beyond known? */
gboolean omc_server_identity_is_within (const OmcServerIdentity *self,
                                        const OmcServerIdentity *known);
/* What of that is not so, as a sentence; NULL: nothing. It holds no path. */
char *omc_server_identity_dup_refusal (const OmcServerIdentity *self,
                                       const OmcServerIdentity *known);
/* The parts in words, for a person. */
char *omc_server_identity_dup_url_words (const OmcServerIdentity *self);
char *omc_server_identity_dup_login_words (const OmcServerIdentity *self);
char *omc_server_identity_dup_authority_words (const OmcServerIdentity *self);

G_END_DECLS
