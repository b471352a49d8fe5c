/* store-fixture.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-db.h"
#include "omc-store-sync.h"

G_BEGIN_DECLS

#define STORE_FIXTURE_NOW_US (G_GINT64_CONSTANT (1795000000) * G_USEC_PER_SEC)

/* A new store in a folder of its own, with people of every kind. */
typedef struct
{
  char *directory;
  char *database;
  OmcSecretStore *secrets;
  OmcKeyManager *keys;
  OmcClock *clock;
  OmcStore *store;
  OmcActor *nurse;
  OmcActor *assistant;
  OmcActor *auditor;
  OmcActor *administrator;
  OmcActor *device;
} StoreFixture;

void store_fixture_set_up (StoreFixture *f, gconstpointer data);
typedef void (*StoreFixtureFunc) (StoreFixture *f, gconstpointer data);
/* Adds a test that has one. data: (nullable) */
void store_fixture_add (const char *path, StoreFixtureFunc func, gconstpointer data);
/* The store of a folder, closed, with keys that another process can open, too, and a nurse and the device alone. */
void store_fixture_set_up_alone (StoreFixture *f, const char *directory);
/* Runs a program of arguments, kills it so long after its first word, and gives all its words. */
char *
store_fixture_run_and_kill (const char *const *arguments, const char *directory, gulong delay_us);
void store_fixture_tear_down (StoreFixture *f, gconstpointer data);
/* For what is done to it while it is closed. */
void store_fixture_close (StoreFixture *f);
void store_fixture_open (StoreFixture *f);
/* Closes it and opens it again, as another process would. */
void store_fixture_reopen (StoreFixture *f);
/* With other keys in the same folder's place: the passphrase opens nothing of f. */
OmcKeyManager *store_fixture_new_keys (const char *directory, OmcSecretStore *secrets);
void store_fixture_remove_tree (const char *directory);
void store_fixture_copy_tree (const char *from, const char *to);
/* The file itself, as somebody opens it who has its key and not the program. */
OmcDb *store_fixture_open_raw (StoreFixture *f, OmcDbFlags flags) G_GNUC_WARN_UNUSED_RESULT;
void store_fixture_execute (StoreFixture *f, const char *sql);
/* Statements with ";" between, while the store is closed. */
void store_fixture_tamper (StoreFixture *f, const char *sql);

OmcResource *store_fixture_parse (const char *json);
/* NULL-terminated texts */
GPtrArray *store_fixture_list (const char *json, ...) G_GNUC_NULL_TERMINATED;
/* Saves as the nurse and gives the first stored resource. */
OmcResource *store_fixture_save (StoreFixture *f, const char *json);
/* As a server sends it. */
void store_fixture_from_server (StoreFixture *f, OmcServerCounts *counts, const char *json, ...)
    G_GNUC_NULL_TERMINATED;
/* A generated ward (ward-sample.h) of now, as a server sends it. (element-type OmcResource) */
GPtrArray *
store_fixture_import_ward (StoreFixture *f, guint32 seed, guint n_patients, guint n_sets);
OmcResource *store_fixture_read (StoreFixture *f, const char *type, const char *id);
GPtrArray *store_fixture_queue (StoreFixture *f);
OmcStoreStatus store_fixture_status (StoreFixture *f);
/* Of the chain of the audit. */
OmcAuditReport store_fixture_verify (StoreFixture *f);
/* The chain verifies and a deep check of the store finds nothing. */
void store_fixture_assert_sound (StoreFixture *f);

G_END_DECLS
