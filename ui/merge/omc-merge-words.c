/* omc-merge-words.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge-ui"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-merge-display.h"
#include "omc-merge-words.h"

static const struct
{
  const char *type;
  const char *words;
} types[] = {
  { "Patient", N_ ("Patient details") },
  { "Encounter", N_ ("Stay") },
  { "Observation", N_ ("Measurement") },
  { "Condition", N_ ("Problem") },
  { "AllergyIntolerance", N_ ("Allergy") },
  { "MedicationRequest", N_ ("Prescription") },
  { "MedicationAdministration", N_ ("Giving of a medicine") },
  { "MedicationStatement", N_ ("Medication") },
  { "CarePlan", N_ ("Care plan") },
  { "Task", N_ ("Task") },
  { "Appointment", N_ ("Appointment") },
  { "Immunization", N_ ("Vaccination") },
  { "Procedure", N_ ("Procedure") },
  { "Communication", N_ ("Message") },
  { "Flag", N_ ("Alert") },
};

const char *
omc_merge_words_type (const char *resource_type)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_strcmp0 (types[i].type, resource_type) == 0)
      return g_dgettext (GETTEXT_PACKAGE, types[i].words);
  return resource_type;
}

/* What a record is about: its code, medicine or vaccine. */
static char *
dup_topic (OmcResource *resource)
{
  static const char *const elements[] = { "code", "medicationCodeableConcept", "vaccineCode",
                                          "title" };

  for (gsize i = 0; resource && i < G_N_ELEMENTS (elements); i++)
    {
      const OmcJsonValue *value =
          omc_json_value_get (omc_resource_get_root (resource), elements[i]);

      if (value)
        return omc_merge_display_value (elements[i], value);
    }
  return NULL;
}

char *
omc_merge_words_title (const OmcConflict *conflict)
{
  g_autofree char *topic = dup_topic (conflict->remote ? conflict->remote : conflict->local);
  const char *name = conflict->patient_name ? conflict->patient_name : _ ("No patient");
  const char *type = omc_merge_words_type (conflict->resource_type);

  return topic ? g_strdup_printf ("%s · %s: %s", name, type, topic)
               : g_strdup_printf ("%s · %s", name, type);
}

char *
omc_merge_words_who_when (const char *author, gint64 us)
{
  g_autoptr (GDateTime) utc = us > 0 ? g_date_time_new_from_unix_utc_usec (us) : NULL;
  g_autoptr (GDateTime) local = utc ? g_date_time_to_local (utc) : NULL;
  g_autofree char *when = local ? g_date_time_format (local, "%d-%b-%Y %H:%M") : NULL;

  if (author && when)
    return g_strdup_printf (C_ ("who, when", "%s, %s"), author, when);
  if (author || when)
    return g_strdup (author ? author : when);
  return g_strdup (_ ("by whom and when is not known"));
}

/* "measured 20-Nov-2026 08:00 by a device": what an Observation itself says. */
static char *
dup_source (OmcResource *resource)
{
  const OmcJsonValue *root = resource ? omc_resource_get_root (resource) : NULL;
  const char *text = omc_json_value_get_string (omc_json_value_get (root, "effectiveDateTime"));
  g_autofree char *when = text ? omc_merge_display_date (text) : NULL;

  if (!when)
    return NULL;
  if (omc_json_value_get (root, "device"))
    return g_strdup_printf (_ ("measured %s by a device"), when);
  return g_strdup_printf (_ ("measured %s"), when);
}

static char *
dup_side (const char *author, gint64 us, OmcResource *resource)
{
  g_autofree char *who = omc_merge_words_who_when (author, us);
  g_autofree char *source = dup_source (resource);

  return source ? g_strdup_printf ("%s · %s", who, source) : g_steal_pointer (&who);
}

char *
omc_merge_words_local_side (const OmcConflict *conflict)
{
  return dup_side (conflict->local_author, conflict->local_us, conflict->local);
}

char *
omc_merge_words_remote_side (const OmcConflict *conflict)
{
  return dup_side (conflict->remote_author, conflict->remote_us, conflict->remote);
}

const char *
omc_merge_words_value (const char *text)
{
  return text && *text ? text : C_ ("value", "nothing");
}

char *
omc_merge_words_question (OmcMergeRow *row)
{
  const char *local = omc_merge_words_value (omc_merge_row_get_local_text (row));
  const char *remote = omc_merge_words_value (omc_merge_row_get_remote_text (row));

  if (omc_merge_row_get_state (row) == OMC_ROW_UNCHANGED)
    return g_strdup_printf (_ ("%s: %s, the same on both sides."), omc_merge_row_get_label (row),
                            local);
  return g_strdup_printf (_ ("%s: this device says %s, the server says %s. %s"),
                          omc_merge_row_get_label (row), local, remote,
                          omc_merge_words_state (row));
}

char *
omc_merge_words_take (OmcMergeRow *row, OmcMergeDecision decision)
{
  if (decision == OMC_DECISION_LOCAL)
    return g_strdup_printf (_ ("Take this device’s value for %s: %s"),
                            omc_merge_row_get_label (row),
                            omc_merge_words_value (omc_merge_row_get_local_text (row)));
  return g_strdup_printf (_ ("Take the server’s value for %s: %s"), omc_merge_row_get_label (row),
                          omc_merge_words_value (omc_merge_row_get_remote_text (row)));
}

static const char *
decided_words (OmcMergeDecision decision)
{
  switch (decision)
    {
    case OMC_DECISION_LOCAL:
      return _ ("Decided: this device");
    case OMC_DECISION_REMOTE:
      return _ ("Decided: server");
    case OMC_DECISION_BASE:
      return _ ("Decided: as before");
    case OMC_DECISION_EDITED:
      return _ ("Decided: typed");
    case OMC_DECISION_NONE:
    default:
      return "";
    }
}

const char *
omc_merge_words_state (OmcMergeRow *row)
{
  switch (omc_merge_row_get_state (row))
    {
    case OMC_ROW_UNDECIDED:
      return _ ("Not decided yet");
    case OMC_ROW_STOPPED:
      return _ ("Not to be merged");
    case OMC_ROW_AUTOMATIC:
      return _ ("Decided by rule");
    case OMC_ROW_DECIDED:
      return decided_words (omc_merge_row_get_decision (row));
    case OMC_ROW_UNCHANGED:
    default:
      return _ ("Unchanged");
    }
}

char *
omc_merge_words_summary (const OmcConflict *conflict)
{
  g_auto (GStrv) labels = g_strsplit (conflict->summary ? conflict->summary : "", "\n", -1);
  GString *text = g_string_new (NULL);

  for (guint i = 0; labels[i]; i++)
    {
      if (!*labels[i])
        continue;
      if (text->len)
        g_string_append (text, C_ ("list", ", "));
      g_string_append (text, g_dgettext (GETTEXT_PACKAGE, labels[i]));
    }
  return g_string_free_and_steal (text);
}

const char *
omc_merge_words_severity (int severity)
{
  switch (severity)
    {
    case OMC_SEVERITY_DANGER:
      return C_ ("severity", "Danger");
    case OMC_SEVERITY_CLINICAL:
      return C_ ("severity", "Clinical");
    default:
      return NULL;
    }
}

const char *
omc_merge_words_severity_class (int severity)
{
  switch (severity)
    {
    case OMC_SEVERITY_DANGER:
      return "error";
    case OMC_SEVERITY_CLINICAL:
      return "warning";
    default:
      return NULL;
    }
}
