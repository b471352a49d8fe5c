/* omc-search-index-dao.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource-dao.h"
#include "omc-search-params.h"

G_BEGIN_DECLS

/**
 * The search index holds, for most parameters, which resources a value finds, or a little more: a search verifies what
 * it finds. A save only notes that its resources are to be indexed, which touches one page; the idle writer does it,
 * and until then every search looks at them too. Large transactions index what they wrote themselves.
 */

/* Goes up when the parameters or the form of the index rows change; older rows are then indexed anew. */
#define OMC_SEARCH_INDEX_GENERATION 2

/* Longer strings are cut in the index. */
#define OMC_SEARCH_INDEX_MAX_STRING 96

/* Notes that the resource, which is or will be stored as row says, is to be indexed. */
gboolean omc_search_index_dao_add (OmcSession *session,
                                   const OmcResourceRow *row,
                                   OmcResource *resource,
                                   GError **error);
/* Reads the payload as it is stored now, to know what the index has of it. Its id goes on to find it. */
gboolean
omc_search_index_dao_remove (OmcSession *session, const OmcResourceRow *row, GError **error);
/* After remove, when the row itself goes. */
gboolean
omc_search_index_dao_remove_id (OmcSession *session, const OmcResourceRow *row, GError **error);

gboolean omc_search_index_dao_has_pending (OmcSession *session, gboolean *pending, GError **error);
/* Indexes those that wait. */
gboolean omc_search_index_dao_settle (OmcSession *session, GError **error);
/* Before a transaction ends: indexes what waits when it has become so much that searches would feel it. */
gboolean omc_search_index_dao_bound_pending (OmcSession *session, GError **error);

/* Appends the resources greater than after that the index does not know yet. */
gboolean omc_search_index_dao_list_pending (OmcSession *session,
                                            gint64 after,
                                            GArray *resources,
                                            GError **error);
/* Appends about max resources of a type (and those that are not indexed yet) that are greater than after, rising; none
 * when there are no more. */
gboolean omc_search_index_dao_list_type (OmcSession *session,
                                         const char *type,
                                         gint64 after,
                                         guint max,
                                         GArray *resources,
                                         GError **error);
/* The same as of one moment, on a connection that is in no transaction: what is indexed meanwhile is not missed. */
gboolean omc_search_index_dao_list_type_at_once (OmcSession *session,
                                                 const char *type,
                                                 gint64 after,
                                                 guint max,
                                                 GArray *resources,
                                                 GError **error);
/* The resources that the key of an id or an identifier may name. */
gboolean
omc_search_index_dao_list_key (OmcSession *session, gint64 key, GArray *resources, GError **error);

typedef enum
{
  OMC_INDEXED_NOT, /* a search by it looks at what its other parameters find, or at all of the type */
  OMC_INDEXED_KEY, /* names one resource */
  OMC_INDEXED_STRING,
  OMC_INDEXED_POSTINGS,
} OmcIndexed;

OmcIndexed omc_search_index_how (const OmcSearchParam *param);
gboolean omc_search_index_is_key (const OmcSearchParam *param);
/* Is the row's own patient what this parameter usually refers to? Then the index holds only its other targets. */
gboolean omc_search_index_is_of_patient (const OmcSearchParam *param);
/* Is it what next to all of a type have? */
gboolean omc_search_index_is_of_all (const OmcSearchParam *param, const char *code);
/* Periods longer than an hour or two are listed by their end also, under this number. */
gint64 omc_search_index_end_param (gint64 param);

/* What of a resource's entries the index has and should have. */
gboolean omc_search_index_dao_count_missing (OmcSession *session,
                                             const OmcResourceRow *row,
                                             OmcResource *resource,
                                             guint *n_rows,
                                             guint *n_missing,
                                             GError **error);
gboolean omc_search_index_dao_count_rows (OmcSession *session, guint64 *n_rows, GError **error);

/* --- values: what the index holds in their place --- */
/* Of a code: case is left out, so that one rule covers all systems. */
gint64 omc_search_index_hash (const char *code);
/* Of a reference: its last segment, so that an id alone finds it. */
gint64 omc_search_index_hash_reference (const char *reference);
gint64 omc_search_index_id_key (const char *type, const char *id);
gint64 omc_search_index_identifier_key (const char *code);
gint64 omc_search_index_hour (gint64 time_us);
/* In the order of the numbers, some 256 of a power of two in one. */
gint64 omc_search_index_magnitude (double number);
/* The part of a normalised string. */
char *omc_search_index_cut (const char *text);
/* Of the groups of three letters of a normalised string, each once: of all of them for 1, of as many as cover it for 3.
 * None of less than three letters. */
GArray *omc_search_index_list_triples (const char *text, guint step) G_GNUC_WARN_UNUSED_RESULT;
/* Stands in the place of a group: a string goes on where the index has cut it. */
#define OMC_SEARCH_INDEX_GOES_ON G_GINT64_CONSTANT (0x800000)

G_END_DECLS
