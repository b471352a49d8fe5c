/* omc-sandbox-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "omc-sandbox-auth.h"
#include "omc-sandbox-fault.h"
#include "omc-sandbox.h"

G_BEGIN_DECLS

#define OMC_SANDBOX_FHIR_PATH "/fhir/R4"
#define OMC_SANDBOX_TOKEN_PATH "/oauth2/token"
#define OMC_SANDBOX_CONTROL_PATH "/__control"

struct _OmcSandbox
{
  GMutex lock; /* over all that follows, and over what it leads to */
  OmcSandboxCore core;
  OmcSandboxAuth *auth;     /* (owned) (nullable) */
  OmcSandboxQuota *quota;   /* (owned) (nullable) */
  OmcSandboxFaults *faults; /* (owned) */

  GInetAddress *address;        /* (owned) */
  GTlsCertificate *certificate; /* (owned) (nullable) */
  guint16 port;

  GThread *thread;       /* (owned) (nullable): while it serves */
  GMainContext *context; /* (owned) (nullable): of the thread */
  GMainLoop *loop;       /* (owned) (nullable) */
};

/* On the server's thread: answers what the server receives. */
void _omc_sandbox_http_attach (OmcSandbox *self, SoupServer *server);
/* Under the lock. */
OmcSandboxAnswer *
_omc_sandbox_control (OmcSandbox *self, const char *method, GBytes *body) G_GNUC_WARN_UNUSED_RESULT;
gboolean _omc_sandbox_load (OmcSandboxCore *core,
                            const char *text,
                            gsize length,
                            guint *count,
                            GError **error);
/* gzip, with a limit to what comes out. */
GBytes *_omc_sandbox_inflate (GBytes *bytes, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
