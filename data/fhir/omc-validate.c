/* omc-validate.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#include "omc-validate-private.h"

#define MAX_ISSUES 100

static void check_object (OmcValidation *self,
                          const OmcJsonValue *object,
                          GPtrArray *set,
                          gboolean is_resource);
static void
check_resource (OmcValidation *self, const OmcJsonValue *resource, OmcValidateLevel level);
static void check_member (OmcValidation *self,
                          const OmcElement *element,
                          const char *type,
                          const OmcJsonValue *value,
                          gboolean is_sibling);

static void
issue_free (OmcIssue *self)
{
  g_free (self->expression);
  g_free (self->message);
  g_free (self);
}

static void
add_issue (OmcValidation *self, char *expression, const char *code, const char *message)
{
  OmcIssue *issue = g_new (OmcIssue, 1);

  issue->severity = OMC_ISSUE_ERROR;
  issue->code = code;
  issue->expression = expression;
  issue->message = g_strdup (message);
  g_ptr_array_add (self->issues, issue);
}

void
_omc_validate_add (OmcValidation *self, const char *code, const char *message)
{
  add_issue (self, g_strdup (self->path->str), code, message);
}

void
_omc_validate_add_at (OmcValidation *self,
                      const char *member,
                      const char *code,
                      const char *message)
{
  add_issue (self, g_strconcat (self->path->str, ".", member, NULL), code, message);
}

static gsize
push (OmcValidation *self, const char *member)
{
  gsize length = self->path->len;

  g_string_append_c (self->path, '.');
  g_string_append (self->path, member);

  return length;
}

static gsize
push_index (OmcValidation *self, gsize index)
{
  gsize length = self->path->len;

  g_string_append_printf (self->path, "[%" G_GSIZE_FORMAT "]", index);

  return length;
}

static void
pop (OmcValidation *self, gsize length)
{
  g_string_truncate (self->path, length);
}

/* --- form: what holds for all FHIR JSON --- */
/* null only keeps the place of a member whose twin ("given" and "_given") says something there. */
static gboolean
null_is_allowed (const OmcJsonValue *object, const char *key, gsize index)
{
  g_autofree char *twin = *key == '_' ? g_strdup (key + 1) : g_strconcat ("_", key, NULL);
  OmcJsonKind kind =
      omc_json_value_get_kind (omc_json_value_at (omc_json_value_get (object, twin), index));

  return kind != OMC_JSON_ABSENT && kind != OMC_JSON_NULL;
}

static void
check_form (OmcValidation *self,
            const OmcJsonValue *value,
            const OmcJsonValue *parent,
            const char *key)
{
  const OmcJsonValue *member;
  OmcJsonKind kind = omc_json_value_get_kind (value);
  const char *name;
  OmcJsonIter iter;
  gsize i = 0;
  gsize length;

  if (self->issues->len >= MAX_ISSUES)
    return;
  if (kind == OMC_JSON_NULL ||
      (kind == OMC_JSON_STRING && *omc_json_value_get_string (value) == '\0') ||
      ((kind == OMC_JSON_ARRAY || kind == OMC_JSON_OBJECT) && omc_json_value_get_size (value) == 0))
    {
      _omc_validate_add (self, "structure", _ ("FHIR has no empty values; leave the element out"));
      return;
    }

  for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, &name, &member); i++)
    {
      length = name ? push (self, name) : push_index (self, i);
      if (name && !g_ascii_islower (name[*name == '_']))
        _omc_validate_add (self, "structure", _ ("No element of FHIR has this name"));
      if (!name && omc_json_value_get_kind (member) == OMC_JSON_ARRAY)
        _omc_validate_add (self, "structure", _ ("FHIR has no lists in lists"));
      else if (name || omc_json_value_get_kind (member) != OMC_JSON_NULL || !key ||
               !null_is_allowed (parent, key, i))
        check_form (self, member, value, name);
      pop (self, length);
    }
}

/* --- elements --- */
static gboolean
code_is_allowed (const OmcElement *element, const OmcJsonValue *value)
{
  OmcJsonIter iter;
  const OmcJsonValue *coding;
  const char *code = omc_json_value_get_string (value);

  if (!element->codes)
    return TRUE;
  if (omc_json_value_get_kind (value) == OMC_JSON_STRING)
    return g_strv_contains ((const char *const *)element->codes, code);
  for (omc_json_iter_init (&iter, omc_json_value_get (value, "coding"));
       omc_json_iter_next (&iter, NULL, &coding);)
    {
      code = omc_json_value_pick_string (coding, "code");
      if (code && g_strv_contains ((const char *const *)element->codes, code))
        return TRUE;
    }

  return FALSE;
}

static void
check_value (OmcValidation *self,
             const OmcElement *element,
             const char *type,
             const OmcJsonValue *value)
{
  gboolean is_set = *type == '@';
  g_autofree char *message = NULL;
  GPtrArray *set;

  if (_omc_validate_is_primitive (type))
    {
      if (!_omc_validate_check_primitive (type, value))
        {
          message = g_strdup_printf (_ ("The value has not the form of the datatype %s"), type);
          _omc_validate_add (self, "value", message);
        }
      else if (!code_is_allowed (element, value))
        _omc_validate_add (self, "code-invalid",
                           _ ("The code is none of those that FHIR allows here"));
      return;
    }
  if (omc_json_value_get_kind (value) != OMC_JSON_OBJECT)
    {
      message = g_strdup_printf (_ ("This must be an object of the datatype %s"),
                                 is_set ? type + 1 : type);
      _omc_validate_add (self, "structure", message);
      return;
    }
  if (strcmp (type, "Resource") == 0)
    {
      check_resource (self, value, OMC_VALIDATE_STRICT);
      return;
    }
  set = _omc_validate_find_set (is_set ? type + 1 : type);
  if (!set)
    return;
  check_object (self, value, set, FALSE);
  _omc_validate_datatype_rules (self, value, type);
  if (!code_is_allowed (element, value))
    _omc_validate_add (self, "code-invalid", _ ("The code is none of those that FHIR allows here"));
}

/* "_birthDate": what is said about a primitive value beside it. */
static void
check_sibling_value (OmcValidation *self, const OmcJsonValue *value)
{
  static const OmcElement id = { .codes = NULL };
  static const OmcElement extension = { .is_list = TRUE };
  const OmcJsonValue *member;
  const char *key;
  OmcJsonIter iter;

  if (omc_json_value_get_kind (value) == OMC_JSON_NULL)
    return;
  if (omc_json_value_get_kind (value) != OMC_JSON_OBJECT)
    {
      _omc_validate_add (self, "structure", _ ("This must be an object with id or extension"));
      return;
    }
  for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, &key, &member);)
    {
      gsize length = push (self, key);

      if (strcmp (key, "id") == 0)
        check_member (self, &id, "string", member, FALSE);
      else if (strcmp (key, "extension") == 0)
        check_member (self, &extension, "Extension", member, FALSE);
      else
        _omc_validate_add (self, "structure", _ ("No element of FHIR has this name here"));
      pop (self, length);
    }
}

static void
check_member (OmcValidation *self,
              const OmcElement *element,
              const char *type,
              const OmcJsonValue *value,
              gboolean is_sibling)
{
  const OmcJsonValue *item;
  OmcJsonIter iter;
  gsize i = 0;

  if (element->is_list != (omc_json_value_get_kind (value) == OMC_JSON_ARRAY))
    {
      _omc_validate_add (self, "structure",
                         element->is_list ? _ ("This must be a list")
                                          : _ ("This must be one value, no list"));
      return;
    }
  if (!element->is_list)
    {
      if (is_sibling)
        check_sibling_value (self, value);
      else
        check_value (self, element, type, value);
      return;
    }
  for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, NULL, &item); i++)
    {
      gsize length = push_index (self, i);

      if (is_sibling)
        check_sibling_value (self, item);
      else if (omc_json_value_get_kind (item) != OMC_JSON_NULL ||
               !_omc_validate_is_primitive (type))
        check_value (self, element, type, item);
      pop (self, length);
    }
}

/* Reports the required elements that are absent. */
static void
check_presence (OmcValidation *self, GPtrArray *set, const char *const *chosen)
{
  for (guint i = 0; i < set->len; i++)
    {
      const OmcElement *element = set->pdata[i];

      if (element->is_required && !chosen[i])
        _omc_validate_add_at (self, element->name, "required", _ ("FHIR requires this element"));
    }
}

static guint
index_of (GPtrArray *set, const OmcElement *element)
{
  for (guint i = 0; i < set->len; i++)
    if (set->pdata[i] == element)
      return i;

  g_assert_not_reached ();
}

static void
check_object (OmcValidation *self, const OmcJsonValue *object, GPtrArray *set, gboolean is_resource)
{
  g_autofree const char **chosen = g_new0 (const char *, set->len);
  const OmcJsonValue *member;
  const char *key;
  OmcJsonIter iter;

  for (omc_json_iter_init (&iter, object);
       self->issues->len < MAX_ISSUES && omc_json_iter_next (&iter, &key, &member);)
    {
      gboolean is_sibling = *key == '_';
      const char *name = key + is_sibling;
      const char *type = NULL;
      const OmcElement *element = _omc_validate_find_element (set, name, &type);
      gsize length;

      if (is_resource && strcmp (key, "resourceType") == 0)
        continue;
      length = push (self, key);
      if (!element || (is_sibling && !_omc_validate_is_primitive (type)))
        _omc_validate_add (self, "structure", _ ("No element of FHIR has this name here"));
      else
        {
          guint i = index_of (set, element);

          if (chosen[i] && strcmp (chosen[i], name) != 0)
            _omc_validate_add (self, "structure", _ ("Only one datatype can be chosen"));
          chosen[i] = name;
          check_member (self, element, type, member, is_sibling);
        }
      pop (self, length);
    }
  check_presence (self, set, (const char *const *)chosen);
}

/* --- resources --- */
/* What a type that we do not know in detail has like all others. */
static void
check_common (OmcValidation *self, const OmcJsonValue *resource)
{
  static const struct
  {
    const char *name;
    const char *type;
  } elements[] = { { "id", "id" },
                   { "meta", "Meta" },
                   { "text", "Narrative" },
                   { "language", "code" },
                   { "implicitRules", "uri" } };
  OmcElement none = { .codes = NULL };

  for (guint i = 0; i < G_N_ELEMENTS (elements); i++)
    {
      const OmcJsonValue *value = omc_json_value_get (resource, elements[i].name);
      gsize length = push (self, elements[i].name);

      if (value)
        check_value (self, &none, elements[i].type, value);
      pop (self, length);
    }
}

static void
check_resource (OmcValidation *self, const OmcJsonValue *resource, OmcValidateLevel level)
{
  const char *type = omc_json_value_pick_string (resource, "resourceType");
  const OmcJsonValue *id = omc_json_value_get (resource, "id");
  const OmcJsonValue *outer = self->root;
  GPtrArray *set = NULL;

  if (!type || !omc_fhir_is_resource_type (type))
    {
      _omc_validate_add_at (self, "resourceType", "structure",
                            _ ("resourceType is none of FHIR R4"));
      return;
    }
  /* A contained resource refers to its neighbours, one in a Bundle to its own. */
  if (!outer || !strstr (self->path->str, ".contained["))
    self->root = resource;
  if (level == OMC_VALIDATE_STRICT)
    set = _omc_validate_find_set (type);
  if (set)
    {
      if (id && !_omc_validate_check_primitive ("id", id))
        _omc_validate_add_at (self, "id", "value",
                              _ ("An id has 1 to 64 of the characters A-Z a-z 0-9 - ."));
      check_object (self, resource, set, TRUE);
      _omc_validate_resource_rules (self, resource, type);
    }
  else
    check_common (self, resource);
  self->root = outer;
}

gboolean
omc_validate_knows_type (const char *type)
{
  g_return_val_if_fail (type != NULL, FALSE);

  return omc_fhir_is_resource_type (type) && _omc_validate_find_set (type) != NULL;
}

GPtrArray *
omc_validate (OmcResource *resource, OmcValidateLevel level)
{
  g_autoptr (GString) path = NULL;
  OmcValidation self = { g_ptr_array_new_with_free_func ((GDestroyNotify)issue_free), NULL, NULL };

  g_return_val_if_fail (resource != NULL, self.issues);

  self.path = path = g_string_new (omc_resource_get_resource_type (resource));
  check_form (&self, omc_resource_get_root (resource), NULL, NULL);
  check_resource (&self, omc_resource_get_root (resource), level);
  if (self.issues->len > MAX_ISSUES)
    g_ptr_array_set_size (self.issues, MAX_ISSUES);

  return self.issues;
}

gboolean
omc_validate_has_error (GPtrArray *issues)
{
  g_return_val_if_fail (issues != NULL, FALSE);

  for (guint i = 0; i < issues->len; i++)
    if (((OmcIssue *)issues->pdata[i])->severity == OMC_ISSUE_ERROR)
      return TRUE;

  return FALSE;
}

gboolean
omc_validate_check (OmcResource *resource, OmcValidateLevel level, GError **error)
{
  g_autoptr (GPtrArray) issues = omc_validate (resource, level);

  for (guint i = 0; i < issues->len; i++)
    {
      const OmcIssue *issue = issues->pdata[i];

      if (issue->severity == OMC_ISSUE_ERROR)
        {
          g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID, "%s: %s", issue->expression,
                       issue->message);
          return FALSE;
        }
    }

  return TRUE;
}

static void
append_issue (OmcJsonBuilder *builder,
              OmcJsonNode *list,
              const char *severity,
              const char *code,
              const char *message,
              const char *expression)
{
  OmcJsonNode *node = omc_json_node_append_object (builder, list);

  omc_json_node_set_string (builder, node, "severity", severity);
  omc_json_node_set_string (builder, node, "code", code);
  omc_json_node_set_string (builder, node, "diagnostics", message);
  if (expression)
    omc_json_node_append (builder, omc_json_node_add_array (builder, node, "expression"),
                          omc_json_builder_string (builder, expression));
}

OmcResource *
omc_validate_to_outcome (GPtrArray *issues)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (builder);
  g_autoptr (OmcJson) json = NULL;
  OmcJsonNode *list;

  g_return_val_if_fail (issues != NULL, NULL);

  omc_json_node_set_string (builder, root, "resourceType", "OperationOutcome");
  list = omc_json_node_add_array (builder, root, "issue");
  for (guint i = 0; i < issues->len; i++)
    {
      const OmcIssue *issue = issues->pdata[i];

      append_issue (builder, list, issue->severity == OMC_ISSUE_ERROR ? "error" : "warning",
                    issue->code, issue->message, issue->expression);
    }
  if (issues->len == 0)
    append_issue (builder, list, "information", "informational",
                  _ ("Nothing is wrong with the resource"), NULL);
  json = omc_json_builder_end (builder, root);

  return omc_resource_new (json, NULL);
}
