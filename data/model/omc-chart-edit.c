/* omc-chart-edit.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-model"

#include "config.h"

#include <string.h>

#include "omc-chart-edit.h"
#include "omc-clock.h"

static char *
dup_text (const OmcJsonValue *root, const char *path)
{
  const char *text = omc_json_value_pick_string (root, path);

  return g_strdup (text ? text : "");
}

/* The first telephone: the place of it in telecom, or -1. */
static int
find_phone (const OmcJsonValue *telecom)
{
  for (gsize i = 0; i < omc_json_value_get_size (telecom); i++)
    if (g_strcmp0 (omc_json_value_pick_string (omc_json_value_at (telecom, i), "system"),
                   "phone") == 0)
      return (int)i;

  return -1;
}

OmcDemographics *
omc_demographics_read (OmcResource *patient)
{
  const OmcJsonValue *root, *telecom;
  OmcDemographics *self;
  int phone;

  g_return_val_if_fail (patient != NULL, NULL);

  root = omc_resource_get_root (patient);
  telecom = omc_json_value_get (root, "telecom");
  phone = find_phone (telecom);
  self = g_new0 (OmcDemographics, 1);
  self->telephone =
      phone >= 0 ? dup_text (omc_json_value_at (telecom, (gsize)phone), "value") : g_strdup ("");
  self->line = dup_text (root, "address.line");
  self->city = dup_text (root, "address.city");
  self->postal_code = dup_text (root, "address.postalCode");
  self->birth_date = dup_text (root, "birthDate");

  return self;
}

void
omc_demographics_free (OmcDemographics *self)
{
  g_free (self->telephone);
  g_free (self->line);
  g_free (self->city);
  g_free (self->postal_code);
  g_free (self->birth_date);
  g_free (self);
}

gboolean
omc_demographics_check_birth_date (const char *text, gint64 now_us)
{
  gint64 start, end;
  gsize length;

  g_return_val_if_fail (text != NULL, FALSE);

  length = strlen (text);

  return (length == 4 || length == 7 || length == 10) &&
         omc_instant_parse_range (text, &start, &end) && start <= now_us;
}

static void
set_text (OmcJsonBuilder *builder, OmcJsonNode *object, const char *key, const char *text)
{
  omc_json_node_set (builder, object, key, *text ? omc_json_builder_string (builder, text) : NULL);
}

/* The list at key and its member index, both made when they are missing. */
static OmcJsonNode *
ensure_member (OmcJsonBuilder *builder, OmcJsonNode *root, const char *key, gsize index)
{
  OmcJsonNode *list = omc_json_node_get (root, key);

  if (!list)
    list = omc_json_node_add_array (builder, root, key);

  return index < omc_json_node_get_size (list) ? omc_json_node_at (list, index)
                                               : omc_json_node_append_object (builder, list);
}

static void
apply_telephone (OmcJsonBuilder *builder,
                 OmcJsonNode *root,
                 const OmcJsonValue *telecom,
                 const char *telephone)
{
  int phone = find_phone (telecom);
  OmcJsonNode *node;

  if (phone >= 0 && !*telephone)
    {
      OmcJsonNode *list = omc_json_node_get (root, "telecom");

      omc_json_node_remove_at (list, (gsize)phone);
      if (omc_json_node_get_size (list) == 0)
        omc_json_node_set (builder, root, "telecom", NULL);
      return;
    }
  if (!*telephone)
    return;

  node = ensure_member (builder, root, "telecom",
                        phone >= 0 ? (gsize)phone : omc_json_value_get_size (telecom));
  if (phone < 0)
    {
      omc_json_node_set_string (builder, node, "system", "phone");
      omc_json_node_set_string (builder, node, "use", "home");
    }
  omc_json_node_set_string (builder, node, "value", telephone);
}

static void
apply_address (OmcJsonBuilder *builder, OmcJsonNode *root, const OmcDemographics *form)
{
  OmcJsonNode *address = ensure_member (builder, root, "address", 0);
  OmcJsonNode *lines = omc_json_node_get (address, "line");

  set_text (builder, address, "city", form->city);
  set_text (builder, address, "postalCode", form->postal_code);
  if (lines && omc_json_node_get_size (lines) > 0)
    omc_json_node_remove_at (lines, 0);
  if (*form->line)
    {
      /* Lines after the first are not in the form and stay. */
      OmcJsonNode *fresh = omc_json_builder_array (builder);

      omc_json_node_append (builder, fresh, omc_json_builder_string (builder, form->line));
      for (gsize i = 0; lines && i < omc_json_node_get_size (lines); i++)
        omc_json_node_append (builder, fresh,
                              omc_json_builder_string (
                                  builder, omc_json_node_get_string (omc_json_node_at (lines, i))));
      omc_json_node_set (builder, address, "line", fresh);
    }
  else if (lines && omc_json_node_get_size (lines) == 0)
    {
      omc_json_node_set (builder, address, "line", NULL);
    }
  /* A text made from the old parts would now say something else than they do. */
  omc_json_node_set (builder, address, "text", NULL);
}

static gboolean
address_differs (OmcResource *patient, const OmcDemographics *form)
{
  g_autoptr (OmcDemographics) before = omc_demographics_read (patient);

  return strcmp (before->line, form->line) != 0 || strcmp (before->city, form->city) != 0 ||
         strcmp (before->postal_code, form->postal_code) != 0;
}

OmcResource *
omc_demographics_apply (OmcResource *patient, const OmcDemographics *form, GError **error)
{
  g_autoptr (OmcJsonBuilder) builder = NULL;
  g_autoptr (OmcJson) json = NULL;
  const OmcJsonValue *before;
  OmcJsonNode *root;

  g_return_val_if_fail (patient != NULL, NULL);
  g_return_val_if_fail (form != NULL, NULL);

  before = omc_resource_get_root (patient);
  builder = omc_json_builder_new ();
  root = omc_json_builder_copy (builder, before);
  apply_telephone (builder, root, omc_json_value_get (before, "telecom"), form->telephone);
  if (address_differs (patient, form))
    apply_address (builder, root, form);
  set_text (builder, root, "birthDate", form->birth_date);
  json = omc_json_builder_end (builder, root);

  return omc_resource_new (json, error);
}

static OmcResource *
to_error (OmcResource *observation,
          const char *reason,
          const char *author,
          gint64 now_us,
          GError **error)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_copy (builder, omc_resource_get_root (observation));
  OmcJsonNode *notes = omc_json_node_get (root, "note");
  OmcJsonNode *note;
  g_autofree char *now = omc_instant_format_local (now_us);
  g_autoptr (OmcJson) json = NULL;

  if (!notes)
    notes = omc_json_node_add_array (builder, root, "note");
  note = omc_json_node_append_object (builder, notes);
  omc_json_node_set_string (builder, note, "authorString", author);
  omc_json_node_set_string (builder, note, "time", now);
  omc_json_node_set_string (builder, note, "text", reason);
  omc_json_node_set_string (builder, root, "status", "entered-in-error");
  json = omc_json_builder_end (builder, root);

  return omc_resource_new (json, error);
}

static void
add_reference (GHashTable *ids, const OmcJsonValue *member)
{
  const char *reference = omc_json_value_pick_string (member, "reference");

  if (reference && g_str_has_prefix (reference, "Observation/"))
    g_hash_table_add (ids, g_strdup (reference + strlen ("Observation/")));
}

static GHashTable *
collect_ids (OmcChart *chart, const OmcVitalsSet *set)
{
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < OMC_VITAL_N_KINDS; i++)
    if (set->values[i] && set->values[i]->observation_id)
      g_hash_table_add (ids, g_strdup (set->values[i]->observation_id));

  if (!set->panel_id)
    return ids;

  g_hash_table_add (ids, g_strdup (set->panel_id));
  for (guint i = 0; i < chart->observations->len; i++)
    {
      OmcResource *observation = chart->observations->pdata[i];
      OmcJsonIter iter;
      const OmcJsonValue *member;

      if (g_strcmp0 (omc_resource_get_id (observation), set->panel_id) != 0)
        continue;
      omc_json_iter_init (&iter,
                          omc_json_value_get (omc_resource_get_root (observation), "hasMember"));
      while (omc_json_iter_next (&iter, NULL, &member))
        add_reference (ids, member);
    }

  return ids;
}

GPtrArray *
omc_vitals_set_to_error (OmcChart *chart,
                         const OmcVitalsSet *set,
                         const char *reason,
                         const char *author,
                         gint64 now_us,
                         GError **error)
{
  g_autoptr (GPtrArray) changed = NULL;
  g_autoptr (GHashTable) ids = NULL;

  g_return_val_if_fail (chart != NULL, NULL);
  g_return_val_if_fail (set != NULL, NULL);
  g_return_val_if_fail (reason != NULL, NULL);

  changed = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  ids = collect_ids (chart, set);
  for (guint i = 0; i < chart->observations->len; i++)
    {
      OmcResource *observation = chart->observations->pdata[i];
      const char *id = omc_resource_get_id (observation);
      OmcResource *voided;

      if (!id || !g_hash_table_contains (ids, id))
        continue;
      voided = to_error (observation, reason, author, now_us, error);
      if (!voided)
        return NULL;
      g_ptr_array_add (changed, voided);
    }

  return g_steal_pointer (&changed);
}
