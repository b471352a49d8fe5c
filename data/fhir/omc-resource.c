/* omc-resource.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#include "omc-resource.h"

#define ID_MAX 64
/* What an id in a reference ends at. */
#define ID_ENDS "/?#"

struct _OmcResource
{
  gatomicrefcount ref_count;
  OmcJson *json;            /* (owned) */
  const char *type;         /* these live in json */
  const char *id;           /* (nullable) */
  const char *version_id;   /* (nullable) */
  const char *last_updated; /* (nullable) */
  const char *patient_id;   /* (nullable) */
  char *cut_patient_id;     /* (owned) (nullable): where more than the id stands in json */
};

G_DEFINE_BOXED_TYPE (OmcResource, omc_resource, omc_resource_ref, omc_resource_unref)
G_DEFINE_QUARK (omc-fhir-error-quark, omc_fhir_error)

static gboolean
check_kind (const OmcJsonValue *value, OmcJsonKind kind, const char *path, GError **error)
{
  OmcJsonKind found = omc_json_value_get_kind (value);

  if (found == OMC_JSON_ABSENT || found == kind)
    return TRUE;
  g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
               kind == OMC_JSON_STRING ? _ ("%s must be a string") : _ ("%s must be an object"),
               path);

  return FALSE;
}

gboolean
omc_fhir_is_id (const char *id)
{
  gsize length = 0;

  g_return_val_if_fail (id != NULL, FALSE);

  while (length <= ID_MAX &&
         (g_ascii_isalnum (id[length]) || (id[length] != '\0' && strchr ("-._", id[length]))))
    length++;

  return length > 0 && length <= ID_MAX && id[length] == '\0' && strcmp (id, ".") != 0 &&
         strcmp (id, "..") != 0;
}

static gboolean
check_id (const char *id, GError **error)
{
  if (id == NULL || omc_fhir_is_id (id))
    return TRUE;
  g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
               _ ("id must have 1 to %d letters, digits, hyphens and dots"), ID_MAX);

  return FALSE;
}

/* Where a type keeps its patient, when that is neither "patient" nor "subject" (R4, compartment Patient). */
static const struct
{
  const char *type;
  const char *element;
  const char *sub; /* (nullable): the Reference below each member of element */
} patient_elements[] = {
  { "Appointment", "participant", "actor" },
  { "AppointmentResponse", "actor", NULL },
  { "AuditEvent", "entity", "what" },
  { "Coverage", "beneficiary", NULL },
  { "Group", "member", "entity" },
  { "Provenance", "target", NULL },
  { "ResearchSubject", "individual", NULL },
  { "Schedule", "actor", NULL },
  { "Task", "for", NULL },
};

/* "Patient/7" and "Patient/7/_history/2"; never another server's Patient. */
static const char *
get_patient_of_reference (const OmcJsonValue *reference)
{
  const char *text = omc_json_value_get_string (omc_json_value_get (reference, "reference"));
  gsize length;

  if (!text || !g_str_has_prefix (text, "Patient/"))
    return NULL;
  text += strlen ("Patient/");
  length = strcspn (text, ID_ENDS);

  return length > 0 && text[length] != '?' ? text : NULL;
}

static const char *
get_patient_at (const OmcJsonValue *element, const char *sub)
{
  OmcJsonIter iter;
  const OmcJsonValue *member;

  if (omc_json_value_get_kind (element) == OMC_JSON_OBJECT)
    return get_patient_of_reference (sub ? omc_json_value_get (element, sub) : element);

  for (omc_json_iter_init (&iter, element); omc_json_iter_next (&iter, NULL, &member);)
    {
      const char *id = get_patient_of_reference (sub ? omc_json_value_get (member, sub) : member);

      if (id)
        return id;
    }

  return NULL;
}

/* Only a relative reference counts: an absolute one may mean the Patient of another server. */
static const char *
get_patient (const OmcJsonValue *root, const char *type)
{
  static const char *const usual[] = { "patient", "subject" };
  const char *id = NULL;

  for (guint i = 0; !id && i < G_N_ELEMENTS (usual); i++)
    id = get_patient_at (omc_json_value_get (root, usual[i]), NULL);
  for (guint i = 0; !id && i < G_N_ELEMENTS (patient_elements); i++)
    if (strcmp (type, patient_elements[i].type) == 0)
      id = get_patient_at (omc_json_value_get (root, patient_elements[i].element),
                           patient_elements[i].sub);

  return id;
}

static void
find_patient (OmcResource *self)
{
  const char *id = strcmp (self->type, "Patient") == 0
                       ? self->id
                       : get_patient (omc_json_get_root (self->json), self->type);
  gsize length = id ? strcspn (id, ID_ENDS) : 0;

  self->cut_patient_id = id && id[length] != '\0' ? g_strndup (id, length) : NULL;
  self->patient_id = self->cut_patient_id ? self->cut_patient_id : id;
}

/**
 * omc_resource_new:
 * @json: (transfer none): the resource is this document; it is not copied
 */
OmcResource *
omc_resource_new (OmcJson *json, GError **error)
{
  const OmcJsonValue *root;
  const OmcJsonValue *meta;
  const OmcJsonValue *id;
  const char *type;
  OmcResource *self;

  g_return_val_if_fail (json != NULL, NULL);

  root = omc_json_get_root (json);
  type = omc_json_value_get_string (omc_json_value_get (root, "resourceType"));
  if (!type || !omc_fhir_is_resource_type (type))
    {
      g_set_error_literal (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
                           type ? _ ("resourceType is none of FHIR R4")
                                : _ ("A FHIR resource is an object with a resourceType"));
      return NULL;
    }

  id = omc_json_value_get (root, "id");
  meta = omc_json_value_get (root, "meta");
  if (!check_kind (id, OMC_JSON_STRING, "id", error) ||
      !check_id (omc_json_value_get_string (id), error) ||
      !check_kind (meta, OMC_JSON_OBJECT, "meta", error) ||
      !check_kind (omc_json_value_get (meta, "versionId"), OMC_JSON_STRING, "meta.versionId",
                   error) ||
      !check_kind (omc_json_value_get (meta, "lastUpdated"), OMC_JSON_STRING, "meta.lastUpdated",
                   error))
    return NULL;

  self = g_new (OmcResource, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->json = omc_json_ref (json);
  self->type = type;
  self->id = omc_json_value_get_string (id);
  self->version_id = omc_json_value_get_string (omc_json_value_get (meta, "versionId"));
  self->last_updated = omc_json_value_get_string (omc_json_value_get (meta, "lastUpdated"));
  find_patient (self);

  return self;
}

OmcResource *
omc_resource_parse (const char *data, gssize length, GError **error)
{
  g_autoptr (OmcJson) json = omc_json_parse (data, length, error);

  return json ? omc_resource_new (json, error) : NULL;
}

OmcResource *
omc_resource_new_from_value (const OmcJsonValue *value, GError **error)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  g_autoptr (OmcJson) json = NULL;
  OmcJsonNode *root =
      value ? omc_json_builder_copy (builder, value) : omc_json_builder_null (builder);

  json = omc_json_builder_end (builder, root);
  return omc_resource_new (json, error);
}

OmcResource *
omc_resource_ref (OmcResource *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
omc_resource_unref (OmcResource *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_ref_count_dec (&self->ref_count))
    {
      omc_json_unref (self->json);
      g_free (self->cut_patient_id);
      g_free (self);
    }
}

const char *
omc_resource_get_resource_type (OmcResource *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->type;
}

const char *
omc_resource_get_id (OmcResource *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->id;
}

const char *
omc_resource_get_version_id (OmcResource *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->version_id;
}

const char *
omc_resource_get_last_updated (OmcResource *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->last_updated;
}

const char *
omc_resource_get_patient_id (OmcResource *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->patient_id;
}

OmcJson *
omc_resource_get_json (OmcResource *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->json;
}

const OmcJsonValue *
omc_resource_get_root (OmcResource *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return omc_json_get_root (self->json);
}

char *
omc_resource_to_string (OmcResource *self, gsize *length)
{
  g_return_val_if_fail (self != NULL, NULL);

  return omc_json_to_string (self->json, FALSE, length);
}

char *
omc_resource_dup_reference (OmcResource *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->id ? g_strconcat (self->type, "/", self->id, NULL) : NULL;
}

/* The finished copy of a resource is one by construction. */
static OmcResource *
end_copy (OmcJsonBuilder *builder, OmcJsonNode *root)
{
  g_autoptr (OmcJson) json = omc_json_builder_end (builder, root);
  g_autoptr (GError) error = NULL;
  OmcResource *copy = omc_resource_new (json, &error);

  if (!copy)
    g_error ("the copy of a resource is none: %s", error->message);

  return copy;
}

static void
copy_members (OmcJsonBuilder *builder,
              OmcJsonNode *node,
              const OmcJsonValue *object,
              const char *const *without)
{
  OmcJsonIter iter;
  const char *key;
  const OmcJsonValue *member;

  for (omc_json_iter_init (&iter, object); omc_json_iter_next (&iter, &key, &member);)
    if (!g_strv_contains (without, key))
      omc_json_node_set (builder, node, key, omc_json_builder_copy (builder, member));
}

OmcResource *
omc_resource_with_id (OmcResource *self, const char *id)
{
  static const char *const first[] = { "resourceType", "id", NULL };
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (builder);

  g_return_val_if_fail (self != NULL, NULL);

  omc_json_node_set_string (builder, root, "resourceType", self->type);
  omc_json_node_set_string (builder, root, "id", id);
  copy_members (builder, root, omc_resource_get_root (self), first);

  return end_copy (builder, root);
}

OmcResource *
omc_resource_with_meta (OmcResource *self, const char *version_id, const char *last_updated)
{
  static const char *const first[] = { "resourceType", "id", "meta", NULL };
  static const char *const given[] = { "versionId", "lastUpdated", NULL };
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (builder);
  OmcJsonNode *meta = omc_json_builder_object (builder);

  g_return_val_if_fail (self != NULL, NULL);

  omc_json_node_set_string (builder, meta, "versionId", version_id);
  omc_json_node_set_string (builder, meta, "lastUpdated", last_updated);
  copy_members (builder, meta, omc_json_value_get (omc_resource_get_root (self), "meta"), given);

  omc_json_node_set_string (builder, root, "resourceType", self->type);
  omc_json_node_set_string (builder, root, "id", self->id);
  if (omc_json_node_get_size (meta) > 0)
    omc_json_node_set (builder, root, "meta", meta);
  copy_members (builder, root, omc_resource_get_root (self), first);

  return end_copy (builder, root);
}

/* In R4 only Reference has an element "reference" that is a string. "#x" stays inside its resource. */
static const char *
get_reference (const char *key, const OmcJsonValue *value)
{
  const char *reference = omc_json_value_get_string (value);

  return reference && key && strcmp (key, "reference") == 0 && *reference != '#' ? reference : NULL;
}

static OmcJsonNode *
copy_mapped (OmcJsonBuilder *builder,
             const char *name,
             const OmcJsonValue *value,
             OmcReferenceMap map,
             gpointer user_data)
{
  OmcJsonKind kind = omc_json_value_get_kind (value);
  const char *reference = get_reference (name, value);
  OmcJsonNode *node;
  OmcJsonIter iter;
  const char *key;
  const OmcJsonValue *member;

  if (reference)
    {
      g_autofree char *mapped = map (reference, user_data);

      return omc_json_builder_string (builder, mapped ? mapped : reference);
    }
  if (kind != OMC_JSON_ARRAY && kind != OMC_JSON_OBJECT)
    return omc_json_builder_copy (builder, value);

  node =
      kind == OMC_JSON_ARRAY ? omc_json_builder_array (builder) : omc_json_builder_object (builder);
  for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, &key, &member);)
    if (key)
      omc_json_node_set (builder, node, key, copy_mapped (builder, key, member, map, user_data));
    else
      omc_json_node_append (builder, node, copy_mapped (builder, NULL, member, map, user_data));

  return node;
}

OmcResource *
omc_resource_map_references (OmcResource *self, OmcReferenceMap map, gpointer user_data)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (map != NULL, NULL);

  return end_copy (builder,
                   copy_mapped (builder, NULL, omc_resource_get_root (self), map, user_data));
}

static void
foreach_reference (const OmcJsonValue *value, OmcReferenceFunc func, gpointer user_data)
{
  OmcJsonIter iter;
  const char *key;
  const OmcJsonValue *member;

  for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, &key, &member);)
    {
      const char *reference = get_reference (key, member);

      if (reference)
        func (reference, user_data);
      else
        foreach_reference (member, func, user_data);
    }
}

void
omc_resource_foreach_reference (OmcResource *self, OmcReferenceFunc func, gpointer user_data)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (func != NULL);

  foreach_reference (omc_resource_get_root (self), func, user_data);
}

gboolean
omc_resource_equal_content (OmcResource *a, OmcResource *b)
{
  static const char *const root_ignored[] = { "id", "meta", NULL };
  static const char *const meta_ignored[] = { "versionId", "lastUpdated", NULL };
  const OmcJsonValue *root_a;
  const OmcJsonValue *root_b;

  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  root_a = omc_resource_get_root (a);
  root_b = omc_resource_get_root (b);
  return omc_json_value_equal_except (root_a, root_b, root_ignored) &&
         omc_json_value_equal_except (omc_json_value_get (root_a, "meta"),
                                      omc_json_value_get (root_b, "meta"), meta_ignored);
}
