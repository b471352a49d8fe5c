/* omc-postings.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/**
 * OmcPosting:
 *
 * A resource that a search for one value of one parameter finds.
 *
 * Kept as lists of rising numbers in blocks of up to a hundred and some, about a byte and a half for a resource: what
 * is found often costs next to nothing, and a save touches the last block of a list only.
 */
typedef struct
{
  gint64 param;
  gint64 value;
  gint64 resource;
} OmcPosting;

/* Sorts postings; those that are there already stay. */
gboolean omc_postings_add (OmcSession *session, GArray *postings, GError **error);
gboolean omc_postings_remove (OmcSession *session, const OmcPosting *posting, GError **error);
gboolean omc_postings_contain (OmcSession *session,
                               const OmcPosting *posting,
                               gboolean *contained,
                               GError **error);
/* All of a resource, slowly: for one whose payload can no longer be read. */
gboolean omc_postings_remove_resource (OmcSession *session, gint64 resource, GError **error);
/* Appends the resources of the values from low to high, list by list, each rising. FALSE in complete: stopped after more
 * than max. */
gboolean omc_postings_list (OmcSession *session,
                            gint64 param,
                            gint64 low,
                            gint64 high,
                            guint max,
                            GArray *resources,
                            gboolean *complete,
                            GError **error);
/* Appends the resources of one value that are greater than after, rising, block by block until there are max or more:
 * fewer are all. */
gboolean omc_postings_list_after (OmcSession *session,
                                  gint64 param,
                                  gint64 value,
                                  gint64 after,
                                  guint max,
                                  GArray *resources,
                                  GError **error);
/* Sorts numbers of resources and leaves each once. */
void omc_postings_sort_resources (GArray *resources);
gint omc_postings_compare (gconstpointer a, gconstpointer b);

G_END_DECLS
