/* sandbox-fixture.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "omc-resource.h"
#include "omc-sandbox.h"

G_BEGIN_DECLS

/* A running sandbox and a client of it. */
typedef struct
{
  OmcSandbox *sandbox;  /* (owned) */
  SoupSession *session; /* (owned) */
  OmcClock *clock;      /* (owned): stands still */
} Fixture;

typedef struct
{
  guint status;                /* 0: no answer */
  char *text;                  /* (owned) (nullable) */
  OmcJson *json;               /* (owned) (nullable) */
  SoupMessageHeaders *headers; /* (owned) */
} Answer;

void answer_clear (Answer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

/* Without authentication; profile NULL: medplum. */
void fixture_open (Fixture *self, const char *profile);
void fixture_open_with (Fixture *self, OmcSandboxOptions options);
void fixture_clear (Fixture *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

/* path: below the FHIR base, from "/" on; or a whole URL. headers: NULL or pairs "Name", "value", ..., NULL. */
Answer fixture_send (Fixture *self,
                     const char *method,
                     const char *path,
                     const char *body,
                     const char *const *headers);
/* With one header. */
Answer fixture_send_with (Fixture *self,
                          const char *method,
                          const char *path,
                          const char *body,
                          const char *name,
                          const char *value);
/* The status alone. */
guint fixture_status (Fixture *self, const char *method, const char *path, const char *body);
/* POST; gives the id. */
char *fixture_create (Fixture *self, const char *type, const char *body);

const char *answer_header (const Answer *answer, const char *name);
const char *answer_pick (const Answer *answer, const char *path);
gsize answer_count (const Answer *answer); /* entries of a Bundle */
/* The URL of a link of a Bundle, NULL without. */
const char *answer_link (const Answer *answer, const char *relation);

G_END_DECLS
