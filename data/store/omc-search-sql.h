/* omc-search-sql.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-search-query.h"
#include "omc-session.h"

G_BEGIN_DECLS

/**
 * OmcSearchSql:
 *
 * The part of a query that the index tables answer: a statement that finds all that match and perhaps more. What it
 * finds is verified by omc_search_criterion_matches().
 */
typedef struct
{
  char *sql;        /* (owned): pk, id, counter, payload of each candidate, in the order of pk */
  GPtrArray *texts; /* (owned) (element-type utf8): its parameters in order */
} OmcSearchSql;

/* The ids of "Type/id" texts as a JSON array, as they are or as the index holds them; NULL when they are too many. */
char *omc_search_sql_list_ids (GHashTable *references, gboolean hashed);
/* ids: (nullable): only these, as such an array; targets: (nullable): "Type/id" texts, to one of which target_param
 * must refer. */
OmcSearchSql *omc_search_sql_build (OmcSession *session, const OmcSearchQuery *query, const char *ids,
                                    const OmcSearchParam *target_param, GHashTable *targets, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void omc_search_sql_free (OmcSearchSql *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSearchSql, omc_search_sql_free)

G_END_DECLS
