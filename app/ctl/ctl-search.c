/* ctl-search.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "omc-ctl.h"

#include <glib/gi18n.h>

/* Answers say so: half an answer must not look like all of it. */
#define NOT_ALL_HERE                                                                               \
  N_ ("Some of what was searched in was removed from this device to make room; the server may "    \
      "have more.")

static void
add_entries (OmcJsonBuilder *builder, OmcJsonNode *entries, GPtrArray *resources, const char *mode)
{
  for (guint i = 0; resources != NULL && i < resources->len; i++)
    {
      OmcResource *resource = g_ptr_array_index (resources, i);
      OmcJsonNode *entry = omc_json_node_append_object (builder, entries);

      omc_json_node_set (builder, entry, "resource",
                         omc_json_builder_copy (builder, omc_resource_get_root (resource)));
      omc_json_node_set_string (builder, omc_json_node_add_object (builder, entry, "search"),
                                "mode", mode);
    }
}

static void
add_outcome (OmcJsonBuilder *builder, OmcJsonNode *entries)
{
  OmcJsonNode *entry = omc_json_node_append_object (builder, entries);
  OmcJsonNode *outcome = omc_json_node_add_object (builder, entry, "resource");
  OmcJsonNode *issue;

  omc_json_node_set_string (builder, outcome, "resourceType", "OperationOutcome");
  issue =
      omc_json_node_append_object (builder, omc_json_node_add_array (builder, outcome, "issue"));
  omc_json_node_set_string (builder, issue, "severity", "information");
  omc_json_node_set_string (builder, issue, "code", "incomplete");
  omc_json_node_set_string (builder, issue, "diagnostics", _ (NOT_ALL_HERE));
  omc_json_node_set_string (builder, omc_json_node_add_object (builder, entry, "search"), "mode",
                            "outcome");
}

int
omc_ctl_search (OmcCtl *self, int argc, char **argv)
{
  g_autoptr (OmcSearchResult) result = NULL;
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  g_autoptr (GError) error = NULL;
  OmcJsonNode *root, *entries;
  int status;

  if (!omc_ctl_parse (NULL, OMC_CTL_USAGE_SEARCH, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc != 2)
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_SEARCH);
  if (!omc_ctl_open (self, &status))
    return status;
  result = omc_store_search_sync (self->store, self->actor, argv[1], NULL, &error);
  if (result == NULL)
    return omc_ctl_fail_error (error);
  if (result->elsewhere && !self->json)
    omc_ctl_say ("%s", _ (NOT_ALL_HERE));
  if (!self->json)
    {
      for (guint i = 0; i < result->matches->len; i++)
        omc_ctl_print_resource (g_ptr_array_index (result->matches, i), FALSE);
      return OMC_CTL_OK;
    }
  root = omc_json_builder_object (builder);
  omc_json_node_set_string (builder, root, "resourceType", "Bundle");
  omc_json_node_set_string (builder, root, "type", "searchset");
  if (result->has_total)
    omc_ctl_set_integer (builder, root, "total", result->total);
  if (result->matches->len > 0 || result->elsewhere)
    {
      entries = omc_json_node_add_array (builder, root, "entry");
      add_entries (builder, entries, result->matches, "match");
      add_entries (builder, entries, result->included, "include");
      if (result->elsewhere)
        add_outcome (builder, entries);
    }
  omc_ctl_print_json (builder, root);
  return OMC_CTL_OK;
}
