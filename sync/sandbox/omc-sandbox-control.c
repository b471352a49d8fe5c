/* omc-sandbox-control.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-private.h"

/* GET gives the counters; POST {"faults": ["drop-after,nth=2"], "seed": 7, "expireTokens": true,
 * "expirePages": true,
 * "resetCounters": true} changes what it names. */

static OmcSandboxAnswer *
answer_counters (OmcSandbox *self)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  g_autoptr (OmcJson) json = NULL;
  g_autoptr (GList) names =
      g_list_sort (g_hash_table_get_keys (self->core.counters), (GCompareFunc)strcmp);
  OmcJsonNode *root = omc_json_builder_object (builder);
  OmcJsonNode *counters;
  gsize length;
  char *text;

  omc_json_node_set_string (builder, root, "server", OMC_SANDBOX_BANNER);
  omc_json_node_set_string (builder, root, "profile", self->core.profile->name);
  omc_json_node_set (
      builder, root, "resources",
      omc_json_builder_integer (builder, (gint64)omc_sandbox_store_count (self->core.store, NULL)));
  counters = omc_json_node_add_object (builder, root, "counters");
  for (GList *l = names; l != NULL; l = l->next)
    {
      const guint64 *value = g_hash_table_lookup (self->core.counters, l->data);

      omc_json_node_set (builder, counters, l->data,
                         omc_json_builder_integer (builder, (gint64)*value));
    }

  json = omc_json_builder_end (builder, root);
  text = omc_json_to_string (json, TRUE, &length);
  return omc_sandbox_answer_new (200, text, length);
}

static gboolean
change_faults (OmcSandbox *self, const OmcJsonValue *root, GError **error)
{
  const OmcJsonValue *list = omc_json_value_get (root, "faults");
  g_autoptr (GPtrArray) specs = g_ptr_array_new ();
  OmcSandboxFaults *faults;
  const OmcJsonValue *value;
  const char *seed_text = omc_json_value_get_number_text (omc_json_value_get (root, "seed"));
  OmcJsonIter iter;

  if (list == NULL)
    return TRUE;
  omc_json_iter_init (&iter, list);
  while (omc_json_iter_next (&iter, NULL, &value))
    {
      const char *spec = omc_json_value_get_string (value);

      g_ptr_array_add (specs, (gpointer)(spec != NULL ? spec : ""));
    }
  g_ptr_array_add (specs, NULL);

  faults = omc_sandbox_faults_new ((const char *const *)specs->pdata,
                                   seed_text != NULL ? g_ascii_strtoull (seed_text, NULL, 10) : 0,
                                   error);
  if (faults == NULL)
    return FALSE;
  omc_sandbox_faults_free (self->faults);
  self->faults = faults;
  return TRUE;
}

OmcSandboxAnswer *
_omc_sandbox_control (OmcSandbox *self, const char *method, GBytes *body)
{
  g_autoptr (OmcJson) json = NULL;
  g_autoptr (GError) error = NULL;
  const OmcJsonValue *root;

  if (g_str_equal (method, "GET"))
    return answer_counters (self);
  if (!g_str_equal (method, "POST"))
    return omc_sandbox_answer_outcome (405, "not-supported", "GET or POST");

  json = body != NULL ? omc_json_parse_bytes (body, &error) : NULL;
  root = json != NULL ? omc_json_get_root (json) : NULL;
  if (omc_json_value_get_kind (root) != OMC_JSON_OBJECT || !change_faults (self, root, &error))
    return omc_sandbox_answer_outcome (400, "invalid", "%s",
                                       error != NULL ? error->message : "a JSON object is needed");

  if (omc_json_value_get_boolean (omc_json_value_get (root, "expireTokens"), FALSE) &&
      self->auth != NULL)
    omc_sandbox_auth_expire (self->auth);
  if (omc_json_value_get_boolean (omc_json_value_get (root, "expirePages"), FALSE))
    omc_sandbox_pages_expire (self->core.pages);
  if (omc_json_value_get_boolean (omc_json_value_get (root, "resetCounters"), FALSE))
    g_hash_table_remove_all (self->core.counters);
  return answer_counters (self);
}
