/* omc-practice.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-practice"

#include "config.h"

#include "omc-practice.h"

#include <glib/gi18n.h>
#include <string.h>

#define MARKER "PRACTICE"

static const char passphrase[] = "practice makes perfect";

gboolean
omc_practice_is_store (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, MARKER, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

OmcSecret *
omc_practice_dup_passphrase (void)
{
  return omc_secret_new (passphrase, strlen (passphrase));
}

OmcActor *
omc_practice_dup_actor (void)
{
  return omc_actor_new (OMC_PRACTICE_USER, OMC_PRACTICE_DISPLAY, OMC_ROLE_CHARGE_NURSE, NULL, NULL);
}

gboolean
omc_practice_create_sync (const char *directory,
                          OmcKeyManager *keys,
                          OmcStore *store,
                          char **recovery_code,
                          GCancellable *cancellable,
                          GError **error)
{
  static const char text[] = "This folder holds a practice ward of OmniCare. Its passphrase is "
                             "public: never put real patients here.\n";
  g_autofree char *path = g_build_filename (directory, MARKER, NULL);
  g_autoptr (OmcSecret) secret = omc_practice_dup_passphrase ();
  g_autoptr (OmcActor) actor = omc_practice_dup_actor ();

  if (g_mkdir_with_parents (directory, 0700) != 0)
    {
      g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_READ_ONLY,
                   _ ("cannot make the folder %s: %s"), directory, g_strerror (errno));
      return FALSE;
    }
  return omc_key_manager_create_sync (keys, OMC_PRACTICE_USER, secret, recovery_code, cancellable,
                                      error) &&
         g_file_set_contents_full (path, text, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error) &&
         omc_store_open_sync (store, cancellable, error) &&
         omc_store_put_user_sync (store, actor, actor, FALSE, cancellable, error);
}
