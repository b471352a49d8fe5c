/* omc-sandbox-db.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * OmcSandboxDb:
 *
 * The practice server's own small layer over SQLite; nothing in it is encrypted, since nothing in
 * it is real.
 * One thread at a time.
 */
typedef struct _OmcSandboxDb OmcSandboxDb;
/* Kept by the database, by its text: between two prepares of one text only the younger may be
 * used. */
typedef struct sqlite3_stmt OmcSandboxStmt;

/* path: a file, then what is committed is durable; ":memory:" is not. */
OmcSandboxDb *omc_sandbox_db_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void omc_sandbox_db_close (OmcSandboxDb *self);
gboolean omc_sandbox_db_exec (OmcSandboxDb *self, const char *sql, GError **error);
gint64 omc_sandbox_db_last_key (OmcSandboxDb *self);

/* (transfer none): reset, with nothing bound. */
OmcSandboxStmt *omc_sandbox_db_prepare (OmcSandboxDb *self, const char *sql, GError **error);
void omc_sandbox_stmt_bind_int (OmcSandboxStmt *stmt, int column, gint64 value);
void omc_sandbox_stmt_bind_double (OmcSandboxStmt *stmt, int column, double value);
/* The text must live until the statement is reset; NULL binds NULL. */
void
omc_sandbox_stmt_bind_text (OmcSandboxStmt *stmt, int column, const char *value, gssize length);
/* row: whether there is one; a statement that gives rows is done when it is FALSE. */
gboolean omc_sandbox_stmt_step (OmcSandboxStmt *stmt, gboolean *row, GError **error);
/* Steps a statement that gives no rows. */
gboolean omc_sandbox_stmt_run (OmcSandboxStmt *stmt, GError **error);
void omc_sandbox_stmt_reset (OmcSandboxStmt *stmt);
gint64 omc_sandbox_stmt_get_int (OmcSandboxStmt *stmt, int column);
/* Valid until the next step. */
const char *omc_sandbox_stmt_get_text (OmcSandboxStmt *stmt, int column, gsize *length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSandboxDb, omc_sandbox_db_close)

G_END_DECLS
