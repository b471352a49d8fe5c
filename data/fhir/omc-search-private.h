/* omc-search-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-search-query.h"

G_BEGIN_DECLS

typedef struct
{
  const OmcSearchParam *params;
  guint length;
} OmcSearchTable;

/* The SearchParameters of FHIR R4 (4.0.1) of the types that a ward meets, by the sections of R4's list of resources; type by
 * type in the order of strcmp (). Left out: composite parameters, _text and _content, phonetic, near. A target stands
 * where R4 allows one type, or where the parameter is the part of a reference that resolves to it ("patient" of
 * "subject"). */
extern const OmcSearchTable _omc_search_table_clinical;
extern const OmcSearchTable _omc_search_table_administrative;
extern const OmcSearchTable _omc_search_table_foundation;
/* Those of every type. */
extern const OmcSearchTable _omc_search_table_common;

/* The run of a type's own parameters. FALSE: none, and it is empty. */
gboolean _omc_search_table_find (const char *type, OmcSearchTable *run);

/* type (nullable): the reference must be of it. */
OmcSearchValue *_omc_search_value_parse (const OmcSearchParam *param,
                                         const char *text,
                                         const char *type,
                                         GError **error);
void _omc_search_value_free (OmcSearchValue *self);
/* At most max parts, separated by what no backslash precedes; backslashes stay. (element-type utf8) */
GPtrArray *_omc_search_split (const char *text, char separator, guint max);

G_END_DECLS
