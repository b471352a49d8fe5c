/* omc-sandbox-pages.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-clock.h"

G_BEGIN_DECLS

/**
 * OmcSandboxPages:
 *
 * What lies behind "next" links: lists of matches that the server keeps for a while, and the age
 * of the links that
 * carry their own place.
 */
typedef struct _OmcSandboxPages OmcSandboxPages;

typedef struct
{
  char *type;   /* (owned) */
  char *query;  /* (owned): for the links */
  GArray *keys; /* (owned) (element-type gint64): of the resources */
  gint64 made_us;
} OmcSandboxPage;

OmcSandboxPages *omc_sandbox_pages_new (OmcClock *clock,
                                        guint life_seconds) G_GNUC_WARN_UNUSED_RESULT;
void omc_sandbox_pages_free (OmcSandboxPages *self);
/* keys: (transfer full). Returns the name of the list. */
const char *
omc_sandbox_pages_keep (OmcSandboxPages *self, const char *type, const char *query, GArray *keys);
/* NULL: expired or never was. */
const OmcSandboxPage *omc_sandbox_pages_find (OmcSandboxPages *self, const char *name);
void omc_sandbox_pages_expire (OmcSandboxPages *self);

/* "kind-a-b-made", for links that carry their place. */
char *omc_sandbox_pages_make_cursor (OmcSandboxPages *self, char kind, gint64 a, gint64 b);
/* FALSE: malformed; expired says whether it was good once. */
gboolean omc_sandbox_pages_read_cursor (OmcSandboxPages *self,
                                        const char *text,
                                        char *kind,
                                        gint64 *a,
                                        gint64 *b,
                                        gboolean *expired);

G_END_DECLS
