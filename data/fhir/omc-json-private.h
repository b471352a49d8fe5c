/* omc-json-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-json.h"

#include <yyjson.h>

G_BEGIN_DECLS

/* Up to this many members, comparing all pairs of keys beats sorting them. */
#define OMC_JSON_SMALL_OBJECT 32

struct _OmcJson
{
  gatomicrefcount ref_count;
  yyjson_doc *doc; /* (owned) */
};

/* Takes doc, whose keys are unique and whose depth is bounded. */
OmcJson *_omc_json_new_take (yyjson_doc *doc);

/* The keys of an object, sorted by length, then bytes. Free with g_free (). */
yyjson_val **_omc_json_dup_sorted_keys (const yyjson_val *object);
int _omc_json_key_compare (const yyjson_val *a, const yyjson_val *b);

G_END_DECLS
