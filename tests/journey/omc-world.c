/* omc-world.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "omc-world.h"

#include "omc-gui.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <signal.h>
#include <string.h>

struct _OmcWorld
{
  char *build;          /* (owned) */
  char *folder;         /* (owned) */
  char *url;            /* (owned) (nullable) */
  guint port;           /* 0 before the first start */
  GSubprocess *server;  /* (owned) (nullable) */
  SoupSession *session; /* (owned) */
};

char *
omc_world_path (OmcWorld *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static void
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
      g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);

  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

void
omc_world_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  atspi_init ();
}

OmcWorld *
omc_world_new (const char *build, guint n_patients)
{
  OmcWorld *self = g_new0 (OmcWorld, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *generator = g_build_filename (build, "tools", "omnicare-gen-ward", NULL);
  g_autofree char *count = g_strdup_printf ("%u", n_patients);
  g_autofree char *ward = NULL;

  self->build = g_strdup (build);
  self->folder = g_dir_make_tmp ("omnicare-journey-XXXXXX", &error);
  g_assert_no_error (error);
  self->session = soup_session_new ();
  ward = omc_world_path (self, "ward.ndjson.gz");
  run ((const char *[]){ generator, "--patients", count, "--seed", "7", "--output", ward, NULL });
  return self;
}

void
omc_world_free (OmcWorld *self)
{
  omc_world_stop_server (self);
  run ((const char *[]){ "rm", "-rf", self->folder, NULL });
  g_clear_object (&self->session);
  g_free (self->build);
  g_free (self->folder);
  g_free (self->url);
  g_free (self);
}

const char *
omc_world_get_server_url (OmcWorld *self)
{
  return self->url;
}

void
omc_world_start_server (OmcWorld *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *program =
      g_build_filename (self->build, "app", "sandbox", "omnicare-sandbox", NULL);
  g_autofree char *port_file = omc_world_path (self, "port");
  g_autofree char *database = omc_world_path (self, "server.db");
  g_autofree char *ward = omc_world_path (self, "ward.ndjson.gz");
  g_autofree char *port = g_strdup_printf ("%u", self->port);
  g_autofree char *content = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  gboolean fresh = !g_file_test (database, G_FILE_TEST_EXISTS);

  g_unlink (port_file);
  g_subprocess_launcher_set_child_setup (launcher, omc_gui_die_with_parent, NULL, NULL);
  self->server = g_subprocess_launcher_spawn (
      launcher, &error, program, "--port", port, "--port-file", port_file, "--profile", "medplum",
      "--no-auth", "--quiet", "--database", database, fresh ? "--load" : NULL, ward, NULL);
  g_assert_no_error (error);
  for (guint i = 0;
       i < 600 && (!g_file_get_contents (port_file, &content, NULL, NULL) || *content == '\0'); i++)
    {
      g_clear_pointer (&content, g_free);
      g_usleep (100000);
    }
  g_assert_nonnull (content);
  self->port = (guint)g_ascii_strtoull (content, NULL, 10);
  g_free (self->url);
  self->url = g_strdup_printf ("http://127.0.0.1:%u/fhir/R4", self->port);
}

void
omc_world_stop_server (OmcWorld *self)
{
  if (self->server == NULL)
    return;
  g_subprocess_send_signal (self->server, SIGTERM);
  g_subprocess_wait (self->server, NULL, NULL);
  g_clear_object (&self->server);
}

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (text, &error);

  g_assert_no_error (error);
  return node;
}

JsonNode *
omc_world_get (OmcWorld *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *url = g_strdup_printf ("%s/%s", self->url, path);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  g_autoptr (GBytes) body = soup_session_send_and_read (self->session, message, NULL, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  return parse (text);
}

JsonNode *
omc_world_ctl (OmcWorld *self, const char *device, int expected_status, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *program = g_build_filename (self->build, "app", "ctl", "omnicarectl", NULL);
  g_autofree char *data = omc_world_path (self, device);
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = NULL;
  va_list arguments;

  g_ptr_array_add (argv, program);
  g_ptr_array_add (argv, (char *)"--data-dir");
  g_ptr_array_add (argv, data);
  g_ptr_array_add (argv, (char *)"--json");
  va_start (arguments, expected_status);
  for (const char *a = va_arg (arguments, const char *); a != NULL;
       a = va_arg (arguments, const char *))
    g_ptr_array_add (argv, (char *)a);
  va_end (arguments);
  g_ptr_array_add (argv, NULL);
  process =
      g_subprocess_newv ((const char *const *)argv->pdata,
                         G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &out, &err, &error);
  g_assert_no_error (error);
  if (g_subprocess_get_exit_status (process) != expected_status)
    g_error ("omnicarectl %s on '%s': status %d, wanted %d: %s", (char *)argv->pdata[4], device,
             g_subprocess_get_exit_status (process), expected_status, err);
  /* NDJSON becomes an array. */
  if (*out == '\0' || strchr (out, '\n') != strrchr (out, '\n'))
    {
      g_auto (GStrv) lines = g_strsplit (g_strstrip (out), "\n", -1);
      g_autofree char *joined = g_strjoinv (",", lines);
      g_autofree char *array = g_strdup_printf ("[%s]", joined);

      return parse (array);
    }
  return parse (out);
}

void
omc_world_sync (OmcWorld *self, const char *device)
{
  g_autoptr (JsonNode) report =
      omc_world_ctl (self, device, 0, "sync", "--once", "--server", self->url, NULL);

  g_assert_nonnull (report);
}

void
omc_world_edit_patient (OmcWorld *self,
                        const char *device,
                        const char *id,
                        const char *member,
                        const char *value)
{
  g_autofree char *reference = g_strdup_printf ("Patient/%s", id);
  g_autoptr (JsonNode) patient = omc_world_ctl (self, device, 0, "get", reference, NULL);
  g_autofree char *file = omc_world_path (self, "edit.json");
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) result = NULL;

  json_object_set_member (json_node_get_object (patient), member, parse (value));
  text = json_to_string (patient, FALSE);
  g_file_set_contents (file, text, -1, &error);
  g_assert_no_error (error);
  result = omc_world_ctl (self, device, 0, "import", file, NULL);
}

char *
omc_world_pick (JsonNode *node, const char *path)
{
  g_autofree char *expression = g_strdup_printf ("$.%s", path);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) found = json_path_query (expression, node, &error);
  JsonArray *matches;
  JsonNode *first;

  g_assert_no_error (error);
  matches = json_node_get_array (found);
  if (json_array_get_length (matches) == 0)
    return g_strdup ("");
  first = json_array_get_element (matches, 0);
  return JSON_NODE_HOLDS_VALUE (first) && json_node_get_value_type (first) == G_TYPE_STRING
             ? g_strdup (json_node_get_string (first))
             : json_to_string (first, FALSE);
}
