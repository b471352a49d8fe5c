/* omc-json-builder.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>

#include "omc-json-private.h"

struct _OmcJsonBuilder
{
  yyjson_mut_doc *doc; /* (owned) */
};

static yyjson_mut_doc *
new_document (void)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);

  if (!doc)
    g_error ("out of memory");

  return doc;
}

OmcJsonBuilder *
omc_json_builder_new (void)
{
  OmcJsonBuilder *self = g_new (OmcJsonBuilder, 1);

  self->doc = new_document ();

  return self;
}

void
omc_json_builder_free (OmcJsonBuilder *self)
{
  g_return_if_fail (self != NULL);

  yyjson_mut_doc_free (self->doc);
  g_free (self);
}

OmcJsonNode *
omc_json_builder_object (OmcJsonBuilder *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return yyjson_mut_obj (self->doc);
}

OmcJsonNode *
omc_json_builder_array (OmcJsonBuilder *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return yyjson_mut_arr (self->doc);
}

OmcJsonNode *
omc_json_builder_string (OmcJsonBuilder *self, const char *value)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (value != NULL && g_utf8_validate (value, -1, NULL), NULL);

  return yyjson_mut_strcpy (self->doc, value);
}

OmcJsonNode *
omc_json_builder_number (OmcJsonBuilder *self, const char *text)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (text != NULL && omc_json_is_number_text (text), NULL);

  return yyjson_mut_rawcpy (self->doc, text);
}

OmcJsonNode *
omc_json_builder_integer (OmcJsonBuilder *self, gint64 value)
{
  char text[32];

  g_return_val_if_fail (self != NULL, NULL);

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, value);
  return yyjson_mut_rawcpy (self->doc, text);
}

OmcJsonNode *
omc_json_builder_boolean (OmcJsonBuilder *self, gboolean value)
{
  g_return_val_if_fail (self != NULL, NULL);

  return yyjson_mut_bool (self->doc, value);
}

OmcJsonNode *
omc_json_builder_null (OmcJsonBuilder *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return yyjson_mut_null (self->doc);
}

OmcJsonNode *
omc_json_builder_copy (OmcJsonBuilder *self, const OmcJsonValue *value)
{
  g_return_val_if_fail (self != NULL, NULL);

  return value ? yyjson_val_mut_copy (self->doc, (yyjson_val *)value) : NULL;
}

/* yyjson's own replace copies the new value into the old node; a caller could then fill the new one in vain. */
static gboolean
replace_member (yyjson_mut_val *object, const char *key, yyjson_mut_val *value)
{
  gsize length = strlen (key);
  yyjson_mut_obj_iter iter;
  yyjson_mut_val *name;

  yyjson_mut_obj_iter_init (object, &iter);
  while ((name = yyjson_mut_obj_iter_next (&iter)) != NULL)
    if (yyjson_mut_equals_strn (name, key, length))
      {
        value->next = name->next->next;
        name->next = value;
        return TRUE;
      }

  return FALSE;
}

void
omc_json_node_set (OmcJsonBuilder *self, OmcJsonNode *object, const char *key, OmcJsonNode *value)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (yyjson_mut_is_obj (object));
  g_return_if_fail (key != NULL);

  if (!value)
    yyjson_mut_obj_remove_keyn (object, key, strlen (key));
  else if (!replace_member (object, key, value))
    yyjson_mut_obj_add (object, yyjson_mut_strcpy (self->doc, key), value);
}

void
omc_json_node_set_string (OmcJsonBuilder *self,
                          OmcJsonNode *object,
                          const char *key,
                          const char *value)
{
  if (value)
    omc_json_node_set (self, object, key, omc_json_builder_string (self, value));
}

OmcJsonNode *
omc_json_node_add_object (OmcJsonBuilder *self, OmcJsonNode *object, const char *key)
{
  OmcJsonNode *node = omc_json_builder_object (self);

  omc_json_node_set (self, object, key, node);
  return node;
}

OmcJsonNode *
omc_json_node_add_array (OmcJsonBuilder *self, OmcJsonNode *object, const char *key)
{
  OmcJsonNode *node = omc_json_builder_array (self);

  omc_json_node_set (self, object, key, node);
  return node;
}

OmcJsonNode *
omc_json_node_get (OmcJsonNode *object, const char *key)
{
  g_return_val_if_fail (key != NULL, NULL);

  return yyjson_mut_obj_get (object, key);
}

OmcJsonNode *
omc_json_node_at (OmcJsonNode *array, gsize index)
{
  return yyjson_mut_arr_get (array, index);
}

gsize
omc_json_node_get_size (OmcJsonNode *node)
{
  return yyjson_mut_is_ctn (node) ? yyjson_mut_get_len (node) : 0;
}

const char *
omc_json_node_get_string (OmcJsonNode *node)
{
  return yyjson_mut_get_str (node);
}

void
omc_json_node_append (OmcJsonBuilder *self, OmcJsonNode *array, OmcJsonNode *value)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (yyjson_mut_is_arr (array));
  g_return_if_fail (value != NULL);

  yyjson_mut_arr_append (array, value);
}

OmcJsonNode *
omc_json_node_append_object (OmcJsonBuilder *self, OmcJsonNode *array)
{
  OmcJsonNode *node = omc_json_builder_object (self);

  omc_json_node_append (self, array, node);
  return node;
}

void
omc_json_node_remove_at (OmcJsonNode *array, gsize index)
{
  g_return_if_fail (yyjson_mut_is_arr (array));

  yyjson_mut_arr_remove (array, index);
}

OmcJson *
omc_json_builder_end (OmcJsonBuilder *self, OmcJsonNode *root)
{
  yyjson_doc *doc;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (root != NULL, NULL);

  doc = yyjson_mut_val_imut_copy (root, NULL);
  if (!doc)
    g_error ("out of memory");
  yyjson_mut_doc_free (self->doc);
  self->doc = new_document ();

  return _omc_json_new_take (doc);
}
