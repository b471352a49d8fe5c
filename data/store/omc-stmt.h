/* omc-stmt.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-db.h"

G_BEGIN_DECLS

typedef enum
{
  OMC_STEP_ROW,
  OMC_STEP_DONE,
  OMC_STEP_ERROR,
} OmcStep;

/* Parameters count from 1, columns from 0. Text and blobs are bound without a copy: they must live until the
 * statement is reset. NULL binds NULL. */
void omc_stmt_bind_integer (OmcStmt *self, int parameter, gint64 value);
void omc_stmt_bind_double (OmcStmt *self, int parameter, double value);
void omc_stmt_bind_text (OmcStmt *self, int parameter, const char *text);
void omc_stmt_bind_blob (OmcStmt *self, int parameter, gconstpointer data, gsize length);
void omc_stmt_bind_null (OmcStmt *self, int parameter);

OmcStep omc_stmt_step (OmcStmt *self, GError **error);
/* For statements without rows: step, then reset. */
gboolean omc_stmt_run (OmcStmt *self, GError **error);
void omc_stmt_reset (OmcStmt *self);
void omc_stmt_free (OmcStmt *self);

gint64 omc_stmt_get_integer (OmcStmt *self, int column);
double omc_stmt_get_double (OmcStmt *self, int column);
const char *omc_stmt_get_text (OmcStmt *self,
                               int column); /* nullable; until the next step or reset */
char *omc_stmt_dup_text (OmcStmt *self, int column);
gconstpointer omc_stmt_get_blob (OmcStmt *self, int column, gsize *length);
gboolean omc_stmt_is_null (OmcStmt *self, int column);

/**
 * OmcStmtUse:
 *
 * A cached statement in use; resets it at the end of the scope.
 */
typedef OmcStmt OmcStmtUse;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcStmtUse, omc_stmt_reset)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcStmt, omc_stmt_free)

G_END_DECLS
