/* lifetime-fixture.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "key-fixture.h"
#include "omc-contact-mark.h"

G_BEGIN_DECLS

#define HOUR (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define YEAR (366 * 24 * HOUR)
#define START (G_GINT64_CONSTANT (1800000000) * G_USEC_PER_SEC)

/* Keys whose offline time ends after 72 hours, and a clock that the test sets. */
typedef struct
{
  KeyFixture k;
  OmcSecret *pin;
  OmcSecret *hospital;
  OmcDeviceTime now;
} LifetimeFixture;

void lifetime_fixture_set_up (LifetimeFixture *f, gconstpointer data);
void lifetime_fixture_tear_down (LifetimeFixture *f, gconstpointer data);
/* Adds a test that has them. */
void lifetime_fixture_add (const char *path, void (*func) (LifetimeFixture *f, gconstpointer data));
OmcKeyManager *lifetime_fixture_new_manager (LifetimeFixture *f);
void lifetime_fixture_pass (LifetimeFixture *f, gint64 us);
/* The computer, not the program. */
void lifetime_fixture_start_again (LifetimeFixture *f);
/* The server. */
void lifetime_fixture_meet (LifetimeFixture *f);
/* -1: it opens; else the code of the error. */
int lifetime_fixture_try_passphrase (LifetimeFixture *f);
int lifetime_fixture_try_pin (LifetimeFixture *f);
/* The recovery code and the hospital's key open whatever the time. */
void lifetime_fixture_assert_masters_open (LifetimeFixture *f);

G_END_DECLS
