/* omc-sandbox-include.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-check.h"
#include "omc-sandbox-include.h"
#include "omc-sandbox-index.h"

/* References in the order in which they were met, each once. */
typedef struct
{
  GHashTable *seen;        /* (owned): "Type/id" */
  GPtrArray *references;   /* (owned) */
  const char *target_type; /* (nullable): any */
} Gather;

static void
gather_init (Gather *self)
{
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->references = g_ptr_array_new_with_free_func (g_free);
  self->target_type = NULL;
}

static void
gather_clear (Gather *self)
{
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_clear_pointer (&self->references, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Gather, gather_clear)

static void
gather (const char *reference, gpointer user_data)
{
  Gather *self = user_data;
  gsize length = self->target_type != NULL ? strlen (self->target_type) : 0;

  if (reference == NULL ||
      (self->target_type != NULL &&
       (strncmp (reference, self->target_type, length) != 0 || reference[length] != '/')))
    return;
  if (g_hash_table_add (self->seen, g_strdup (reference)))
    g_ptr_array_add (self->references, g_strdup (reference));
}

static void
gather_entry (const OmcSearchEntry *entry, gpointer user_data)
{
  gather (entry->text, user_data);
}

static gboolean
add_reference (OmcSandboxWriter *writer, const char *reference, GError **error)
{
  OmcSandboxStore *store = writer->core->store;
  g_auto (GStrv) parts = g_strsplit (reference, "/", 3);
  g_auto (OmcSandboxRow) row = { 0 };
  g_autofree char *body = NULL;
  gsize length;

  if (g_strv_length (parts) != 2 || !omc_fhir_is_resource_type (parts[0]) ||
      !omc_sandbox_is_id (parts[1]))
    return TRUE;
  if (!omc_sandbox_store_find (store, parts[0], parts[1], &row, error))
    return FALSE;
  if (row.key == 0 || row.deleted)
    return TRUE;

  body = omc_sandbox_store_dup_body (store, row.version, &length, error);
  if (body == NULL)
    return FALSE;
  omc_sandbox_writer_add (writer, parts[0], parts[1], body, length, "include");
  return TRUE;
}

static gboolean
gather_forward (OmcSandboxCore *core,
                GArray *matches,
                const OmcSearchInclude *include,
                Gather *into,
                GError **error)
{
  for (guint i = 0; i < matches->len; i++)
    {
      g_autoptr (OmcResource) resource = NULL;

      resource = omc_sandbox_match_load (core, &g_array_index (matches, OmcSandboxMatch, i), error);
      if (resource == NULL)
        return FALSE;
      into->target_type = include->target_type;
      if (include->param != NULL)
        omc_search_extract_param (resource, include->param, gather_entry, into);
      else
        omc_resource_foreach_reference (resource, gather, into);
    }
  into->target_type = NULL;
  return TRUE;
}

static gboolean
gather_reverse (OmcSandboxCore *core,
                const char *type,
                GArray *matches,
                const OmcSearchInclude *include,
                Gather *into,
                GError **error)
{
  const char *param = include->param != NULL ? include->param->name : NULL;
  gint64 source = omc_sandbox_store_name (core->store, include->source_type, error);

  for (guint i = 0; i < matches->len; i++)
    {
      g_autofree char *target = NULL;
      OmcSandboxStmt *stmt;
      gboolean row;

      target = g_strconcat (type, "/", g_array_index (matches, OmcSandboxMatch, i).id, NULL);
      stmt =
          omc_sandbox_db_prepare (omc_sandbox_store_get_db (core->store),
                                  "SELECT r.id FROM value v JOIN resource r ON r.key = v.resource"
                                  " WHERE v.hash = ?1 AND r.type = ?2 AND r.deleted = 0",
                                  error);
      if (source == 0 || stmt == NULL)
        return FALSE;
      omc_sandbox_stmt_bind_int (stmt, 1,
                                 omc_sandbox_index_hash (param != NULL ? include->source_type : "",
                                                         param != NULL ? param : "", NULL, target));
      omc_sandbox_stmt_bind_int (stmt, 2, source);
      for (;;)
        {
          g_autofree char *reference = NULL;

          if (!omc_sandbox_stmt_step (stmt, &row, error))
            return FALSE;
          if (!row)
            break;
          reference = g_strconcat (include->source_type, "/",
                                   omc_sandbox_stmt_get_text (stmt, 0, NULL), NULL);
          gather (reference, into);
        }
    }
  return TRUE;
}

static gboolean
write_gathered (OmcSandboxWriter *writer, const Gather *gathered, GError **error)
{
  for (guint i = 0; i < gathered->references->len; i++)
    {
      if (!add_reference (writer, g_ptr_array_index (gathered->references, i), error))
        return FALSE;
    }
  return TRUE;
}

gboolean
omc_sandbox_write_includes (OmcSandboxWriter *writer,
                            const char *type,
                            GArray *matches,
                            GPtrArray *includes,
                            GError **error)
{
  g_auto (Gather) gathered = { 0 };

  gather_init (&gathered);
  for (guint i = 0; i < matches->len; i++)
    g_hash_table_add (
        gathered.seen,
        g_strconcat (type, "/", g_array_index (matches, OmcSandboxMatch, i).id, NULL));

  for (guint i = 0; i < includes->len; i++)
    {
      const OmcSearchInclude *include = g_ptr_array_index (includes, i);
      gboolean ok = TRUE;

      if (include->reverse)
        ok = gather_reverse (writer->core, type, matches, include, &gathered, error);
      else if (g_strcmp0 (include->source_type, type) == 0 || include->param == NULL)
        ok = gather_forward (writer->core, matches, include, &gathered, error);
      if (!ok)
        return FALSE;
    }
  return write_gathered (writer, &gathered, error);
}

gboolean
omc_sandbox_write_referenced (OmcSandboxWriter *writer,
                              GPtrArray *bodies,
                              const char *const *types,
                              GError **error)
{
  g_auto (Gather) gathered = { 0 };

  gather_init (&gathered);
  for (guint i = 0; i < bodies->len; i++)
    {
      g_autoptr (OmcResource) resource =
          omc_resource_parse (g_ptr_array_index (bodies, i), -1, error);

      if (resource == NULL)
        return FALSE;
      for (guint t = 0; types[t] != NULL; t++)
        {
          gathered.target_type = types[t];
          omc_resource_foreach_reference (resource, gather, &gathered);
        }
    }
  return write_gathered (writer, &gathered, error);
}

char *
omc_sandbox_keep_elements (const char *body,
                           gsize length,
                           const char *elements,
                           gsize *kept,
                           GError **error)
{
  g_autoptr (OmcJson) json = omc_json_parse (body, (gssize)length, error);
  g_auto (GStrv) names = g_strsplit (elements, ",", 100);
  g_autoptr (OmcJsonBuilder) builder = NULL;
  g_autoptr (OmcJson) result = NULL;
  OmcJsonNode *root, *meta, *tags, *tag;
  const OmcJsonValue *member;
  const char *key;
  OmcJsonIter iter;

  if (json == NULL)
    return NULL;
  builder = omc_json_builder_new ();
  root = omc_json_builder_object (builder);

  omc_json_iter_init (&iter, omc_json_get_root (json));
  while (omc_json_iter_next (&iter, &key, &member))
    {
      /* What is mandatory everywhere stays. */
      if (g_str_equal (key, "resourceType") || g_str_equal (key, "id") ||
          g_str_equal (key, "meta") || g_strv_contains ((const char *const *)names, key))
        omc_json_node_set (builder, root, key, omc_json_builder_copy (builder, member));
    }

  meta = omc_json_node_get (root, "meta");
  tags = omc_json_node_get (meta, "tag");
  if (tags == NULL)
    tags = omc_json_node_add_array (builder, meta, "tag");
  tag = omc_json_node_append_object (builder, tags);
  omc_json_node_set_string (builder, tag, "system",
                            "http://terminology.hl7.org/CodeSystem/v3-ObservationValue");
  omc_json_node_set_string (builder, tag, "code", "SUBSETTED");

  result = omc_json_builder_end (builder, root);
  return omc_json_to_string (result, FALSE, kept);
}
