/* omc-credential.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "omc-credential.h"
#include "omc-crypto-private.h"

#define PREFIX "omnicare-kiosk-1:"
#define PREFIX_LENGTH (sizeof PREFIX - 1)
#define TEXT_LENGTH (PREFIX_LENGTH + 2 * OMC_CREDENTIAL_LENGTH)
#define ACCESS_LIST "system.posix_acl_access"
#define ACCESS_LIST_MAX 512

/* Of the kernel's access lists: a version of 4 bytes, then entries of tag 2, permissions 2, id 4, little endian. */
#define LIST_HEAD 4
#define LIST_ENTRY 8
#define LIST_OWNER 0x01
#define LIST_USER 0x02
#define LIST_MASK 0x10

static char *
find_path (void)
{
  const char *directory = g_getenv ("CREDENTIALS_DIRECTORY");

  return directory != NULL && g_path_is_absolute (directory)
             ? g_build_filename (directory, OMC_CREDENTIAL_NAME, NULL)
             : NULL;
}

gboolean
omc_credential_is_given (void)
{
  g_autofree char *path = find_path ();

  return path != NULL && g_file_test (path, G_FILE_TEST_EXISTS);
}

static guint
read_little_endian (const guint8 *data, guint n)
{
  guint value = 0;

  while (n-- > 0)
    value = value << 8 | data[n];
  return value;
}

/* systemd lets a service's user read by an access list on a file of root, whose mask then looks like rights of the group.
 * TRUE when the list lets nobody in but the owner and this process's user. */
static gboolean
list_is_private (int fd)
{
  guint8 list[ACCESS_LIST_MAX];
  gssize length = fgetxattr (fd, ACCESS_LIST, list, sizeof list);

  if (length <= LIST_HEAD || (length - LIST_HEAD) % LIST_ENTRY != 0)
    return FALSE;
  for (gssize at = LIST_HEAD; at < length; at += LIST_ENTRY)
    {
      guint tag = read_little_endian (list + at, 2);
      guint permissions = read_little_endian (list + at + 2, 2);
      guint id = read_little_endian (list + at + 4, 4);

      if (permissions == 0 || tag == LIST_OWNER || tag == LIST_MASK)
        continue;
      if (tag != LIST_USER || id != geteuid ())
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_private (int fd, const struct stat *info)
{
  if (info->st_uid != geteuid () && info->st_uid != 0)
    return FALSE;
  if ((info->st_mode & (S_IRWXG | S_IRWXO)) == 0)
    return TRUE;
  return (info->st_mode & S_IRWXO) == 0 && list_is_private (fd);
}

static int
hex_value (char c)
{
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static OmcSecret *
parse (const char *text, gsize length)
{
  g_autoptr (OmcSecret) secret = NULL;
  guint8 *bytes;

  if (length == TEXT_LENGTH + 1 && text[TEXT_LENGTH] == '\n')
    length--;
  if (length != TEXT_LENGTH || memcmp (text, PREFIX, PREFIX_LENGTH) != 0)
    return NULL;
  secret = _omc_secret_new_uninitialized (OMC_CREDENTIAL_LENGTH, &bytes);
  for (guint i = 0; i < OMC_CREDENTIAL_LENGTH; i++)
    {
      int high = hex_value (text[PREFIX_LENGTH + 2 * i]);
      int low = hex_value (text[PREFIX_LENGTH + 2 * i + 1]);

      if (high < 0 || low < 0)
        return NULL;
      bytes[i] = (guint8)(high << 4 | low);
    }
  return g_steal_pointer (&secret);
}

static OmcSecret *
read_descriptor (int fd)
{
  /* One more than what is right, so that a longer one is seen as such. */
  char text[TEXT_LENGTH + 2];
  gsize length = 0;
  gssize n;
  OmcSecret *secret;

  do
    {
      n = read (fd, text + length, sizeof text - length);
      if (n > 0)
        length += (gsize)n;
    }
  while (length < sizeof text && (n > 0 || (n < 0 && errno == EINTR)));
  secret = n < 0 ? NULL : parse (text, length);
  omc_wipe (text, sizeof text);
  return secret;
}

static void
set_unusable (GError **error, const char *sentence)
{
  g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DEVICE_SECRET, sentence);
}

OmcSecret *
omc_credential_read_file (const char *path, GError **error)
{
  OmcSecret *secret = NULL;
  struct stat info;
  int fd;

  g_return_val_if_fail (path != NULL, NULL);

  /* Not to be held up by what is no file. */
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0 && errno == ENOENT)
    g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_NO_SLOT,
                         _ ("The system gave this program no kiosk credential"));
  else if (fd < 0)
    set_unusable (error, _ ("The kiosk credential cannot be read; see LoadCredentialEncrypted= of "
                            "the kiosk's service, or sign in"));
  else if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    set_unusable (error, _ ("The kiosk credential is no file; sign in, and tell IT"));
  else if (!is_private (fd, &info))
    set_unusable (error, _ ("The kiosk credential could be read by others on this computer and is "
                            "not used; sign in, and have a new one made"));
  else if ((secret = read_descriptor (fd)) == NULL)
    set_unusable (error, _ ("The kiosk credential is damaged or not one of OmniCare; sign in, and "
                            "have a new one made"));
  if (fd >= 0)
    close (fd);
  return secret;
}

OmcSecret *
omc_credential_read (GError **error)
{
  g_autofree char *path = find_path ();

  if (path != NULL)
    return omc_credential_read_file (path, error);
  g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_NO_SLOT,
                       _ ("The system gave this program no kiosk credential"));
  return NULL;
}

OmcSecret *
omc_credential_format (OmcSecret *credential)
{
  static const char digits[] = "0123456789abcdef";
  gsize length;
  const guint8 *bytes = omc_secret_get_data (credential, &length);
  OmcSecret *text;
  guint8 *out;

  g_return_val_if_fail (length == OMC_CREDENTIAL_LENGTH, NULL);

  text = _omc_secret_new_uninitialized (TEXT_LENGTH + 1, &out);
  memcpy (out, PREFIX, PREFIX_LENGTH);
  for (gsize i = 0; i < length; i++)
    {
      out[PREFIX_LENGTH + 2 * i] = (guint8)digits[bytes[i] >> 4];
      out[PREFIX_LENGTH + 2 * i + 1] = (guint8)digits[bytes[i] & 15];
    }
  out[TEXT_LENGTH] = '\n';
  return text;
}
