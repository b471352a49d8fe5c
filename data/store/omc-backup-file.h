/* omc-backup-file.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store-types.h"

G_BEGIN_DECLS

/* header: "OMCBACKP" | format 4 | length of the header 4 | salt 16 | key check 16 | store id 36 | kind 4 | schema 4 | created 8 |
 * length of the content 8 | audit sequence 8 | resources 4 | unsent 4 | length of the keyring 4 | keyring; all big endian.
 * Then the content in pieces of 1 MiB, each sealed (omc-envelope.h) with a key of this file alone, and bound to the header, its
 * number and whether it is the last one. */

typedef enum
{
  OMC_BACKUP_STORE = 1, /* a whole database */
  OMC_BACKUP_WORK = 2,  /* NDJSON: the unsent work of a store that was replaced */
} OmcBackupKind;

typedef struct
{
  OmcBackupKind kind;
  guint schema_version;
  gint64 created_us;
  guint64 content_length;
  guint64 audit_sequence;
  guint n_resources;
  guint n_unsent;
  guint
      n_segments; /* files of the audit archive; not in the header: known to who made, verified or restored it */
  guint n_lost_segments; /* ... that were missing or damaged, and are not in it, or not restored */
  char store_id[37];
  GBytes *keyring; /* (owned) (nullable): the keyring file of the store, which opens it elsewhere */
} OmcBackupInfo;

void omc_backup_info_clear (OmcBackupInfo *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OmcBackupInfo, omc_backup_info_clear)

/* The header alone, not authenticated. OMC_STORE_ERROR_INVALID: no backup; NEWER; DAMAGED. */
gboolean
omc_backup_info_parse (gconstpointer data, gsize length, OmcBackupInfo *info, GError **error);
gboolean omc_backup_file_read_info (const char *path, OmcBackupInfo *info, GError **error);

/* Seals what content_fd holds from its start on; content_length is taken from it. Under another name first, on the disk before it
 * gets its own; an existing file is refused. key: OMC_KEY_BACKUP. */
gboolean omc_backup_file_write (const char *path,
                                OmcSecret *key,
                                OmcBackupInfo *info,
                                int content_fd,
                                GCancellable *cancellable,
                                GError **error);
/* Authenticates every piece and the header, and writes the content to content_fd (-1: nowhere). What was written is worth
 * nothing when it fails: OMC_STORE_ERROR_DAMAGED, WRONG_KEY, NEWER, INVALID. */
gboolean omc_backup_file_unpack (const char *path,
                                 OmcSecret *key,
                                 int content_fd,
                                 OmcBackupInfo *info,
                                 GCancellable *cancellable,
                                 GError **error);

G_END_DECLS
