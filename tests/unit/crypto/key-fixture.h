/* key-fixture.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-key-manager.h"

G_BEGIN_DECLS

/* A folder, a login keyring in memory, and the keys of one nurse. */
typedef struct
{
  char *directory;
  OmcSecretStore *secrets;
  OmcKeyManager *keys;
  OmcSecret *passphrase;
  OmcSecret *other;
  char *code; /* for recovery, once created */
} KeyFixture;

/* Nothing is created yet. */
void key_fixture_set_up (KeyFixture *f, gconstpointer data);
void key_fixture_set_up_created (KeyFixture *f, gconstpointer data);
void key_fixture_tear_down (KeyFixture *f, gconstpointer data);
void key_fixture_create (KeyFixture *f);
/* Another program on the same keyring. */
OmcKeyManager *key_fixture_new_manager (KeyFixture *f);
void key_fixture_assert_unlocks (KeyFixture *f, const char *user, OmcSecret *passphrase);
/* Files of a folder without folders. */
void key_fixture_empty_folder (const char *folder);
/* folder: (transfer full) */
void key_fixture_remove_folder (char *folder);

G_END_DECLS
