/* omc-db-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-stmt.h"

#include <sqlcipher/sqlite3.h>

/* "x'64 hex'": what SQLCipher takes as a raw key. */
#define OMC_DB_KEY_TEXT_LENGTH (2 + 2 * 32 + 1)

/* Wipe text after use. */
gboolean omc_db_format_key (OmcSecret *key, char text[OMC_DB_KEY_TEXT_LENGTH + 1]);

struct _OmcStmt
{
  OmcDb *db;
  sqlite3_stmt *handle; /* (owned) */
  guint in_use : 1;
  guint once : 1; /* not in the cache: freed by its reset or free */
};

struct _OmcDb
{
  sqlite3 *handle;           /* (owned) */
  GHashTable *statements;    /* (owned): static SQL by address -> OmcStmt */
  GCancellable *cancellable; /* (owned) (nullable) */
  guint n_log_pages;         /* as of the last commit or checkpoint here */
};
