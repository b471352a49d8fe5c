/* omc-json-value.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <math.h>
#include <string.h>

#include "omc-json-private.h"

typedef struct
{
  yyjson_val *next;
  gsize n_left;
  gboolean is_object;
} Iter;

G_STATIC_ASSERT (sizeof (Iter) <= sizeof (OmcJsonIter));

OmcJsonKind
omc_json_value_get_kind (const OmcJsonValue *value)
{
  switch (value ? unsafe_yyjson_get_type ((void *)value) : YYJSON_TYPE_NONE)
    {
    case YYJSON_TYPE_NULL:
      return OMC_JSON_NULL;
    case YYJSON_TYPE_BOOL:
      return OMC_JSON_BOOLEAN;
    case YYJSON_TYPE_RAW:
    case YYJSON_TYPE_NUM:
      return OMC_JSON_NUMBER;
    case YYJSON_TYPE_STR:
      return OMC_JSON_STRING;
    case YYJSON_TYPE_ARR:
      return OMC_JSON_ARRAY;
    case YYJSON_TYPE_OBJ:
      return OMC_JSON_OBJECT;
    default:
      return OMC_JSON_ABSENT;
    }
}

const OmcJsonValue *
omc_json_value_get_n (const OmcJsonValue *object, const char *key, gsize length)
{
  g_return_val_if_fail (key != NULL, NULL);

  return yyjson_obj_getn ((yyjson_val *)object, key, length);
}

const OmcJsonValue *
omc_json_value_get (const OmcJsonValue *object, const char *key)
{
  g_return_val_if_fail (key != NULL, NULL);

  return omc_json_value_get_n (object, key, strlen (key));
}

const OmcJsonValue *
omc_json_value_at (const OmcJsonValue *array, gsize index)
{
  return yyjson_arr_get ((yyjson_val *)array, index);
}

gsize
omc_json_value_get_size (const OmcJsonValue *value)
{
  OmcJsonKind kind = omc_json_value_get_kind (value);

  return kind == OMC_JSON_ARRAY || kind == OMC_JSON_OBJECT ? unsafe_yyjson_get_len ((void *)value)
                                                           : 0;
}

/* One step of a path, "coding[0]" or "coding"; path moves behind it. */
static const OmcJsonValue *
pick_step (const OmcJsonValue *value, const char **path)
{
  gsize length = strcspn (*path, ".[");
  guint64 index = 0;

  value = omc_json_value_get_n (value, *path, length);
  *path += length;
  if (**path == '[')
    {
      char *end;

      index = g_ascii_strtoull (*path + 1, &end, 10);
      g_return_val_if_fail (*end == ']', NULL);
      *path = end + 1;
      value = omc_json_value_at (value, index);
    }
  else if (**path == '.' && omc_json_value_get_kind (value) == OMC_JSON_ARRAY)
    value = omc_json_value_at (value, 0);

  return value;
}

const OmcJsonValue *
omc_json_value_pick (const OmcJsonValue *value, const char *path)
{
  g_return_val_if_fail (path != NULL, NULL);

  while (value && *path)
    {
      value = pick_step (value, &path);
      if (*path == '.')
        path++;
    }

  return value;
}

const char *
omc_json_value_get_string (const OmcJsonValue *value)
{
  return yyjson_get_str ((yyjson_val *)value);
}

const char *
omc_json_value_pick_string (const OmcJsonValue *value, const char *path)
{
  const OmcJsonValue *found = omc_json_value_pick (value, path);

  if (omc_json_value_get_kind (found) == OMC_JSON_ARRAY)
    found = omc_json_value_at (found, 0);

  return omc_json_value_get_string (found);
}

const char *
omc_json_value_get_number_text (const OmcJsonValue *value)
{
  return yyjson_get_raw ((yyjson_val *)value);
}

/**
 * omc_json_value_get_double:
 * @result: (out): the nearest double; for drawing and comparing with thresholds, never for storing
 *
 * Returns: %FALSE unless @value is a number within the range of a double
 */
gboolean
omc_json_value_get_double (const OmcJsonValue *value, double *result)
{
  const char *text = omc_json_value_get_number_text (value);
  double number;

  g_return_val_if_fail (result != NULL, FALSE);

  if (!text)
    return FALSE;
  number = g_ascii_strtod (text, NULL);
  if (!isfinite (number))
    return FALSE;
  *result = number;

  return TRUE;
}

gboolean
omc_json_value_get_boolean (const OmcJsonValue *value, gboolean fallback)
{
  return yyjson_is_bool ((yyjson_val *)value) ? yyjson_get_bool ((yyjson_val *)value) : fallback;
}

void
omc_json_iter_init (OmcJsonIter *iter, const OmcJsonValue *value)
{
  Iter *self = (Iter *)iter;

  g_return_if_fail (iter != NULL);

  self->n_left = omc_json_value_get_size (value);
  self->next = self->n_left > 0 ? unsafe_yyjson_get_first ((yyjson_val *)value) : NULL;
  self->is_object = omc_json_value_get_kind (value) == OMC_JSON_OBJECT;
}

gboolean
omc_json_iter_next (OmcJsonIter *iter, const char **key, const OmcJsonValue **member)
{
  Iter *self = (Iter *)iter;
  yyjson_val *value = self->next;
  const char *name = NULL;

  if (self->n_left == 0)
    return FALSE;

  if (self->is_object)
    name = unsafe_yyjson_get_str (value++);
  self->n_left--;
  self->next = unsafe_yyjson_get_next (value);
  if (key)
    *key = name;
  if (member)
    *member = value;

  return TRUE;
}
