/* ctl-merge.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "omc-bounded-file.h"
#include "omc-ctl.h"

#include <glib/gi18n.h>
#include <stdio.h>

static OmcResource *
read_resource (const char *option, const char *path, GError **error)
{
  g_autofree char *data = NULL;
  gsize length;
  OmcResource *resource;

  if (!omc_bounded_file_read (path, OMC_CTL_RESOURCE_MAX, &data, &length, error))
    return NULL;
  resource = omc_resource_parse (data, (gssize)length, error);
  if (resource == NULL)
    g_prefix_error (error, "%s %s: ", option, path);
  return resource;
}

static void
print_hunks (OmcMergeResult *result)
{
  for (guint i = 0; i < omc_merge_result_get_n_hunks (result); i++)
    {
      const OmcMergeHunk *hunk = omc_merge_result_get_hunk (result, i);

      g_print ("%-16s %-28s %s\n", omc_hunk_state_to_string (hunk->state), hunk->rule, hunk->path);
      if (hunk->state >= OMC_HUNK_ASK && hunk->reason != NULL)
        g_print ("  %s\n", _ (hunk->reason));
    }
}

int
omc_ctl_merge (OmcCtl *self, int argc, char **argv)
{
  g_autofree char *base_file = NULL;
  g_autofree char *local_file = NULL;
  g_autofree char *remote_file = NULL;
  g_autofree char *strategy_name = NULL;
  g_autoptr (OmcResource) base = NULL;
  g_autoptr (OmcResource) local = NULL;
  g_autoptr (OmcResource) remote = NULL;
  g_autoptr (OmcMergeResult) result = NULL;
  g_autoptr (GError) error = NULL;
  OmcMergeStrategy strategy = OMC_MERGE_STRATEGY_MERGE;
  const GOptionEntry entries[] = {
    { "base", 0, 0, G_OPTION_ARG_FILENAME, &base_file, NULL, NULL },
    { "local", 0, 0, G_OPTION_ARG_FILENAME, &local_file, NULL, NULL },
    { "remote", 0, 0, G_OPTION_ARG_FILENAME, &remote_file, NULL, NULL },
    { "strategy", 0, 0, G_OPTION_ARG_STRING, &strategy_name, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse (entries, OMC_CTL_USAGE_MERGE, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc > 1 || base_file == NULL || local_file == NULL || remote_file == NULL)
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_MERGE);
  if (strategy_name != NULL && !omc_merge_strategy_from_string (strategy_name, &strategy))
    return omc_ctl_fail (
        OMC_CTL_USAGE, _ ("--strategy is one of merge, server-wins, client-wins, manual, not '%s'"),
        strategy_name);
  if ((!g_str_equal (base_file, "none") &&
       (base = read_resource ("--base", base_file, &error)) == NULL) ||
      (local = read_resource ("--local", local_file, &error)) == NULL ||
      (remote = read_resource ("--remote", remote_file, &error)) == NULL ||
      (result = omc_merge3 (base, local, remote, strategy, &error)) == NULL)
    return omc_ctl_fail (OMC_CTL_USAGE, "%s", error->message);
  if (self->json)
    {
      g_autoptr (OmcJson) json = omc_merge_result_to_json (result);
      gsize length;
      g_autofree char *text = omc_json_to_string (json, FALSE, &length);

      /* Not g_print(): it would bring the text into the encoding of the locale. */
      fwrite (text, 1, length, stdout);
      fputc ('\n', stdout);
    }
  else
    print_hunks (result);
  return omc_merge_result_is_clean (result) && !omc_merge_result_is_stop (result) ? OMC_CTL_OK
                                                                                  : OMC_CTL_FINDING;
}
