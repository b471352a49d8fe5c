/* omc-merge-plan.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-json-diff.h"
#include "omc-merge-policy.h"

G_BEGIN_DECLS

/*
 * Private to data/merge: the way from three documents to one.
 *
 * A plan has a slot for every top-level element and a hunk for every unit that differs. Each hunk knows which choice
 * it makes; the merged document is built from the slots and the choices, as often as the choices change.
 */

typedef enum
{
  OMC_CHOICE_REMOTE,
  OMC_CHOICE_LOCAL,
  OMC_CHOICE_BASE,
  OMC_CHOICE_UNITED, /* made by a rule from both sides */
  OMC_CHOICE_EDITED, /* typed by a person */
} OmcMergeChoice;

typedef struct
{
  OmcMergeHunk public;
  const OmcMergeUnit *unit;
  OmcChange change;
  OmcMergeChoice choice;
  OmcTriple values;   /* whole values of the unit, as a person sees them */
  GArray *slots;      /* (owned) (nullable) (element-type guint): the unit is these elements ... */
  guint slot;         /* ... or an entry of the list in this slot */
  const char *member; /* (nullable): the one member of the entry in which the sides differ */
  const OmcJsonValue *united; /* (nullable): for OMC_CHOICE_UNITED */
  int aux_united; /* places in the auxiliary document while the plan is made; -1: none */
  int aux_side[OMC_N_SIDES];
} OmcPlanHunk;

typedef struct
{
  OmcTriple values;
  int hunk; /* -1: the same on all sides */
} OmcPlanEntry;

typedef struct
{
  OmcDiffMember member;
  const OmcMergeUnit *unit; /* (nullable): unchanged */
  int hunk;                 /* -1: none, or one for each entry */
  GArray *entries;          /* (owned) (nullable) (element-type OmcPlanEntry) */
  gboolean in_meta;
  gboolean dropped;
} OmcPlanSlot;

typedef struct
{
  const char *type;
  const OmcMergePolicy *policy;
  OmcResource *resource[OMC_N_SIDES]; /* (owned); base (nullable) */
  OmcMergeStrategy strategy;
  GArray *slots;               /* (owned) (element-type OmcPlanSlot) */
  GPtrArray *hunks;            /* (owned) (element-type OmcPlanHunk) */
  OmcJsonBuilder *aux_builder; /* (owned) (nullable): only while the plan is made */
  OmcJsonNode *aux_root;
  guint n_aux;
  OmcJson *aux; /* (owned): values that stand in none of the three documents */
} OmcMergePlan;

/* Splits the documents into slots and hunks and decides each hunk by its own row. */
OmcMergePlan *omc_merge_plan_new (OmcResource *base,
                                  OmcResource *local,
                                  OmcResource *remote,
                                  OmcMergeStrategy strategy);
void omc_merge_plan_free (OmcMergePlan *self);
/* Makes the auxiliary values readable; nothing may be added afterwards. */
void omc_merge_plan_seal (OmcMergePlan *self);
OmcPlanHunk *omc_merge_plan_get_hunk (OmcMergePlan *self, guint index);
/* Did this side change anything but meta and narrative? */
gboolean omc_merge_plan_is_changed (OmcMergePlan *self, OmcChange side);
/* A top-level element that some side has, else NULL. */
OmcPlanSlot *omc_merge_plan_find_slot (OmcMergePlan *self, const char *name);
int omc_merge_plan_add_aux (OmcMergePlan *self, OmcJsonNode *node);

/* Ways to decide a hunk: state, rule, reason and choice in one go. */
void omc_plan_hunk_ask (OmcPlanHunk *hunk, const char *rule);
void omc_plan_hunk_stop (OmcPlanHunk *hunk, const char *rule);
void omc_plan_hunk_rule (OmcPlanHunk *hunk, const char *rule, OmcMergeChoice choice);
gboolean omc_plan_hunk_is_open (const OmcPlanHunk *hunk); /* ask or stop */
/* The sentence of a rule, untranslated. */
const char *omc_merge_rule_reason (const char *rule);

/* omc-merge-lists.c: hunks of one slot that holds a list */
void omc_merge_plan_lists (OmcMergePlan *self, guint slot);
/* omc-merge-units.c: what to do with a unit that both sides changed differently */
void omc_merge_decide_unit (OmcMergePlan *self, OmcPlanHunk *hunk);
OmcPlanHunk *omc_merge_plan_add_hunk (OmcMergePlan *self,
                                      const OmcMergeUnit *unit,
                                      const OmcTriple *values,
                                      OmcChange change);
/* omc-merge-rules.c: rules that look at more than one unit */
void omc_merge_apply_rules (OmcMergePlan *self);
/* omc-merge-identity.c: wrong-patient dangers */
void omc_merge_apply_identity (OmcMergePlan *self);

/* omc-merge-build.c: edited: (nullable) (element-type OmcJson), by index of the hunk. */
OmcResource *omc_merge_plan_build (OmcMergePlan *self,
                                   const OmcMergeChoice *choices,
                                   GPtrArray *edited,
                                   GError **error);
/* The value of a hunk under a choice. */
const OmcJsonValue *omc_plan_hunk_get_value (const OmcPlanHunk *hunk, OmcMergeChoice choice);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcMergePlan, omc_merge_plan_free)

G_END_DECLS
