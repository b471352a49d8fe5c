/* omc-access-policy-json.c: a policy as text; declared in omc-access-policy.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-access"

#include "config.h"

#include "omc-access-policy-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-json.h"
#include "omc-resource.h"

#define FORMAT 1
#define VERSION_MAX G_GUINT64_CONSTANT (9007199254740991)
#define ISSUER_MAX 200
#define DEPARTMENT_PREFIX "Location/"
#define OTHER "other"

G_DEFINE_QUARK (omc-access-error-quark, omc_access_error)

static const char *const CELL_NAMES[OMC_N_CELLS] = {
  [OMC_CELL_DENY] = "deny",
  [OMC_CELL_ALLOW] = "allow",
  [OMC_CELL_DEPARTMENT] = "department",
  [OMC_CELL_BREAK_GLASS] = "break-glass",
};

static const char *const KEYS =
    "omnicarePolicy, version, issuer, lifetimeHours, roles, unplaced, covers";

static gboolean G_GNUC_PRINTF (4, 5)
    refuse (GError **error, OmcAccessError code, const char *path, const char *format, ...)
{
  g_autofree char *reason = NULL;
  va_list arguments;

  va_start (arguments, format);
  reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, OMC_ACCESS_ERROR, code, "%s: %s", path, reason);

  return FALSE;
}

static gboolean
refuse_invalid (GError **error, const char *path, const char *reason)
{
  return refuse (error, OMC_ACCESS_ERROR_INVALID, path, "%s", reason);
}

/* --- what no policy may give --- */

static gboolean
is_of_charts (OmcAccessAction action)
{
  return action < OMC_ACCESS_SYNC;
}

static gboolean
check_cell (OmcRole role, OmcAccessAction action, OmcCell cell, const char *path, GError **error)
{
  const char *reason = NULL;

  if (cell == OMC_CELL_DENY)
    return TRUE;
  if (is_of_charts (action) && (role == OMC_ROLE_ADMINISTRATOR || role == OMC_ROLE_AUDITOR))
    reason = _ ("this role can never be given charts; only “deny” is allowed here");
  else if (role == OMC_ROLE_KIOSK && action > OMC_ACCESS_SEARCH)
    reason = _ ("a kiosk acts for nobody, and nothing is written or taken out without a person; "
                "only “deny” is allowed here");
  else if (action == OMC_ACCESS_SYNC)
    reason = _ ("this is the device's own work: a person could take unsent records out of the "
                "queue by it; only “deny” is allowed here");
  else if (!is_of_charts (action) && cell != OMC_CELL_ALLOW)
    reason = _ ("this is about no patient; only “allow” and “deny” are allowed here");
  else if (cell == OMC_CELL_BREAK_GLASS && action > OMC_ACCESS_CREATE_PRELIMINARY)
    reason = _ ("breaking the glass opens a chart for reading and for new records, not for "
                "changing what others wrote");
  if (reason == NULL)
    return TRUE;

  return refuse (error, OMC_ACCESS_ERROR_FORBIDDEN, path, "%s", reason);
}

/* Somebody must be able to put right what a policy did. */
static gboolean
check_whole (OmcAccessPolicy *self, GError **error)
{
  static const OmcAccessAction needed[] = { OMC_ACCESS_MANAGE_KEYS, OMC_ACCESS_MANAGE_USERS,
                                            OMC_ACCESS_MANAGE_DEVICE, OMC_ACCESS_READ_AUDIT };

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      gboolean found = FALSE;

      for (guint role = 0; role < OMC_ROLE_DEVICE; role++)
        found = found || self->cells[role][needed[i]] == OMC_CELL_ALLOW;
      if (!found)
        return refuse (error, OMC_ACCESS_ERROR_FORBIDDEN, "roles",
                       _ ("no role may do “%s”, so that nobody could put this right"),
                       omc_access_action_to_string (needed[i]));
    }

  return TRUE;
}

/* --- reading --- */

static gboolean
read_cell (const OmcJsonValue *value, const char *path, OmcCell *cell, GError **error)
{
  const char *text = omc_json_value_get_string (value);

  for (guint i = 0; i < OMC_N_CELLS; i++)
    if (g_strcmp0 (text, CELL_NAMES[i]) == 0)
      {
        *cell = (OmcCell)i;
        return TRUE;
      }

  return refuse_invalid (error, path, _ ("must be one of allow, department, break-glass, deny"));
}

/* { "other": CELL, "Observation": CELL, ... } */
static gboolean
read_types (OmcAccessPolicy *self,
            OmcRole role,
            OmcAccessAction action,
            const OmcJsonValue *value,
            const char *path,
            GError **error)
{
  const OmcJsonValue *member;
  OmcJsonIter iter;
  const char *key;

  if (omc_json_value_get (value, OTHER) == NULL)
    return refuse_invalid (error, path, _ ("lacks “other”, which is for all types not named"));
  if (!is_of_charts (action))
    return refuse_invalid (error, path, _ ("this is about no records; write one word"));
  omc_json_iter_init (&iter, value);
  while (omc_json_iter_next (&iter, &key, &member))
    {
      g_autofree char *inner = g_strdup_printf ("%s.%s", path, key);
      gboolean other = g_str_equal (key, OTHER);
      OmcCell cell;

      if (!other && (!omc_fhir_is_resource_type (key) || _omc_access_policy_is_fixed_type (key)))
        return refuse_invalid (error, inner,
                               _ ("must be “other” or a FHIR resource type that holds data of "
                                  "patients"));
      if (!read_cell (member, inner, &cell, error) ||
          !check_cell (role, action, cell, inner, error))
        return FALSE;
      if (other)
        self->cells[role][action] = cell;
      else
        _omc_access_policy_set_type (self, role, action, key, cell);
    }

  return TRUE;
}

/* type: OTHER: all that are not named */
static gboolean
is_denied (OmcAccessPolicy *self, OmcRole role, OmcAccessAction action, const char *type)
{
  GHashTable *types = self->types[role][action];
  gpointer cell;

  if (types == NULL || !g_hash_table_lookup_extended (types, type, NULL, &cell))
    return self->cells[role][action] == OMC_CELL_DENY;

  return (OmcCell)GPOINTER_TO_INT (cell) == OMC_CELL_DENY;
}

static gboolean
check_deletes (OmcAccessPolicy *self, OmcRole role, const char *path, GError **error)
{
  GHashTable *const named[] = { self->types[role][OMC_ACCESS_DELETE],
                                self->types[role][OMC_ACCESS_UPDATE] };
  g_autoptr (GPtrArray) types = g_ptr_array_new ();

  g_ptr_array_add (types, (gpointer)OTHER);
  for (gsize i = 0; i < G_N_ELEMENTS (named); i++)
    {
      g_autoptr (GPtrArray) keys =
          named[i] != NULL ? g_hash_table_get_keys_as_ptr_array (named[i]) : g_ptr_array_new ();

      g_ptr_array_extend (types, keys, NULL, NULL);
    }
  for (guint i = 0; i < types->len; i++)
    if (!is_denied (self, role, OMC_ACCESS_DELETE, g_ptr_array_index (types, i)) &&
        is_denied (self, role, OMC_ACCESS_UPDATE, g_ptr_array_index (types, i)))
      return refuse (error, OMC_ACCESS_ERROR_FORBIDDEN, path,
                     _ ("who may not change a record may not take it away either"));

  return TRUE;
}

static gboolean
read_role (OmcAccessPolicy *self,
           OmcRole role,
           const OmcJsonValue *value,
           const char *path,
           GError **error)
{
  const OmcJsonValue *member;
  OmcJsonIter iter;
  const char *key;

  if (omc_json_value_get_kind (value) != OMC_JSON_OBJECT)
    return refuse_invalid (error, path, _ ("must be an object with every action"));
  omc_json_iter_init (&iter, value);
  while (omc_json_iter_next (&iter, &key, &member))
    {
      g_autofree char *inner = g_strdup_printf ("%s.%s", path, key);
      OmcAccessAction action;

      if (!omc_access_action_from_string (key, &action))
        return refuse_invalid (error, inner, _ ("there is no such action"));
      if (omc_json_value_get_kind (member) == OMC_JSON_OBJECT
              ? !read_types (self, role, action, member, inner, error)
              : !read_cell (member, inner, &self->cells[role][action], error) ||
                    !check_cell (role, action, self->cells[role][action], inner, error))
        return FALSE;
    }
  for (guint i = 0; i < OMC_N_ACCESS_ACTIONS; i++)
    if (omc_json_value_get (value, omc_access_action_to_string ((OmcAccessAction)i)) == NULL)
      return refuse (error, OMC_ACCESS_ERROR_INVALID, path, _ ("lacks the action “%s”"),
                     omc_access_action_to_string ((OmcAccessAction)i));

  return check_deletes (self, role, path, error);
}

static gboolean
read_roles (OmcAccessPolicy *self, const OmcJsonValue *value, GError **error)
{
  const OmcJsonValue *member;
  OmcJsonIter iter;
  const char *key;

  if (omc_json_value_get_kind (value) != OMC_JSON_OBJECT)
    return refuse_invalid (error, "roles", _ ("must be an object with every role"));
  omc_json_iter_init (&iter, value);
  while (omc_json_iter_next (&iter, &key, &member))
    {
      g_autofree char *path = g_strdup_printf ("roles.%s", key);
      OmcRole role;

      if (!omc_role_from_string (key, &role) || role == OMC_ROLE_DEVICE)
        return refuse_invalid (error, path, _ ("there is no such role for a policy to set"));
      if (!read_role (self, role, member, path, error))
        return FALSE;
    }
  for (guint i = 0; i < OMC_ROLE_DEVICE; i++)
    if (omc_json_value_get (value, omc_role_to_string ((OmcRole)i)) == NULL)
      return refuse (error, OMC_ACCESS_ERROR_INVALID, "roles", _ ("lacks the role “%s”"),
                     omc_role_to_string ((OmcRole)i));

  return check_whole (self, error);
}

static gboolean
read_unplaced (OmcAccessPolicy *self, const OmcJsonValue *value, GError **error)
{
  const OmcJsonValue *member;
  OmcJsonIter iter;
  OmcRole role;

  if (omc_json_value_get_kind (value) != OMC_JSON_ARRAY)
    return refuse_invalid (error, "unplaced", _ ("must be a list of roles"));
  omc_json_iter_init (&iter, value);
  while (omc_json_iter_next (&iter, NULL, &member))
    {
      if (!omc_role_from_string (omc_json_value_get_string (member), &role) ||
          role == OMC_ROLE_DEVICE)
        return refuse_invalid (error, "unplaced", _ ("must be a list of roles"));
      self->unplaced[role] = TRUE;
    }

  return TRUE;
}

static gboolean
is_department (const char *text)
{
  return text != NULL && g_str_has_prefix (text, DEPARTMENT_PREFIX) &&
         omc_fhir_is_id (text + strlen (DEPARTMENT_PREFIX));
}

static gboolean
read_covers (OmcAccessPolicy *self, const OmcJsonValue *value, GError **error)
{
  const OmcJsonValue *list;
  OmcJsonIter iter;
  const char *key;

  if (value != NULL && omc_json_value_get_kind (value) != OMC_JSON_OBJECT)
    return refuse_invalid (error, "covers", _ ("must be an object of departments"));
  omc_json_iter_init (&iter, value);
  while (omc_json_iter_next (&iter, &key, &list))
    {
      g_autofree char *path = g_strdup_printf ("covers.%s", key);
      GHashTable *covered = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      const OmcJsonValue *member;
      OmcJsonIter members;

      g_hash_table_insert (self->covers, g_strdup (key), covered);
      if (!is_department (key) || omc_json_value_get_kind (list) != OMC_JSON_ARRAY)
        return refuse_invalid (error, path,
                               _ ("must be a department (Location/ID) with a list of others"));
      omc_json_iter_init (&members, list);
      while (omc_json_iter_next (&members, NULL, &member))
        if (is_department (omc_json_value_get_string (member)))
          g_hash_table_add (covered, g_strdup (omc_json_value_get_string (member)));
        else
          return refuse_invalid (error, path, _ ("must list departments as Location/ID"));
    }

  return TRUE;
}

static gboolean
read_number (const OmcJsonValue *value, guint64 maximum, guint64 *number)
{
  const char *text = omc_json_value_get_number_text (value);

  return text != NULL && g_ascii_string_to_unsigned (text, 10, 1, maximum, number, NULL);
}

static gboolean
read_head (OmcAccessPolicy *self, const OmcJsonValue *root, GError **error)
{
  const OmcJsonValue *issuer = omc_json_value_get (root, "issuer");
  const OmcJsonValue *lifetime = omc_json_value_get (root, "lifetimeHours");
  const char *text = omc_json_value_get_string (issuer);
  guint64 hours = 0;
  guint64 format;

  if (!read_number (omc_json_value_get (root, "omnicarePolicy"), G_MAXUINT32, &format))
    return refuse_invalid (error, "omnicarePolicy", _ ("must be 1, the number of this format"));
  if (format != FORMAT)
    return refuse_invalid (error, "omnicarePolicy",
                           _ ("this format is for a newer program; 1 is allowed here"));
  if (!read_number (omc_json_value_get (root, "version"), VERSION_MAX, &self->version))
    return refuse_invalid (error, "version", _ ("must be a whole number from 1"));
  if (issuer != NULL && (text == NULL || *text == '\0' || strlen (text) > ISSUER_MAX))
    return refuse_invalid (error, "issuer", _ ("must be a short text"));
  self->issuer = g_strdup (text);
  if (lifetime != NULL && !read_number (lifetime, OMC_ACCESS_LIFETIME_MAX_HOURS, &hours))
    return refuse (error, OMC_ACCESS_ERROR_INVALID, "lifetimeHours",
                   _ ("must be a whole number of hours from 1 to %d"),
                   OMC_ACCESS_LIFETIME_MAX_HOURS);
  self->lifetime_hours = (guint)hours;

  return TRUE;
}

static gboolean
check_keys (const OmcJsonValue *root, GError **error)
{
  static const char *const known[] = { "omnicarePolicy", "version",  "issuer", "lifetimeHours",
                                       "roles",          "unplaced", "covers", NULL };
  const OmcJsonValue *member;
  OmcJsonIter iter;
  const char *key;

  if (omc_json_value_get_kind (root) != OMC_JSON_OBJECT)
    return refuse_invalid (error, "/", _ ("must be a JSON object"));
  omc_json_iter_init (&iter, root);
  while (omc_json_iter_next (&iter, &key, &member))
    if (!g_strv_contains (known, key))
      return refuse (error, OMC_ACCESS_ERROR_INVALID, key,
                     _ ("there is no such key; allowed here: %s"), KEYS);

  return TRUE;
}

OmcAccessPolicy *
omc_access_policy_parse (GBytes *text, GError **error)
{
  g_autoptr (OmcAccessPolicy) self = _omc_access_policy_new ();
  g_autoptr (OmcJson) json = NULL;
  g_autoptr (GError) local = NULL;
  const OmcJsonValue *root;

  g_return_val_if_fail (text != NULL, NULL);

  if (g_bytes_get_size (text) > OMC_ACCESS_POLICY_LENGTH_MAX)
    {
      refuse_invalid (error, "/", _ ("is too large for a policy"));
      return NULL;
    }
  json = omc_json_parse_bytes (text, &local);
  if (json == NULL)
    {
      refuse_invalid (error, "/", local->message);
      return NULL;
    }
  root = omc_json_get_root (json);
  if (!check_keys (root, error) || !read_head (self, root, error) ||
      !read_roles (self, omc_json_value_get (root, "roles"), error) ||
      !read_unplaced (self, omc_json_value_get (root, "unplaced"), error) ||
      !read_covers (self, omc_json_value_get (root, "covers"), error))
    return NULL;

  return g_steal_pointer (&self);
}

/* --- writing --- */

static void
write_action (OmcAccessPolicy *self,
              OmcJsonBuilder *b,
              OmcJsonNode *object,
              OmcRole role,
              OmcAccessAction action)
{
  const char *name = omc_access_action_to_string (action);
  GHashTable *types = self->types[role][action];
  g_autoptr (GList) names = NULL;
  OmcJsonNode *node;

  if (types == NULL)
    {
      omc_json_node_set_string (b, object, name, CELL_NAMES[self->cells[role][action]]);
      return;
    }
  node = omc_json_node_add_object (b, object, name);
  names = g_list_sort (g_hash_table_get_keys (types), (GCompareFunc)g_strcmp0);
  for (GList *l = names; l != NULL; l = l->next)
    omc_json_node_set_string (b, node, l->data,
                              CELL_NAMES[GPOINTER_TO_INT (g_hash_table_lookup (types, l->data))]);
  omc_json_node_set_string (b, node, OTHER, CELL_NAMES[self->cells[role][action]]);
}

static void
write_covers (OmcAccessPolicy *self, OmcJsonBuilder *b, OmcJsonNode *object)
{
  g_autoptr (GList) names =
      g_list_sort (g_hash_table_get_keys (self->covers), (GCompareFunc)g_strcmp0);

  for (GList *l = names; l != NULL; l = l->next)
    {
      OmcJsonNode *list = omc_json_node_add_array (b, object, l->data);
      g_autoptr (GList) covered =
          g_list_sort (g_hash_table_get_keys (g_hash_table_lookup (self->covers, l->data)),
                       (GCompareFunc)g_strcmp0);

      for (GList *c = covered; c != NULL; c = c->next)
        omc_json_node_append (b, list, omc_json_builder_string (b, c->data));
    }
}

char *
omc_access_policy_to_json (OmcAccessPolicy *self, guint64 version)
{
  g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
  g_autoptr (OmcJson) json = NULL;
  OmcJsonNode *root = omc_json_builder_object (b);
  OmcJsonNode *roles, *unplaced;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (version >= 1 && version <= VERSION_MAX, NULL);

  omc_json_node_set (b, root, "omnicarePolicy", omc_json_builder_integer (b, FORMAT));
  omc_json_node_set (b, root, "version", omc_json_builder_integer (b, (gint64)version));
  omc_json_node_set_string (b, root, "issuer", self->issuer);
  if (self->lifetime_hours > 0)
    omc_json_node_set (b, root, "lifetimeHours",
                       omc_json_builder_integer (b, self->lifetime_hours));
  roles = omc_json_node_add_object (b, root, "roles");
  for (guint role = 0; role < OMC_ROLE_DEVICE; role++)
    {
      OmcJsonNode *node = omc_json_node_add_object (b, roles, omc_role_to_string ((OmcRole)role));

      for (guint action = 0; action < OMC_N_ACCESS_ACTIONS; action++)
        write_action (self, b, node, (OmcRole)role, (OmcAccessAction)action);
    }
  unplaced = omc_json_node_add_array (b, root, "unplaced");
  for (guint role = 0; role < OMC_ROLE_DEVICE; role++)
    if (self->unplaced[role])
      omc_json_node_append (b, unplaced,
                            omc_json_builder_string (b, omc_role_to_string ((OmcRole)role)));
  write_covers (self, b, omc_json_node_add_object (b, root, "covers"));
  json = omc_json_builder_end (b, root);

  return omc_json_to_string (json, TRUE, NULL);
}
