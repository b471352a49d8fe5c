/* omc-search-entries.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-search-params.h"
#include "omc-session.h"

G_BEGIN_DECLS

/**
 * OmcSearchEntries:
 *
 * What the search index has, or should have, of one resource or of many: keys that name one, strings, and postings.
 */
typedef struct _OmcSearchEntries OmcSearchEntries;

OmcSearchEntries *omc_search_entries_new (OmcSession *session) G_GNUC_WARN_UNUSED_RESULT;
void omc_search_entries_free (OmcSearchEntries *self);
/* All that searches find it by; not the key of its id. */
gboolean omc_search_entries_collect (OmcSearchEntries *self,
                                     gint64 pk,
                                     OmcResource *resource,
                                     GError **error);
void omc_search_entries_add_key (OmcSearchEntries *self, gint64 key, gint64 resource);

gboolean omc_search_entries_write (OmcSearchEntries *self, GError **error);
gboolean omc_search_entries_remove (OmcSearchEntries *self, GError **error);
gboolean
omc_search_entries_remove_key (OmcSession *session, gint64 key, gint64 resource, GError **error);
gboolean
omc_search_entries_count (OmcSearchEntries *self, guint *n_rows, guint *n_missing, GError **error);

/* The number by which the index knows a parameter, or all of a type; 0 when nothing was ever indexed by it. */
gboolean omc_search_entries_find_param (OmcSession *session,
                                        const OmcSearchParam *param,
                                        gint64 *pk,
                                        GError **error);
gboolean
omc_search_entries_find_type (OmcSession *session, const char *type, gint64 *pk, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSearchEntries, omc_search_entries_free)

G_END_DECLS
