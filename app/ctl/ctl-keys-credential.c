/* ctl-keys-credential.c: the kiosk's slot, and the secret that systemd-creds seals
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "ctl-keys.h"
#include "omc-credential.h"
#include "omc-durable.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <unistd.h>

/* A file that is new and nobody else's, or standard output. -1 after telling. */
static int
open_output (const char *path, int *code)
{
  int fd = g_str_equal (path, "-")
               ? dup (STDOUT_FILENO)
               : open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    *code = omc_ctl_fail (OMC_CTL_USAGE, _ ("cannot make %s: %s; nothing was changed"), path,
                          g_strerror (errno));
  return fd;
}

static gboolean
write_safely (const char *path, int fd, OmcSecret *secret)
{
  gsize length;
  gconstpointer data = omc_secret_get_data (secret, &length);
  g_autofree char *folder = g_path_get_dirname (path);

  /* Pipes and terminals cannot be synced. */
  return omc_durable_write (fd, data, length) &&
         (fsync (fd) == 0 || errno == EINVAL || errno == EROFS) &&
         (g_str_equal (path, "-") || omc_durable_sync_folder (folder));
}

static gboolean
make_slot (OmcCtl *self, gboolean bind, OmcSecret *credential, GError **error)
{
  const OmcAuditEvent event = {
    .type = "security", .subtype = "key-slot-added", .action = 'C', .detail = "credential"
  };

  return omc_store_audit_sync (self->store, self->actor, &event, NULL, error) &&
         omc_key_manager_set_credential_sync (self->keys, bind, credential, NULL, error);
}

/* The secret is safe before its slot takes the place of the one before. */
static int
add (OmcCtl *self, const char *output, gboolean bind, int fd)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSecret) credential = omc_secret_new_random (OMC_CREDENTIAL_LENGTH);
  g_autoptr (OmcSecret) text = omc_credential_format (credential);

  if (!omc_store_check_manage_keys_sync (self->store, self->actor, &error))
    return omc_ctl_fail_error (error);
  if (!write_safely (output, fd, text))
    return omc_ctl_fail (OMC_CTL_FINDING,
                         _ ("cannot write the credential to %s: %s; nothing was changed"), output,
                         g_strerror (errno));
  if (!make_slot (self, bind, credential, &error))
    return omc_ctl_fail_error (error);
  omc_ctl_say (_ ("The kiosk slot is made. Seal the credential to this computer and remove the "
                  "clear one:\n  systemd-creds encrypt --with-key=tpm2 --name=%s %s "
                  "/etc/credstore.encrypted/%s"),
               OMC_CREDENTIAL_NAME, output, OMC_CREDENTIAL_NAME);
  return OMC_CTL_OK;
}

int
omc_ctl_keys_add_credential (OmcCtl *self, int argc, char **argv)
{
  g_autofree char *output = NULL;
  gboolean without_keyring = FALSE;
  int code;
  int fd;
  const GOptionEntry entries[] = {
    { "output", 0, 0, G_OPTION_ARG_FILENAME, &output, NULL, NULL },
    { "without-keyring", 0, 0, G_OPTION_ARG_NONE, &without_keyring, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse (entries, "keys " OMC_CTL_USAGE_KEYS_CREDENTIAL, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc != 1 || output == NULL)
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"),
                         "keys " OMC_CTL_USAGE_KEYS_CREDENTIAL);
  if (self->json && g_str_equal (output, "-"))
    return omc_ctl_fail (OMC_CTL_USAGE, "%s",
                         _ ("with --json the credential goes to a file, not to standard output"));
  if (!omc_ctl_open (self, &code) || (fd = open_output (output, &code)) < 0)
    return code;
  code = add (self, output, !without_keyring, fd);
  close (fd);
  if (code != OMC_CTL_OK && !g_str_equal (output, "-"))
    unlink (output);
  return code == OMC_CTL_OK && self->json ? omc_ctl_keys_print_slots (self) : code;
}

/* What the kiosk's service does at its start, for IT to try before the next one. */
int
omc_ctl_keys_try_credential (OmcCtl *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSecret) credential = NULL;
  gboolean opens;

  credential = omc_credential_read (&error);
  opens = credential != NULL && omc_key_manager_unlock_credential_sync (omc_ctl_get_keys (self),
                                                                        credential, NULL, &error);
  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);

      omc_ctl_set_boolean (b, root, "opens", opens);
      omc_json_node_set_string (b, root, "finding", opens ? NULL : error->message);
      omc_ctl_print_json (b, root);
    }
  if (!opens)
    return omc_ctl_fail_error (error);
  if (!self->json)
    g_print (_ ("The kiosk credential opens the store.\n"));
  return OMC_CTL_OK;
}
