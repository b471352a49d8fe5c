/* omc-sandbox-patch.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-resource.h"
#include "omc-sandbox-patch.h"

#define MAX_OPERATIONS 1000
/* Each copy may double a document. */
#define MAX_RESULT ((gsize)16 * 1024 * 1024)

typedef enum
{
  CHANGE_ADD,
  CHANGE_REMOVE,
  CHANGE_REPLACE,
} Change;

/* "/a~1b/0" -> { "a/b", "0" }; NULL when it is no JSON Pointer. */
static GStrv
split_pointer (const char *pointer)
{
  GStrv tokens;

  if (pointer == NULL || (*pointer != '\0' && *pointer != '/'))
    return NULL;
  if (*pointer == '\0')
    return g_new0 (char *, 1);

  tokens = g_strsplit (pointer + 1, "/", -1);
  for (guint i = 0; tokens[i] != NULL; i++)
    {
      char *write = tokens[i];

      for (const char *read = tokens[i]; *read != '\0'; read++)
        {
          if (*read != '~')
            *write++ = *read;
          else if (read[1] == '0' || read[1] == '1')
            *write++ = *++read == '0' ? '~' : '/';
          else
            {
              g_strfreev (tokens);
              return NULL;
            }
        }
      *write = '\0';
    }
  return tokens;
}

static gboolean
parse_index (const char *token, gsize *index)
{
  guint64 value;

  if (token[0] == '0' && token[1] != '\0')
    return FALSE;
  if (!g_ascii_isdigit (token[0]) ||
      !g_ascii_string_to_unsigned (token, 10, 0, G_MAXUINT32, &value, NULL))
    return FALSE;

  *index = value;
  return TRUE;
}

static const OmcJsonValue *
find (const OmcJsonValue *value, char *const *tokens)
{
  gsize index;

  for (; value != NULL && *tokens != NULL; tokens++)
    {
      if (omc_json_value_get_kind (value) == OMC_JSON_ARRAY)
        value = parse_index (*tokens, &index) ? omc_json_value_at (value, index) : NULL;
      else
        value = omc_json_value_get (value, *tokens);
    }
  return value;
}

/* Equality of RFC 6902 4.6: numbers by value, members in any order. */
static gboolean
json_equal (const OmcJsonValue *a, const OmcJsonValue *b)
{
  OmcJsonKind kind = omc_json_value_get_kind (a);
  const OmcJsonValue *member;
  const char *key;
  OmcJsonIter iter;
  gsize index = 0;

  if (kind != omc_json_value_get_kind (b) ||
      omc_json_value_get_size (a) != omc_json_value_get_size (b))
    return FALSE;
  if (kind == OMC_JSON_NUMBER)
    return omc_json_number_compare (omc_json_value_get_number_text (a),
                                    omc_json_value_get_number_text (b)) == 0;
  if (kind != OMC_JSON_ARRAY && kind != OMC_JSON_OBJECT)
    return omc_json_value_identical (a, b);

  omc_json_iter_init (&iter, a);
  while (omc_json_iter_next (&iter, &key, &member))
    {
      const OmcJsonValue *other =
          kind == OMC_JSON_ARRAY ? omc_json_value_at (b, index++) : omc_json_value_get (b, key);

      if (other == NULL || !json_equal (member, other))
        return FALSE;
    }
  return TRUE;
}

static OmcJsonNode *rebuild (OmcJsonBuilder *builder,
                             const OmcJsonValue *value,
                             char *const *tokens,
                             Change change,
                             const OmcJsonValue *added,
                             const char **why);

static OmcJsonNode *
rebuild_object (OmcJsonBuilder *builder,
                const OmcJsonValue *value,
                char *const *tokens,
                Change change,
                const OmcJsonValue *added,
                const char **why)
{
  OmcJsonNode *node = omc_json_builder_object (builder);
  gboolean last = tokens[1] == NULL;
  gboolean met = FALSE;
  const OmcJsonValue *member;
  const char *key;
  OmcJsonIter iter;

  omc_json_iter_init (&iter, value);
  while (omc_json_iter_next (&iter, &key, &member))
    {
      OmcJsonNode *child;

      if (!g_str_equal (key, tokens[0]))
        {
          omc_json_node_set (builder, node, key, omc_json_builder_copy (builder, member));
          continue;
        }
      met = TRUE;
      if (last && change == CHANGE_REMOVE)
        continue;
      child = last ? omc_json_builder_copy (builder, added)
                   : rebuild (builder, member, tokens + 1, change, added, why);
      if (child == NULL)
        return NULL;
      omc_json_node_set (builder, node, key, child);
    }

  if (!met && last && change == CHANGE_ADD)
    omc_json_node_set (builder, node, tokens[0], omc_json_builder_copy (builder, added));
  else if (!met)
    {
      *why = "the path leads nowhere";
      return NULL;
    }
  return node;
}

static OmcJsonNode *
rebuild_array (OmcJsonBuilder *builder,
               const OmcJsonValue *value,
               char *const *tokens,
               Change change,
               const OmcJsonValue *added,
               const char **why)
{
  OmcJsonNode *node = omc_json_builder_array (builder);
  gsize size = omc_json_value_get_size (value);
  gboolean last = tokens[1] == NULL;
  const OmcJsonValue *member;
  OmcJsonIter iter;
  gsize target = size;

  if (!(last && change == CHANGE_ADD && g_str_equal (tokens[0], "-")) &&
      (!parse_index (tokens[0], &target) || target >= size + (last && change == CHANGE_ADD)))
    {
      *why = "the path leads beyond an array";
      return NULL;
    }

  omc_json_iter_init (&iter, value);
  for (gsize i = 0; omc_json_iter_next (&iter, NULL, &member); i++)
    {
      OmcJsonNode *child;

      if (i == target && last && change != CHANGE_REMOVE)
        omc_json_node_append (builder, node, omc_json_builder_copy (builder, added));
      if (i == target && last && change != CHANGE_ADD)
        continue;
      child = i == target && !last ? rebuild (builder, member, tokens + 1, change, added, why)
                                   : omc_json_builder_copy (builder, member);
      if (child == NULL)
        return NULL;
      omc_json_node_append (builder, node, child);
    }
  if (target == size)
    omc_json_node_append (builder, node, omc_json_builder_copy (builder, added));
  return node;
}

/* A copy of value with the one change; the recursion is bounded by the depth of a parsed document.
 * */
static OmcJsonNode *
rebuild (OmcJsonBuilder *builder,
         const OmcJsonValue *value,
         char *const *tokens,
         Change change,
         const OmcJsonValue *added,
         const char **why)
{
  switch (omc_json_value_get_kind (value))
    {
    case OMC_JSON_OBJECT:
      return rebuild_object (builder, value, tokens, change, added, why);
    case OMC_JSON_ARRAY:
      return rebuild_array (builder, value, tokens, change, added, why);
    case OMC_JSON_ABSENT:
    case OMC_JSON_NULL:
    case OMC_JSON_BOOLEAN:
    case OMC_JSON_NUMBER:
    case OMC_JSON_STRING:
    default:
      *why = "the path leads into a value that has no members";
      return NULL;
    }
}

static OmcJson *
change_document (OmcJson *document,
                 char *const *tokens,
                 Change change,
                 const OmcJsonValue *added,
                 const char **why)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  g_autoptr (OmcJson) changed = NULL;
  g_autofree char *text = NULL;
  OmcJsonNode *root;
  gsize length;

  if (*tokens == NULL && change == CHANGE_REMOVE)
    {
      *why = "the whole document cannot be removed";
      return NULL;
    }
  root = *tokens == NULL
             ? omc_json_builder_copy (builder, added)
             : rebuild (builder, omc_json_get_root (document), tokens, change, added, why);
  if (root == NULL)
    return NULL;

  /* Parsed again, for a copy of a copy may by now be deeper than code that recurses may go. */
  changed = omc_json_builder_end (builder, root);
  text = omc_json_to_string (changed, FALSE, &length);
  *why = "the result is too deep or too large";
  return length <= MAX_RESULT ? omc_json_parse (text, (gssize)length, NULL) : NULL;
}

static gboolean
is_prefix (char *const *prefix, char *const *tokens)
{
  for (; *prefix != NULL; prefix++, tokens++)
    {
      if (*tokens == NULL || !g_str_equal (*prefix, *tokens))
        return FALSE;
    }
  return TRUE;
}

/* move and copy: what is at from, put at the path. */
static OmcJson *
carry (OmcJson *document,
       const char *from_text,
       char *const *tokens,
       gboolean move,
       const char **why)
{
  g_auto (GStrv) from = split_pointer (from_text);
  g_autoptr (OmcJson) without = NULL;
  const OmcJsonValue *value;

  value = from != NULL ? find (omc_json_get_root (document), from) : NULL;
  if (value == NULL)
    {
      *why = "from leads nowhere";
      return NULL;
    }
  if (!move)
    return change_document (document, tokens, CHANGE_ADD, value, why);
  if (is_prefix (from, tokens))
    {
      /* Onto itself is no change; into itself is impossible. */
      if (is_prefix (tokens, from))
        return omc_json_ref (document);
      *why = "a value cannot move into itself";
      return NULL;
    }

  /* The value stays alive with the document before. */
  without = change_document (document, from, CHANGE_REMOVE, NULL, why);
  return without != NULL ? change_document (without, tokens, CHANGE_ADD, value, why) : NULL;
}

static OmcJson *
apply_one (OmcJson *document, const OmcJsonValue *operation, const char **why)
{
  const char *op = omc_json_value_pick_string (operation, "op");
  const OmcJsonValue *value = omc_json_value_get (operation, "value");
  g_auto (GStrv) tokens = split_pointer (omc_json_value_pick_string (operation, "path"));
  const OmcJsonValue *found;

  if (op == NULL || tokens == NULL)
    {
      *why = "op or path is missing or malformed";
      return NULL;
    }

  if (g_str_equal (op, "move") || g_str_equal (op, "copy"))
    return carry (document, omc_json_value_pick_string (operation, "from"), tokens, *op == 'm',
                  why);

  found = find (omc_json_get_root (document), tokens);
  if (g_str_equal (op, "remove") && found != NULL)
    return change_document (document, tokens, CHANGE_REMOVE, NULL, why);
  if (value == NULL && !g_str_equal (op, "remove"))
    *why = "value is missing or op is unknown";
  else if (g_str_equal (op, "add"))
    return change_document (document, tokens, CHANGE_ADD, value, why);
  else if (g_str_equal (op, "replace") && found != NULL)
    return change_document (document, tokens, CHANGE_REPLACE, value, why);
  else if (g_str_equal (op, "test") && found != NULL && json_equal (found, value))
    return omc_json_ref (document);
  else if (g_str_equal (op, "test"))
    *why = "the test failed";
  else if (g_str_equal (op, "remove") || g_str_equal (op, "replace"))
    *why = "the path leads nowhere";
  else
    *why = "op is unknown";
  return NULL;
}

OmcJson *
omc_sandbox_patch_apply (OmcJson *document, const OmcJsonValue *operations, GError **error)
{
  g_autoptr (OmcJson) current = omc_json_ref (document);
  gsize size = omc_json_value_get_size (operations);

  if (omc_json_value_get_kind (operations) != OMC_JSON_ARRAY || size > MAX_OPERATIONS)
    {
      g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED,
                   "a JSON Patch is an array of at most %d operations", MAX_OPERATIONS);
      return NULL;
    }

  for (gsize i = 0; i < size; i++)
    {
      const char *why = "it cannot be applied";
      OmcJson *next = apply_one (current, omc_json_value_at (operations, i), &why);

      if (next == NULL)
        {
          g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED,
                       "JSON Patch operation %" G_GSIZE_FORMAT ": %s", i, why);
          return NULL;
        }
      omc_json_unref (current);
      current = next;
    }

  return g_steal_pointer (&current);
}
