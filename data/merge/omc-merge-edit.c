/* omc-merge-edit.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-clock.h"
#include "omc-merge-display.h"
#include "omc-merge-edit.h"
#include "omc-resource.h"

static const char *const genders[] = { "male", "female", "other", "unknown", NULL };
static const char *const criticalities[] = { "low", "high", "unable-to-assess", NULL };
static const char *const observation_states[] = { "registered",       "preliminary", "final",
                                                  "amended",          "corrected",   "cancelled",
                                                  "entered-in-error", NULL };
static const char *const request_states[] = { "active",    "on-hold", "cancelled",
                                              "completed", "stopped", "entered-in-error",
                                              "draft",     NULL };
static const char *const flag_states[] = { "active", "inactive", "entered-in-error", NULL };

static const struct
{
  const char *type;
  const char *element;
  const char *const *codes;
} code_lists[] = {
  { "Patient", "gender", genders },
  { "AllergyIntolerance", "criticality", criticalities },
  { "Observation", "status", observation_states },
  { "MedicationRequest", "status", request_states },
  { "Flag", "status", flag_states },
};

const char *const *
omc_merge_edit_list_codes (const char *type, const char *element)
{
  for (gsize i = 0; i < G_N_ELEMENTS (code_lists); i++)
    if (g_strcmp0 (type, code_lists[i].type) == 0 &&
        g_strcmp0 (element, code_lists[i].element) == 0)
      return code_lists[i].codes;
  return NULL;
}

/* Elements of FHIR that are dates carry it in their names. */
static gboolean
is_date_element (const char *element)
{
  static const char *const names[] = { "start",  "end",        "sent",         "received",
                                       "issued", "authoredOn", "lastModified", "lastOccurrence",
                                       NULL };

  return g_str_has_suffix (element, "Date") || g_str_has_suffix (element, "DateTime") ||
         g_str_has_suffix (element, "Instant") || g_strv_contains (names, element);
}

static gboolean
is_list_of_strings (const OmcJsonValue *value)
{
  OmcJsonIter iter;
  const OmcJsonValue *member;

  for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, NULL, &member);)
    if (!omc_json_value_get_string (member))
      return FALSE;
  return TRUE;
}

/* Free texts of FHIR; any other string is a code or an address that a typing error would break. */
static gboolean
is_text_element (const char *element)
{
  static const char *const names[] = { "value",       "family",      "text",
                                       "city",        "district",    "state",
                                       "postalCode",  "country",     "comment",
                                       "description", "title",       "conclusion",
                                       "lotNumber",   "valueString", "patientInstruction",
                                       NULL };

  return g_strv_contains (names, element);
}

OmcEditKind
omc_merge_edit_kind (const char *type, const char *element, const OmcJsonValue *value)
{
  g_return_val_if_fail (element != NULL, OMC_EDIT_NONE);

  switch (omc_json_value_get_kind (value))
    {
    case OMC_JSON_STRING:
      if (omc_merge_edit_list_codes (type, element))
        return OMC_EDIT_CODE;
      if (is_date_element (element))
        return OMC_EDIT_DATE;
      return is_text_element (element) ? OMC_EDIT_STRING : OMC_EDIT_NONE;
    case OMC_JSON_BOOLEAN:
      return OMC_EDIT_BOOLEAN;
    case OMC_JSON_ARRAY:
      return is_list_of_strings (value) &&
                     (strcmp (element, "given") == 0 || strcmp (element, "line") == 0)
                 ? OMC_EDIT_WORDS
                 : OMC_EDIT_NONE;
    case OMC_JSON_OBJECT:
      return omc_json_value_get_number_text (omc_json_value_get (value, "value"))
                 ? OMC_EDIT_QUANTITY
                 : OMC_EDIT_NONE;
    case OMC_JSON_ABSENT:
    case OMC_JSON_NULL:
    case OMC_JSON_NUMBER:
    default:
      return OMC_EDIT_NONE;
    }
}

char *
omc_merge_edit_dup_text (OmcEditKind kind, const OmcJsonValue *value)
{
  if (kind == OMC_EDIT_QUANTITY)
    return g_strdup (omc_json_value_get_number_text (omc_json_value_get (value, "value")));
  if (kind == OMC_EDIT_BOOLEAN)
    return g_strdup (omc_json_value_get_boolean (value, FALSE) ? "true" : "false");
  if (kind == OMC_EDIT_DATE)
    {
      const char *text = omc_json_value_get_string (value);

      /* A time keeps its zone and seconds: it is edited as it is written. */
      return text && strlen (text) <= 10 ? omc_merge_display_date (text) : g_strdup (text);
    }
  return omc_merge_display_value (NULL, value);
}

static OmcJsonNode *
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID, message);
  return NULL;
}

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static guint
parse_month (const char *text)
{
  g_autofree char *typed = g_utf8_casefold (text, -1);

  for (guint i = 0; i < G_N_ELEMENTS (months); i++)
    {
      g_autoptr (GDateTime) date = g_date_time_new_utc (2000, i + 1, 1, 0, 0, 0);
      g_autofree char *local = g_date_time_format (date, "%b");
      g_autofree char *local_folded = g_utf8_casefold (local, -1);
      g_autofree char *english = g_utf8_casefold (months[i], -1);

      if (strcmp (typed, english) == 0 || strcmp (typed, local_folded) == 0)
        return i + 1;
    }
  return 0;
}

/* "1-May-1970" and "May-1970" beside what FHIR writes. */
static char *
normalise_date (const char *text)
{
  g_auto (GStrv) parts = g_strsplit_set (text, "- ", -1);
  guint n = g_strv_length (parts);
  guint month = n == 3 || n == 2 ? parse_month (parts[n - 2]) : 0;

  if (month == 0)
    return g_strdup (text);
  if (n == 2)
    return g_strdup_printf ("%s-%02u", parts[1], month);
  return g_strdup_printf ("%s-%02u-%02d", parts[2], month,
                          (int)g_ascii_strtoll (parts[0], NULL, 10));
}

static OmcJsonNode *
parse_date (OmcJsonBuilder *builder, const char *text, GError **error)
{
  g_autofree char *date = normalise_date (text);
  gint64 start_us;
  gint64 end_us;

  if (!omc_instant_parse_range (date, &start_us, &end_us))
    return refuse (error, _ ("This is no date; write it as 01-May-1970"));
  return omc_json_builder_string (builder, date);
}

static OmcJsonNode *
parse_quantity (OmcJsonBuilder *builder, const OmcJsonValue *old, const char *text, GError **error)
{
  g_autofree char *number = g_strdup (text);
  g_autofree char *document = NULL;
  g_autoptr (OmcJson) json = NULL;
  OmcJsonNode *node;

  g_strdelimit (number, ",", '.');
  document = g_strdup_printf ("[%s]", number);
  json = omc_json_parse (document, -1, NULL);
  if (!json || omc_json_value_get_size (omc_json_get_root (json)) != 1 ||
      !omc_json_value_get_number_text (omc_json_value_at (omc_json_get_root (json), 0)))
    return refuse (error, _ ("This is no number"));
  node = omc_json_builder_copy (builder, old);
  omc_json_node_set (builder, node, "value", omc_json_builder_number (builder, number));
  return node;
}

static OmcJsonNode *
parse_words (OmcJsonBuilder *builder, const char *text)
{
  OmcJsonNode *node = omc_json_builder_array (builder);
  g_auto (GStrv) words = g_strsplit (text, ",", -1);

  for (guint i = 0; words[i]; i++)
    if (*g_strstrip (words[i]))
      omc_json_node_append (builder, node, omc_json_builder_string (builder, words[i]));
  return node;
}

OmcJsonNode *
omc_merge_edit_parse (OmcJsonBuilder *builder,
                      OmcEditKind kind,
                      const char *const *codes,
                      const OmcJsonValue *old,
                      const char *text,
                      GError **error)
{
  g_autofree char *typed = g_strstrip (g_strdup (text));

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!*typed)
    return refuse (error, _ ("Write a value, or take one of the two sides"));
  switch (kind)
    {
    case OMC_EDIT_STRING:
      return omc_json_builder_string (builder, typed);
    case OMC_EDIT_WORDS:
      return parse_words (builder, typed);
    case OMC_EDIT_DATE:
      return parse_date (builder, typed, error);
    case OMC_EDIT_CODE:
      if (codes && g_strv_contains (codes, typed))
        return omc_json_builder_string (builder, typed);
      return refuse (error, _ ("This value is not one of the possible ones"));
    case OMC_EDIT_BOOLEAN:
      return omc_json_builder_boolean (builder, strcmp (typed, "true") == 0);
    case OMC_EDIT_QUANTITY:
      return parse_quantity (builder, old, typed, error);
    case OMC_EDIT_NONE:
    default:
      return refuse (error, _ ("This cannot be typed; take one of the two sides"));
    }
}
