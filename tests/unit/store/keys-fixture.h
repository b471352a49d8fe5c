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
/* Opens the store of a folder that other processes open, too. */
void keys_fixture_open (StoreFixture *f, const char *directory);
/* The same, and says so to who started this process. */
void keys_fixture_open_as_child (StoreFixture *f, const char *directory);
/* Runs the program with "--child", which opens the store and never ends, and kills it so long after that. */
void keys_fixture_kill_child (const char *program, const char *directory, gulong delay_us);

G_END_DECLS
