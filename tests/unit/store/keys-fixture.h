/* keys-fixture.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store-keys.h"
#include "store-fixture.h"

G_BEGIN_DECLS

/* What the tests of the store's keys share: a store that has something sealed everywhere, and rotations. */

#define KEYS_PULSE(value)                                                                          \
  "{\"resourceType\":\"Observation\",\"id\":\"o1\",\"status\":\"final\",\"code\":{\"text\":"       \
  "\"Pulse\"},\"subject\":{\"reference\":\"Patient/p1\"},"                                         \
  "\"effectiveDateTime\":\"2026-11-18T10:00:00Z\",\"valueQuantity\":{\"value\":" value             \
  ",\"unit\":\"/min\"}}"

/* Something sealed in every column that holds seals: records, a base version, a payload in flight, the documents of a
 * conflict, drafts. */
void keys_fixture_fill (StoreFixture *f);
void keys_fixture_import_ward (StoreFixture *f, guint n_patients);
OmcKeyStatus keys_fixture_status (StoreFixture *f);
/* A new data key, as an administrator asks for it. */
void keys_fixture_rotate (StoreFixture *f);
/* Until all is sealed with the newest data key. */
void keys_fixture_wait_for_end (StoreFixture *f);

typedef void (*KeysFixtureFunc) (StoreFixture *f, gpointer data);
/* For main, in place of g_test_init (): as a child that is to be killed this process does work, data NULL, for ever. */
void keys_fixture_init (int *argc, char ***argv, KeysFixtureFunc work);

#define KEYS_FIXTURE_N_KILLS 20

typedef struct
{
  guint32 seed;
  guint n_patients;
  int max_delay_us;
} KeysFixtureKills;

/* Starts and kills children on a store of f's own, which loses nothing by it, and leaves it open. look: (nullable): at the
 * store after each kill. */
void keys_fixture_survive_kills (StoreFixture *f,
                                 const KeysFixtureKills *kills,
                                 KeysFixtureFunc look,
                                 gpointer data);

G_END_DECLS
