/* ctl-conflicts.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "omc-bounded-file.h"
#include "omc-ctl.h"

#include <glib/gi18n.h>

static void
set_resource (OmcJsonBuilder *b, OmcJsonNode *root, const char *key, OmcResource *resource)
{
  if (resource != NULL)
    omc_json_node_set (b, root, key, omc_json_builder_copy (b, omc_resource_get_root (resource)));
}

static OmcJsonNode *
conflict_node (OmcJsonBuilder *b, OmcConflict *conflict)
{
  OmcJsonNode *root = omc_json_builder_object (b);

  omc_ctl_set_integer (b, root, "id", conflict->id);
  omc_json_node_set_string (b, root, "resourceType", conflict->resource_type);
  omc_json_node_set_string (b, root, "resourceId", conflict->resource_id);
  omc_json_node_set_string (b, root, "patient", conflict->patient_id);
  omc_json_node_set_string (b, root, "status", omc_conflict_status_to_string (conflict->status));
  omc_ctl_set_integer (b, root, "hunkCount", conflict->n_hunks);
  omc_ctl_set_integer (b, root, "undecided", conflict->n_undecided);
  omc_ctl_set_instant (b, root, "created", conflict->created_us);
  omc_ctl_set_instant (b, root, "resolved", conflict->resolved_us);
  omc_json_node_set_string (b, root, "resolvedBy", conflict->resolved_by);
  omc_json_node_set_string (b, root, "baseVersion", conflict->base_version);
  omc_json_node_set_string (b, root, "remoteVersion", conflict->remote_version);
  set_resource (b, root, "base", conflict->base);
  set_resource (b, root, "local", conflict->local);
  set_resource (b, root, "remote", conflict->remote);
  set_resource (b, root, "merged", conflict->merged);
  if (conflict->hunks != NULL)
    {
      const OmcJsonValue *hunks = omc_json_value_get (omc_json_get_root (conflict->hunks), "hunks");

      omc_json_node_set (
          b, root, "hunks",
          omc_json_builder_copy (b, hunks != NULL ? hunks : omc_json_get_root (conflict->hunks)));
    }
  return root;
}

static void
print_conflict (OmcCtl *self, OmcConflict *conflict)
{
  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();

      omc_ctl_print_json (b, conflict_node (b, conflict));
    }
  else
    {
      g_auto (GStrv) labels =
          g_strsplit (conflict->summary != NULL ? conflict->summary : "", "\n", -1);
      g_autoptr (GString) units = g_string_new (NULL);

      for (guint i = 0; labels[i] != NULL; i++)
        if (*labels[i] != '\0')
          g_string_append_printf (units, "%s%s", units->len > 0 ? ", " : "", _ (labels[i]));
      g_print ("%6" G_GINT64_FORMAT "  %-12s %s/%s  %s\n", conflict->id,
               omc_conflict_status_to_string (conflict->status), conflict->resource_type,
               conflict->resource_id, units->str);
    }
}

static OmcResource *
choose (OmcConflict *conflict, const char *take, const char *file, GError **error)
{
  g_autofree char *data = NULL;
  gsize length;

  if (file != NULL)
    return omc_bounded_file_read (file, OMC_CTL_RESOURCE_MAX, &data, &length, error)
               ? omc_resource_parse (data, (gssize)length, error)
               : NULL;
  if (g_str_equal (take, "local") && conflict->local != NULL)
    return omc_resource_ref (conflict->local);
  if (g_str_equal (take, "remote") && conflict->remote != NULL)
    return omc_resource_ref (conflict->remote);
  g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID,
               _ ("the %s side is a deletion; decide it in the client"), take);
  return NULL;
}

static void
print_resolved (const OmcConflict *conflict, const char *taken)
{
  g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (b);

  omc_json_node_set_string (b, root, "done", "resolve");
  omc_ctl_set_integer (b, root, "id", conflict->id);
  omc_json_node_set_string (b, root, "resourceType", conflict->resource_type);
  omc_json_node_set_string (b, root, "resourceId", conflict->resource_id);
  omc_json_node_set_string (b, root, "taken", taken);
  omc_ctl_print_json (b, root);
}

static int
resolve (OmcCtl *self, gint64 number, const char *take, const char *file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcConflict) conflict =
      omc_store_read_conflict_sync (self->store, self->actor, number, NULL, &error);
  g_autoptr (OmcResource) merged = NULL;

  if (conflict == NULL)
    return omc_ctl_fail (OMC_CTL_FINDING, "%s", error->message);
  if (conflict->status == OMC_CONFLICT_STOPPED)
    return omc_ctl_fail (
        OMC_CTL_FINDING, "%s",
        _ ("this may be another patient's record; a person must check it in the client"));
  if ((merged = choose (conflict, take, file, &error)) == NULL ||
      !omc_store_resolve_conflict_sync (self->store, self->actor, number, merged, NULL, NULL,
                                        &error))
    return omc_ctl_fail_error (error);
  if (self->json)
    print_resolved (conflict, take != NULL ? take : "file");
  return OMC_CTL_OK;
}

int
omc_ctl_conflicts (OmcCtl *self, int argc, char **argv)
{
  gboolean all = FALSE;
  g_autofree char *take = NULL;
  g_autofree char *file = NULL;
  g_autoptr (GError) error = NULL;
  gint64 number = 0;
  int status;
  const GOptionEntry entries[] = {
    { "all", 0, 0, G_OPTION_ARG_NONE, &all, NULL, NULL },
    { "take", 0, 0, G_OPTION_ARG_STRING, &take, NULL, NULL },
    { "file", 0, 0, G_OPTION_ARG_FILENAME, &file, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse (entries, OMC_CTL_USAGE_CONFLICTS, &argc, &argv) ||
      !omc_ctl_take_number (argc, argv, OMC_CTL_USAGE_CONFLICTS, &number))
    return OMC_CTL_USAGE;
  if (g_str_equal (argv[1], "resolve") &&
      ((take == NULL) == (file == NULL) ||
       (take != NULL && !g_str_equal (take, "local") && !g_str_equal (take, "remote"))))
    return omc_ctl_fail (OMC_CTL_USAGE, "%s",
                         _ ("say either --take local, --take remote or --file FILE"));
  if (!omc_ctl_open (self, &status))
    return status;
  if (g_str_equal (argv[1], "list"))
    {
      g_autoptr (GPtrArray) conflicts = omc_store_list_conflicts_sync (
          self->store, self->actor, all ? OMC_CONFLICTS_ALL : OMC_CONFLICTS_OPEN, NULL, &error);

      if (conflicts == NULL)
        return omc_ctl_fail_error (error);
      for (guint i = 0; i < conflicts->len; i++)
        print_conflict (self, g_ptr_array_index (conflicts, i));
      return OMC_CTL_OK;
    }
  if (g_str_equal (argv[1], "show"))
    {
      g_autoptr (OmcConflict) conflict =
          omc_store_read_conflict_sync (self->store, self->actor, number, NULL, &error);

      if (conflict == NULL)
        return omc_ctl_fail (OMC_CTL_FINDING, "%s", error->message);
      print_conflict (self, conflict);
      return OMC_CTL_OK;
    }
  if (g_str_equal (argv[1], "resolve"))
    return resolve (self, number, take, file);
  return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_CONFLICTS);
}
