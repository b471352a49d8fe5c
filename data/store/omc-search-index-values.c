/* omc-search-index-values.c: what the search index holds in place of values; declared in omc-search-index-dao.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include <string.h>

#include "omc-postings.h"
#include "omc-search-index-dao.h"

#define HOUR_US (3600 * (gint64)G_USEC_PER_SEC)
/* Two more bytes a key would find no less: what is found is verified. */
#define HASH_BITS 48
#define TRIPLE_BITS 24
/* Sign, exponent and eight bits of the fraction of a double. */
#define MAGNITUDE_SHIFT 44

/* What selects next to nothing, or what another parameter holds too. Pages written are what a save costs
 * (performance.md 1). */
static const char *const unindexed[] = {
  "_id",
  "_profile",
  "_security",
  "_source",
  "_tag",
  "active",
  "combo-code",
  "combo-data-absent-reason",
  "combo-value-concept",
  "combo-value-quantity",
  "component-data-absent-reason",
  "component-value-concept",
  "component-value-quantity",
  "data-absent-reason",
  "intent",
  "method",
  "performer",
  "phonetic",
  "priority",
  "status",
  "telecom",
  "value-concept",
  "value-string",
  NULL,
};

OmcIndexed
omc_search_index_how (const OmcSearchParam *param)
{
  if (g_strv_contains (unindexed, param->name))
    return OMC_INDEXED_NOT;
  if (param->kind == OMC_SEARCH_STRING)
    return OMC_INDEXED_STRING;

  return omc_search_index_is_key (param) ? OMC_INDEXED_KEY : OMC_INDEXED_POSTINGS;
}

gboolean
omc_search_index_is_key (const OmcSearchParam *param)
{
  return param->kind == OMC_SEARCH_TOKEN && g_str_equal (param->name, "identifier");
}

gboolean
omc_search_index_is_of_patient (const OmcSearchParam *param)
{
  return param->kind == OMC_SEARCH_REFERENCE &&
         (g_str_equal (param->name, "patient") || g_str_equal (param->name, "subject"));
}

gboolean
omc_search_index_is_of_all (const OmcSearchParam *param, const char *code)
{
  return g_strcmp0 (param->type, "Observation") == 0 && g_str_equal (param->name, "category") &&
         g_str_equal (code, "vital-signs");
}

gint64
omc_search_index_end_param (gint64 param)
{
  return -param;
}

/* FNV-1a, 64 bit, folded: stable over versions and machines. */
static guint64
add_hash (guint64 hash, const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    hash = (hash ^ (guint8)g_ascii_tolower (*p)) * G_GUINT64_CONSTANT (1099511628211);

  return hash;
}

/* Half of them negative: SQLite then keeps all in as many bits. */
static gint64
fold_to (guint64 hash, guint bits)
{
  hash ^= hash >> bits;
  hash &= (G_GUINT64_CONSTANT (1) << bits) - 1;

  return (gint64)hash - (G_GINT64_CONSTANT (1) << (bits - 1));
}

static gint64
fold_hash (guint64 hash)
{
  return fold_to (hash, HASH_BITS);
}

#define HASH_START G_GUINT64_CONSTANT (14695981039346656037)

gint64
omc_search_index_hash (const char *code)
{
  return fold_hash (add_hash (HASH_START, code));
}

gint64
omc_search_index_hash_reference (const char *reference)
{
  const char *slash = strrchr (reference, '/');

  return omc_search_index_hash (slash != NULL ? slash + 1 : reference);
}

gint64
omc_search_index_id_key (const char *type, const char *id)
{
  return fold_hash (add_hash (add_hash (add_hash (HASH_START, type), "/"), id));
}

gint64
omc_search_index_identifier_key (const char *code)
{
  return fold_hash (add_hash (add_hash (HASH_START, "|"), code));
}

gint64
omc_search_index_hour (gint64 time_us)
{
  return time_us / HOUR_US - (time_us % HOUR_US < 0 ? 1 : 0);
}

gint64
omc_search_index_magnitude (double number)
{
  gint64 bits;

  G_STATIC_ASSERT (sizeof number == sizeof bits);
  /* Both zeros are one number. */
  number += 0.0;
  memcpy (&bits, &number, sizeof bits);
  if (bits < 0)
    bits ^= G_MAXINT64;

  return bits >> MAGNITUDE_SHIFT;
}

char *
omc_search_index_cut (const char *text)
{
  const char *end;

  if (strlen (text) <= OMC_SEARCH_INDEX_MAX_STRING)
    return g_strdup (text);
  end = g_utf8_find_prev_char (text, text + OMC_SEARCH_INDEX_MAX_STRING + 1);

  return g_strndup (text, (gsize)(end - text));
}

GArray *
omc_search_index_list_triples (const char *text, guint step)
{
  GArray *triples = g_array_new (FALSE, FALSE, sizeof (gint64));
  const char *start = text, *end = text;

  for (guint i = 0; *end != '\0'; i++)
    {
      end = g_utf8_next_char (end);
      if (i < 2)
        continue;
      /* The last one also, which may overlap the one before. */
      if ((i - 2) % step == 0 || *end == '\0')
        {
          char letters[32];
          gint64 triple;

          g_strlcpy (letters, start, MIN ((gsize)(end - start) + 1, sizeof letters));
          triple = fold_to (add_hash (HASH_START, letters), TRIPLE_BITS);
          g_array_append_val (triples, triple);
        }
      start = g_utf8_next_char (start);
    }
  omc_postings_sort_resources (triples);

  return triples;
}
