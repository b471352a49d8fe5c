/* omc-search-index-dao.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource-dao.h"
#include "omc-search-params.h"

G_BEGIN_DECLS

/* Goes up when the parameters or the form of the index rows change; older rows are then indexed anew. */
#define OMC_SEARCH_INDEX_GENERATION 1

/* Longer strings are cut in the index; a search verifies what it finds. */
#define OMC_SEARCH_INDEX_MAX_STRING 96

gboolean omc_search_index_dao_add (OmcSession *session, const OmcResourceRow *row, OmcResource *resource,
                                   GError **error);
/* Reads the payload as it is stored now, to know its rows. */
gboolean omc_search_index_dao_remove (OmcSession *session, const OmcResourceRow *row, GError **error);
/* Is the row's own patient what this parameter usually refers to? Then the index holds only its other targets. */
gboolean omc_search_index_dao_is_of_patient (const OmcSearchParam *param);
/* The number by which the index knows a parameter; 0 when nothing was ever indexed by it, negative when nothing ever
 * is. */
gboolean omc_search_index_dao_find_param (OmcSession *session, const OmcSearchParam *param, gint64 *pk,
                                          GError **error);
/* How many rows of the index are missing for a resource, which should have all of them. */
gboolean omc_search_index_dao_count_missing (OmcSession *session, const OmcResourceRow *row, OmcResource *resource,
                                             guint *n_rows, guint *n_missing, GError **error);
gboolean omc_search_index_dao_count_rows (OmcSession *session, guint64 *n_rows, GError **error);

/* What stands for a code: case is left out, so that one rule covers all systems. */
gint64 omc_search_index_hash (const char *code);
/* What stands for a reference: its last segment, so that an id alone finds it. */
gint64 omc_search_index_hash_reference (const char *reference);
/* The part of a normalised string that the index keeps. */
char *omc_search_index_cut (const char *text);

G_END_DECLS
