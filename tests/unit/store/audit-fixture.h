/* audit-fixture.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-backup-file.h"
#include "omc-store-audit-upload.h"
#include "omc-store-audit.h"
#include "store-fixture.h"

G_BEGIN_DECLS

/* Two files of ten entries and more, and a table of ten and more behind them: see audit_fixture_make_trail. */
#define STRETCH 10

/* The store of a folder, closed, with keys that another process can open, too, at that time after the usual one. */
void audit_fixture_set_up_alone (StoreFixture *f, const char *directory, gint64 later_us);
/* The folder stays. */
void audit_fixture_tear_down_alone (StoreFixture *f);
/* n entries. */
void audit_fixture_fill (StoreFixture *f, guint n);
/* By the server. */
void audit_fixture_acknowledge (StoreFixture *f, guint64 through);
OmcAuditArchiveCounts audit_fixture_archive (StoreFixture *f, gint64 retention_us);
/* Everything up to now into one file. */
void audit_fixture_archive_all (StoreFixture *f);
/* A file of ten entries and more. */
void audit_fixture_stretch (StoreFixture *f);
void audit_fixture_make_trail (StoreFixture *f);
OmcAuditReport audit_fixture_check (StoreFixture *f, gboolean full);
/* The files, oldest first. */
GPtrArray *audit_fixture_list_files (StoreFixture *f);
GPtrArray *audit_fixture_list (StoreFixture *f, guint64 from, guint limit);
/* Of the database alone. */
char *audit_fixture_take_copy (StoreFixture *f, gsize *length);
void audit_fixture_put_copy (StoreFixture *f, const char *copy, gsize length);

/* Into a file of the store's folder. info: without the keyring. */
OmcBackupInfo audit_fixture_back_up (StoreFixture *f, const char *name, char **path);
void audit_fixture_assert_verifies (StoreFixture *f, const char *path, guint n_segments);
void audit_fixture_close (StoreFixture *f);
/* And opens it. TRUE: the trail went on. */
gboolean audit_fixture_restore (StoreFixture *f, const char *path);
/* Every entry once, the chain good, and no file in the database. */
void audit_fixture_assert_intact (StoreFixture *f, guint n_segments);
/* Files of a folder of the store's with these words in their names. */
guint audit_fixture_count_in (StoreFixture *f, const char *folder, const char *words);

G_END_DECLS
