/* omc-validate-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-validate.h"

G_BEGIN_DECLS

/* What an object may hold. One element is "name:type", with "!" behind the name when it is required, "*" behind the
 * type when it is a list, and "=a|b|c" for the only codes allowed. "value[x]:Quantity|string" is one of valueQuantity
 * and valueString, "@Set" an object of another set, "*" alone any datatype. What every datatype (id, extension),
 * backbone element (modifierExtension) and resource (id, meta, text, ...) has is not repeated. */
typedef struct
{
  const char *name;
  const char *elements;
} OmcElementSet;

extern const OmcElementSet _omc_validate_datatypes[];
extern const OmcElementSet _omc_validate_administrative[];
extern const OmcElementSet _omc_validate_clinical[];

typedef struct
{
  char *name;
  gsize name_length;
  char **types; /* of a choice more than one; "*": any */
  char **codes; /* (nullable) */
  gboolean is_choice;
  gboolean is_required;
  gboolean is_list;
} OmcElement;

/* The elements of a set (element-type OmcElement), NULL for an unknown one. Lives for ever. */
GPtrArray *_omc_validate_find_set (const char *name);
/* The element that a member's name means, and its type. NULL: there is none. */
const OmcElement *_omc_validate_find_element (GPtrArray *set, const char *name, const char **type);

/* Is this the name of a primitive datatype ("string", "date")? */
gboolean _omc_validate_is_primitive (const char *type);
/* Does the value have the form of that primitive datatype? */
gboolean _omc_validate_check_primitive (const char *type, const OmcJsonValue *value);

/* --- the run --- */
typedef struct
{
  GPtrArray *issues;
  GString *path;
  const OmcJsonValue *root; /* of the outermost resource that "#id" may mean */
} OmcValidation;

void _omc_validate_add (OmcValidation *self, const char *code, const char *message);
/* The same for a member of the object at the path. */
void _omc_validate_add_at (OmcValidation *self,
                           const char *member,
                           const char *code,
                           const char *message);
/* The rules of a resource type and of a datatype that no table of elements can say. */
void
_omc_validate_resource_rules (OmcValidation *self, const OmcJsonValue *resource, const char *type);
void
_omc_validate_datatype_rules (OmcValidation *self, const OmcJsonValue *value, const char *type);

G_END_DECLS
