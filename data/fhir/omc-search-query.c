/* omc-search-query.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#include "omc-search-private.h"

/* A URL of this many parameters or values is no search of a person or program of ours. */
#define MAX_PARAMETERS 256
#define MAX_VALUES 2000

static void
criterion_free (OmcSearchCriterion *self)
{
  g_clear_pointer (&self->linked, criterion_free);
  g_clear_pointer (&self->values, g_ptr_array_unref);
  g_free (self->linked_type);
  g_free (self);
}

static void
include_free (OmcSearchInclude *self)
{
  g_free (self->source_type);
  g_free (self->target_type);
  g_free (self);
}

void
omc_search_query_free (OmcSearchQuery *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->type);
  g_ptr_array_unref (self->criteria);
  g_array_unref (self->sort);
  g_ptr_array_unref (self->includes);
  g_free (self);
}

static gboolean
set_unknown_param (const char *type, const char *name, GError **error)
{
  static const char results[] = "_count, _offset, _sort, _include, _revinclude, _has, _total";
  g_autoptr (GPtrArray) list = omc_search_param_list (type);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    g_string_append_printf (names, "%s, ", ((const OmcSearchParam *)list->pdata[i])->name);
  g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED,
               _ ("%s has no search parameter \"%s\" here; allowed are: %s%s"), type, name,
               names->str, results);

  return FALSE;
}

static gboolean
set_unknown_modifier (const OmcSearchParam *param, const char *modifier, GError **error)
{
  const char *allowed = param->kind == OMC_SEARCH_STRING      ? ":exact, :contains, :missing"
                        : param->kind == OMC_SEARCH_TOKEN     ? ":not, :missing"
                        : param->kind == OMC_SEARCH_REFERENCE ? ":Type, :missing"
                                                              : ":missing";

  g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED,
               _ ("The search parameter %s has no modifier \":%s\" here; allowed are: %s"),
               param->name, modifier, allowed);

  return FALSE;
}

static gboolean
set_invalid_value (const char *name, const char *form, GError **error)
{
  g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
               _ ("The value of the search parameter %s must be %s"), name, form);

  return FALSE;
}

static gboolean
check_type (const char *type, GError **error)
{
  if (omc_fhir_is_resource_type (type))
    return TRUE;
  g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED,
               _ ("\"%s\" is no resource type of FHIR R4"), type);

  return FALSE;
}

static const OmcSearchParam *
find_reference_param (const char *type, const char *name, GError **error)
{
  const OmcSearchParam *param = omc_search_param_find (type, name);

  if (!param)
    set_unknown_param (type, name, error);
  else if (param->kind != OMC_SEARCH_REFERENCE)
    {
      g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
                   _ ("The search parameter %s of %s is no reference"), name, type);
      return NULL;
    }

  return param;
}

/* --- criteria --- */
/* reference_type: of a modifier ":Patient". */
static gboolean
parse_modifier (OmcSearchCriterion *self,
                const char *modifier,
                const char **reference_type,
                GError **error)
{
  OmcSearchKind kind = self->param->kind;

  *reference_type = NULL;
  if (!modifier)
    return TRUE;
  if (strcmp (modifier, "missing") == 0)
    self->modifier = OMC_SEARCH_MODIFIER_MISSING;
  else if (kind == OMC_SEARCH_STRING && strcmp (modifier, "exact") == 0)
    self->modifier = OMC_SEARCH_MODIFIER_EXACT;
  else if (kind == OMC_SEARCH_STRING && strcmp (modifier, "contains") == 0)
    self->modifier = OMC_SEARCH_MODIFIER_CONTAINS;
  else if (kind == OMC_SEARCH_TOKEN && strcmp (modifier, "not") == 0)
    self->modifier = OMC_SEARCH_MODIFIER_NOT;
  else if (kind == OMC_SEARCH_REFERENCE && omc_fhir_is_resource_type (modifier))
    *reference_type = modifier;
  else
    return set_unknown_modifier (self->param, modifier, error);

  return TRUE;
}

static gboolean
parse_values (OmcSearchCriterion *self,
              const char *text,
              const char *reference_type,
              GError **error)
{
  g_autoptr (GPtrArray) parts = NULL;

  if (self->modifier == OMC_SEARCH_MODIFIER_MISSING)
    {
      self->missing = strcmp (text, "true") == 0;
      return self->missing || strcmp (text, "false") == 0 ||
             set_invalid_value (self->param->name, _ ("true or false"), error);
    }

  parts = _omc_search_split (text, ',', G_MAXUINT);
  if (parts->len > MAX_VALUES)
    {
      g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED,
                   _ ("The search parameter %s has more than %d values"), self->param->name,
                   MAX_VALUES);
      return FALSE;
    }
  for (guint i = 0; i < parts->len; i++)
    {
      OmcSearchValue *value =
          _omc_search_value_parse (self->param, parts->pdata[i], reference_type, error);

      if (!value)
        return FALSE;
      g_ptr_array_add (self->values, value);
    }

  return TRUE;
}

static OmcSearchCriterion *
criterion_new (OmcSearchLink link, const OmcSearchParam *param)
{
  OmcSearchCriterion *self = g_new0 (OmcSearchCriterion, 1);

  self->link = link;
  self->param = param;
  self->values = g_ptr_array_new_with_free_func ((GDestroyNotify)_omc_search_value_free);

  return self;
}

static OmcSearchCriterion *
parse_direct (const char *type, const char *name, const char *value, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (name, ":", 2);
  const OmcSearchParam *param = omc_search_param_find (type, parts[0] ? parts[0] : "");
  OmcSearchCriterion *self;
  const char *reference_type;

  if (!param)
    {
      set_unknown_param (type, name, error);
      return NULL;
    }
  self = criterion_new (OMC_SEARCH_DIRECT, param);
  if (!parse_modifier (self, parts[1], &reference_type, error) ||
      !parse_values (self, value, reference_type, error))
    g_clear_pointer (&self, criterion_free);

  return self;
}

static gboolean
set_chain_too_long (const char *name, GError **error)
{
  g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED,
               _ ("The search parameter %s goes over more than one reference; one is allowed"),
               name);

  return FALSE;
}

/* "subject:Patient.name", or "patient.name" where only one type can be meant. */
static OmcSearchCriterion *
parse_chain (const char *type, const char *name, const char *value, GError **error)
{
  g_auto (GStrv) links = g_strsplit (name, ".", 3);
  g_auto (GStrv) parts = g_strsplit (links[0], ":", 2);
  const OmcSearchParam *param = find_reference_param (type, parts[0] ? parts[0] : "", error);
  const char *target;
  OmcSearchCriterion *self;

  if (!param)
    return NULL;
  target = parts[1] ? parts[1] : param->target;
  if (links[2])
    {
      set_chain_too_long (name, error);
      return NULL;
    }
  if (!target)
    {
      g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
                   _ ("%s may refer to several types; name one, as in %s:Patient.%s"), param->name,
                   param->name, links[1]);
      return NULL;
    }
  if (!check_type (target, error))
    return NULL;

  self = criterion_new (OMC_SEARCH_CHAIN, param);
  self->linked_type = g_strdup (target);
  self->linked = parse_direct (target, links[1], value, error);
  if (!self->linked)
    g_clear_pointer (&self, criterion_free);

  return self;
}

/* "_has:Observation:patient:code" */
static OmcSearchCriterion *
parse_has (const char *name, const char *value, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (name, ":", 4);
  const OmcSearchParam *param;
  OmcSearchCriterion *self;

  if (g_strv_length (parts) < 4)
    {
      g_set_error_literal (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
                           _ ("_has is written as _has:Type:reference:parameter=value"));
      return NULL;
    }
  if (strchr (parts[3], '.') || g_str_has_prefix (parts[3], "_has"))
    {
      set_chain_too_long (name, error);
      return NULL;
    }
  if (!check_type (parts[1], error) || !(param = find_reference_param (parts[1], parts[2], error)))
    return NULL;

  self = criterion_new (OMC_SEARCH_HAS, param);
  self->linked_type = g_strdup (parts[1]);
  self->linked = parse_direct (parts[1], parts[3], value, error);
  if (!self->linked)
    g_clear_pointer (&self, criterion_free);

  return self;
}

static gboolean
parse_criterion (OmcSearchQuery *self, const char *name, const char *value, GError **error)
{
  OmcSearchCriterion *criterion;

  if (g_str_has_prefix (name, "_has:"))
    criterion = parse_has (name, value, error);
  else if (strchr (name, '.'))
    criterion = parse_chain (self->type, name, value, error);
  else
    criterion = parse_direct (self->type, name, value, error);
  if (!criterion)
    return FALSE;
  g_ptr_array_add (self->criteria, criterion);

  return TRUE;
}

/* --- result parameters --- */
static gboolean
parse_number (const char *name, const char *value, guint *result, GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT, &number, NULL))
    return set_invalid_value (name, _ ("a whole number"), error);
  *result = number;

  return TRUE;
}

static gboolean
parse_sort (OmcSearchQuery *self, const char *value, GError **error)
{
  g_auto (GStrv) names = g_strsplit (value, ",", -1);

  for (guint i = 0; names[i]; i++)
    {
      gboolean descending = names[i][0] == '-';
      OmcSearchSort sort = { omc_search_param_find (self->type, names[i] + descending),
                             descending };

      if (!sort.param)
        return set_unknown_param (self->type, names[i] + descending, error);
      g_array_append_val (self->sort, sort);
    }

  return TRUE;
}

static gboolean
parse_include (OmcSearchQuery *self, const char *value, gboolean reverse, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (value, ":", 3);
  OmcSearchInclude *include;
  const OmcSearchParam *param = NULL;

  if (g_strv_length (parts) < 2)
    return set_invalid_value (reverse ? "_revinclude" : "_include",
                              _ ("Type:reference or Type:reference:Type"), error);
  if (!check_type (parts[0], error) || (parts[2] && !check_type (parts[2], error)))
    return FALSE;
  if (strcmp (parts[1], "*") != 0 && !(param = find_reference_param (parts[0], parts[1], error)))
    return FALSE;

  include = g_new0 (OmcSearchInclude, 1);
  include->source_type = g_strdup (parts[0]);
  include->param = param;
  include->target_type = g_strdup (parts[2] ? parts[2] : param ? param->target : NULL);
  include->reverse = reverse;
  g_ptr_array_add (self->includes, include);

  return TRUE;
}

static gboolean
parse_total (OmcSearchQuery *self, const char *value, GError **error)
{
  if (strcmp (value, "none") == 0)
    self->total = OMC_SEARCH_TOTAL_NONE;
  else if (strcmp (value, "estimate") == 0)
    self->total = OMC_SEARCH_TOTAL_ESTIMATE;
  else if (strcmp (value, "accurate") == 0)
    self->total = OMC_SEARCH_TOTAL_ACCURATE;
  else
    return set_invalid_value ("_total", _ ("none, estimate or accurate"), error);

  return TRUE;
}

static gboolean
parse_parameter (OmcSearchQuery *self, const char *name, const char *value, GError **error)
{
  guint count;

  if (strcmp (name, "_count") == 0)
    {
      if (!parse_number (name, value, &count, error))
        return FALSE;
      self->count = (int)count;
      return TRUE;
    }
  if (strcmp (name, "_offset") == 0)
    return parse_number (name, value, &self->offset, error);
  if (strcmp (name, "_sort") == 0)
    return parse_sort (self, value, error);
  if (strcmp (name, "_include") == 0 || strcmp (name, "_revinclude") == 0)
    return parse_include (self, value, name[1] == 'r', error);
  if (strcmp (name, "_total") == 0)
    return parse_total (self, value, error);

  return parse_criterion (self, name, value, error);
}

static char *
decode (const char *text, GError **error)
{
  g_autofree char *plain = g_strdelimit (g_strdup (text), "+", ' ');
  char *decoded = g_uri_unescape_string (plain, NULL);

  if (!decoded || !g_utf8_validate (decoded, -1, NULL))
    {
      g_free (decoded);
      g_set_error_literal (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
                           _ ("The search holds a wrong percent sequence or no UTF-8"));
      return NULL;
    }

  return decoded;
}

static gboolean
parse_pair (OmcSearchQuery *self, const char *pair, GError **error)
{
  const char *equals = strchrnul (pair, '=');
  g_autofree char *raw_name = g_strndup (pair, equals - pair);
  g_autofree char *name = decode (raw_name, error);
  g_autofree char *value = NULL;

  if (!name || !(value = decode (*equals ? equals + 1 : "", error)))
    return FALSE;
  if (*value == '\0')
    {
      g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
                   _ ("The search parameter %s has no value"), name);
      return FALSE;
    }

  return parse_parameter (self, name, value, error);
}

OmcSearchQuery *
omc_search_query_parse (const char *text, GError **error)
{
  g_autoptr (OmcSearchQuery) self = NULL;
  g_auto (GStrv) pairs = NULL;
  const char *question;

  g_return_val_if_fail (text != NULL, NULL);

  if (*text == '/')
    text++;
  question = strchrnul (text, '?');
  self = g_new0 (OmcSearchQuery, 1);
  self->type = g_strndup (text, question - text);
  self->criteria = g_ptr_array_new_with_free_func ((GDestroyNotify)criterion_free);
  self->sort = g_array_new (FALSE, FALSE, sizeof (OmcSearchSort));
  self->includes = g_ptr_array_new_with_free_func ((GDestroyNotify)include_free);
  self->count = -1;
  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
                           _ ("The search is no UTF-8"));
      return NULL;
    }
  if (!check_type (self->type, error))
    return NULL;

  pairs = g_strsplit (*question ? question + 1 : "", "&", -1);
  if (g_strv_length (pairs) > MAX_PARAMETERS)
    {
      g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED,
                   _ ("The search has more than %d parameters"), MAX_PARAMETERS);
      return NULL;
    }
  for (guint i = 0; pairs[i]; i++)
    if (pairs[i][0] != '\0' && !parse_pair (self, pairs[i], error))
      return NULL;

  return g_steal_pointer (&self);
}
