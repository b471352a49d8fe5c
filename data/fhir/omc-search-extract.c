/* omc-search-extract.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>

#include "omc-clock.h"
#include "omc-search-private.h"

typedef struct
{
  const OmcSearchParam *param;
  OmcSearchExtractFunc func;
  gpointer user_data;
  const char *path_end; /* of the alternative that is walked */
} Sink;

static const char *
get_string (const OmcJsonValue *object, const char *key)
{
  return omc_json_value_get_string (omc_json_value_get (object, key));
}

static void
emit (const Sink *sink, OmcSearchEntry entry)
{
  entry.param = sink->param;
  sink->func (&entry, sink->user_data);
}

/* --- string --- */
static void
emit_text (const Sink *sink, const OmcJsonValue *value)
{
  const char *exact = omc_json_value_get_string (value);
  g_autofree char *text = exact ? omc_search_normalize (exact) : NULL;

  if (text && *text)
    emit (sink, (OmcSearchEntry){ .text = text, .exact = exact });
}

static void
emit_string (const Sink *sink, const OmcJsonValue *value)
{
  /* The parts of HumanName and Address that are searched. */
  static const char *const parts[] = { "text", "family", "given",      "prefix",  "suffix",  "line",
                                       "city", "state",  "postalCode", "country", "district" };

  if (omc_json_value_get_kind (value) == OMC_JSON_STRING)
    {
      emit_text (sink, value);
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      const OmcJsonValue *part = omc_json_value_get (value, parts[i]);
      const OmcJsonValue *member;
      OmcJsonIter iter;

      emit_text (sink, part);
      for (omc_json_iter_init (&iter, part); omc_json_iter_next (&iter, NULL, &member);)
        emit_text (sink, member);
    }
}

/* --- token --- */
static void
emit_coding (const Sink *sink, const OmcJsonValue *coding, const char *text)
{
  const char *display = get_string (coding, "display");
  OmcSearchEntry entry = { .system = get_string (coding, "system"),
                           .code = get_string (coding, "code"),
                           .text = text ? text : display };

  if (entry.code || entry.system)
    emit (sink, entry);
}

/* {phone} of "telecom{phone}" keeps that system only. */
static gboolean
passes_filter (const Sink *sink, const char *system)
{
  const char *open = memchr (sink->param->paths, '{', sink->path_end - sink->param->paths);
  gsize length;

  if (!open)
    return TRUE;
  length = sink->path_end - open - 2;

  return system && strlen (system) == length && strncmp (system, open + 1, length) == 0;
}

/* Identifier, or ContactPoint, whose system is no namespace. */
static void
emit_identifier (const Sink *sink, const OmcJsonValue *value)
{
  gboolean is_contact = g_str_has_prefix (sink->param->paths, "telecom");
  const char *system = get_string (value, "system");

  if (passes_filter (sink, system))
    emit (sink, (OmcSearchEntry){ .system = is_contact ? NULL : system,
                                  .code = get_string (value, "value"),
                                  .text = omc_json_value_pick_string (value, "type.text") });
}

static void
emit_token (const Sink *sink, const OmcJsonValue *value)
{
  const OmcJsonValue *codings = omc_json_value_get (value, "coding");
  const OmcJsonValue *coding;
  OmcJsonIter iter;

  switch (omc_json_value_get_kind (value))
    {
    case OMC_JSON_BOOLEAN:
      emit (sink, (OmcSearchEntry){ .code = omc_json_value_get_boolean (value, FALSE) ? "true"
                                                                                      : "false" });
      return;
    case OMC_JSON_STRING:
      emit (sink, (OmcSearchEntry){ .code = omc_json_value_get_string (value) });
      return;
    case OMC_JSON_OBJECT:
      break;
    case OMC_JSON_ABSENT:
    case OMC_JSON_NULL:
    case OMC_JSON_NUMBER:
    case OMC_JSON_ARRAY:
    default:
      return;
    }

  for (omc_json_iter_init (&iter, codings); omc_json_iter_next (&iter, NULL, &coding);)
    emit_coding (sink, coding, get_string (value, "text"));
  if (omc_json_value_get_size (codings) > 0)
    return;
  if (get_string (value, "value"))
    emit_identifier (sink, value);
  else if (get_string (value, "code"))
    emit_coding (sink, value, NULL);
  else if (get_string (value, "text"))
    emit (sink, (OmcSearchEntry){ .text = get_string (value, "text") });
}

/* "deceased" is true for a date of death, and false when nothing is said (R4, Patient-deceased). */
static void
emit_existence (const Sink *sink, const OmcJsonValue *value)
{
  gboolean exists = value && omc_json_value_get_boolean (value, TRUE);

  emit (sink, (OmcSearchEntry){ .code = exists ? "true" : "false" });
}

/* --- reference --- */
/* Is type the last but one segment of the reference, or unknown? */
static gboolean
may_be_of_type (const char *reference, const OmcJsonValue *value, const char *type)
{
  const char *slash = strrchr (reference, '/');
  const char *said = get_string (value, "type");
  gsize length = strlen (type);

  if (g_str_has_prefix (reference, "urn:") || !slash)
    return !said || strcmp (said, type) == 0;

  return slash - reference >= (gssize)length && strncmp (slash - length, type, length) == 0 &&
         (slash - length == reference || slash[-(gssize)length - 1] == '/');
}

static void
emit_reference (const Sink *sink, const OmcJsonValue *value)
{
  const char *reference = omc_json_value_get_string (value);
  g_autofree char *unversioned = NULL;
  const char *history;

  if (!reference)
    reference = get_string (value, "reference");
  if (!reference || *reference == '#' || *reference == '\0')
    return;
  history = strstr (reference, "/_history/");
  if (history)
    reference = unversioned = g_strndup (reference, history - reference);
  if (!sink->param->target || may_be_of_type (reference, value, sink->param->target))
    emit (sink, (OmcSearchEntry){ .text = reference });
}

/* --- date --- */
static void
emit_instant (const Sink *sink, const OmcJsonValue *value)
{
  const char *text = omc_json_value_get_string (value);
  OmcSearchEntry entry = { 0 };

  if (text && omc_instant_parse_range (text, &entry.start_us, &entry.end_us))
    emit (sink, entry);
}

static void
emit_period (const Sink *sink, const OmcJsonValue *period)
{
  const char *start = get_string (period, "start");
  const char *end = get_string (period, "end");
  OmcSearchEntry entry = { .start_us = G_MININT64, .end_us = G_MAXINT64 };
  gint64 ignored;

  if (!start && !end)
    return;
  if ((start && !omc_instant_parse_range (start, &entry.start_us, &ignored)) ||
      (end && !omc_instant_parse_range (end, &ignored, &entry.end_us)))
    return;
  emit (sink, entry);
}

static void
emit_date (const Sink *sink, const OmcJsonValue *value)
{
  const OmcJsonValue *event;
  OmcJsonIter iter;

  if (omc_json_value_get_kind (value) == OMC_JSON_STRING)
    {
      emit_instant (sink, value);
      return;
    }
  emit_period (sink, value);
  for (omc_json_iter_init (&iter, omc_json_value_get (value, "event"));
       omc_json_iter_next (&iter, NULL, &event);)
    emit_instant (sink, event);
  emit_period (sink, omc_json_value_pick (value, "repeat.boundsPeriod"));
}

/* --- quantity, number, uri --- */
static void
emit_quantity (const Sink *sink, const OmcJsonValue *value)
{
  const OmcJsonValue *number = omc_json_value_get (value, "value");
  OmcSearchEntry entry = { .number_text = omc_json_value_get_number_text (number),
                           .system = get_string (value, "system"),
                           .code = get_string (value, "code"),
                           .text = get_string (value, "unit") };

  if (omc_json_value_get_double (number, &entry.number))
    emit (sink, entry);
}

static void
emit_value (const Sink *sink, const OmcJsonValue *value)
{
  OmcSearchEntry entry = { 0 };

  switch (sink->param->kind)
    {
    case OMC_SEARCH_STRING:
      emit_string (sink, value);
      break;
    case OMC_SEARCH_TOKEN:
      emit_token (sink, value);
      break;
    case OMC_SEARCH_REFERENCE:
      emit_reference (sink, value);
      break;
    case OMC_SEARCH_DATE:
      emit_date (sink, value);
      break;
    case OMC_SEARCH_QUANTITY:
      emit_quantity (sink, value);
      break;
    case OMC_SEARCH_NUMBER:
      entry.number_text = omc_json_value_get_number_text (value);
      if (omc_json_value_get_double (value, &entry.number))
        emit (sink, entry);
      break;
    case OMC_SEARCH_URI:
      entry.text = omc_json_value_get_string (value);
      if (entry.text)
        emit (sink, entry);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* --- paths --- */
static void walk (const Sink *sink, const OmcJsonValue *value, const char *path);

/* Is key = element + Type, with a type that the list "DateTime,Period]" or "x]" names? */
static gboolean
is_choice (const char *key, const char *element, gsize length, const char *types)
{
  gsize type_length;

  if (strncmp (key, element, length) != 0 || !g_ascii_isupper (key[length]))
    return FALSE;
  if (*types == 'x')
    return TRUE;
  key += length;
  for (;; types += type_length + 1)
    {
      type_length = strcspn (types, ",]");
      if (strlen (key) == type_length && strncmp (key, types, type_length) == 0)
        return TRUE;
      if (types[type_length] == ']')
        return FALSE;
    }
}

static void
walk_choice (const Sink *sink, const OmcJsonValue *value, const char *element, gsize length)
{
  const char *types = element + length + 1;
  const char *rest = strchr (types, ']') + 1;
  const OmcJsonValue *member;
  const char *key;
  OmcJsonIter iter;

  for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, &key, &member);)
    if (is_choice (key, element, length, types))
      walk (sink, member, *rest == '.' ? rest + 1 : rest);
}

static void
walk (const Sink *sink, const OmcJsonValue *value, const char *path)
{
  gsize length;
  const OmcJsonValue *member;
  OmcJsonIter iter;

  if (omc_json_value_get_kind (value) == OMC_JSON_ARRAY)
    {
      for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, NULL, &member);)
        walk (sink, member, path);
      return;
    }
  if (path >= sink->path_end || *path == '{')
    {
      emit_value (sink, value);
      return;
    }
  if (omc_json_value_get_kind (value) != OMC_JSON_OBJECT)
    return;

  length = strcspn (path, ".[{|");
  if (path[length] == '[')
    {
      walk_choice (sink, value, path, length);
      return;
    }
  member = omc_json_value_get_n (value, path, length);
  path += length;
  if (member)
    walk (sink, member, *path == '.' ? path + 1 : path);
}

static const OmcJsonValue *
find_choice (const OmcJsonValue *root, const char *element)
{
  gsize length = strcspn (element, "[");
  const OmcJsonValue *member;
  const char *key;
  OmcJsonIter iter;

  for (omc_json_iter_init (&iter, root); omc_json_iter_next (&iter, &key, &member);)
    if (is_choice (key, element, length, element + length + 1))
      return member;

  return NULL;
}

static void
extract (const OmcJsonValue *root,
         const OmcSearchParam *param,
         OmcSearchExtractFunc func,
         gpointer user_data)
{
  Sink sink = { param, func, user_data, NULL };
  const char *path = param->paths;

  if (*path == '!')
    {
      emit_existence (&sink, find_choice (root, path + 1));
      return;
    }
  for (;; path = sink.path_end + 1)
    {
      sink.path_end = strchrnul (path, '|');
      walk (&sink, root, path);
      if (*sink.path_end == '\0')
        return;
    }
}

void
omc_search_extract_param (OmcResource *resource,
                          const OmcSearchParam *param,
                          OmcSearchExtractFunc func,
                          gpointer user_data)
{
  g_return_if_fail (resource != NULL);
  g_return_if_fail (param != NULL);
  g_return_if_fail (func != NULL);

  extract (omc_resource_get_root (resource), param, func, user_data);
}

void
omc_search_extract (OmcResource *resource, OmcSearchExtractFunc func, gpointer user_data)
{
  const OmcJsonValue *root;
  OmcSearchTable own;

  g_return_if_fail (resource != NULL);
  g_return_if_fail (func != NULL);

  root = omc_resource_get_root (resource);
  for (guint i = 0; i < _omc_search_table_common.length; i++)
    extract (root, &_omc_search_table_common.params[i], func, user_data);
  _omc_search_table_find (omc_resource_get_resource_type (resource), &own);
  for (guint i = 0; i < own.length; i++)
    extract (root, &own.params[i], func, user_data);
}
