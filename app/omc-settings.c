/* omc-settings.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-app"

#include "config.h"

#include "omc-settings.h"

static GSettingsSchema *
find_in_build_tree (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program ? g_path_get_dirname (program) : g_strdup (".");
  g_autofree char *schemas = g_build_filename (folder, "..", "resources", NULL);
  g_autoptr (GSettingsSchemaSource) source = NULL;

  source = g_settings_schema_source_new_from_directory (
      schemas, g_settings_schema_source_get_default (), TRUE, NULL);

  return source ? g_settings_schema_source_lookup (source, OMC_APP_ID, FALSE) : NULL;
}

GSettings *
omc_settings_new (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema =
      source ? g_settings_schema_source_lookup (source, OMC_APP_ID, TRUE) : NULL;

  if (!schema)
    schema = find_in_build_tree ();
  if (!schema)
    g_error ("The settings schema %s is not installed. Install the program again.", OMC_APP_ID);

  return g_settings_new_full (schema, NULL, NULL);
}
