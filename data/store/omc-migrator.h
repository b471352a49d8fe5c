/* omc-migrator.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-db.h"

G_BEGIN_DECLS

/* The newest schema that this program knows. */
guint omc_migrator_get_latest (void);
/* Brings the schema up, one transaction a step; refuses (OMC_STORE_ERROR_NEWER) what a newer program made. */
gboolean omc_migrator_run (OmcDb *db, GError **error);
gboolean omc_migrator_get_version (OmcDb *db, guint *version, GError **error);

G_END_DECLS
