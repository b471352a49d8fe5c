/* omc-search-params.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource.h"

G_BEGIN_DECLS

typedef enum
{
  OMC_SEARCH_STRING,
  OMC_SEARCH_TOKEN,
  OMC_SEARCH_REFERENCE,
  OMC_SEARCH_DATE,
  OMC_SEARCH_QUANTITY,
  OMC_SEARCH_NUMBER,
  OMC_SEARCH_URI,
} OmcSearchKind;

/**
 * OmcSearchParam:
 * @type: resource type, or %NULL for those that every type has ("_id", "_lastUpdated", ...)
 * @paths: where the values stand: "name", "subject|individual"; of "value[x]" all types are meant, and
 *   "onset[DateTime,Period]" names the ones that are. "telecom{phone}" keeps the ContactPoints of that system.
 * @target: (nullable): the only type that a reference parameter selects ("patient" -> "Patient")
 *
 * One SearchParameter of FHIR R4. Static data: compare by pointer.
 */
typedef struct
{
  const char *type;
  const char *name;
  OmcSearchKind kind;
  const char *paths;
  const char *target;
} OmcSearchParam;

const char *omc_search_kind_to_string (OmcSearchKind kind); /* "string", "token", ... */
/* NULL when there is none of that name; type-independent ones are found for each type of R4. */
const OmcSearchParam *omc_search_param_find (const char *type, const char *name);
/* Are there parameters of this type's own? Other types are searched by the common ones only. */
gboolean omc_search_type_is_indexed (const char *type);
/* The names of all parameters of a type, "_id, _lastUpdated, ...", for messages and CapabilityStatements. */
GPtrArray *
omc_search_param_list (const char *type); /* (transfer container) (element-type OmcSearchParam) */

/**
 * OmcSearchEntry:
 *
 * One value of one parameter of a resource. What does not belong to the kind is %NULL or 0. Strings live during
 * the callback only.
 *
 * - string: @text normalised (see omc_search_normalize()), @exact as it stands in the resource
 * - token: @system (nullable) and @code (nullable, a text without code has none); @text of CodeableConcept or display
 * - reference: @text is "Type/id", an absolute URL or a urn; versions are cut off
 * - date: [@start_us, @end_us) in microseconds of 1970 UTC; %G_MININT64 and %G_MAXINT64 for an open Period
 * - quantity: @number, @number_text, @system (nullable), @code (nullable), @text is the unit (nullable)
 * - number: @number, @number_text
 * - uri: @text
 */
typedef struct
{
  const OmcSearchParam *param;
  const char *text;
  const char *exact;
  const char *system;
  const char *code;
  const char *number_text;
  double number;
  gint64 start_us;
  gint64 end_us;
} OmcSearchEntry;

typedef void (*OmcSearchExtractFunc) (const OmcSearchEntry *entry, gpointer user_data);

/* Calls func for each index entry of the resource, parameter by parameter. Thread safe. */
void omc_search_extract (OmcResource *resource, OmcSearchExtractFunc func, gpointer user_data);
/* Only those of one parameter, which must be one of the resource's type. */
void omc_search_extract_param (OmcResource *resource,
                               const OmcSearchParam *param,
                               OmcSearchExtractFunc func,
                               gpointer user_data);

/* Case folded, diacritics removed, blanks collapsed: "  Müller-LÜDENSCHEIDT" -> "muller-ludenscheidt". */
char *omc_search_normalize (const char *text);

G_END_DECLS
