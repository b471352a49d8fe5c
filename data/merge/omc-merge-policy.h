/* omc-merge-policy.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-merge3.h"

G_BEGIN_DECLS

/**
 * OmcUnitKind:
 * @OMC_UNIT_ONE: merged whole
 * @OMC_UNIT_STATUS: merged whole; two forward moves along the policy's lattice take the furthest
 * @OMC_UNIT_KEYED: a list whose entries pair by their keys; each entry is merged whole
 * @OMC_UNIT_PANEL: KEYED, but the two components of a blood pressure are one measurement
 * @OMC_UNIT_APPEND: an append-only list: united, never dropped
 * @OMC_UNIT_SET: a list without keys: united when both sides only added, else whole
 * @OMC_UNIT_LATER: a date of which the later one is true
 * @OMC_UNIT_EARLIER: a date of which the earlier one is true
 * @OMC_UNIT_SUBJECT: says who the resource is about: never changes
 * @OMC_UNIT_NARRATIVE: text made from the rest of the resource
 * @OMC_UNIT_CONTAINED: resources that live inside this one
 * @OMC_UNIT_SERVER: the server's word, nothing to decide
 */
typedef enum
{
  OMC_UNIT_ONE,
  OMC_UNIT_STATUS,
  OMC_UNIT_KEYED,
  OMC_UNIT_PANEL,
  OMC_UNIT_APPEND,
  OMC_UNIT_SET,
  OMC_UNIT_LATER,
  OMC_UNIT_EARLIER,
  OMC_UNIT_SUBJECT,
  OMC_UNIT_NARRATIVE,
  OMC_UNIT_CONTAINED,
  OMC_UNIT_SERVER,
} OmcUnitKind;

/**
 * OmcUnitTraits:
 * @OMC_TRAIT_MODIFIER: changes the meaning of all else: asks when the other side changed a CLINICAL unit
 * @OMC_TRAIT_CLINICAL: part of the clinical event
 * @OMC_TRAIT_HUMAN: no strategy decides it when both sides changed it
 * @OMC_TRAIT_COUPLED: means something only together with the other coupled units: a drug and its dose
 * @OMC_TRAIT_COUPLED_IF_SET: COUPLED when base had a value; filling it in is harmless
 * @OMC_TRAIT_DEFINING: says what the record is about: asks when the other side changed a CLINICAL unit
 * @OMC_TRAIT_LONELY: asks as soon as the other side changed anything at all
 */
typedef enum
{
  OMC_TRAIT_NONE = 0,
  OMC_TRAIT_MODIFIER = 1 << 0,
  OMC_TRAIT_CLINICAL = 1 << 1,
  OMC_TRAIT_HUMAN = 1 << 2,
  OMC_TRAIT_COUPLED = 1 << 3,
  OMC_TRAIT_COUPLED_IF_SET = 1 << 4,
  OMC_TRAIT_LONELY = 1 << 5,
  OMC_TRAIT_DEFINING = 1 << 6,
} OmcUnitTraits;

/**
 * OmcMergeUnit:
 *
 * One row of the table: what is merged together, and how.
 *
 * Keys are paths inside an entry, joined by ','; those after ';' count only where the first ones do not tell the
 * entries apart. A path ends in '#' for a CodeableConcept (system and code of its first coding), in '~' for a
 * Reference (normalised), in '*' for the value as a whole.
 */
typedef struct
{
  const char
      *elements; /* joined by ' '; "value[x]" is every type of value; the first names the unit */
  OmcUnitKind kind;
  const char *keys; /* (nullable) */
  OmcUnitTraits traits;
  OmcSeverity severity; /* of a question about it */
  const char *label;    /* untranslated */
} OmcMergeUnit;

typedef struct
{
  const char *type;          /* (nullable): types without a row of their own */
  const OmcMergeUnit *units; /* ends with NULL elements */
  const char *lattice;       /* (nullable): states from first to last, '=' joins equal ones */
} OmcMergePolicy;

/* Data: omc-merge-policy-table.c */
extern const OmcMergePolicy omc_merge_policies[];
extern const OmcMergeUnit omc_merge_common_units[];
extern const OmcMergeUnit omc_merge_meta_units[];

const OmcMergePolicy *omc_merge_policy_find (const char *resource_type);
/* The row that an element belongs to ("_birthDate" goes with "birthDate"); never NULL. */
const OmcMergeUnit *omc_merge_policy_lookup (const OmcMergePolicy *policy, const char *element);
/* The same for the lists of meta that are united: tag, security, profile. */
const OmcMergeUnit *omc_merge_policy_lookup_meta (const char *element);
/* Does the element name ("valueQuantity") belong to the listed one ("value[x]")? */
gboolean omc_merge_unit_has_element (const OmcMergeUnit *unit, const char *element);
/* A row that says which of several like units it is: "Home telephone" for telecom. */
const char *omc_merge_unit_label (const OmcMergeUnit *unit, const OmcJsonValue *value);
/* The place of a state in the lattice, -1 when it has none. */
int omc_merge_policy_rank (const OmcMergePolicy *policy, const char *status);

G_END_DECLS
