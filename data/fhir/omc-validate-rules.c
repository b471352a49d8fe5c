/* omc-validate-rules.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#include "omc-clock.h"
#include "omc-concept.h"
#include "omc-validate-private.h"

#define SYSTEM "http://terminology.hl7.org/CodeSystem/"

static gboolean
has_value (const OmcJsonValue *object, const char *element)
{
  gsize length = strlen (element);
  OmcJsonIter iter;
  const char *key;

  for (omc_json_iter_init (&iter, object); omc_json_iter_next (&iter, &key, NULL);)
    {
      if (*key == '_')
        key++;
      if (strncmp (key, element, length) == 0 && g_ascii_isupper (key[length]))
        return TRUE;
    }

  return FALSE;
}

static gboolean
share_a_coding (const OmcJsonValue *a, const OmcJsonValue *b)
{
  OmcJsonIter iter;
  const OmcJsonValue *coding;

  for (omc_json_iter_init (&iter, omc_json_value_get (a, "coding"));
       omc_json_iter_next (&iter, NULL, &coding);)
    {
      const char *system = omc_json_value_pick_string (coding, "system");
      const char *code = omc_json_value_pick_string (coding, "code");

      if (system && code && omc_concept_has (b, system, code))
        return TRUE;
    }

  return FALSE;
}

/* obs-6, obs-7 of Observation; vs-2, vs-3 of the vital signs profile (clinical.md 1). */
static void
check_observation (OmcValidation *self, const OmcJsonValue *resource)
{
  gboolean is_vital = omc_concept_has (omc_json_value_get (resource, "category"),
                                       SYSTEM "observation-category", "vital-signs");
  const OmcJsonValue *components = omc_json_value_get (resource, "component");
  gboolean valued = has_value (resource, "value");
  gboolean absent = omc_json_value_get (resource, "dataAbsentReason") != NULL;
  const OmcJsonValue *component;
  OmcJsonIter iter;

  if (valued && absent)
    _omc_validate_add (self, "invariant",
                       _ ("obs-6: there is a value and a reason why there is none"));
  if (is_vital && !valued && !absent && !components && !omc_json_value_get (resource, "hasMember"))
    _omc_validate_add (self, "invariant",
                       _ ("vs-2: a vital sign needs a value, or the reason why there is none"));
  for (omc_json_iter_init (&iter, components); omc_json_iter_next (&iter, NULL, &component);)
    {
      gboolean component_valued = has_value (component, "value");
      gboolean component_absent = omc_json_value_get (component, "dataAbsentReason") != NULL;

      if (valued && share_a_coding (omc_json_value_get (resource, "code"),
                                    omc_json_value_get (component, "code")))
        _omc_validate_add_at (self, "component", "invariant",
                              _ ("obs-7: the value of the code stands in a component and outside"));
      if (is_vital && !component_valued && !component_absent)
        _omc_validate_add_at (
            self, "component", "invariant",
            _ ("vs-3: a component needs a value, or the reason why there is none"));
    }
}

/* con-4 and con-5 are errors, con-3 is best practice. */
static void
check_condition (OmcValidation *self, const OmcJsonValue *resource)
{
  const OmcJsonValue *clinical = omc_json_value_get (resource, "clinicalStatus");
  gboolean in_error = omc_concept_has (omc_json_value_get (resource, "verificationStatus"),
                                       SYSTEM "condition-ver-status", "entered-in-error");
  gboolean on_list = omc_concept_has (omc_json_value_get (resource, "category"),
                                      SYSTEM "condition-category", "problem-list-item");
  gboolean over = omc_concept_has (clinical, NULL, "inactive") ||
                  omc_concept_has (clinical, NULL, "resolved") ||
                  omc_concept_has (clinical, NULL, "remission");

  if (!clinical && !in_error && on_list)
    {
      _omc_validate_add_at (self, "clinicalStatus", "invariant",
                            _ ("con-3: an item of the problem list should have a clinical status"));
      ((OmcIssue *)self->issues->pdata[self->issues->len - 1])->severity = OMC_ISSUE_WARNING;
    }
  if (has_value (resource, "abatement") && !over)
    _omc_validate_add_at (self, "clinicalStatus", "invariant",
                          _ ("con-4: an abated condition is inactive, resolved or in remission"));
  if (clinical && in_error)
    _omc_validate_add_at (self, "clinicalStatus", "invariant",
                          _ ("con-5: what was entered in error has no clinical status"));
}

static void
check_allergy (OmcValidation *self, const OmcJsonValue *resource)
{
  const OmcJsonValue *clinical = omc_json_value_get (resource, "clinicalStatus");
  gboolean in_error =
      omc_concept_has (omc_json_value_get (resource, "verificationStatus"),
                       SYSTEM "allergyintolerance-verification", "entered-in-error");

  if (!clinical && !in_error)
    _omc_validate_add_at (self, "clinicalStatus", "invariant",
                          _ ("ait-1: a clinical status is needed unless it was entered in error"));
  if (clinical && in_error)
    _omc_validate_add_at (self, "clinicalStatus", "invariant",
                          _ ("ait-2: what was entered in error has no clinical status"));
}

void
_omc_validate_resource_rules (OmcValidation *self, const OmcJsonValue *resource, const char *type)
{
  static const struct
  {
    const char *type;
    void (*check) (OmcValidation *self, const OmcJsonValue *resource);
  } rules[] = {
    { "AllergyIntolerance", check_allergy },
    { "Condition", check_condition },
    { "Observation", check_observation },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (strcmp (rules[i].type, type) == 0)
      rules[i].check (self, resource);
}

/* --- datatypes --- */
/* per-1, read mildly: the last moment that end can mean is not before the first one of start. */
static void
check_period (OmcValidation *self, const OmcJsonValue *value)
{
  const char *start = omc_json_value_pick_string (value, "start");
  const char *end = omc_json_value_pick_string (value, "end");
  gint64 first;
  gint64 last;
  gint64 ignored;

  if (start && end && omc_instant_parse_range (start, &first, &ignored) &&
      omc_instant_parse_range (end, &ignored, &last) && last <= first)
    _omc_validate_add (self, "invariant", _ ("per-1: the period ends before it starts"));
}

static gboolean
is_contained (const OmcJsonValue *root, const char *id)
{
  OmcJsonIter iter;
  const OmcJsonValue *contained;

  if (*id == '\0')
    return TRUE;
  for (omc_json_iter_init (&iter, omc_json_value_get (root, "contained"));
       omc_json_iter_next (&iter, NULL, &contained);)
    if (g_strcmp0 (omc_json_value_pick_string (contained, "id"), id) == 0)
      return TRUE;

  return FALSE;
}

/* "Type/id", "Type/id/_history/version" or "Type?search". */
static gboolean
is_relative (const char *reference, const char *type)
{
  gsize length = strcspn (reference, "/?");
  g_autofree char *name = g_strndup (reference, length);
  g_auto (GStrv) parts = NULL;
  guint n;

  if (!omc_fhir_is_resource_type (name) || (type && strcmp (type, name) != 0))
    return FALSE;
  if (reference[length] == '?')
    return reference[length + 1] != '\0';
  parts = g_strsplit (reference, "/", -1);
  n = g_strv_length (parts);
  if ((n != 2 && n != 4) || (n == 4 && strcmp (parts[2], "_history") != 0))
    return FALSE;
  for (guint i = 1; i < n; i += 2)
    {
      gsize id =
          strspn (parts[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.");

      if (id == 0 || id > 64 || parts[i][id] != '\0')
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_absolute (const char *reference)
{
  g_autofree char *scheme = g_uri_parse_scheme (reference);

  return scheme && strpbrk (reference, " \t\r\n") == NULL && reference[strlen (scheme) + 1] != '\0';
}

static void
check_reference (OmcValidation *self, const OmcJsonValue *value)
{
  const char *reference = omc_json_value_pick_string (value, "reference");
  const char *type = omc_json_value_pick_string (value, "type");

  if (!reference)
    return;
  if (*reference == '#')
    {
      if (!is_contained (self->root, reference + 1))
        _omc_validate_add_at (self, "reference", "invariant",
                              _ ("ref-1: the resource contains nothing of that id"));
    }
  else if (!is_absolute (reference) && !is_relative (reference, type))
    _omc_validate_add_at (
        self, "reference", "value",
        _ ("A reference is Type/id, a URL, a urn or #id, of the type that it names"));
}

static void
check_quantity (OmcValidation *self, const OmcJsonValue *value)
{
  if (omc_json_value_get (value, "code") && !omc_json_value_get (value, "system"))
    _omc_validate_add_at (self, "system", "invariant",
                          _ ("qty-3: a code of a unit needs its system"));
}

static void
check_extension (OmcValidation *self, const OmcJsonValue *value)
{
  gboolean nested = omc_json_value_get (value, "extension") != NULL;

  if (nested == has_value (value, "value"))
    _omc_validate_add (self, "invariant",
                       _ ("ext-1: an extension has either a value or extensions"));
}

void
_omc_validate_datatype_rules (OmcValidation *self, const OmcJsonValue *value, const char *type)
{
  static const struct
  {
    const char *type;
    void (*check) (OmcValidation *self, const OmcJsonValue *value);
  } rules[] = {
    { "Age", check_quantity },        { "Count", check_quantity },
    { "Distance", check_quantity },   { "Duration", check_quantity },
    { "Extension", check_extension }, { "Period", check_period },
    { "Quantity", check_quantity },   { "Reference", check_reference },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (strcmp (rules[i].type, type) == 0)
      rules[i].check (self, value);
}
