/* omc-sandbox-store.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-clock.h"
#include "omc-sandbox-index.h"
#include "omc-sandbox-store.h"
#include "omc-sandbox.h"

struct _OmcSandboxStore
{
  OmcSandboxDb *db; /* (owned) */
  const OmcSandboxProfile *profile;
  GHashTable *names; /* (owned): text -> gint64 * */
  char *reserved;    /* (owned) (nullable): id of the next create */
  gint64 next_resource;
  gint64 next_version;
};

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS name (key INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE IF NOT EXISTS resource (key INTEGER PRIMARY KEY, type INTEGER NOT NULL, id TEXT "
    "NOT NULL,"
    "  version INTEGER NOT NULL, deleted INTEGER NOT NULL, updated INTEGER NOT NULL, patient "
    "INTEGER) STRICT;"
    "CREATE UNIQUE INDEX IF NOT EXISTS resource_id ON resource (type, id);"
    "CREATE INDEX IF NOT EXISTS resource_updated ON resource (type, deleted, updated);"
    "CREATE INDEX IF NOT EXISTS resource_patient ON resource (patient, type) WHERE patient IS NOT "
    "NULL;"
    "CREATE TABLE IF NOT EXISTS version (key INTEGER PRIMARY KEY, resource INTEGER NOT NULL,"
    "  type INTEGER NOT NULL, number INTEGER NOT NULL, version_id TEXT NOT NULL, updated INTEGER "
    "NOT NULL,"
    "  method INTEGER NOT NULL, body TEXT) STRICT;"
    "CREATE INDEX IF NOT EXISTS version_resource ON version (resource);"
    "CREATE INDEX IF NOT EXISTS version_updated ON version (type, updated);";

void
omc_sandbox_row_clear (OmcSandboxRow *row)
{
  g_clear_pointer (&row->version_id, g_free);
  *row = (OmcSandboxRow){ 0 };
}

static gboolean
read_next_key (OmcSandboxStore *self, const char *sql, gint64 *next, GError **error)
{
  OmcSandboxStmt *stmt = omc_sandbox_db_prepare (self->db, sql, error);
  gboolean row;

  if (stmt == NULL || !omc_sandbox_stmt_step (stmt, &row, error))
    return FALSE;

  *next = omc_sandbox_stmt_get_int (stmt, 0) + 1;
  omc_sandbox_stmt_reset (stmt);
  return TRUE;
}

OmcSandboxStore *
omc_sandbox_store_open (const char *path, const OmcSandboxProfile *profile, GError **error)
{
  g_autoptr (OmcSandboxStore) self = g_new0 (OmcSandboxStore, 1);

  g_return_val_if_fail (profile != NULL, NULL);

  self->profile = profile;
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->db = omc_sandbox_db_open (path, error);
  if (self->db == NULL || !omc_sandbox_db_exec (self->db, schema, error) ||
      !omc_sandbox_db_exec (self->db, omc_sandbox_index_schema (), error) ||
      !read_next_key (self, "SELECT max (key) FROM resource", &self->next_resource, error) ||
      !read_next_key (self, "SELECT max (key) FROM version", &self->next_version, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
omc_sandbox_store_close (OmcSandboxStore *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->db, omc_sandbox_db_close);
  g_hash_table_unref (self->names);
  g_free (self->reserved);
  g_free (self);
}

OmcSandboxDb *
omc_sandbox_store_get_db (OmcSandboxStore *self)
{
  return self->db;
}

gboolean
omc_sandbox_store_begin (OmcSandboxStore *self, GError **error)
{
  return omc_sandbox_db_exec (self->db, "BEGIN IMMEDIATE", error);
}

gboolean
omc_sandbox_store_commit (OmcSandboxStore *self, GError **error)
{
  if (omc_sandbox_db_exec (self->db, "COMMIT", error))
    return TRUE;

  omc_sandbox_store_rollback (self);
  return FALSE;
}

void
omc_sandbox_store_rollback (OmcSandboxStore *self)
{
  g_autoptr (GError) error = NULL;

  /* Names made in the transaction are gone with it. */
  g_hash_table_remove_all (self->names);
  if (!omc_sandbox_db_exec (self->db, "ROLLBACK", &error))
    g_warning ("%s", error->message);
}

gint64
omc_sandbox_store_name (OmcSandboxStore *self, const char *name, GError **error)
{
  const gint64 *known = g_hash_table_lookup (self->names, name);
  OmcSandboxStmt *stmt;
  gboolean row;
  gint64 key;

  if (known != NULL)
    return *known;

  stmt = omc_sandbox_db_prepare (self->db,
                                 "INSERT INTO name (text) VALUES (?1)"
                                 " ON CONFLICT (text) DO UPDATE SET text = text RETURNING key",
                                 error);
  if (stmt == NULL)
    return 0;
  omc_sandbox_stmt_bind_text (stmt, 1, name, -1);
  if (!omc_sandbox_stmt_step (stmt, &row, error))
    return 0;
  key = omc_sandbox_stmt_get_int (stmt, 0);
  omc_sandbox_stmt_reset (stmt);

  g_hash_table_insert (self->names, g_strdup (name), g_memdup2 (&key, sizeof key));
  return key;
}

/* FNV-1a with a last mix; nobody attacks a practice server through its hash. */
gint64
omc_sandbox_store_hash (const char *text, gsize length)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (gsize i = 0; i < length; i++)
    {
      hash ^= (guchar)text[i];
      hash *= G_GUINT64_CONSTANT (0x100000001b3);
    }
  hash ^= hash >> 32;
  hash *= G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
  hash ^= hash >> 32;
  return (gint64)hash;
}

gboolean
omc_sandbox_store_find (OmcSandboxStore *self,
                        const char *type,
                        const char *id,
                        OmcSandboxRow *row,
                        GError **error)
{
  gint64 type_key = omc_sandbox_store_name (self, type, error);
  OmcSandboxStmt *stmt;
  gboolean found;

  *row = (OmcSandboxRow){ 0 };
  if (type_key == 0)
    return FALSE;

  stmt = omc_sandbox_db_prepare (
      self->db,
      "SELECT r.key, r.version, r.updated, r.deleted, v.number, v.version_id"
      " FROM resource r JOIN version v ON v.key = r.version"
      " WHERE r.type = ?1 AND r.id = ?2",
      error);
  if (stmt == NULL)
    return FALSE;
  omc_sandbox_stmt_bind_int (stmt, 1, type_key);
  omc_sandbox_stmt_bind_text (stmt, 2, id, -1);
  if (!omc_sandbox_stmt_step (stmt, &found, error))
    return FALSE;
  if (!found)
    return TRUE;

  row->key = omc_sandbox_stmt_get_int (stmt, 0);
  row->version = omc_sandbox_stmt_get_int (stmt, 1);
  row->updated = omc_sandbox_stmt_get_int (stmt, 2);
  row->deleted = omc_sandbox_stmt_get_int (stmt, 3) != 0;
  row->number = (guint)omc_sandbox_stmt_get_int (stmt, 4);
  row->version_id = g_strdup (omc_sandbox_stmt_get_text (stmt, 5, NULL));
  omc_sandbox_stmt_reset (stmt);
  return TRUE;
}

char *
omc_sandbox_store_dup_body (OmcSandboxStore *self, gint64 version, gsize *length, GError **error)
{
  OmcSandboxStmt *stmt;
  const char *text = NULL;
  char *body = NULL;
  gsize size = 0;
  gboolean row;

  stmt = omc_sandbox_db_prepare (self->db, "SELECT body FROM version WHERE key = ?1", error);
  if (stmt == NULL)
    return NULL;
  omc_sandbox_stmt_bind_int (stmt, 1, version);
  if (!omc_sandbox_stmt_step (stmt, &row, error))
    return NULL;
  if (row)
    text = omc_sandbox_stmt_get_text (stmt, 0, &size);
  if (text != NULL)
    {
      body = g_malloc (size + 1);
      memcpy (body, text, size);
      body[size] = '\0';
    }
  if (length != NULL)
    *length = size;
  if (row)
    omc_sandbox_stmt_reset (stmt);
  return body;
}

/* --- writing --- */

char *
omc_sandbox_store_make_id (OmcSandboxStore *self)
{
  return self->reserved != NULL ? g_strdup (self->reserved) : omc_sandbox_store_reserve_id (self);
}

char *
omc_sandbox_store_reserve_id (OmcSandboxStore *self)
{
  return self->profile->number_ids ? g_strdup_printf ("%" G_GINT64_FORMAT, self->next_resource++)
                                   : g_uuid_string_random ();
}

void
omc_sandbox_store_set_reserved (OmcSandboxStore *self, const char *id)
{
  g_set_str (&self->reserved, id);
}

static char *
make_version_id (OmcSandboxStore *self, gint64 version, guint number)
{
  switch (self->profile->versioning)
    {
    case OMC_SANDBOX_VERSION_COUNT:
      return g_strdup_printf ("%u", number);
    case OMC_SANDBOX_VERSION_GLOBAL:
      return g_strdup_printf ("%" G_GINT64_FORMAT, version);
    case OMC_SANDBOX_VERSION_UUID:
    default:
      return g_uuid_string_random ();
    }
}

static gboolean
insert_version (OmcSandboxStore *self,
                gint64 type_key,
                const OmcSandboxRow *row,
                OmcSandboxMethod method,
                const char *body,
                gsize length,
                GError **error)
{
  OmcSandboxStmt *stmt;

  stmt = omc_sandbox_db_prepare (
      self->db,
      "INSERT INTO version (key, resource, type, number, version_id, updated, method, body)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      error);
  if (stmt == NULL)
    return FALSE;
  omc_sandbox_stmt_bind_int (stmt, 1, row->version);
  omc_sandbox_stmt_bind_int (stmt, 2, row->key);
  omc_sandbox_stmt_bind_int (stmt, 3, type_key);
  omc_sandbox_stmt_bind_int (stmt, 4, row->number);
  omc_sandbox_stmt_bind_text (stmt, 5, row->version_id, -1);
  omc_sandbox_stmt_bind_int (stmt, 6, row->updated);
  omc_sandbox_stmt_bind_int (stmt, 7, method);
  omc_sandbox_stmt_bind_text (stmt, 8, body, (gssize)length);
  return omc_sandbox_stmt_run (stmt, error);
}

static gboolean
put_resource_row (OmcSandboxStore *self,
                  gint64 type_key,
                  const char *id,
                  const OmcSandboxRow *row,
                  OmcResource *resource,
                  GError **error)
{
  const char *patient = resource != NULL ? omc_resource_get_patient_id (resource) : NULL;
  OmcSandboxStmt *stmt;

  stmt = omc_sandbox_db_prepare (
      self->db,
      "INSERT INTO resource (key, type, id, version, deleted, updated, patient)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (key) DO UPDATE SET"
      " version = ?4, deleted = ?5, updated = ?6, patient = ?7",
      error);
  if (stmt == NULL)
    return FALSE;
  omc_sandbox_stmt_bind_int (stmt, 1, row->key);
  omc_sandbox_stmt_bind_int (stmt, 2, type_key);
  omc_sandbox_stmt_bind_text (stmt, 3, id, -1);
  omc_sandbox_stmt_bind_int (stmt, 4, row->version);
  omc_sandbox_stmt_bind_int (stmt, 5, row->deleted);
  omc_sandbox_stmt_bind_int (stmt, 6, row->updated);
  if (patient != NULL)
    omc_sandbox_stmt_bind_int (stmt, 7, omc_sandbox_store_hash (patient, strlen (patient)));
  return omc_sandbox_stmt_run (stmt, error);
}

static gboolean
unindex (OmcSandboxStore *self, const OmcSandboxRow *old, GError **error)
{
  g_autoptr (OmcResource) resource = NULL;
  g_autofree char *body = NULL;
  gsize length;

  if (old->key == 0 || old->deleted)
    return TRUE;

  body = omc_sandbox_store_dup_body (self, old->version, &length, error);
  if (body == NULL)
    return FALSE;
  resource = omc_resource_parse (body, (gssize)length, error);
  return resource != NULL && omc_sandbox_index_remove (self, old->key, resource, error);
}

gboolean
omc_sandbox_store_write (OmcSandboxStore *self,
                         const char *type,
                         const char *id,
                         OmcResource *resource,
                         OmcSandboxMethod method,
                         gint64 stamp,
                         OmcSandboxRow *row,
                         GError **error)
{
  g_auto (OmcSandboxRow) old = { 0 };
  g_autoptr (OmcResource) named = NULL;
  g_autoptr (OmcResource) stored = NULL;
  g_autofree char *instant = NULL;
  g_autofree char *body = NULL;
  gint64 type_key;
  gsize length = 0;

  g_return_val_if_fail (row != NULL, FALSE);

  *row = (OmcSandboxRow){ 0 };
  type_key = omc_sandbox_store_name (self, type, error);
  if (type_key == 0 || !omc_sandbox_store_find (self, type, id, &old, error) ||
      !unindex (self, &old, error))
    return FALSE;

  row->key = old.key != 0 ? old.key : self->next_resource++;
  row->version = self->next_version++;
  row->number = old.number + 1;
  row->version_id = make_version_id (self, row->version, row->number);
  row->deleted = resource == NULL;
  /* Servers keep milliseconds, and no version is older than the one before it. */
  row->updated = MAX (stamp / 1000, old.key != 0 ? old.updated / 1000 + 1 : 0) * 1000;

  if (resource != NULL)
    {
      instant = omc_instant_format (row->updated);
      named = omc_resource_with_id (resource, id);
      stored = omc_resource_with_meta (named, row->version_id, instant);
      body = omc_resource_to_string (stored, &length);
    }

  return insert_version (self, type_key, row, method, body, length, error) &&
         put_resource_row (self, type_key, id, row, stored, error) &&
         (stored == NULL || omc_sandbox_index_add (self, row->key, stored, error));
}

guint64
omc_sandbox_store_count (OmcSandboxStore *self, const char *type)
{
  g_autoptr (GError) error = NULL;
  OmcSandboxStmt *stmt;
  guint64 count = 0;
  gboolean row;

  stmt =
      omc_sandbox_db_prepare (self->db,
                              type != NULL ? "SELECT count (*) FROM resource WHERE deleted = 0 AND"
                                             " type = (SELECT key FROM name WHERE text = ?1)"
                                           : "SELECT count (*) FROM resource WHERE deleted = 0",
                              &error);
  if (stmt != NULL && type != NULL)
    omc_sandbox_stmt_bind_text (stmt, 1, type, -1);
  if (stmt == NULL || !omc_sandbox_stmt_step (stmt, &row, &error))
    g_warning ("%s", error->message);
  else
    {
      count = (guint64)omc_sandbox_stmt_get_int (stmt, 0);
      omc_sandbox_stmt_reset (stmt);
    }

  return count;
}
