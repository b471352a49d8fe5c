/* omc-config.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-config"

#include "config.h"

#include "omc-config.h"

#include "omc-bounded-file.h"
#include "omc-config-locate.h"
#include "omc-key-manager.h"
#include "omc-resource.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define SYSTEM_FILE OMC_SYSCONF_DIR "/config.json"

typedef enum
{
  STRING,
  INTEGER,
  BOOLEAN,
} Kind;

typedef struct
{
  const char *path; /* a step "*" is any resource type */
  Kind kind;
  const char *fallback;    /* (nullable) built in */
  gint64 minimum, maximum; /* INTEGER */
  const char *choices;     /* (nullable) STRING: words between blanks */
} Entry;

/* Every key of the user's guide (design/sync.md, Configuration). */
static const Entry entries[] = {
  { "access.policyFile", STRING, NULL, 0, 0, NULL },
  { "access.policyKey", STRING, NULL, 0, 0, NULL },
  { "audit.retentionDays", INTEGER, "30", 0, 3650, NULL },
  { "auth.clientId", STRING, NULL, 0, 0, NULL },
  { "auth.clientSecretFile", STRING, NULL, 0, 0, NULL },
  { "auth.tokenUrl", STRING, NULL, 0, 0, NULL },
  { "department", STRING, NULL, 0, 0, NULL },
  { "offline.access.lifetimeHours", INTEGER, "72", 0, OMC_KEY_LIFETIME_MAX_HOURS, NULL },
  { "offline.cache.retentionDays", INTEGER, "30", 0, 3650, NULL },
  { "offline.enabled", BOOLEAN, "true", 0, 0, NULL },
  { "offline.storage.encryptionAlgorithm", STRING, "AES-256-GCM", 0, 0, "AES-256-GCM" },
  { "offline.storage.keyRotationDays", INTEGER, "90", 1, 3650, NULL },
  { "offline.storage.maxSize", INTEGER, "1073741824", 33554432, G_MAXINT64, NULL },
  { "server.caFile", STRING, NULL, 0, 0, NULL },
  { "server.url", STRING, NULL, 0, 0, NULL },
  { "session.autoLockSeconds", INTEGER, NULL, 15, 3600, NULL },
  { "sync.autoSync", BOOLEAN, "true", 0, 0, NULL },
  { "sync.backgroundSync", BOOLEAN, "true", 0, 0, NULL },
  { "sync.maxRetries", INTEGER, "8", 0, 1000, NULL },
  { "sync.resourceStrategies.*.batchSize", INTEGER, NULL, 1, 1000, NULL },
  { "sync.resourceStrategies.*.cacheStrategy.priority", STRING, NULL, 0, 0, "high normal low" },
  { "sync.resourceStrategies.*.cacheStrategy.retention.active", INTEGER, NULL, 1, 3650, NULL },
  { "sync.resourceStrategies.*.cacheStrategy.retention.recent", INTEGER, NULL, 1, 3650, NULL },
  { "sync.resourceStrategies.*.conflictResolution", STRING, NULL, 0, 0,
    "merge server-wins client-wins manual" },
  { "sync.resourceStrategies.*.direction", STRING, NULL, 0, 0, "both down up" },
  { "sync.resourceStrategies.*.priority", STRING, NULL, 0, 0, "high normal low" },
  { "sync.syncInterval", INTEGER, "60", 5, 86400, NULL },
  { "sync.syncOnWifiOnly", BOOLEAN, "false", 0, 0, NULL },
};

typedef struct
{
  char *value;
  char *origin;
} Setting;

struct _OmcConfig
{
  GHashTable *settings; /* (owned): path -> Setting */
};

G_DEFINE_QUARK (omc-config-error-quark, omc_config_error)

static void
setting_free (Setting *setting)
{
  g_free (setting->value);
  g_free (setting->origin);
  g_free (setting);
}

static void
put (OmcConfig *self, const char *path, const char *value, const char *origin)
{
  Setting *setting = g_new0 (Setting, 1);

  setting->value = g_strdup (value);
  setting->origin = g_strdup (origin);
  g_hash_table_replace (self->settings, g_strdup (path), setting);
}

static OmcConfig *
config_new (void)
{
  OmcConfig *self = g_new0 (OmcConfig, 1);

  self->settings =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)setting_free);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (entries[i].fallback != NULL)
      put (self, entries[i].path, entries[i].fallback, _ ("built in"));
  return self;
}

void
omc_config_free (OmcConfig *self)
{
  g_hash_table_unref (self->settings);
  g_free (self);
}

/* --- checking --- */

/* Does path, or with prefix_only its beginning, fit the pattern? */
static gboolean
path_matches (const char *pattern, const char *path, gboolean prefix_only)
{
  g_auto (GStrv) wanted = g_strsplit (pattern, ".", -1);
  g_auto (GStrv) steps = g_strsplit (path, ".", -1);
  guint n_wanted = g_strv_length (wanted);
  guint n_steps = g_strv_length (steps);

  if (prefix_only ? n_steps >= n_wanted : n_steps != n_wanted)
    return FALSE;
  for (guint i = 0; i < n_steps; i++)
    if (g_str_equal (wanted[i], "*") ? !omc_fhir_is_resource_type (steps[i])
                                     : !g_str_equal (wanted[i], steps[i]))
      return FALSE;
  return TRUE;
}

static const Entry *
find_entry (const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (path_matches (entries[i].path, path, FALSE))
      return &entries[i];
  return NULL;
}

/* The names that may stand where the last step of path stands. */
static char *
list_allowed (const char *path)
{
  const char *dot = strrchr (path, '.');
  g_autofree char *parent = dot != NULL ? g_strndup (path, (gsize)(dot - path)) : g_strdup ("");
  guint depth = *parent != '\0' ? 1 : 0;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *last = NULL;

  for (const char *p = parent; *p != '\0'; p++)
    depth += *p == '.';
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      g_auto (GStrv) steps = NULL;

      if (*parent != '\0' && !path_matches (entries[i].path, parent, TRUE))
        continue;
      steps = g_strsplit (entries[i].path, ".", -1);
      if (g_strcmp0 (steps[depth], last) == 0)
        continue;
      g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "",
                              g_str_equal (steps[depth], "*") ? _ ("a FHIR resource type")
                                                              : steps[depth]);
      g_free (last);
      last = g_strdup (steps[depth]);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

typedef struct
{
  OmcConfig *config;
  const char *name;
  const char *text;
  gsize length;
} Reader;

static gboolean G_GNUC_PRINTF (4, 5)
    refuse (const Reader *reader, const char *path, GError **error, const char *format, ...)
{
  g_autofree char *reason = NULL;
  va_list arguments;

  va_start (arguments, format);
  reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, OMC_CONFIG_ERROR, OMC_CONFIG_ERROR_INVALID, "%s:%u: %s: %s", reader->name,
               omc_config_locate (reader->text, reader->length, path), path, reason);
  return FALSE;
}

static gboolean
read_value (const Reader *reader,
            const char *path,
            const Entry *entry,
            JsonNode *node,
            GError **error)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (entry->kind == BOOLEAN)
    {
      if (type != G_TYPE_BOOLEAN)
        return refuse (reader, path, error, _ ("must be true or false"));
      put (reader->config, path, json_node_get_boolean (node) ? "true" : "false", reader->name);
    }
  else if (entry->kind == INTEGER)
    {
      g_autofree char *number = NULL;
      gint64 value = type == G_TYPE_INT64 ? json_node_get_int (node) : entry->minimum - 1;

      if (type != G_TYPE_INT64 || value < entry->minimum || value > entry->maximum)
        return refuse (reader, path, error,
                       _ ("must be a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT),
                       entry->minimum, entry->maximum);
      number = g_strdup_printf ("%" G_GINT64_FORMAT, value);
      put (reader->config, path, number, reader->name);
    }
  else
    {
      const char *value = type == G_TYPE_STRING ? json_node_get_string (node) : NULL;
      g_auto (GStrv) choices = entry->choices != NULL ? g_strsplit (entry->choices, " ", -1) : NULL;

      if (value == NULL || *value == '\0')
        return refuse (reader, path, error, _ ("must be a text"));
      if (choices != NULL && !g_strv_contains ((const char *const *)choices, value))
        return refuse (reader, path, error, _ ("must be one of %s"), entry->choices);
      put (reader->config, path, value, reader->name);
    }
  return TRUE;
}

static gboolean
read_object (const Reader *reader, const char *prefix, JsonObject *object, GError **error)
{
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *l = members; l != NULL; l = l->next)
    {
      g_autofree char *path =
          *prefix != '\0' ? g_strdup_printf ("%s.%s", prefix, (char *)l->data) : g_strdup (l->data);
      JsonNode *node = json_object_get_member (object, l->data);
      const Entry *entry = find_entry (path);
      gboolean folder = FALSE;

      for (guint i = 0; entry == NULL && !folder && i < G_N_ELEMENTS (entries); i++)
        folder = path_matches (entries[i].path, path, TRUE);
      if (entry == NULL && !folder)
        {
          g_autofree char *allowed = list_allowed (path);

          return refuse (reader, path, error, _ ("there is no such key; allowed here: %s"),
                         allowed);
        }
      if (folder && !JSON_NODE_HOLDS_OBJECT (node))
        return refuse (reader, path, error, _ ("must be an object"));
      if (!(folder ? read_object (reader, path, json_node_get_object (node), error)
                   : read_value (reader, path, entry, node, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_text (OmcConfig *self, const char *name, const char *text, gsize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  Reader reader = { self, name, text, length };
  g_autoptr (GError) local = NULL;
  JsonNode *root;

  json_parser_set_strict (parser, TRUE);
  if (!json_parser_load_from_data (parser, text, (gssize)length, &local))
    {
      g_set_error (error, OMC_CONFIG_ERROR, OMC_CONFIG_ERROR_INVALID, "%s: %s", name,
                   local->message);
      return FALSE;
    }
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, OMC_CONFIG_ERROR, OMC_CONFIG_ERROR_INVALID,
                   _ ("%s:1: must be a JSON object"), name);
      return FALSE;
    }
  return read_object (&reader, "", json_node_get_object (root), error);
}

/* --- loading --- */

static gboolean
read_file (OmcConfig *self, const char *path, gboolean may_be_absent, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;
  gsize length;

  if (omc_bounded_file_read (path, OMC_CONFIG_FILE_MAX, &text, &length, &local))
    return read_text (self, path, text, length, error);
  if (may_be_absent && g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return TRUE;
  g_set_error (error, OMC_CONFIG_ERROR, OMC_CONFIG_ERROR_UNREADABLE, _ ("the configuration: %s"),
               local->message);
  return FALSE;
}

OmcConfig *
omc_config_load (const char *file, GError **error)
{
  g_autoptr (OmcConfig) self = config_new ();
  g_autofree char *personal =
      g_build_filename (g_get_user_config_dir (), "omnicare", "config.json", NULL);
  gboolean done = file != NULL ? read_file (self, file, FALSE, error)
                               : read_file (self, SYSTEM_FILE, TRUE, error) &&
                                     read_file (self, personal, TRUE, error);

  return done ? g_steal_pointer (&self) : NULL;
}

OmcConfig *
omc_config_parse (const char *name, const char *text, gsize length, GError **error)
{
  g_autoptr (OmcConfig) self = config_new ();

  return read_text (self, name, text, length, error) ? g_steal_pointer (&self) : NULL;
}

/* --- asking --- */

const char *
omc_config_get_string (const OmcConfig *self, const char *path)
{
  const Setting *setting;

  g_return_val_if_fail (find_entry (path) != NULL, NULL);
  setting = g_hash_table_lookup (self->settings, path);
  return setting != NULL ? setting->value : NULL;
}

gint64
omc_config_get_integer (const OmcConfig *self, const char *path)
{
  const char *text = omc_config_get_string (self, path);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

gboolean
omc_config_get_boolean (const OmcConfig *self, const char *path)
{
  return g_strcmp0 (omc_config_get_string (self, path), "true") == 0;
}

const char *
omc_config_get_origin (const OmcConfig *self, const char *path)
{
  const Setting *setting = g_hash_table_lookup (self->settings, path);

  return setting != NULL ? setting->origin : NULL;
}

void
omc_config_foreach (const OmcConfig *self, OmcConfigFunc func, gpointer user_data)
{
  g_autoptr (GList) paths =
      g_list_sort (g_hash_table_get_keys (self->settings), (GCompareFunc)g_strcmp0);

  for (GList *l = paths; l != NULL; l = l->next)
    {
      const Setting *setting = g_hash_table_lookup (self->settings, l->data);

      func (l->data, setting->value, setting->origin, user_data);
    }
}

static void
add_strategies (const OmcConfig *self, OmcSyncConfig *sync)
{
  static const char prefix[] = "sync.resourceStrategies.", suffix[] = ".conflictResolution";
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->settings);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const char *path = key;
      OmcMergeStrategy strategy;

      if (!g_str_has_prefix (path, prefix) || !g_str_has_suffix (path, suffix) ||
          !omc_merge_strategy_from_string (((Setting *)value)->value, &strategy))
        continue;
      if (sync->strategies == NULL)
        sync->strategies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (
          sync->strategies,
          g_strndup (path + strlen (prefix), strlen (path) - strlen (prefix) - strlen (suffix)),
          GINT_TO_POINTER (strategy));
    }
}

OmcSyncConfig *
omc_config_to_sync_config (const OmcConfig *self, GError **error)
{
  g_autoptr (OmcSyncConfig) sync = omc_sync_config_new ();
  const char *secret_file = omc_config_get_string (self, "auth.clientSecretFile");

  g_set_str (&sync->server_url, omc_config_get_string (self, "server.url"));
  g_set_str (&sync->token_url, omc_config_get_string (self, "auth.tokenUrl"));
  g_set_str (&sync->client_id, omc_config_get_string (self, "auth.clientId"));
  g_set_str (&sync->ca_file, omc_config_get_string (self, "server.caFile"));
  if (secret_file != NULL)
    {
      g_clear_pointer (&sync->client_secret, g_free);
      if (!omc_bounded_file_read (secret_file, OMC_CONFIG_SECRET_MAX, &sync->client_secret, NULL,
                                  error))
        return NULL;
      g_strchomp (sync->client_secret);
    }
  sync->auto_sync = omc_config_get_boolean (self, "sync.autoSync") &&
                    omc_config_get_boolean (self, "sync.backgroundSync");
  sync->interval_seconds = (guint)omc_config_get_integer (self, "sync.syncInterval");
  sync->unmetered_only = omc_config_get_boolean (self, "sync.syncOnWifiOnly");
  sync->max_retries = (guint)omc_config_get_integer (self, "sync.maxRetries");
  add_strategies (self, sync);
  return g_steal_pointer (&sync);
}
