/* omc-merge-edit.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-json.h"

G_BEGIN_DECLS

typedef enum
{
  OMC_EDIT_NONE, /* a structure: only one side or the other can be taken */
  OMC_EDIT_STRING,
  OMC_EDIT_WORDS, /* a list of short texts, parted by commas */
  OMC_EDIT_DATE,
  OMC_EDIT_CODE,     /* one of omc_merge_edit_list_codes */
  OMC_EDIT_BOOLEAN,  /* "true" or "false" */
  OMC_EDIT_QUANTITY, /* the number; the unit stays */
} OmcEditKind;

/* How a person can type a value for this element of a type, judged by the values that are there. */
OmcEditKind omc_merge_edit_kind (const char *type, const char *element, const OmcJsonValue *value);
/* The codes that element may have; NULL when they are not known here. */
const char *const *omc_merge_edit_list_codes (const char *type, const char *element);
/* The text to begin with, as omc_merge_edit_parse reads it. */
char *omc_merge_edit_dup_text (OmcEditKind kind, const OmcJsonValue *value);
/* The typed text as a value; what else the old value holds (unit, system) stays. The error is for the person. */
OmcJsonNode *omc_merge_edit_parse (OmcJsonBuilder *builder,
                                   OmcEditKind kind,
                                   const char *const *codes,
                                   const OmcJsonValue *old,
                                   const char *text,
                                   GError **error);

G_END_DECLS
