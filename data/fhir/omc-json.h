/* omc-json.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* FHIR's own deepest examples nest about 20 levels; a deeper document than this is refused, because code
 * that walks a document recurses. */
#define OMC_JSON_MAX_DEPTH 128

#define OMC_JSON_ERROR (omc_json_error_quark ())

typedef enum
{
  OMC_JSON_ERROR_SYNTAX,
  OMC_JSON_ERROR_DUPLICATE_KEY,
  OMC_JSON_ERROR_TOO_DEEP,
  OMC_JSON_ERROR_TOO_LARGE,
} OmcJsonError;

GQuark omc_json_error_quark (void);

/**
 * OmcJson:
 *
 * An immutable parsed JSON document, atomically reference counted: it may be read from any thread.
 *
 * Numbers keep their text ("98.60", "1E-22"); FHIR gives that text a meaning. Keys are unique.
 */
typedef struct _OmcJson OmcJson;

/**
 * OmcJsonValue:
 *
 * A value inside an [struct@Json], borrowed: it lives as long as its document. All functions that take a
 * value accept %NULL and answer as for an absent element.
 */
typedef struct yyjson_val OmcJsonValue;

OmcJson *omc_json_parse (const char *data, gssize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
OmcJson *omc_json_parse_bytes (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
OmcJson *omc_json_ref (OmcJson *self);
void omc_json_unref (OmcJson *self);
const OmcJsonValue *omc_json_get_root (OmcJson *self);
/* Compact text; with pretty, two blanks a level. */
char *omc_json_to_string (OmcJson *self, gboolean pretty, gsize *length);
char *omc_json_value_to_string (const OmcJsonValue *value, gboolean pretty, gsize *length);

/* --- reading --- */
typedef enum
{
  OMC_JSON_ABSENT,
  OMC_JSON_NULL,
  OMC_JSON_BOOLEAN,
  OMC_JSON_NUMBER,
  OMC_JSON_STRING,
  OMC_JSON_ARRAY,
  OMC_JSON_OBJECT,
} OmcJsonKind;

OmcJsonKind omc_json_value_get_kind (const OmcJsonValue *value);
const OmcJsonValue *omc_json_value_get (const OmcJsonValue *object, const char *key);
/* The same for a name that is not terminated. */
const OmcJsonValue *
omc_json_value_get_n (const OmcJsonValue *object, const char *key, gsize length);
const OmcJsonValue *omc_json_value_at (const OmcJsonValue *array, gsize index);
/* Members of an array or object, 0 for all else. */
gsize omc_json_value_get_size (const OmcJsonValue *value);
/* "code.coding[0].code"; a name without [n] on an array means its first member. */
const OmcJsonValue *omc_json_value_pick (const OmcJsonValue *value, const char *path);
const char *omc_json_value_get_string (const OmcJsonValue *value); /* NULL unless a string */
const char *omc_json_value_pick_string (const OmcJsonValue *value, const char *path);
const char *omc_json_value_get_number_text (const OmcJsonValue *value); /* NULL unless a number */
gboolean omc_json_value_get_double (const OmcJsonValue *value, double *result);
gboolean omc_json_value_get_boolean (const OmcJsonValue *value, gboolean fallback);

typedef struct
{
  /*< private >*/
  gpointer opaque[6];
} OmcJsonIter;

/* for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, &key, &member);) — key is NULL in arrays;
 * a value that is neither array nor object has no members. */
void omc_json_iter_init (OmcJsonIter *iter, const OmcJsonValue *value);
gboolean omc_json_iter_next (OmcJsonIter *iter, const char **key, const OmcJsonValue **member);

/* Equal by FHIR meaning: key order is free, 37.0 equals 37, absent equals empty. */
gboolean omc_json_value_equal (const OmcJsonValue *a, const OmcJsonValue *b);
/* The same, the members of a and b that ignored (NULL-terminated, nullable) names aside. */
gboolean omc_json_value_equal_except (const OmcJsonValue *a,
                                      const OmcJsonValue *b,
                                      const char *const *ignored);
/* Equal to the letter of each number and string; key order is free. */
gboolean omc_json_value_identical (const OmcJsonValue *a, const OmcJsonValue *b);
/* Orders two JSON number texts by value, exactly, of any length: -1, 0, 1. */
int omc_json_number_compare (const char *a, const char *b);
/* Is text a number as JSON writes it? */
gboolean omc_json_is_number_text (const char *text);

/* --- building --- */
/**
 * OmcJsonBuilder:
 *
 * A document under construction. Nodes belong to the builder and die with it; each has one place in one
 * document. Not thread safe.
 */
typedef struct _OmcJsonBuilder OmcJsonBuilder;
typedef struct yyjson_mut_val OmcJsonNode;

OmcJsonBuilder *omc_json_builder_new (void) G_GNUC_WARN_UNUSED_RESULT;
void omc_json_builder_free (OmcJsonBuilder *self);
OmcJsonNode *omc_json_builder_object (OmcJsonBuilder *self);
OmcJsonNode *omc_json_builder_array (OmcJsonBuilder *self);
OmcJsonNode *omc_json_builder_string (OmcJsonBuilder *self, const char *value);
OmcJsonNode *omc_json_builder_number (OmcJsonBuilder *self,
                                      const char *text); /* text of a JSON number */
OmcJsonNode *omc_json_builder_integer (OmcJsonBuilder *self, gint64 value);
OmcJsonNode *omc_json_builder_boolean (OmcJsonBuilder *self, gboolean value);
OmcJsonNode *omc_json_builder_null (OmcJsonBuilder *self);
OmcJsonNode *omc_json_builder_copy (OmcJsonBuilder *self, const OmcJsonValue *value); /* deep */

/* Objects: set replaces or appends, NULL removes. The convenience forms ignore a NULL value. */
void
omc_json_node_set (OmcJsonBuilder *self, OmcJsonNode *object, const char *key, OmcJsonNode *value);
void omc_json_node_set_string (OmcJsonBuilder *self,
                               OmcJsonNode *object,
                               const char *key,
                               const char *value);
OmcJsonNode *omc_json_node_add_object (OmcJsonBuilder *self, OmcJsonNode *object, const char *key);
OmcJsonNode *omc_json_node_add_array (OmcJsonBuilder *self, OmcJsonNode *object, const char *key);
OmcJsonNode *omc_json_node_get (OmcJsonNode *object, const char *key);
OmcJsonNode *omc_json_node_at (OmcJsonNode *array, gsize index);
gsize omc_json_node_get_size (OmcJsonNode *node);
const char *omc_json_node_get_string (OmcJsonNode *node);
void omc_json_node_append (OmcJsonBuilder *self, OmcJsonNode *array, OmcJsonNode *value);
OmcJsonNode *omc_json_node_append_object (OmcJsonBuilder *self, OmcJsonNode *array);
void omc_json_node_remove_at (OmcJsonNode *array, gsize index);

/* Makes root the document. The builder is empty afterwards and may be used again. */
OmcJson *omc_json_builder_end (OmcJsonBuilder *self, OmcJsonNode *root) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcJson, omc_json_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcJsonBuilder, omc_json_builder_free)

G_END_DECLS
