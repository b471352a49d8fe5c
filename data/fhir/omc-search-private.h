/* omc-search-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-search-query.h"

G_BEGIN_DECLS

/* Those of every type first, then type by type in the order of strcmp (). */
extern const OmcSearchParam _omc_search_table[];
extern const guint _omc_search_table_length;

/* The run of a type's own parameters, [*first, *end). FALSE: none. */
gboolean _omc_search_table_find (const char *type, guint *first, guint *end);
guint _omc_search_table_n_common (void);

/* type (nullable): the reference must be of it. */
OmcSearchValue *_omc_search_value_parse (const OmcSearchParam *param,
                                         const char *text,
                                         const char *type,
                                         GError **error);
void _omc_search_value_free (OmcSearchValue *self);
/* At most max parts, separated by what no backslash precedes; backslashes stay. (element-type utf8) */
GPtrArray *_omc_search_split (const char *text, char separator, guint max);

G_END_DECLS
