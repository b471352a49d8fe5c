/* fuzz-backup.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "omc-backup-file.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

#define CONTENT "a database, as far as a backup file can tell"
#define EDIT_LENGTH 3

typedef struct
{
  OmcSecret *key;
  char *whole; /* a backup that opens */
  gsize length;
} Sample;

static const Sample *
get_sample (void)
{
  static Sample sample;
  guint8 raw[32];
  OmcBackupInfo info = { .kind = OMC_BACKUP_STORE,
                         .store_id = "01234567-89ab-4def-8123-456789abcdef",
                         .keyring = g_bytes_new_static ("keyring", 7) };
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  int fd;

  if (sample.whole == NULL)
    {
      for (guint i = 0; i < sizeof raw; i++)
        raw[i] = (guint8)i;
      sample.key = omc_secret_new (raw, sizeof raw);
      folder = g_dir_make_tmp ("omc-fuzz-XXXXXX", NULL);
      path = g_build_filename (folder, "backup", NULL);
      fd = memfd_create ("content", MFD_CLOEXEC);
      g_assert_cmpint (write (fd, CONTENT, strlen (CONTENT)), ==, (gssize)strlen (CONTENT));
      g_assert_true (omc_backup_file_write (path, sample.key, &info, fd, NULL, NULL));
      close (fd);
      g_assert_true (g_file_get_contents (path, &sample.whole, &sample.length, NULL));
      g_unlink (path);
      g_rmdir (folder);
    }
  omc_backup_info_clear (&info);

  return &sample;
}

/* A header that is taken can be believed in what it says of itself. */
static void
parse (const guint8 *data, gsize size)
{
  g_auto (OmcBackupInfo) info = { 0 };
  g_autoptr (GError) error = NULL;

  if (!omc_backup_info_parse (data, size, &info, &error))
    {
      g_assert_true (error != NULL && info.keyring == NULL);
      return;
    }
  g_assert_true (info.kind == OMC_BACKUP_STORE || info.kind == OMC_BACKUP_WORK);
  g_assert_true (g_uuid_string_is_valid (info.store_id));
  g_assert_true (info.keyring == NULL || g_bytes_get_size (info.keyring) < size);
}

static gboolean
opens (const char *bytes, gsize length, OmcSecret *key)
{
  g_auto (OmcBackupInfo) info = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  int fd = memfd_create ("backup", MFD_CLOEXEC);
  gboolean opened;

  g_assert_cmpint (write (fd, bytes, length), ==, (gssize)length);
  path = g_strdup_printf ("/proc/self/fd/%d", fd);
  opened = omc_backup_file_unpack (path, key, -1, &info, NULL, &error);
  g_assert_true (opened == (error == NULL));
  close (fd);

  return opened;
}

/* The input as a file, and as edits of a whole one (place, place, what): whatever is not the whole one is refused. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const Sample *sample = get_sample ();
  g_autofree char *edited = g_memdup2 (sample->whole, sample->length);
  gsize length = sample->length;

  parse (data, size);
  g_assert_false (opens ((const char *)data, size, sample->key));
  for (gsize i = 0; i + EDIT_LENGTH <= size; i += EDIT_LENGTH)
    {
      gsize place = (gsize)data[i] << 8 | data[i + 1];

      if (place < length)
        edited[place] = (char)(edited[place] ^ data[i + 2]);
      else if (data[i + 2] == 0)
        length = place % (sample->length + 1);
    }
  parse ((const guint8 *)edited, length);
  g_assert_true (opens (edited, length, sample->key) ==
                 (length == sample->length && memcmp (edited, sample->whole, length) == 0));

  return 0;
}
