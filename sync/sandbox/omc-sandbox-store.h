/* omc-sandbox-store.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource.h"
#include "omc-sandbox-db.h"
#include "omc-sandbox-profile.h"

G_BEGIN_DECLS

/**
 * OmcSandboxStore:
 *
 * Every version of every resource as the text that goes over the wire, and the index rows of the
 * current ones.
 */
typedef struct _OmcSandboxStore OmcSandboxStore;

/* How a version came to be. */
typedef enum
{
  OMC_SANDBOX_POST,
  OMC_SANDBOX_PUT,
  OMC_SANDBOX_DELETE,
} OmcSandboxMethod;

/* The newest version of a resource. */
typedef struct
{
  gint64 key;     /* of the resource; 0: it never was */
  gint64 version; /* row of the newest version */
  gint64 updated; /* microseconds */
  guint number;
  gboolean deleted;
  char *version_id; /* (owned) */
} OmcSandboxRow;

void omc_sandbox_row_clear (OmcSandboxRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OmcSandboxRow, omc_sandbox_row_clear)

OmcSandboxStore *omc_sandbox_store_open (const char *path,
                                         const OmcSandboxProfile *profile,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void omc_sandbox_store_close (OmcSandboxStore *self);
OmcSandboxDb *omc_sandbox_store_get_db (OmcSandboxStore *self);

gboolean omc_sandbox_store_begin (OmcSandboxStore *self, GError **error);
gboolean omc_sandbox_store_commit (OmcSandboxStore *self, GError **error);
void omc_sandbox_store_rollback (OmcSandboxStore *self);

/* The small number that stands for a name (a type, a parameter of a type) in every table. */
gint64 omc_sandbox_store_name (OmcSandboxStore *self, const char *name, GError **error);
/* What a text (a token, a reference) is in the index tables: 64 bits of it. */
gint64 omc_sandbox_store_hash (const char *text, gsize length);

/* TRUE with key 0: there is none. */
gboolean omc_sandbox_store_find (OmcSandboxStore *self,
                                 const char *type,
                                 const char *id,
                                 OmcSandboxRow *row,
                                 GError **error);
/* (transfer full) (nullable): NULL without error for a deletion or no such version. */
char *
omc_sandbox_store_dup_body (OmcSandboxStore *self, gint64 version, gsize *length, GError **error);

/**
 * omc_sandbox_store_write:
 * @resource: (nullable): what it is from now on, id and meta aside; %NULL deletes it
 * @stamp: its lastUpdated in microseconds; later when the version before is not older
 * @row: (out caller-allocates): what is stored now
 *
 * Makes the next version. Only inside a transaction.
 */
gboolean omc_sandbox_store_write (OmcSandboxStore *self,
                                  const char *type,
                                  const char *id,
                                  OmcResource *resource,
                                  OmcSandboxMethod method,
                                  gint64 stamp,
                                  OmcSandboxRow *row,
                                  GError **error);

/* For a new resource: the reserved id, or a UUID, or the next number. */
char *omc_sandbox_store_make_id (OmcSandboxStore *self) G_GNUC_WARN_UNUSED_RESULT;
/* An id that make_id gives to nobody, unless it is set as the reserved one for the next create. */
char *omc_sandbox_store_reserve_id (OmcSandboxStore *self) G_GNUC_WARN_UNUSED_RESULT;
void omc_sandbox_store_set_reserved (OmcSandboxStore *self, const char *id);
guint64 omc_sandbox_store_count (OmcSandboxStore *self, const char *type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSandboxStore, omc_sandbox_store_close)

G_END_DECLS
