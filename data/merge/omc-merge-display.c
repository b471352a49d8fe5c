/* omc-merge-display.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <stdio.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-merge-display.h"

#define MAX_ITEMS 12
#define MAX_DEPTH 4

static char *display (const char *element, const OmcJsonValue *value, guint depth);

static const OmcJsonValue *
member (const OmcJsonValue *object, const char *name)
{
  return omc_json_value_get (object, name);
}

static const char *
text_of (const OmcJsonValue *object, const char *name)
{
  return omc_json_value_get_string (member (object, name));
}

/* --- primitives --- */

static gboolean
is_date (const char *text)
{
  static const char pattern[] = "dddd-dd-ddTdd:dd";
  gsize length = strlen (text);

  if (length != 4 && length != 7 && length != 10 && length < 16)
    return FALSE;
  for (gsize i = 0; i < MIN (length, 16); i++)
    if (pattern[i] == 'd' ? !g_ascii_isdigit (text[i]) : pattern[i] != text[i])
      return FALSE;
  return TRUE;
}

char *
omc_merge_display_date (const char *text)
{
  g_autoptr (GDateTime) date = NULL;
  g_autofree char *day = NULL;
  int year = 0;
  int month = 1;
  int day_of_month = 1;

  g_return_val_if_fail (text != NULL, NULL);

  if (!is_date (text) || strlen (text) == 4)
    return g_strdup (text);
  sscanf (text, "%4d-%2d-%2d", &year, &month, &day_of_month);
  date = g_date_time_new_utc (year, month, day_of_month, 0, 0, 0);
  if (!date)
    return g_strdup (text);
  if (strlen (text) == 7)
    return g_date_time_format (date, "%b-%Y");
  day = g_date_time_format (date, "%d-%b-%Y");
  return strlen (text) == 10 ? g_steal_pointer (&day) : g_strdup_printf ("%s %.5s", day, text + 11);
}

static const struct
{
  const char *element;
  const char *code;
  const char *words;
} codes[] = {
  { "gender", "male", NC_ ("gender", "Male") },
  { "gender", "female", NC_ ("gender", "Female") },
  { "gender", "other", NC_ ("gender", "Other") },
  { "gender", "unknown", NC_ ("gender", "Unknown") },
  { "criticality", "low", NC_ ("allergy", "Low risk") },
  { "criticality", "high", NC_ ("allergy", "High risk") },
  { "criticality", "unable-to-assess", NC_ ("allergy", "Risk cannot be assessed") },
  { "status", "entered-in-error", NC_ ("status", "Entered in error") },
  { "status", "preliminary", NC_ ("status", "Preliminary") },
  { "status", "final", NC_ ("status", "Final") },
  { "status", "amended", NC_ ("status", "Amended") },
  { "status", "corrected", NC_ ("status", "Corrected") },
  { "status", "active", NC_ ("status", "Active") },
  { "status", "on-hold", NC_ ("status", "On hold") },
  { "status", "stopped", NC_ ("status", "Stopped") },
  { "status", "completed", NC_ ("status", "Completed") },
  { "status", "cancelled", NC_ ("status", "Cancelled") },
  { "status", "inactive", NC_ ("status", "Inactive") },
  { "status", "not-done", NC_ ("status", "Not done") },
  { "status", "in-progress", NC_ ("status", "In progress") },
  { "status", "finished", NC_ ("status", "Finished") },
  { "use", "home", NC_ ("contact", "home") },
  { "use", "work", NC_ ("contact", "work") },
  { "use", "mobile", NC_ ("contact", "mobile") },
  { "use", "temp", NC_ ("contact", "temporary") },
  { "use", "old", NC_ ("contact", "former") },
};

static const char *
code_context (const char *element)
{
  return strcmp (element, "criticality") == 0 ? "allergy"
         : strcmp (element, "use") == 0       ? "contact"
                                              : element;
}

static char *
display_string (const char *element, const char *text)
{
  for (gsize i = 0; element && i < G_N_ELEMENTS (codes); i++)
    if (strcmp (codes[i].element, element) == 0 && strcmp (codes[i].code, text) == 0)
      return g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, code_context (element), codes[i].words));
  return is_date (text) ? omc_merge_display_date (text) : g_strdup (text);
}

/* --- lists and structures --- */

static void
append_item (GString *text, const char *separator, const char *item)
{
  if (!item || !*item)
    return;
  if (text->len)
    g_string_append (text, separator);
  g_string_append (text, item);
}

static void
append_value (GString *text,
              const char *separator,
              const char *element,
              const OmcJsonValue *value,
              guint depth)
{
  g_autofree char *item = value ? display (element, value, depth) : NULL;

  append_item (text, separator, item);
}

static char *
display_list (const char *element, const OmcJsonValue *value, const char *separator, guint depth)
{
  GString *text = g_string_new (NULL);
  gsize left = omc_json_value_get_size (value);
  OmcJsonIter iter;
  const OmcJsonValue *item;
  guint n = 0;

  omc_json_iter_init (&iter, value);
  while (n++ < MAX_ITEMS && omc_json_iter_next (&iter, NULL, &item))
    {
      append_value (text, separator, element, item, depth);
      left--;
    }
  if (left > 0)
    {
      g_autofree char *more =
          g_strdup_printf (ngettext ("and %u more", "and %u more", (guint)left), (guint)left);

      append_item (text, separator, more);
    }
  return g_string_free_and_steal (text);
}

static char *
display_concept (const OmcJsonValue *concept)
{
  const OmcJsonValue *coding = omc_json_value_at (member (concept, "coding"), 0);
  const char *words = text_of (concept, "text");

  if (!words)
    words = text_of (coding, "display");
  if (!words)
    words = text_of (coding, "code");
  return g_strdup (words ? words : "");
}

static char *
display_quantity (const OmcJsonValue *quantity)
{
  const char *number = omc_json_value_get_number_text (member (quantity, "value"));
  const char *unit = text_of (quantity, "unit");
  const char *comparator = text_of (quantity, "comparator");

  if (!unit)
    unit = text_of (quantity, "code");
  return g_strdup_printf ("%s%s%s%s", comparator ? comparator : "", number ? number : "",
                          unit ? " " : "", unit ? unit : "");
}

static char *
display_name (const OmcJsonValue *name, guint depth)
{
  const char *family = text_of (name, "family");
  g_autofree char *given = display_list (NULL, member (name, "given"), " ", depth);
  g_autofree char *upper = family ? g_utf8_strup (family, -1) : NULL;

  if (!upper && !*given)
    return g_strdup (text_of (name, "text") ? text_of (name, "text") : "");
  return g_strjoin (upper && *given ? ", " : "", upper ? upper : "", given, NULL);
}

static char *
display_address (const OmcJsonValue *address, guint depth)
{
  static const char *const parts[] = {
    "line", "postalCode", "city", "district", "state", "country"
  };
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    append_value (text, ", ", NULL, member (address, parts[i]), depth);
  if (text->len == 0)
    append_item (text, "", text_of (address, "text"));
  return g_string_free_and_steal (text);
}

static char *
display_contact_point (const OmcJsonValue *contact)
{
  const char *use = text_of (contact, "use");
  g_autofree char *words = use ? display_string ("use", use) : NULL;

  return words ? g_strdup_printf ("%s (%s)", text_of (contact, "value"), words)
               : g_strdup (text_of (contact, "value"));
}

static char *
display_period (const OmcJsonValue *period)
{
  g_autofree char *start =
      text_of (period, "start") ? omc_merge_display_date (text_of (period, "start")) : NULL;
  g_autofree char *end =
      text_of (period, "end") ? omc_merge_display_date (text_of (period, "end")) : NULL;

  if (start && end)
    return g_strdup_printf (C_ ("period", "%s to %s"), start, end);
  if (start)
    return g_strdup_printf (C_ ("period", "since %s"), start);
  return g_strdup_printf (C_ ("period", "until %s"), end ? end : "?");
}

static char *
display_note (const OmcJsonValue *note)
{
  const char *author = text_of (note, "authorString");
  g_autofree char *when =
      text_of (note, "time") ? omc_merge_display_date (text_of (note, "time")) : NULL;

  if (!author)
    author = omc_json_value_pick_string (note, "authorReference.display");
  if (author && when)
    return g_strdup_printf ("%s (%s, %s)", text_of (note, "text"), author, when);
  if (author || when)
    return g_strdup_printf ("%s (%s)", text_of (note, "text"), author ? author : when);
  return g_strdup (text_of (note, "text"));
}

static char *
display_dosage (const OmcJsonValue *dosage, guint depth)
{
  const OmcJsonValue *repeat = omc_json_value_pick (dosage, "timing.repeat");
  const char *frequency = omc_json_value_get_number_text (member (repeat, "frequency"));
  const char *period = omc_json_value_get_number_text (member (repeat, "period"));
  GString *text = g_string_new (text_of (dosage, "text"));

  append_value (text, " · ", NULL, omc_json_value_pick (dosage, "doseAndRate.doseQuantity"), depth);
  append_value (text, " · ", NULL, member (dosage, "dose"), depth);
  append_value (text, " · ", NULL, member (dosage, "route"), depth);
  if (frequency && period)
    {
      const char *unit = text_of (repeat, "periodUnit");
      /* Translators: how often a medicine is taken, "3 times in 1 d" */
      g_autofree char *often =
          g_strdup_printf (C_ ("dose", "%s times in %s %s"), frequency, period, unit ? unit : "");

      append_item (text, " · ", often);
    }
  return g_string_free_and_steal (text);
}

static const OmcJsonValue *
find_choice (const OmcJsonValue *object, const char *prefix)
{
  OmcJsonIter iter;
  const char *name;
  const OmcJsonValue *value;

  for (omc_json_iter_init (&iter, object); omc_json_iter_next (&iter, &name, &value);)
    if (g_str_has_prefix (name, prefix) && g_ascii_isupper (name[strlen (prefix)]))
      return value;
  return NULL;
}

static char *
display_coded_value (const OmcJsonValue *object, guint depth)
{
  const OmcJsonValue *value = find_choice (object, "value");
  g_autofree char *code = display_concept (member (object, "code"));
  g_autofree char *shown =
      display (NULL, value ? value : member (object, "dataAbsentReason"), depth);

  return g_strdup_printf ("%s: %s", code, shown);
}

/* "family" -> "family"; names of elements are English in every language, as they are in FHIR itself. */
static char *
display_members (const OmcJsonValue *object, guint depth)
{
  GString *text = g_string_new (NULL);
  OmcJsonIter iter;
  const char *name;
  const OmcJsonValue *value;
  guint n = 0;

  omc_json_iter_init (&iter, object);
  while (n < MAX_ITEMS && omc_json_iter_next (&iter, &name, &value))
    {
      g_autofree char *shown = NULL;

      if (*name == '_' || strcmp (name, "id") == 0 || strcmp (name, "url") == 0)
        continue;
      shown = display (name, value, depth);
      append_item (text, "; ", shown);
      n++;
    }
  return g_string_free_and_steal (text);
}

static char *
display_object (const OmcJsonValue *object, guint depth)
{
  if (member (object, "coding") ||
      (text_of (object, "text") && omc_json_value_get_size (object) == 1))
    return display_concept (object);
  if (member (object, "family") || member (object, "given"))
    return display_name (object, depth);
  if (member (object, "line") || member (object, "city") || member (object, "postalCode"))
    return display_address (object, depth);
  if (omc_json_value_get_kind (member (object, "value")) == OMC_JSON_NUMBER)
    return display_quantity (object);
  if (text_of (object, "value") && (member (object, "use") || member (object, "rank")) &&
      !member (object, "type"))
    return display_contact_point (object);
  if (text_of (object, "value"))
    return g_strdup (text_of (object, "value"));
  if (member (object, "reference"))
    return g_strdup (text_of (object, "display") ? text_of (object, "display")
                                                 : text_of (object, "reference"));
  if (text_of (object, "start") || text_of (object, "end"))
    return display_period (object);
  if (member (object, "timing") || member (object, "doseAndRate") || member (object, "dose"))
    return display_dosage (object, depth);
  if (text_of (object, "text") && (member (object, "time") || member (object, "authorReference") ||
                                   member (object, "authorString")))
    return display_note (object);
  if (member (object, "code") &&
      (find_choice (object, "value") || member (object, "dataAbsentReason")))
    return display_coded_value (object, depth);
  if (text_of (object, "code"))
    return g_strdup (text_of (object, "display") ? text_of (object, "display")
                                                 : text_of (object, "code"));
  return display_members (object, depth);
}

static char *
display (const char *element, const OmcJsonValue *value, guint depth)
{
  switch (omc_json_value_get_kind (value))
    {
    case OMC_JSON_BOOLEAN:
      return g_strdup (omc_json_value_get_boolean (value, FALSE) ? _ ("Yes") : _ ("No"));
    case OMC_JSON_NUMBER:
      return g_strdup (omc_json_value_get_number_text (value));
    case OMC_JSON_STRING:
      return display_string (element, omc_json_value_get_string (value));
    case OMC_JSON_ARRAY:
      return depth >= MAX_DEPTH ? g_strdup ("…") : display_list (element, value, ", ", depth + 1);
    case OMC_JSON_OBJECT:
      return depth >= MAX_DEPTH ? g_strdup ("…") : display_object (value, depth + 1);
    case OMC_JSON_ABSENT:
    case OMC_JSON_NULL:
    default:
      return g_strdup ("");
    }
}

char *
omc_merge_display_value (const char *element, const OmcJsonValue *value)
{
  return display (element, value, 0);
}
