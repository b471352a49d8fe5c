/* omc-router-peer.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-test"

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "omc-fhir-http.h"
#include "omc-router-peer.h"

#define SYSTEM_CA_FILE "/etc/ssl/certs/ca-certificates.crt"

struct _OmcRouterPeer
{
  GSubprocess *process;
  OmcFhirHttp *http;
  char *root; /* http://127.0.0.1:PORT */
  char *base;
  char *token_url;
};

static char *
dup_source (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "interop", name, NULL);
}

static char *
dup_kept_folder (const char *keep, GError **error)
{
  g_autofree char *lock = dup_source ("package-lock.json");
  g_autofree char *text = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *name = NULL;
  gsize length;

  if (!g_file_get_contents (lock, &text, &length, error))
    return NULL;
  hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)text, length);
  hash[16] = '\0';
  name = g_strconcat ("interop-", hash, NULL);
  return g_build_filename (keep, name, NULL);
}

static gboolean
copy_into (const char *folder, const char *name, GError **error)
{
  g_autofree char *from = dup_source (name);
  g_autofree char *to = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  gsize length;

  return g_file_get_contents (from, &text, &length, error) &&
         g_file_set_contents (to, text, length, error);
}

static void
remove_tree (const char *folder)
{
  g_autoptr (GSubprocess) process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "rm", "-rf", "--", folder, NULL);

  if (process != NULL)
    g_subprocess_wait (process, NULL, NULL);
}

/* Into a folder beside it, then renamed: an interrupted installation leaves nothing that looks like one. */
static gboolean
install_packages (const char *npm, const char *folder, GError **error)
{
  g_autofree char *fresh = g_strconcat (folder, ".XXXXXX", NULL);
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GSubprocess) process = NULL;

  if (g_mkdtemp (fresh) == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The kept folder cannot be written");
      return FALSE;
    }
  if (!copy_into (fresh, "package.json", error) || !copy_into (fresh, "package-lock.json", error))
    return FALSE;
  g_subprocess_launcher_set_cwd (launcher, fresh);
  /* Node does not look at the system's certificate authorities by itself. */
  if (g_file_test (SYSTEM_CA_FILE, G_FILE_TEST_EXISTS))
    g_subprocess_launcher_setenv (launcher, "NODE_EXTRA_CA_CERTS", SYSTEM_CA_FILE, FALSE);
  process = g_subprocess_launcher_spawn (launcher, error, npm, "ci", "--ignore-scripts",
                                         "--no-audit", "--no-fund", "--loglevel=error", NULL);
  if (process == NULL || !g_subprocess_wait_check (process, NULL, error))
    {
      remove_tree (fresh);
      return FALSE;
    }
  /* Another run may have been faster: then its folder is as good. */
  if (g_rename (fresh, folder) != 0)
    remove_tree (fresh);
  return TRUE;
}

static gboolean
start (OmcRouterPeer *self, const char *node, const char *folder, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *script = dup_source ("server.mjs");
  g_autofree char *line = NULL;

  launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_subprocess_launcher_setenv (launcher, "OMNICARE_INTEROP_MODULES", folder, TRUE);
  self->process = g_subprocess_launcher_spawn (launcher, error, node, script, NULL);
  if (self->process == NULL)
    return FALSE;
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  line = g_data_input_stream_read_line (lines, NULL, NULL, error);
  if (line == NULL || !g_str_has_prefix (line, "listening "))
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The router did not start");
      return FALSE;
    }

  self->root = g_strconcat ("http://127.0.0.1:", line + strlen ("listening "), NULL);
  self->base = g_strconcat (self->root, "/fhir/R4", NULL);
  self->token_url = g_strconcat (self->root, "/oauth2/token", NULL);
  self->http = omc_fhir_http_new (NULL, error);
  return self->http != NULL;
}

OmcRouterPeer *
omc_router_peer_new (char **why, GError **error)
{
  const char *keep = g_getenv ("OMNICARE_KEEP");
  g_autofree char *node = g_find_program_in_path ("node");
  g_autofree char *npm = g_find_program_in_path ("npm");
  g_autofree char *folder = NULL;
  g_autoptr (OmcRouterPeer) self = NULL;

  if (keep == NULL || node == NULL || npm == NULL)
    {
      *why = g_strdup (
          keep == NULL
              ? "OMNICARE_KEEP names no folder for the router's packages: run ./dev test interop"
              : "Node and npm are not installed");
      return NULL;
    }
  folder = dup_kept_folder (keep, error);
  if (folder == NULL ||
      (!g_file_test (folder, G_FILE_TEST_IS_DIR) && !install_packages (npm, folder, error)))
    return NULL;
  self = g_new0 (OmcRouterPeer, 1);
  return start (self, node, folder, error) ? g_steal_pointer (&self) : NULL;
}

void
omc_router_peer_free (OmcRouterPeer *self)
{
  if (self == NULL)
    return;

  if (self->process != NULL)
    {
      /* It ends when its standard input does. */
      g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
      g_subprocess_wait (self->process, NULL, NULL);
    }
  g_clear_object (&self->process);
  g_clear_pointer (&self->http, omc_fhir_http_unref);
  g_free (self->root);
  g_free (self->base);
  g_free (self->token_url);
  g_free (self);
}

const char *
omc_router_peer_get_base_url (OmcRouterPeer *self)
{
  return self->base;
}

const char *
omc_router_peer_get_token_url (OmcRouterPeer *self)
{
  return self->token_url;
}

void
omc_router_peer_drop_after (OmcRouterPeer *self, guint times)
{
  g_autofree char *url = g_strconcat (self->root, "/control", NULL);
  g_autofree char *text = g_strdup_printf ("{\"dropAfter\":%u}", times);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  const OmcHttpCall call = { .method = "POST",
                             .url = url,
                             .accept = "application/json",
                             .content_type = "application/json",
                             .body = body };
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcHttpReply) reply = omc_fhir_http_send (self->http, &call, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (reply->status, ==, 200);
}
