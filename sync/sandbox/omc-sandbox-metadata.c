/* omc-sandbox-metadata.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-core.h"
#include "omc-sandbox.h"
#include "omc-search-params.h"

/* What a ward's client works with; other types are served all the same. */
static const char *const shown_types[] = {
  "AllergyIntolerance",
  "Appointment",
  "AuditEvent",
  "CarePlan",
  "CareTeam",
  "Communication",
  "Condition",
  "Device",
  "DiagnosticReport",
  "DocumentReference",
  "Encounter",
  "Flag",
  "Goal",
  "Group",
  "Immunization",
  "List",
  "Location",
  "Medication",
  "MedicationAdministration",
  "MedicationRequest",
  "MedicationStatement",
  "Observation",
  "Organization",
  "Patient",
  "Practitioner",
  "PractitionerRole",
  "Procedure",
  "Provenance",
  "QuestionnaireResponse",
  "RelatedPerson",
  "ServiceRequest",
  "Task",
};

static void
add_codes (OmcJsonBuilder *builder, OmcJsonNode *owner, const char *name, const char *const *codes)
{
  OmcJsonNode *list = omc_json_node_add_array (builder, owner, name);

  for (guint i = 0; codes[i] != NULL; i++)
    omc_json_node_set_string (builder, omc_json_node_append_object (builder, list), "code",
                              codes[i]);
}

static void
add_boolean (OmcJsonBuilder *builder, OmcJsonNode *owner, const char *name, gboolean value)
{
  omc_json_node_set (builder, owner, name, omc_json_builder_boolean (builder, value));
}

static void
add_resource (OmcJsonBuilder *builder,
              OmcJsonNode *list,
              const OmcSandboxProfile *profile,
              const char *type)
{
  static const char *const plain[] = { "read",   "vread",  "update",      "patch",
                                       "delete", "create", "search-type", "history-instance",
                                       NULL };
  static const char *const with_history[] = {
    "read",   "vread",       "update",           "patch",        "delete",
    "create", "search-type", "history-instance", "history-type", NULL
  };
  OmcJsonNode *node = omc_json_node_append_object (builder, list);
  g_autoptr (GPtrArray) params = omc_search_param_list (type);
  OmcJsonNode *search;

  omc_json_node_set_string (builder, node, "type", type);
  add_codes (builder, node, "interaction", profile->type_history ? with_history : plain);
  omc_json_node_set_string (builder, node, "versioning",
                            profile->match_required ? "versioned-update" : "versioned");
  add_boolean (builder, node, "readHistory", TRUE);
  add_boolean (builder, node, "updateCreate", profile->update_creates);
  add_boolean (builder, node, "conditionalCreate", TRUE);
  omc_json_node_set_string (builder, node, "conditionalRead",
                            profile->not_modified ? "not-match" : "not-supported");
  add_boolean (builder, node, "conditionalUpdate", TRUE);
  omc_json_node_set_string (builder, node, "conditionalDelete", "not-supported");

  search = omc_json_node_add_array (builder, node, "searchParam");
  for (guint i = 0; i < params->len; i++)
    {
      const OmcSearchParam *param = g_ptr_array_index (params, i);
      OmcJsonNode *entry = omc_json_node_append_object (builder, search);

      omc_json_node_set_string (builder, entry, "name", param->name);
      omc_json_node_set_string (builder, entry, "type", omc_search_kind_to_string (param->kind));
    }
}

static void
add_security (OmcJsonBuilder *builder, OmcJsonNode *rest, OmcSandboxCore *core)
{
  OmcJsonNode *security = omc_json_node_add_object (builder, rest, "security");
  OmcJsonNode *extension, *token;

  extension = omc_json_node_append_object (
      builder, omc_json_node_add_array (builder, security, "extension"));
  omc_json_node_set_string (
      builder, extension, "url",
      "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris");
  token = omc_json_node_append_object (builder,
                                       omc_json_node_add_array (builder, extension, "extension"));
  omc_json_node_set_string (builder, token, "url", "token");
  omc_json_node_set_string (builder, token, "valueUri", core->token_url);
}

static OmcSandboxAnswer *
answer_json (OmcJsonBuilder *builder, OmcJsonNode *root)
{
  g_autoptr (OmcJson) json = omc_json_builder_end (builder, root);
  gsize length;
  char *text = omc_json_to_string (json, FALSE, &length);

  return omc_sandbox_answer_new (200, text, length);
}

OmcSandboxAnswer *
omc_sandbox_metadata (OmcSandboxCore *core)
{
  static const char *const plain[] = { "transaction", "batch", NULL };
  static const char *const with_history[] = { "transaction", "batch", "history-system", NULL };
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (builder);
  g_autofree char *now = omc_instant_format (omc_clock_get_now (core->clock));
  OmcJsonNode *software, *implementation, *rest, *list;

  omc_json_node_set_string (builder, root, "resourceType", "CapabilityStatement");
  omc_json_node_set_string (builder, root, "name", "OmniCarePracticeServer");
  omc_json_node_set_string (builder, root, "title", "OmniCare practice server, not for care");
  omc_json_node_set_string (builder, root, "status", "active");
  add_boolean (builder, root, "experimental", TRUE);
  omc_json_node_set_string (builder, root, "date", now);
  omc_json_node_set_string (builder, root, "kind", "instance");
  software = omc_json_node_add_object (builder, root, "software");
  omc_json_node_set_string (builder, software, "name", core->profile->software);
  omc_json_node_set_string (builder, software, "version", OMC_VERSION);
  implementation = omc_json_node_add_object (builder, root, "implementation");
  omc_json_node_set_string (builder, implementation, "description", OMC_SANDBOX_BANNER);
  omc_json_node_set_string (builder, implementation, "url", core->base_url);
  omc_json_node_set_string (builder, root, "fhirVersion", "4.0.1");
  omc_json_node_append (builder, omc_json_node_add_array (builder, root, "format"),
                        omc_json_builder_string (builder, "json"));
  omc_json_node_append (builder, omc_json_node_add_array (builder, root, "patchFormat"),
                        omc_json_builder_string (builder, "application/json-patch+json"));

  rest = omc_json_node_append_object (builder, omc_json_node_add_array (builder, root, "rest"));
  omc_json_node_set_string (builder, rest, "mode", "server");
  if (core->auth && core->token_url != NULL)
    add_security (builder, rest, core);
  list = omc_json_node_add_array (builder, rest, "resource");
  for (guint i = 0; i < G_N_ELEMENTS (shown_types); i++)
    add_resource (builder, list, core->profile, shown_types[i]);
  add_codes (builder, rest, "interaction", core->profile->system_history ? with_history : plain);

  return answer_json (builder, root);
}

OmcSandboxAnswer *
omc_sandbox_smart_configuration (OmcSandboxCore *core)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (builder);
  OmcJsonNode *grants, *methods;

  omc_json_node_set_string (builder, root, "token_endpoint", core->token_url);
  grants = omc_json_node_add_array (builder, root, "grant_types_supported");
  omc_json_node_append (builder, grants, omc_json_builder_string (builder, "client_credentials"));
  methods = omc_json_node_add_array (builder, root, "token_endpoint_auth_methods_supported");
  omc_json_node_append (builder, methods, omc_json_builder_string (builder, "client_secret_basic"));
  omc_json_node_append (builder, methods, omc_json_builder_string (builder, "client_secret_post"));
  omc_json_node_add_array (builder, root, "capabilities");
  return answer_json (builder, root);
}
