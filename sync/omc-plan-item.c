/* omc-plan-item.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include "omc-sync-plan.h"

#define ENTRY_OVERHEAD 300

/* Types whose identifier cannot be searched or cannot take one more: the key goes into a tag (fhir-servers.md 9.2). */
static const char *const tagged_types[] = {
  "AdverseEvent",          "AuditEvent",   "Binary",     "Bundle",
  "Composition",           "Linkage",      "Parameters", "Provenance",
  "QuestionnaireResponse", "Subscription", NULL,
};

static OmcResource *
end_resource (OmcJsonBuilder *builder, OmcJsonNode *root)
{
  g_autoptr (OmcJson) json = omc_json_builder_end (builder, root);

  return omc_resource_new (json, NULL);
}

static OmcResource *
add_coding (OmcJsonBuilder *builder,
            OmcJsonNode *parent,
            const char *list,
            const char *member,
            OmcJsonNode *root,
            const char *key)
{
  OmcJsonNode *array = omc_json_node_get (parent, list);
  OmcJsonNode *entry;

  if (array == NULL)
    array = omc_json_node_add_array (builder, parent, list);
  entry = omc_json_node_append_object (builder, array);
  omc_json_node_set_string (builder, entry, "system", OMC_SYNC_KEY_SYSTEM);
  omc_json_node_set_string (builder, entry, member, key);
  return end_resource (builder, root);
}

static gboolean
carries_key (const OmcJsonValue *list, const char *member, const char *key)
{
  OmcJsonIter iter;
  const OmcJsonValue *entry;

  omc_json_iter_init (&iter, list);
  while (omc_json_iter_next (&iter, NULL, &entry))
    {
      if (g_strcmp0 (omc_json_value_pick_string (entry, "system"), OMC_SYNC_KEY_SYSTEM) == 0 &&
          g_strcmp0 (omc_json_value_pick_string (entry, member), key) == 0)
        return TRUE;
    }

  return FALSE;
}

static OmcResource *
with_key (OmcResource *resource, gboolean tagged, const char *key)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  const OmcJsonValue *source = omc_resource_get_root (resource);
  const OmcJsonValue *list = omc_json_value_pick (source, "identifier");
  OmcJsonNode *root;
  OmcJsonNode *meta;

  if (tagged)
    list = omc_json_value_get (omc_json_value_get (source, "meta"), "tag");
  root = omc_json_builder_copy (builder, source);
  /* The server numbers it; Medplum refuses another id than that of what If-None-Exist finds (fhir-servers.md 2). */
  omc_json_node_set (builder, root, "id", NULL);
  if (carries_key (list, tagged ? "code" : "value", key))
    return end_resource (builder, root);
  if (!tagged)
    return add_coding (builder, root, "identifier", "value", root, key);
  meta = omc_json_node_get (root, "meta");
  if (meta == NULL)
    meta = omc_json_node_add_object (builder, root, "meta");
  return add_coding (builder, meta, "tag", "code", root, key);
}

OmcPlanItem *
omc_plan_item_new (OmcQueueItem *item,
                   OmcResource *outgoing,
                   GPtrArray *unsent,
                   const OmcServerProfile *profile)
{
  OmcPlanItem *self;

  g_return_val_if_fail (item != NULL && profile != NULL, NULL);
  g_return_val_if_fail (outgoing != NULL || item->operation == OMC_OPERATION_DELETE, NULL);

  self = g_new0 (OmcPlanItem, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->item = omc_queue_item_ref (item);
  self->unsent =
      unsent != NULL ? g_ptr_array_ref (unsent) : g_ptr_array_new_with_free_func (g_free);

  if (item->operation == OMC_OPERATION_CREATE)
    {
      gboolean tagged = g_strv_contains (tagged_types, item->resource_type);

      self->outgoing = with_key (outgoing, tagged, item->idempotency_key);
      self->key_search = g_strdup_printf ("%s=%s|%s", tagged ? "_tag" : "identifier",
                                          OMC_SYNC_KEY_SYSTEM, item->idempotency_key);
      self->conditional = profile->conditional_create == OMC_CONDITIONAL_ANY ||
                          (profile->conditional_create == OMC_CONDITIONAL_IDENTIFIER && !tagged);
    }
  else if (outgoing != NULL)
    self->outgoing = omc_resource_ref (outgoing);

  if (self->outgoing != NULL)
    {
      g_autofree char *text = omc_resource_to_string (self->outgoing, &self->size);
    }
  self->size += ENTRY_OVERHEAD;
  return self;
}

OmcPlanItem *
omc_plan_item_ref (OmcPlanItem *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
omc_plan_item_unref (OmcPlanItem *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;

  omc_queue_item_unref (self->item);
  g_clear_pointer (&self->outgoing, omc_resource_unref);
  g_ptr_array_unref (self->unsent);
  g_free (self->key_search);
  g_free (self);
}
