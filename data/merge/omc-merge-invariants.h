/* omc-merge-invariants.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource.h"

G_BEGIN_DECLS

/**
 * OmcMergeInvariant:
 *
 * A rule of FHIR or of measurement that a document can break (clinical.md 5, rule 10).
 */
typedef struct
{
  const char *rule;     /* "invariant-obs-6" */
  const char *type;     /* (nullable): every type */
  const char *elements; /* those that can break it, joined by ' '; NULL: the checked period's own */
  gboolean (*holds) (const OmcJsonValue *resource, const char **element);
} OmcMergeInvariant;

/* The next rule after previous (NULL: the first) that resource breaks; NULL: no more. element: (out) (nullable)
 * where, if it is one element. */
const OmcMergeInvariant *omc_merge_invariants_next_broken (const OmcMergeInvariant *previous,
                                                           const char *type,
                                                           const OmcJsonValue *resource,
                                                           const char **element);

G_END_DECLS
