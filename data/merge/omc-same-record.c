/* omc-same-record.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include "omc-same-record.h"

#include <string.h>

#include "omc-merge-identity.h"
#include "omc-person-name.h"

#define UUID_LENGTH 36
#define FULL_DATE_LENGTH 10

gboolean
omc_record_id_is_universal (const char *id)
{
  g_return_val_if_fail (id != NULL, FALSE);

  /* RFC 9562: a version and its variant; the nil UUID, which names nothing, has neither. */
  return strlen (id) == UUID_LENGTH && g_uuid_string_is_valid (id) && id[14] >= '1' &&
         id[14] <= '8' && strchr ("89abAB", id[19]) != NULL;
}

typedef enum
{
  COMPARED_UNKNOWN, /* one side or both say nothing */
  COMPARED_EQUAL,
  COMPARED_DIFFERENT,
} Compared;

static const char *
pick (const OmcJsonValue *object, const char *key)
{
  const char *text = omc_json_value_get_string (omc_json_value_get (object, key));

  return text != NULL && *text != '\0' ? text : NULL;
}

/* Equal: one number that both have. Different: none, and a system that gives them different ones. */
static Compared
compare_numbers (const OmcJsonValue *here, const OmcJsonValue *there)
{
  Compared compared = COMPARED_UNKNOWN;
  const OmcJsonValue *mine, *theirs;
  OmcJsonIter outer, inner;

  omc_json_iter_init (&outer, omc_json_value_get (here, "identifier"));
  while (omc_json_iter_next (&outer, NULL, &mine))
    {
      const char *system = pick (mine, "system");
      const char *value = pick (mine, "value");

      if (system == NULL || value == NULL || !omc_merge_is_official_number (mine))
        continue;
      omc_json_iter_init (&inner, omc_json_value_get (there, "identifier"));
      while (omc_json_iter_next (&inner, NULL, &theirs))
        {
          if (g_strcmp0 (system, pick (theirs, "system")) != 0 || pick (theirs, "value") == NULL ||
              !omc_merge_is_official_number (theirs))
            continue;
          if (g_str_equal (value, pick (theirs, "value")))
            return COMPARED_EQUAL;
          compared = COMPARED_DIFFERENT;
        }
    }

  return compared;
}

static char *
fold (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);

  return normal != NULL ? g_utf8_casefold (normal, -1) : g_strdup (text);
}

static Compared
compare_texts (const char *here, const char *there)
{
  g_autofree char *mine = NULL;
  g_autofree char *theirs = NULL;

  if (here == NULL || there == NULL)
    return COMPARED_UNKNOWN;
  mine = fold (here);
  theirs = fold (there);

  return g_str_equal (mine, theirs) ? COMPARED_EQUAL : COMPARED_DIFFERENT;
}

static Compared
both (Compared a, Compared b)
{
  if (a == COMPARED_DIFFERENT || b == COMPARED_DIFFERENT)
    return COMPARED_DIFFERENT;

  return a == COMPARED_EQUAL && b == COMPARED_EQUAL ? COMPARED_EQUAL : COMPARED_UNKNOWN;
}

/* A person's, or what a place or an organization is called. */
static Compared
compare_names (const OmcJsonValue *here, const OmcJsonValue *there)
{
  const OmcJsonValue *mine = omc_person_name_choose (here);
  const OmcJsonValue *theirs = omc_person_name_choose (there);
  g_autofree char *my_given = omc_person_name_dup_given (mine);
  g_autofree char *their_given = omc_person_name_dup_given (theirs);

  if (pick (here, "name") != NULL || pick (there, "name") != NULL)
    return compare_texts (pick (here, "name"), pick (there, "name"));

  return both (compare_texts (pick (mine, "family"), pick (theirs, "family")),
               compare_texts (my_given, their_given));
}

static Compared
compare_births (const OmcJsonValue *here, const OmcJsonValue *there)
{
  const char *mine = pick (here, "birthDate");
  const char *theirs = pick (there, "birthDate");

  if (mine == NULL || theirs == NULL)
    return COMPARED_UNKNOWN;
  if (!g_str_equal (mine, theirs))
    return COMPARED_DIFFERENT;

  /* Many people share a year. */
  return strlen (mine) >= FULL_DATE_LENGTH ? COMPARED_EQUAL : COMPARED_UNKNOWN;
}

static gboolean
is_same_patient (OmcResource *here, OmcResource *there, gboolean universal)
{
  const OmcJsonValue *mine = omc_resource_get_root (here);
  const OmcJsonValue *theirs = omc_resource_get_root (there);

  if (omc_merge_is_identity_drift (here, there))
    return FALSE;
  if (universal)
    return TRUE;

  switch (compare_numbers (mine, theirs))
    {
    case COMPARED_EQUAL:
      return TRUE;
    case COMPARED_DIFFERENT:
      return FALSE;
    case COMPARED_UNKNOWN:
    default:
      return both (compare_names (mine, theirs), compare_births (mine, theirs)) == COMPARED_EQUAL &&
             compare_texts (pick (mine, "gender"), pick (theirs, "gender")) != COMPARED_DIFFERENT;
    }
}

/* What it is about and of when it is must not differ: a pulse is no later version of a weight, nor of yesterday's pulse. */
static gboolean
is_same_of_patient (const OmcJsonValue *here, const OmcJsonValue *there)
{
  static const char *const paths[] = {
    "code",
    "vaccineCode",
    "medicationCodeableConcept",
    "effectiveDateTime",
    "effectiveInstant",
    "effectivePeriod.start",
    "occurrenceDateTime",
    "performedDateTime",
    "performedPeriod.start",
    "period.start",
    "authoredOn",
    "authored",
    "recordedDate",
    "date",
    "created",
    "sent",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      const OmcJsonValue *mine = omc_json_value_pick (here, paths[i]);
      const OmcJsonValue *theirs = omc_json_value_pick (there, paths[i]);

      if (mine != NULL && theirs != NULL && !omc_json_value_equal (mine, theirs))
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_same_of_nobody (OmcResource *here, OmcResource *there, gboolean universal)
{
  const OmcJsonValue *mine = omc_resource_get_root (here);
  const OmcJsonValue *theirs = omc_resource_get_root (there);
  Compared numbers = compare_numbers (mine, theirs);
  Compared names = compare_names (mine, theirs);

  if (universal)
    return numbers != COMPARED_DIFFERENT || names != COMPARED_DIFFERENT;
  if (numbers == COMPARED_DIFFERENT || names == COMPARED_DIFFERENT)
    return FALSE;

  return numbers == COMPARED_EQUAL || names == COMPARED_EQUAL ||
         omc_resource_equal_content (here, there);
}

gboolean
omc_record_is_same (OmcResource *here, OmcResource *there, const char *id)
{
  const char *my_patient;
  const char *their_patient;
  const char *type;
  gboolean universal;

  g_return_val_if_fail (here != NULL && there != NULL && id != NULL, FALSE);

  type = omc_resource_get_resource_type (here);
  universal = omc_record_id_is_universal (id);
  if (g_strcmp0 (type, omc_resource_get_resource_type (there)) != 0)
    return FALSE;
  if (g_str_equal (type, "Patient"))
    return is_same_patient (here, there, universal);

  my_patient = omc_resource_get_patient_id (here);
  their_patient = omc_resource_get_patient_id (there);
  if (g_strcmp0 (my_patient, their_patient) != 0)
    return FALSE;
  if (my_patient != NULL)
    return universal ||
           is_same_of_patient (omc_resource_get_root (here), omc_resource_get_root (there));

  return is_same_of_nobody (here, there, universal);
}
