/* omc-db.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-db.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "omc-db-private.h"

#define RAW_KEY_LENGTH 32
#define CLEAR_TEXT_MAGIC "SQLite format 3"
#define BUSY_TIMEOUT_MS 10000
#define PROGRESS_OPS 4000
/* A page with the head of its frame. */
#define LOG_PAGE_BYTES (4096 + 24)
#define RESERVE_PIECE (512 * 1024)
/* Processors of the last years have instructions for it: a page costs half of what it does with SHA-512. */
#define PAGE_AUTHENTICATION "PRAGMA cipher_default_hmac_algorithm = HMAC_SHA256"
/* Two databases of a page cache: platform.md 4 says that SQLCipher's cost is the page, so the writer keeps many. */
#define WRITER_CACHE "PRAGMA cache_size = -32768"
#define READER_CACHE "PRAGMA cache_size = -8192"

static const struct
{
  int sqlite;
  OmcStoreError code;
  const char *message;
} errors[] = {
  { SQLITE_FULL, OMC_STORE_ERROR_FULL,
    N_ ("There is no room left for the store. Free space on the disk, or raise "
        "offline.storage.maxSize; nothing was changed.") },
  { SQLITE_READONLY, OMC_STORE_ERROR_READ_ONLY,
    N_ ("The store cannot be written. Check its folder's permissions and that the disk is not "
        "read-only.") },
  { SQLITE_CANTOPEN, OMC_STORE_ERROR_READ_ONLY,
    N_ ("The store's file cannot be opened. Check that its folder exists and can be written.") },
  { SQLITE_PERM, OMC_STORE_ERROR_READ_ONLY,
    N_ ("The store cannot be written. Check the permissions of its folder.") },
  { SQLITE_NOTADB, OMC_STORE_ERROR_WRONG_KEY,
    N_ ("The store is not opened by these keys. Use the keyring that belongs to it.") },
  { SQLITE_CORRUPT, OMC_STORE_ERROR_DAMAGED,
    N_ ("A page of the store is damaged. Run a check of the store, then restore a backup.") },
  { SQLITE_BUSY, OMC_STORE_ERROR_BUSY,
    N_ ("Another program is using the store. Try again in a moment.") },
  { SQLITE_LOCKED, OMC_STORE_ERROR_BUSY,
    N_ ("Another program is using the store. Try again in a moment.") },
  { SQLITE_CONSTRAINT, OMC_STORE_ERROR_INVALID,
    N_ ("The record breaks a rule of the store and was not taken.") },
  { SQLITE_TOOBIG, OMC_STORE_ERROR_INVALID, N_ ("The record is too large to be stored.") },
};

/* A full disk, a quota, and the largest file that a process or a file system allows. */
static gboolean
is_no_room (int code)
{
  return code == ENOSPC || code == EDQUOT || code == EFBIG;
}

void
omc_db_set_error (OmcDb *self, int code, GError **error)
{
  int primary = code & 0xff;

  /* A disk without room shows itself as an I/O error where SQLite grows its shared memory file or a page. */
  if (code == SQLITE_IOERR_SHMSIZE ||
      (primary == SQLITE_IOERR && self != NULL && is_no_room (sqlite3_system_errno (self->handle))))
    primary = SQLITE_FULL;
  if (primary == SQLITE_INTERRUPT || primary == SQLITE_ABORT)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                           _ ("Cancelled; nothing was changed."));
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      if (errors[i].sqlite == primary)
        {
          g_set_error_literal (error, OMC_STORE_ERROR, errors[i].code, _ (errors[i].message));
          return;
        }
    }
  g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FAILED,
               _ ("The store failed (code %d); nothing was changed."),
               self != NULL ? sqlite3_extended_errcode (self->handle) : code);
}

static int
progress_cb (void *user_data)
{
  OmcDb *self = user_data;

  return g_cancellable_is_cancelled (self->cancellable);
}

void
omc_db_set_cancellable (OmcDb *self, GCancellable *cancellable)
{
  g_return_if_fail (self != NULL);

  g_set_object (&self->cancellable, cancellable);
  sqlite3_progress_handler (self->handle, cancellable != NULL ? PROGRESS_OPS : 0,
                            cancellable != NULL ? progress_cb : NULL, self);
}

/* Makes the file with permissions of our own. A file that is there is not opened: closing any descriptor of a file drops
 * all POSIX locks that this process has on it, also those of its other connections. */
static gboolean
create_file (const char *path, GError **error)
{
  int fd = g_open (path, O_CLOEXEC | O_RDWR | O_CREAT | O_EXCL, 0600);

  if (fd < 0 && errno != EEXIST)
    {
      g_set_error (error, OMC_STORE_ERROR,
                   errno == ENOSPC ? OMC_STORE_ERROR_FULL : OMC_STORE_ERROR_READ_ONLY,
                   _ ("The store's file cannot be made: %s."), g_strerror (errno));
      return FALSE;
    }
  if (fd >= 0)
    close (fd);

  return TRUE;
}

/* Finds a database in clear text before it gets a key, through the descriptor that SQLite has anyway. */
static gboolean
check_magic (OmcDb *self, GError **error)
{
  char magic[sizeof CLEAR_TEXT_MAGIC - 1] = { 0 };
  sqlite3_file *file = NULL;

  if (sqlite3_file_control (self->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
      file == NULL || file->pMethods == NULL)
    {
      omc_db_set_error (self, SQLITE_CANTOPEN, error);
      return FALSE;
    }
  if (file->pMethods->xRead (file, magic, sizeof magic, 0) == SQLITE_OK &&
      memcmp (magic, CLEAR_TEXT_MAGIC, sizeof magic) == 0)
    {
      g_set_error_literal (
          error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_ENCRYPTED,
          _ ("The store's file is not encrypted. It was not made by this program; move it away."));
      return FALSE;
    }

  return TRUE;
}

static gboolean
get_text (OmcDb *self, const char *sql, char **value, GError **error)
{
  g_autoptr (OmcStmt) stmt = omc_db_prepare_once (self, sql, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ERROR)
    return FALSE;
  *value = step == OMC_STEP_ROW ? omc_stmt_dup_text (stmt, 0) : NULL;

  return TRUE;
}

/* platform.md 0, traps 1 and 2: another SQLite with the same symbols ignores the key and writes clear text. */
static gboolean
check_cipher (OmcDb *self, GError **error)
{
  g_autofree char *version = NULL;

  if (!get_text (self, "PRAGMA cipher_version", &version, error))
    return FALSE;
  if (version == NULL || !g_str_has_prefix (version, "4."))
    {
      g_set_error_literal (
          error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_ENCRYPTED,
          _ ("The database library does not encrypt. The program does not go on; reinstall it."));
      return FALSE;
    }

  return TRUE;
}

gboolean
omc_db_format_key (OmcSecret *key, char text[OMC_DB_KEY_TEXT_LENGTH + 1])
{
  static const char digits[] = "0123456789abcdef";
  gsize length = 0;
  const guint8 *bytes = omc_secret_get_data (key, &length);

  g_return_val_if_fail (length == RAW_KEY_LENGTH, FALSE);

  text[0] = 'x';
  text[1] = '\'';
  for (gsize i = 0; i < length; i++)
    {
      text[2 + 2 * i] = digits[bytes[i] >> 4];
      text[3 + 2 * i] = digits[bytes[i] & 15];
    }
  text[OMC_DB_KEY_TEXT_LENGTH - 1] = '\'';
  text[OMC_DB_KEY_TEXT_LENGTH] = '\0';

  return TRUE;
}

static gboolean
set_key (OmcDb *self, OmcSecret *key, GError **error)
{
  char text[OMC_DB_KEY_TEXT_LENGTH + 1];
  int code;

  if (!omc_db_format_key (key, text))
    return FALSE;
  code = sqlite3_key (self->handle, text, OMC_DB_KEY_TEXT_LENGTH);
  omc_wipe (text, sizeof text);
  if (code != SQLITE_OK)
    {
      omc_db_set_error (self, code, error);
      return FALSE;
    }

  return TRUE;
}

static int
log_grown_cb (void *user_data, sqlite3 *handle, const char *name, int n_pages)
{
  OmcDb *self = user_data;

  self->n_log_pages = (guint)n_pages;

  return SQLITE_OK;
}

/* The first statement that reads the file shows whether the key fits. */
static gboolean
configure (OmcDb *self, OmcDbFlags flags, GError **error)
{
  gboolean query_only = (flags & OMC_DB_QUERY_ONLY) != 0;
  g_autofree char *mode = NULL;
  gint64 value;

  if (!omc_db_execute (self, "PRAGMA cipher_memory_security = OFF", error) ||
      !omc_db_get_integer (self, "SELECT count(*) FROM sqlite_master", 0, &value, error))
    return FALSE;
  if ((flags & OMC_DB_SCRATCH) != 0)
    return omc_db_execute (self,
                           "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;"
                           "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF",
                           error);
  if (!get_text (self, "PRAGMA journal_mode = WAL", &mode, error))
    return FALSE;
  if (g_strcmp0 (mode, "wal") != 0)
    {
      g_set_error_literal (
          error, OMC_STORE_ERROR, OMC_STORE_ERROR_READ_ONLY,
          _ ("The store's folder does not allow a write-ahead log. Use a local, writable disk."));
      return FALSE;
    }
  if (!omc_db_execute (
          self,
          "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"
          "PRAGMA secure_delete = OFF; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
          "PRAGMA journal_size_limit = 67108864",
          error) ||
      !omc_db_execute (self, query_only ? READER_CACHE : WRITER_CACHE, error) ||
      !omc_db_get_integer (self, "PRAGMA temp_store", -1, &value, error))
    return FALSE;
  /* Temporary files would hold clear text. */
  g_return_val_if_fail (value == 2, FALSE);

  /* In place of SQLite's own, which would checkpoint inside of somebody's commit. */
  sqlite3_wal_hook (self->handle, log_grown_cb, self);

  return !query_only || omc_db_execute (self, "PRAGMA query_only = ON", error);
}

/* A connection has one thread at a time, and nobody asks SQLite how much memory it uses: both spare it locks. */
static void
configure_library (void)
{
  static gsize done;

  if (g_once_init_enter (&done))
    {
      sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
      g_once_init_leave (&done, 1);
    }
}

OmcDb *
omc_db_open (const char *path, OmcSecret *key, OmcDbFlags flags, GError **error)
{
  g_autoptr (OmcDb) self = NULL;
  int code;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  configure_library ();
  if ((flags & OMC_DB_CREATE) != 0 && !create_file (path, error))
    return NULL;

  self = g_new0 (OmcDb, 1);
  self->statements = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)omc_stmt_free);
  code = sqlite3_open_v2 (path, &self->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  if (code != SQLITE_OK)
    {
      omc_db_set_error (NULL, code, error);
      return NULL;
    }
  /* On a read-only disk SQLite opens the file for reading and fails later, with a code that does not say why. */
  if (sqlite3_db_readonly (self->handle, "main") == 1)
    {
      omc_db_set_error (self, SQLITE_READONLY, error);
      return NULL;
    }
  sqlite3_extended_result_codes (self->handle, 1);
  sqlite3_busy_timeout (self->handle, BUSY_TIMEOUT_MS);
  if (!check_magic (self, error) ||
      !omc_db_execute (self, "PRAGMA cipher_log_level = NONE", error) ||
      !check_cipher (self, error) || !omc_db_execute (self, PAGE_AUTHENTICATION, error) ||
      !set_key (self, key, error) || !configure (self, flags, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
omc_db_close (OmcDb *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->statements, g_hash_table_unref);
  g_clear_object (&self->cancellable);
  /* SQLCipher wipes the key with the connection. */
  sqlite3_close_v2 (self->handle);
  g_free (self);
}

static OmcStmt *
prepare (OmcDb *self, const char *sql, guint flags, GError **error)
{
  sqlite3_stmt *handle = NULL;
  int code = sqlite3_prepare_v3 (self->handle, sql, -1, flags, &handle, NULL);
  OmcStmt *stmt;

  if (code != SQLITE_OK)
    {
      if ((code & 0xff) == SQLITE_ERROR)
        g_critical ("A statement does not compile: %s", sqlite3_errmsg (self->handle));
      omc_db_set_error (self, code, error);
      return NULL;
    }
  stmt = g_new0 (OmcStmt, 1);
  stmt->db = self;
  stmt->handle = handle;

  return stmt;
}

OmcStmt *
omc_db_prepare (OmcDb *self, const char *sql, GError **error)
{
  OmcStmt *stmt;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (sql != NULL, NULL);

  stmt = g_hash_table_lookup (self->statements, sql);
  if (stmt == NULL)
    {
      stmt = prepare (self, sql, SQLITE_PREPARE_PERSISTENT, error);
      if (stmt == NULL)
        return NULL;
      g_hash_table_insert (self->statements, (gpointer)sql, stmt);
    }
  else if (stmt->in_use)
    {
      stmt = prepare (self, sql, 0, error);
      if (stmt != NULL)
        stmt->once = TRUE;
      return stmt;
    }
  stmt->in_use = TRUE;

  return stmt;
}

OmcStmt *
omc_db_prepare_once (OmcDb *self, const char *sql, GError **error)
{
  OmcStmt *stmt;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (sql != NULL, NULL);

  stmt = prepare (self, sql, 0, error);
  return stmt;
}

gboolean
omc_db_execute (OmcDb *self, const char *sql, GError **error)
{
  int code;

  g_return_val_if_fail (self != NULL, FALSE);

  code = sqlite3_exec (self->handle, sql, NULL, NULL, NULL);
  if (code != SQLITE_OK)
    {
      if ((code & 0xff) == SQLITE_ERROR)
        g_critical ("A statement does not run: %s", sqlite3_errmsg (self->handle));
      omc_db_set_error (self, code, error);
      return FALSE;
    }

  return TRUE;
}

gboolean
omc_db_get_integer (OmcDb *self, const char *sql, gint64 fallback, gint64 *value, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (self, sql, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ERROR)
    return FALSE;
  *value = step == OMC_STEP_ROW && !omc_stmt_is_null (stmt, 0) ? omc_stmt_get_integer (stmt, 0)
                                                               : fallback;

  return TRUE;
}

gboolean
omc_db_begin (OmcDb *self, GError **error)
{
  return omc_db_execute (self, "BEGIN IMMEDIATE", error);
}

gboolean
omc_db_begin_read (OmcDb *self, GError **error)
{
  return omc_db_execute (self, "BEGIN", error);
}

gboolean
omc_db_commit (OmcDb *self, GError **error)
{
  return omc_db_execute (self, "COMMIT", error);
}

void
omc_db_rollback (OmcDb *self)
{
  GHashTableIter iter;
  gpointer stmt;

  /* A statement that still has rows keeps the transaction open. */
  g_hash_table_iter_init (&iter, self->statements);
  while (g_hash_table_iter_next (&iter, NULL, &stmt))
    sqlite3_reset (((OmcStmt *)stmt)->handle);
  if (!sqlite3_get_autocommit (self->handle))
    sqlite3_exec (self->handle, "ROLLBACK", NULL, NULL, NULL);
}

gboolean
omc_db_is_in_transaction (OmcDb *self)
{
  return !sqlite3_get_autocommit (self->handle);
}

gint64
omc_db_get_last_row (OmcDb *self)
{
  return sqlite3_last_insert_rowid (self->handle);
}

int
omc_db_get_changes (OmcDb *self)
{
  return sqlite3_changes (self->handle);
}

gint64
omc_db_get_data_version (OmcDb *self)
{
  gint64 version = 0;

  if (!omc_db_get_integer (self, "PRAGMA data_version", 0, &version, NULL))
    return 0;

  return version;
}

/* Behind the end of the log, which nobody moves while this connection may write. */
static int
write_zeros (sqlite3_file *log, gint64 end, gboolean *more)
{
  /* SQLite takes no more at once. */
  static const guint8 zeros[65536];
  sqlite3_int64 size = 0;
  int code = log->pMethods->xFileSize (log, &size);

  if (code != SQLITE_OK || size >= end)
    return code;
  *more = size + RESERVE_PIECE < end;
  for (gsize n = 0; n < RESERVE_PIECE && code == SQLITE_OK; n += sizeof zeros)
    code = log->pMethods->xWrite (log, zeros, sizeof zeros, size + (gint64)n);

  return code == SQLITE_OK ? log->pMethods->xSync (log, SQLITE_SYNC_NORMAL) : code;
}

gboolean
omc_db_reserve_log (OmcDb *self, guint n_pages, gboolean *more, GError **error)
{
  sqlite3_file *log = NULL;
  int code;

  *more = FALSE;
  if (!omc_db_begin (self, error))
    return FALSE;
  code = sqlite3_file_control (self->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (code == SQLITE_OK && log != NULL && log->pMethods != NULL)
    code = write_zeros (log, (gint64)n_pages * LOG_PAGE_BYTES, more);
  omc_db_rollback (self);
  if (code == SQLITE_OK)
    return TRUE;
  *more = FALSE;
  omc_db_set_error (self, code, error);

  return FALSE;
}

guint
omc_db_get_log_pages (OmcDb *self)
{
  return self->n_log_pages;
}

gboolean
omc_db_checkpoint (OmcDb *self, gboolean truncate, GError **error)
{
  int n_pages = 0, n_moved = 0;
  int code = sqlite3_wal_checkpoint_v2 (
      self->handle, NULL, truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE,
      &n_pages, &n_moved);

  if (code == SQLITE_OK)
    self->n_log_pages = (guint)MAX (n_pages - n_moved, 0);
  /* Somebody else reads or writes: the next one will do it. */
  if (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED)
    return TRUE;
  omc_db_set_error (self, code, error);
  return FALSE;
}
