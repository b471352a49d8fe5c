/* omc-search-query.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-search-params.h"

G_BEGIN_DECLS

typedef enum
{
  OMC_SEARCH_MODIFIER_NONE,
  OMC_SEARCH_MODIFIER_EXACT,    /* string */
  OMC_SEARCH_MODIFIER_CONTAINS, /* string */
  OMC_SEARCH_MODIFIER_MISSING,  /* any kind; the criterion's missing says which way */
  OMC_SEARCH_MODIFIER_NOT,      /* token: no entry of the resource matches, also when it has none */
} OmcSearchModifier;

/* By FHIR R4, 3.1.1.4.5, with v = [start, end) of the query and t = [start, end) of the entry. */
typedef enum
{
  OMC_SEARCH_EQ, /* v.start <= t.start and t.end <= v.end */
  OMC_SEARCH_NE, /* not EQ */
  OMC_SEARCH_GT, /* t.end > v.end */
  OMC_SEARCH_GE, /* GT or EQ */
  OMC_SEARCH_LT, /* t.start < v.start */
  OMC_SEARCH_LE, /* LT or EQ */
  OMC_SEARCH_SA, /* t.start >= v.end */
  OMC_SEARCH_EB, /* t.end <= v.start */
} OmcSearchPrefix;

/**
 * OmcSearchValue:
 *
 * One of the values that a comma separates. What does not belong to the parameter's kind is %NULL or 0.
 *
 * - string: @text normalised, @exact as given; an entry matches whose text starts with @text
 * - token: @any_system: "code"; else @system %NULL: "|code"; @code %NULL: "system|"
 * - reference: @text "Type/id", absolute or urn; without a "/" it is an id of any type: an entry ends in "/id"
 * - date: @prefix and [@start_us, @end_us)
 * - quantity, number: @prefix; EQ and NE compare with [@low, @high), the others with @number; @any_system: number
 *   alone; else @system (nullable: any) and @code, which is the entry's code or unit
 * - uri: @text
 */
typedef struct
{
  OmcSearchPrefix prefix;
  gboolean any_system;
  char *text;
  char *exact;
  char *system;
  char *code;
  double number;
  double low;
  double high;
  gint64 start_us;
  gint64 end_us;
} OmcSearchValue;

typedef enum
{
  OMC_SEARCH_DIRECT,
  OMC_SEARCH_CHAIN, /* subject:Patient.name=x: a linked_type that param refers to meets linked */
  OMC_SEARCH_HAS, /* _has:Observation:patient:code=x: a linked_type whose param refers to it meets linked */
} OmcSearchLink;

typedef struct _OmcSearchCriterion OmcSearchCriterion;

struct _OmcSearchCriterion
{
  OmcSearchLink link;
  const OmcSearchParam *param; /* of the searched type; of linked_type in a HAS */
  OmcSearchModifier modifier;
  gboolean missing;
  GPtrArray *
      values; /* (owned) (element-type OmcSearchValue): one must match; empty with MISSING, links */
  char *linked_type;          /* (owned) (nullable) */
  OmcSearchCriterion *linked; /* (owned) (nullable): always DIRECT */
};

typedef struct
{
  const OmcSearchParam *param;
  gboolean descending;
} OmcSearchSort;

/* _include=Observation:subject:Patient: from each match along param; _revinclude: source_type resources whose param
 * refers to a match. */
typedef struct
{
  char *source_type;
  const OmcSearchParam *param; /* of source_type; NULL for "*" */
  char *target_type;           /* (nullable): any */
  gboolean reverse;
} OmcSearchInclude;

typedef enum
{
  OMC_SEARCH_TOTAL_NONE,
  OMC_SEARCH_TOTAL_ESTIMATE,
  OMC_SEARCH_TOTAL_ACCURATE,
} OmcSearchTotal;

/**
 * OmcSearchQuery:
 *
 * A parsed FHIR search. All criteria must be met.
 */
typedef struct
{
  char *type;
  GPtrArray *criteria; /* (owned) (element-type OmcSearchCriterion) */
  GArray *sort;        /* (owned) (element-type OmcSearchSort) */
  GPtrArray *includes; /* (owned) (element-type OmcSearchInclude) */
  gint count;          /* -1: not given */
  guint offset;        /* _offset */
  OmcSearchTotal total;
} OmcSearchQuery;

/* "Observation?patient=7&date=ge2026-11-01", percent-encoded, with or without a leading "/". What is not supported is
 * OMC_FHIR_ERROR_UNSUPPORTED and named together with what is; a value of the wrong form is INVALID. */
OmcSearchQuery *omc_search_query_parse (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void omc_search_query_free (OmcSearchQuery *self);

/* The reference evaluation. Links are not looked at: criterion_matches of one asserts, query_matches passes over it. */
gboolean omc_search_query_matches (const OmcSearchQuery *self, OmcResource *resource);
gboolean omc_search_criterion_matches (const OmcSearchCriterion *self, OmcResource *resource);
gboolean omc_search_value_matches (const OmcSearchValue *value,
                                   OmcSearchModifier modifier,
                                   const OmcSearchEntry *entry);
gboolean omc_search_query_has_links (const OmcSearchQuery *self);
/* Orders matches by _sort: resources without a value last; of several values the least counts, descending the
 * greatest; equal ones keep their order. */
void omc_search_query_sort (const OmcSearchQuery *self, GPtrArray *resources);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSearchQuery, omc_search_query_free)

G_END_DECLS
