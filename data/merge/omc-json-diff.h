/* omc-json-diff.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource.h"

G_BEGIN_DECLS

typedef enum
{
  OMC_SIDE_BASE,
  OMC_SIDE_LOCAL,
  OMC_SIDE_REMOTE,
  OMC_N_SIDES,
} OmcSide;

typedef enum
{
  OMC_CHANGE_NONE = 0,
  OMC_CHANGE_LOCAL = 1 << 0,  /* local differs from base */
  OMC_CHANGE_REMOTE = 1 << 1, /* remote differs from base */
  OMC_CHANGE_DIFFER = 1 << 2, /* local differs from remote */
  OMC_CHANGE_BOTH = OMC_CHANGE_LOCAL | OMC_CHANGE_REMOTE,
} OmcChange;

/* The same thing in base, local and remote; NULL: absent. All comparing is by FHIR meaning. */
typedef struct
{
  const OmcJsonValue *side[OMC_N_SIDES];
} OmcTriple;

typedef struct
{
  const char *name;
  OmcTriple values;
  OmcChange change;
} OmcDiffMember;

typedef struct
{
  char *key;   /* (owned) */
  char *shown; /* (owned): "system=phone,use=home" */
  OmcTriple values;
  OmcChange change;
} OmcDiffEntry;

OmcChange omc_json_diff_change (const OmcTriple *values);
/* All members of three objects, paired by name, in the order of remote, local, base: (element-type OmcDiffMember) */
GArray *omc_json_diff_members (const OmcTriple *objects);
/* The entries of three arrays, paired by the keys of an OmcMergeUnit, in the order of the first side, then what only
 * the others have: (element-type OmcDiffEntry); NULL when an entry has no key or two of one side have the same. */
GPtrArray *omc_json_diff_entries (const OmcTriple *arrays, const char *keys, OmcSide first);
/* The key of one entry, NULL when it has none. shown: (nullable) (out) */
char *omc_json_diff_dup_key (const OmcJsonValue *entry,
                             const char *keys,
                             gboolean extended,
                             char **shown);
/* "Type/id" of a Reference, whatever server and version it names; NULL when it names nobody. */
char *omc_json_diff_dup_reference (const OmcJsonValue *reference);

/* Do two References name the same and say the same about it, spelled in whatever way? */
gboolean omc_json_diff_same_reference (const OmcJsonValue *a, const OmcJsonValue *b);

/* A copy of b that takes from a, which is equal to it, the numbers written with more digits: 37.0 for 37. */
OmcJsonNode *
omc_json_diff_copy_precise (OmcJsonBuilder *builder, const OmcJsonValue *a, const OmcJsonValue *b);
/* Is value a member of array, by FHIR meaning? */
gboolean omc_json_diff_contains (const OmcJsonValue *array, const OmcJsonValue *value);

G_END_DECLS
