/* secret-script.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A secret service and a portal that go wrong as told, on the session's bus, until they are killed. */

typedef struct
{
  const char *name;
  const char *silent_at;  /* a method that is never answered; "*" is every one */
  const char *dies_at;    /* a method in whose middle the service is gone */
  const char *garbage_at; /* a method whose answer is of another type */
  const char *secret;     /* (nullable): in place of the right one of $OMC_SCRIPT_SECRET, text */
  gboolean locked;
  gboolean empty;       /* as after a reset; what is stored then waits for a person */
  guint response;       /* of the portal: 0 done, 1 cancelled, 2 failed */
  gboolean no_response; /* it answers the call and never ends the request */
} SecretScript;

int secret_script_serve (const SecretScript *script);
int portal_script_serve (const SecretScript *script);

G_END_DECLS
