/* ctl-import.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "omc-ctl.h"
#include "omc-reader.h"
#include "omc-validate.h"

#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#define BATCH 10000
#define MAX_PROBLEMS_KEPT 1000

typedef struct
{
  OmcCtl *ctl;
  OmcActor *actor; /* who stores: the person for work, the device for a server's state */
  OmcImportMode mode;
  GPtrArray *batch;  /* (owned) (element-type OmcResource) */
  GPtrArray *places; /* (owned) (element-type utf8) */
  OmcImportCounts counts;
  guint64 n_read;
  guint64 n_failed;
  guint64 n_skipped; /* entries that ask for something and bring no resource */
  OmcJsonBuilder *builder;
  OmcJsonNode *problems;
} Import;

static void
note_problem (const char *place, const GError *problem, gpointer user_data)
{
  Import *import = user_data;
  g_autofree char *shown = g_utf8_make_valid (place, -1); /* a file may be called anything */

  if (g_error_matches (problem, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED))
    {
      import->n_skipped++;
      omc_ctl_say (_ ("omnicarectl: passed over %s: %s"), shown, problem->message);
      return;
    }
  import->n_failed++;
  omc_ctl_say ("omnicarectl: %s: %s", shown, problem->message);
  if (omc_json_node_get_size (import->problems) < MAX_PROBLEMS_KEPT)
    {
      OmcJsonNode *node = omc_json_node_append_object (import->builder, import->problems);

      omc_json_node_set_string (import->builder, node, "place", shown);
      omc_json_node_set_string (import->builder, node, "message", problem->message);
    }
}

static void
add_counts (OmcImportCounts *sum, const OmcImportCounts *more)
{
  sum->created += more->created;
  sum->updated += more->updated;
  sum->unchanged += more->unchanged;
  sum->merged += more->merged;
  sum->conflicts += more->conflicts;
}

static gboolean
store_resources (Import *import, GPtrArray *resources, GError **error)
{
  OmcImportCounts counts = { 0 };

  if (!omc_store_import_sync (import->ctl->store, import->actor, resources, import->mode, &counts,
                              NULL, error))
    return FALSE;
  add_counts (&import->counts, &counts);
  return TRUE;
}

/* The store takes a batch whole or not at all: when it refuses one for what is in it, the bad items are found one by one. */
static gboolean
store_one_by_one (Import *import, GError **error)
{
  for (guint i = 0; i < import->batch->len; i++)
    {
      g_autoptr (GPtrArray) one = g_ptr_array_new ();
      g_autoptr (GError) problem = NULL;

      g_ptr_array_add (one, g_ptr_array_index (import->batch, i));
      if (store_resources (import, one, &problem))
        continue;
      if (!g_error_matches (problem, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID) &&
          problem->domain != OMC_FHIR_ERROR)
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      note_problem (g_ptr_array_index (import->places, i), problem, import);
    }
  return TRUE;
}

static gboolean
flush (Import *import, GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean done = import->batch->len == 0 || store_resources (import, import->batch, &local);

  if (!done && (g_error_matches (local, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID) ||
                local->domain == OMC_FHIR_ERROR))
    done = store_one_by_one (import, error);
  else if (!done)
    g_propagate_error (error, g_steal_pointer (&local));
  g_ptr_array_set_size (import->batch, 0);
  g_ptr_array_set_size (import->places, 0);
  if (isatty (STDERR_FILENO))
    fprintf (stderr, "\r%" G_GUINT64_FORMAT " ", import->n_read);
  return done;
}

static gboolean
take_resource (OmcResource *resource, const char *place, gpointer user_data, GError **error)
{
  Import *import = user_data;
  g_autoptr (GError) problem = NULL;

  import->n_read++;
  /* What a server keeps is taken as it is. Work is not queued that every server would refuse. */
  if (import->mode == OMC_IMPORT_LOCAL_WORK &&
      !omc_validate_check (resource, OMC_VALIDATE_STRICT, &problem))
    {
      note_problem (place, problem, import);
      return TRUE;
    }
  g_ptr_array_add (import->batch, omc_resource_ref (resource));
  g_ptr_array_add (import->places, g_strdup (place));
  return import->batch->len < BATCH || flush (import, error);
}

static void
print_counts (Import *import, OmcJsonNode *root, guint n_files)
{
  const OmcImportCounts *counts = &import->counts;

  if (import->ctl->json)
    {
      omc_ctl_set_integer (import->builder, root, "files", n_files);
      omc_ctl_set_integer (import->builder, root, "read", (gint64)import->n_read);
      omc_ctl_set_integer (import->builder, root, "created", counts->created);
      omc_ctl_set_integer (import->builder, root, "updated", counts->updated);
      omc_ctl_set_integer (import->builder, root, "unchanged", counts->unchanged);
      omc_ctl_set_integer (import->builder, root, "merged", counts->merged);
      omc_ctl_set_integer (import->builder, root, "conflicts", counts->conflicts);
      omc_ctl_set_integer (import->builder, root, "skipped", (gint64)import->n_skipped);
      omc_ctl_set_integer (import->builder, root, "failed", (gint64)import->n_failed);
      omc_ctl_print_json (import->builder, root);
    }
  else if (import->n_read > 0)
    g_print (_ ("%u new, %u changed, %u as they were, %u merged, %u conflicts, %" G_GUINT64_FORMAT
                " bad\n"),
             counts->created, counts->updated, counts->unchanged, counts->merged, counts->conflicts,
             import->n_failed);
}

static gboolean
read_input (Import *import, OmcReaderFlags flags, const char *name, GError **error)
{
  g_autoptr (GInputStream) input = NULL;
  g_autoptr (GFile) file = NULL;

  if (g_str_equal (name, "-"))
    {
      input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
      return omc_reader_read_stream (input, name, flags, take_resource, note_problem, import, NULL,
                                     error);
    }
  file = g_file_new_for_commandline_arg (name);
  return omc_reader_read_file (file, flags, take_resource, note_problem, import, NULL, error);
}

static int
import_files (Import *import, OmcReaderFlags flags, char **files)
{
  guint64 before = 0;

  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      before = import->n_failed;
      if (!read_input (import, flags, files[i], &error) || !flush (import, &error))
        {
          if (error->domain == OMC_STORE_ERROR)
            return omc_ctl_fail (OMC_CTL_FINDING, "%s: %s", files[i], error->message);
          if (import->n_failed == before)
            note_problem (files[i], error, import);
          g_clear_error (&error);
          if (!flush (import, &error))
            return omc_ctl_fail (OMC_CTL_FINDING, "%s: %s", files[i], error->message);
        }
    }
  return import->n_failed == 0 ? OMC_CTL_OK : import->n_read == 0 ? OMC_CTL_USAGE : OMC_CTL_FINDING;
}

int
omc_ctl_import (OmcCtl *self, int argc, char **argv)
{
  gboolean from_server = FALSE;
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (builder);
  g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  Import import = {
    self, NULL, OMC_IMPORT_LOCAL_WORK, batch, places, { 0 }, 0, 0, 0, builder, NULL
  };
  int status;
  const GOptionEntry entries[] = {
    { "from-server", 0, 0, G_OPTION_ARG_NONE, &from_server, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse (entries, OMC_CTL_USAGE_IMPORT, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc < 2)
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_IMPORT);
  if (g_strcmp0 (self->passphrase_file, "-") == 0 &&
      g_strv_contains ((const char *const *)argv + 1, "-"))
    return omc_ctl_fail (OMC_CTL_USAGE, "%s",
                         _ ("standard input is either the passphrase or what is imported"));
  if (!omc_ctl_open (self, &status))
    return status;
  import.problems = omc_json_node_add_array (builder, root, "problems");
  import.mode = from_server ? OMC_IMPORT_SERVER_STATE : OMC_IMPORT_LOCAL_WORK;
  import.actor = from_server ? device : self->actor;
  status =
      import_files (&import, from_server ? OMC_READER_FROM_SERVER : OMC_READER_DEFAULT, argv + 1);
  print_counts (&import, root, (guint)argc - 1);
  return status;
}
