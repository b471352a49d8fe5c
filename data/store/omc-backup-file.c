/* omc-backup-file.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-backup-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "omc-durable.h"
#include "omc-envelope.h"
#include "omc-hash.h"
#include "omc-kdf.h"
#include "omc-random.h"

#define MAGIC "OMCBACKP"
#define MAGIC_LENGTH 8
#define FORMAT 1
#define SALT_LENGTH 16
#define CHECK_LENGTH 16
#define STORE_ID_LENGTH 36
#define FIXED_LENGTH                                                                               \
  (MAGIC_LENGTH + 4 + 4 + SALT_LENGTH + CHECK_LENGTH + STORE_ID_LENGTH + 4 + 4 + 8 + 8 + 8 + 4 +   \
   4 + 4)
#define MAX_KEYRING (1024 * 1024)
#define MAX_CONTENT (G_GUINT64_CONSTANT (1) << 40)
#define PIECE (1024 * 1024)
#define FILE_KEY_LABEL "omnicare backup file 1"
#define CHECK_LABEL "omnicare backup check 1"
#define AAD_LENGTH (OMC_HASH_LENGTH + 8 + 1)

/* A header that was read or is about to be written. */
typedef struct
{
  GBytes *bytes; /* (owned) */
  const guint8 *salt;
  const guint8 *check;
} Header;

static void
header_clear (Header *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Header, header_clear)

void
omc_backup_info_clear (OmcBackupInfo *self)
{
  g_clear_pointer (&self->keyring, g_bytes_unref);
}

static gboolean
fail (GError **error, OmcStoreError code, const char *sentence)
{
  g_set_error_literal (error, OMC_STORE_ERROR, (int)code, sentence);

  return FALSE;
}

static gboolean
fail_damaged (GError **error)
{
  return fail (
      error, OMC_STORE_ERROR_DAMAGED,
      _ ("The backup was cut short or changed; nothing of it was used. Take another one."));
}

static gboolean
fail_write (GError **error)
{
  int code = errno;

  g_set_error (error, OMC_STORE_ERROR,
               code == ENOSPC || code == EDQUOT || code == EFBIG ? OMC_STORE_ERROR_FULL
                                                                 : OMC_STORE_ERROR_READ_ONLY,
               _ ("The backup cannot be written: %s."), g_strerror (code));

  return FALSE;
}

/* --- header --- */

static void
put (guint8 **p, gconstpointer data, gsize length)
{
  memcpy (*p, data, length);
  *p += length;
}

static void
put_32 (guint8 **p, guint32 value)
{
  guint32 big = GUINT32_TO_BE (value);

  put (p, &big, sizeof big);
}

static void
put_64 (guint8 **p, guint64 value)
{
  guint64 big = GUINT64_TO_BE (value);

  put (p, &big, sizeof big);
}

static guint32
take_32 (const guint8 **p)
{
  guint32 big;

  memcpy (&big, *p, sizeof big);
  *p += sizeof big;

  return GUINT32_FROM_BE (big);
}

static guint64
take_64 (const guint8 **p)
{
  guint64 big;

  memcpy (&big, *p, sizeof big);
  *p += sizeof big;

  return GUINT64_FROM_BE (big);
}

static GBytes *
make_header (const OmcBackupInfo *info, const guint8 *salt, OmcSecret *check)
{
  gsize keyring_length = 0;
  gconstpointer keyring =
      info->keyring != NULL ? g_bytes_get_data (info->keyring, &keyring_length) : NULL;
  gsize length = FIXED_LENGTH + keyring_length;
  guint8 *data = g_malloc (length);
  guint8 *p = data;

  put (&p, MAGIC, MAGIC_LENGTH);
  put_32 (&p, FORMAT);
  put_32 (&p, (guint32)length);
  put (&p, salt, SALT_LENGTH);
  put (&p, omc_secret_get_data (check, NULL), CHECK_LENGTH);
  put (&p, info->store_id, STORE_ID_LENGTH);
  put_32 (&p, info->kind);
  put_32 (&p, info->schema_version);
  put_64 (&p, (guint64)info->created_us);
  put_64 (&p, info->content_length);
  put_64 (&p, info->audit_sequence);
  put_32 (&p, info->n_resources);
  put_32 (&p, info->n_unsent);
  put_32 (&p, (guint32)keyring_length);
  if (keyring_length > 0)
    put (&p, keyring, keyring_length);

  return g_bytes_new_take (data, length);
}

/* How long the whole header is, from its fixed part. */
static gboolean
check_start (const guint8 *data, gsize length, gsize *header_length, GError **error)
{
  const guint8 *p = data + MAGIC_LENGTH;
  guint32 format;

  if (length < MAGIC_LENGTH + 4 || memcmp (data, MAGIC, MAGIC_LENGTH) != 0)
    return fail (error, OMC_STORE_ERROR_INVALID,
                 _ ("This file is no backup of OmniCare. Choose one that 'backup create' made."));
  format = take_32 (&p);
  if (format > FORMAT)
    return fail (error, OMC_STORE_ERROR_NEWER,
                 _ ("The backup was made by a newer version of this program. Install the newer "
                    "version."));
  if (format != FORMAT || length < FIXED_LENGTH)
    return fail_damaged (error);
  *header_length = take_32 (&p);
  if (*header_length < FIXED_LENGTH || *header_length > FIXED_LENGTH + MAX_KEYRING)
    return fail_damaged (error);

  return TRUE;
}

gboolean
omc_backup_info_parse (gconstpointer data, gsize length, OmcBackupInfo *info, GError **error)
{
  const guint8 *p;
  gsize header_length;
  guint32 kind, keyring_length;

  g_return_val_if_fail (info != NULL, FALSE);

  *info = (OmcBackupInfo){ 0 };
  if (!check_start (data, length, &header_length, error))
    return FALSE;
  if (length < header_length)
    return fail_damaged (error);
  p = (const guint8 *)data + MAGIC_LENGTH + 8 + SALT_LENGTH + CHECK_LENGTH;
  memcpy (info->store_id, p, STORE_ID_LENGTH);
  p += STORE_ID_LENGTH;
  kind = take_32 (&p);
  info->kind = (OmcBackupKind)kind;
  info->schema_version = take_32 (&p);
  info->created_us = (gint64)take_64 (&p);
  info->content_length = take_64 (&p);
  info->audit_sequence = take_64 (&p);
  info->n_resources = take_32 (&p);
  info->n_unsent = take_32 (&p);
  keyring_length = take_32 (&p);
  if (keyring_length != header_length - FIXED_LENGTH || info->content_length > MAX_CONTENT ||
      (kind != OMC_BACKUP_STORE && kind != OMC_BACKUP_WORK) ||
      !g_uuid_string_is_valid (info->store_id))
    return fail_damaged (error);
  if (keyring_length > 0)
    info->keyring = g_bytes_new (p, keyring_length);

  return TRUE;
}

/* --- reading and writing of files --- */

/* FALSE with errno 0 at the end of the file. */
static gboolean
read_fully (int fd, gpointer data, gsize length)
{
  guint8 *p = data;

  while (length > 0)
    {
      ssize_t n = read (fd, p, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          errno = n < 0 ? errno : 0;
          return FALSE;
        }
      p += n;
      length -= (gsize)n;
    }

  return TRUE;
}

static gboolean
fail_read (GError **error)
{
  if (errno == 0)
    return fail_damaged (error);
  g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FAILED, _ ("The backup cannot be read: %s."),
               g_strerror (errno));

  return FALSE;
}

static int
open_file (const char *path, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0);
  struct stat info;

  if (fd >= 0 && fstat (fd, &info) == 0 && S_ISREG (info.st_mode))
    return fd;
  if (fd < 0)
    g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
                 _ ("The backup cannot be opened: %s."), g_strerror (errno));
  else
    {
      fail (error, OMC_STORE_ERROR_INVALID, _ ("This is no file, and no backup."));
      close (fd);
    }

  return -1;
}

static gboolean
read_header (int fd, Header *header, OmcBackupInfo *info, GError **error)
{
  guint8 start[FIXED_LENGTH];
  ssize_t n = pread (fd, start, sizeof start, 0);
  gsize length;
  guint8 *data;

  if (n < 0)
    return fail_read (error);
  if (!check_start (start, (gsize)n, &length, error))
    return FALSE;
  data = g_malloc (length);
  header->bytes = g_bytes_new_take (data, length);
  if (lseek (fd, 0, SEEK_SET) != 0 || !read_fully (fd, data, length))
    return fail_read (error);
  header->salt = data + MAGIC_LENGTH + 8;
  header->check = header->salt + SALT_LENGTH;

  return omc_backup_info_parse (data, length, info, error);
}

gboolean
omc_backup_file_read_info (const char *path, OmcBackupInfo *info, GError **error)
{
  g_auto (Header) header = { 0 };
  gboolean done;
  int fd;

  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (info != NULL, FALSE);

  *info = (OmcBackupInfo){ 0 };
  fd = open_file (path, error);
  if (fd < 0)
    return FALSE;
  done = read_header (fd, &header, info, error);
  close (fd);

  return done;
}

/* --- pieces --- */

typedef struct
{
  OmcSealer *sealer; /* (owned) */
  GByteArray *out;   /* (owned) */
  guint8 *buffer;    /* (owned) */
  guint8 aad[AAD_LENGTH];
} Pieces;

static void
pieces_clear (Pieces *self)
{
  g_clear_pointer (&self->sealer, omc_sealer_free);
  g_clear_pointer (&self->out, g_byte_array_unref);
  g_clear_pointer (&self->buffer, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pieces, pieces_clear)

static gboolean
pieces_init (Pieces *self, OmcSecret *key, const guint8 *salt, GBytes *header, GError **error)
{
  g_autoptr (OmcSecret) file_key =
      omc_kdf_expand (key, salt, SALT_LENGTH, FILE_KEY_LABEL, 32, error);
  gsize length;
  gconstpointer data = g_bytes_get_data (header, &length);

  if (file_key == NULL || !omc_hash_sha256 (data, length, self->aad, error))
    return FALSE;
  self->sealer = omc_sealer_new (file_key, 1);
  self->out = g_byte_array_new ();
  self->buffer = g_malloc (PIECE + OMC_ENVELOPE_OVERHEAD);

  return TRUE;
}

static void
pieces_set_place (Pieces *self, guint64 number, gboolean last)
{
  guint8 *p = self->aad + OMC_HASH_LENGTH;

  put_64 (&p, number);
  *p = last ? 1 : 0;
  g_byte_array_set_size (self->out, 0);
}

/* An empty content has one piece, too, which binds the header. */
static guint64
count_pieces (guint64 length)
{
  return length == 0 ? 1 : (length + PIECE - 1) / PIECE;
}

static gsize
piece_length (guint64 length, guint64 number)
{
  return (gsize)MIN (PIECE, length - number * PIECE);
}

static gboolean
seal_pieces (Pieces *pieces, int to, int from, guint64 length, GCancellable *c, GError **error)
{
  guint64 n = count_pieces (length);

  for (guint64 i = 0; i < n; i++)
    {
      gsize size = piece_length (length, i);

      if (g_cancellable_set_error_if_cancelled (c, error))
        return FALSE;
      if (!read_fully (from, pieces->buffer, size))
        return fail_read (error);
      pieces_set_place (pieces, i, i + 1 == n);
      if (!omc_sealer_seal (pieces->sealer, 0, 0, pieces->aad, AAD_LENGTH, pieces->buffer, size,
                            pieces->out, error))
        return FALSE;
      if (!omc_durable_write (to, pieces->out->data, pieces->out->len))
        return fail_write (error);
    }

  return TRUE;
}

static gboolean
open_pieces (Pieces *pieces, int from, int to, guint64 length, GCancellable *c, GError **error)
{
  guint64 n = count_pieces (length);

  for (guint64 i = 0; i < n; i++)
    {
      gsize size = piece_length (length, i);

      if (g_cancellable_set_error_if_cancelled (c, error))
        return FALSE;
      if (!read_fully (from, pieces->buffer, size + OMC_ENVELOPE_OVERHEAD))
        return fail_read (error);
      pieces_set_place (pieces, i, i + 1 == n);
      if (!omc_sealer_open (pieces->sealer, pieces->aad, AAD_LENGTH, pieces->buffer,
                            size + OMC_ENVELOPE_OVERHEAD, pieces->out, NULL))
        return fail_damaged (error);
      if (to >= 0 && !omc_durable_write (to, pieces->out->data, pieces->out->len))
        return fail_write (error);
    }
  /* Nothing may stand behind the end. */
  if (read (from, pieces->buffer, 1) != 0)
    return fail_damaged (error);

  return TRUE;
}

static gboolean
write_content (int to,
               OmcSecret *key,
               OmcBackupInfo *info,
               int from,
               GCancellable *c,
               GError **error)
{
  guint8 salt[SALT_LENGTH];
  g_autoptr (OmcSecret) check = NULL;
  g_autoptr (GBytes) header = NULL;
  g_auto (Pieces) pieces = { 0 };
  gconstpointer data;
  gsize length;

  omc_random_bytes (salt, sizeof salt);
  check = omc_kdf_expand (key, salt, sizeof salt, CHECK_LABEL, CHECK_LENGTH, error);
  if (check == NULL)
    return FALSE;
  header = make_header (info, salt, check);
  data = g_bytes_get_data (header, &length);
  if (!pieces_init (&pieces, key, salt, header, error))
    return FALSE;
  if (!omc_durable_write (to, data, length))
    return fail_write (error);

  return seal_pieces (&pieces, to, from, info->content_length, c, error);
}

gboolean
omc_backup_file_write (const char *path,
                       OmcSecret *key,
                       OmcBackupInfo *info,
                       int content_fd,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autofree char *part = NULL;
  off_t length;
  gboolean done;
  int fd;

  g_return_val_if_fail (path != NULL && key != NULL && info != NULL, FALSE);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return fail (error, OMC_STORE_ERROR_INVALID,
                 _ ("There is a file of that name already. Choose another name."));
  length = lseek (content_fd, 0, SEEK_END);
  if (length < 0 || lseek (content_fd, 0, SEEK_SET) != 0)
    return fail_read (error);
  info->content_length = (guint64)length;
  part = g_strconcat (path, ".part", NULL);
  g_unlink (part);
  fd = g_open (part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return fail_write (error);
  done = write_content (fd, key, info, content_fd, cancellable, error);
  if (done && fsync (fd) != 0)
    done = fail_write (error);
  if (close (fd) != 0 && done)
    done = fail_write (error);
  if (done && !omc_durable_rename (part, path))
    done = fail_write (error);
  if (!done)
    g_unlink (part);

  return done;
}

gboolean
omc_backup_file_unpack (const char *path,
                        OmcSecret *key,
                        int content_fd,
                        OmcBackupInfo *info,
                        GCancellable *cancellable,
                        GError **error)
{
  g_auto (Header) header = { 0 };
  g_auto (Pieces) pieces = { 0 };
  g_autoptr (OmcSecret) check = NULL;
  gboolean done = FALSE;
  int fd;

  g_return_val_if_fail (path != NULL && key != NULL && info != NULL, FALSE);

  *info = (OmcBackupInfo){ 0 };
  fd = open_file (path, error);
  if (fd < 0)
    return FALSE;
  if (!read_header (fd, &header, info, error))
    goto out;
  check = omc_kdf_expand (key, header.salt, SALT_LENGTH, CHECK_LABEL, CHECK_LENGTH, error);
  if (check == NULL)
    goto out;
  if (memcmp (omc_secret_get_data (check, NULL), header.check, CHECK_LENGTH) != 0)
    {
      fail (error, OMC_STORE_ERROR_WRONG_KEY,
            _ ("The backup was made with other keys. Restore it into an empty folder, with the "
               "passphrase or the recovery code of that time."));
      goto out;
    }
  done = pieces_init (&pieces, key, header.salt, header.bytes, error) &&
         open_pieces (&pieces, fd, content_fd, info->content_length, cancellable, error);

out:
  close (fd);
  if (!done)
    omc_backup_info_clear (info);

  return done;
}
