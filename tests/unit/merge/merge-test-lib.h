/* merge-test-lib.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-merge3.h"

G_BEGIN_DECLS

/* tests/data/merge */
char *merge_test_dup_folder (void);
/* The names of the golden cases, sorted: (element-type utf8) */
GPtrArray *merge_test_list_cases (void);
/* A version of a golden case ("base", "local", "remote"); NULL when the case has no such file. */
OmcResource *merge_test_load (const char *name, const char *version);
OmcResource *merge_test_parse (const char *json);
OmcMergeResult *merge_test_merge (OmcResource *base, OmcResource *local, OmcResource *remote);
/* The hunk with that path; NULL: none. */
const OmcMergeHunk *merge_test_find_hunk (OmcMergeResult *result, const char *path);

/* A copy of a resource with about n_edits random changes of values, entries and elements. */
OmcResource *merge_test_mutate (OmcResource *resource, GRand *rand, guint n_edits);

G_END_DECLS
