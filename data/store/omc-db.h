/* omc-db.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-secret.h"
#include "omc-store-types.h"

G_BEGIN_DECLS

/**
 * OmcDb:
 *
 * One connection to an SQLCipher file, with its prepared statements. One thread at a time.
 *
 * Nothing but this file and omc-stmt.c knows SQLite.
 */
typedef struct _OmcDb OmcDb;
typedef struct _OmcStmt OmcStmt;

typedef enum
{
  OMC_DB_READ_WRITE = 0,
  OMC_DB_CREATE = 1 << 0,
  OMC_DB_QUERY_ONLY = 1 << 1,
  OMC_DB_SCRATCH = 1 << 2, /* for this process alone, and spoilt by a crash: no log, no sync */
} OmcDbFlags;

/* key: 32 bytes, used as SQLCipher's raw key. Refuses to go on when the library or the file does not encrypt. */
OmcDb *omc_db_open (const char *path, OmcSecret *key, OmcDbFlags flags, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void omc_db_close (OmcDb *self);

/* sql must be a static string: its prepared form is kept by address. Give the statement back by omc_stmt_reset (). */
OmcStmt *omc_db_prepare (OmcDb *self, const char *sql, GError **error);
/* For SQL that was put together; free it with omc_stmt_free (). */
OmcStmt *
omc_db_prepare_once (OmcDb *self, const char *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One or more statements without parameters or results. */
gboolean omc_db_execute (OmcDb *self, const char *sql, GError **error);
/* The first column of the first row; fallback when there is none. */
gboolean
omc_db_get_integer (OmcDb *self, const char *sql, gint64 fallback, gint64 *value, GError **error);

gboolean omc_db_begin (OmcDb *self, GError **error);
/* All that is read until omc_db_rollback is of one moment. */
gboolean omc_db_begin_read (OmcDb *self, GError **error);
gboolean omc_db_commit (OmcDb *self, GError **error);
void omc_db_rollback (OmcDb *self);
gboolean omc_db_is_in_transaction (OmcDb *self);
gint64 omc_db_get_last_row (OmcDb *self);
int omc_db_get_changes (OmcDb *self);
/* Grows when another connection or program has committed. */
gint64 omc_db_get_data_version (OmcDb *self);
/* Statements stop with G_IO_ERROR_CANCELLED once it is cancelled; NULL ends that. */
void omc_db_set_cancellable (OmcDb *self, GCancellable *cancellable);
/* The pages whose authentication fails, as SQLCipher names them. (element-type utf8) */
GPtrArray *omc_db_check_pages (OmcDb *self, GError **error);
/* Pages of the write-ahead log that are not in the database yet, as far as this connection knows. */
guint omc_db_get_log_pages (OmcDb *self);
/* Makes the log's file so long, a piece with each call: writing within a file is synced in half the time that making it
 * longer takes. */
gboolean omc_db_reserve_log (OmcDb *self, guint n_pages, gboolean *more, GError **error);
/* Never happens by itself. */
gboolean omc_db_checkpoint (OmcDb *self, gboolean truncate, GError **error);

/* All pages of one moment of self into copy, while other connections go on writing. */
gboolean omc_db_copy (OmcDb *self, OmcDb *copy, GCancellable *cancellable, GError **error);
/* Copies all into a new file under another key, and has it on the disk. */
gboolean omc_db_copy_to (OmcDb *self, const char *path, OmcSecret *key, GError **error);
/* The pages authenticate, the schema is the same, and each table has as many rows. */
gboolean omc_db_is_copy (OmcDb *self, OmcDb *copy, GError **error);

/* Maps SQLite's last error to OmcStoreError; never holds SQL or values. */
void omc_db_set_error (OmcDb *self, int code, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcDb, omc_db_close)

G_END_DECLS
