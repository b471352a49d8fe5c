/* omc-config.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sync-config.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define OMC_CONFIG_ERROR (omc_config_error_quark ())

typedef enum
{
  OMC_CONFIG_ERROR_UNREADABLE,
  OMC_CONFIG_ERROR_INVALID, /* the message has file, line, key and what is allowed there */
} OmcConfigError;

GQuark omc_config_error_quark (void);

/* Of a configuration file, and of one that holds a secret. */
#define OMC_CONFIG_FILE_MAX (1024 * 1024)
#define OMC_CONFIG_SECRET_MAX (64 * 1024)

/**
 * OmcConfig:
 *
 * The effective configuration: built-in values, below /etc/omnicare/config.json, below the person's file. Immutable.
 *
 * A wrong key, type or value refuses the whole file: a ward must not run on half a configuration.
 */
typedef struct _OmcConfig OmcConfig;

/* file: (nullable): in place of the system's and the person's files. */
OmcConfig *omc_config_load (const char *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* For tests: one text, named in messages as name. */
OmcConfig *omc_config_parse (const char *name, const char *text, gsize length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void omc_config_free (OmcConfig *self);

/* path: "sync.syncInterval". The path must be one that the table of the implementation has. */
const char *omc_config_get_string (const OmcConfig *self, const char *path); /* (nullable) */
gint64 omc_config_get_integer (const OmcConfig *self, const char *path);
gboolean omc_config_get_boolean (const OmcConfig *self, const char *path);
/* "built in", or the name of the file that set it. */
const char *omc_config_get_origin (const OmcConfig *self, const char *path);

/* What sync needs of it. Reads the client secret from its file. */
OmcSyncConfig *omc_config_to_sync_config (const OmcConfig *self,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef void (*OmcConfigFunc) (const char *path,
                               const char *value,
                               const char *origin,
                               gpointer user_data);
/* Every value in force, in order of paths. */
void omc_config_foreach (const OmcConfig *self, OmcConfigFunc func, gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcConfig, omc_config_free)

G_END_DECLS
