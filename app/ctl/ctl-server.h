/* ctl-server.h: whom this device calls its server, and whom the configuration names
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-ctl.h"
#include "omc-server-identity.h"

G_BEGIN_DECLS

typedef struct
{
  OmcServerIdentity *named; /* (owned) (nullable): by the configuration, or at enrolment */
  OmcServerIdentity *known; /* (owned) (nullable): met or confirmed */
  char *refusal;            /* (owned) (nullable): why nothing is sent there */
} OmcCtlServer;

void omc_ctl_server_clear (OmcCtlServer *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OmcCtlServer, omc_ctl_server_clear)
/* Of an open store. url, ca_file: (nullable): in place of what the configuration says. A configuration that cannot be used is
 * an error. */
gboolean omc_ctl_server_read (OmcCtl *ctl,
                              const char *url,
                              const char *ca_file,
                              OmcCtlServer *server,
                              GError **error);
/* Server, login and authorities in one line; NULL: there is no server. */
char *omc_ctl_server_describe (const OmcCtlServer *self);
/* "server", "login" and "authorities" of one. */
void omc_ctl_server_add (OmcJsonBuilder *b, OmcJsonNode *node, const OmcServerIdentity *server);

G_END_DECLS
