/* omc-server-profile.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-server-profile.h"
#include "omc-sync-error.h"

#define KIB 1024
#define MIB (1024 * KIB)
#define DAY (24 * 3600)

/* fhir-servers.md 2 to 8; bodies stay a little below what the vendor takes. */
static const struct
{
  const char *sign; /* found in software.name, any case */
  OmcServerProfile profile;
} vendors[] = {
  { "medplum",
    { .vendor = "medplum",
      .deletions = OMC_DELETIONS_BY_PARAMETER,
      .conditional_create = OMC_CONDITIONAL_ANY,
      .transaction = OMC_TRANSACTION_PROBE,
      .batch = TRUE,
      .search_in_batch = TRUE,
      .put_restores_deleted = TRUE,
      .page_size = 1000,
      .max_entries = 100,
      .max_bytes = 900 * KIB,
      .max_transaction_entries = 8,
      .writes_per_minute = 500,
      .overlap_seconds = 180,
      .id_set_seconds = DAY } },
  { "hapi",
    { .vendor = "hapi",
      .deletions = OMC_DELETIONS_BY_HISTORY,
      .conditional_create = OMC_CONDITIONAL_ANY,
      .transaction = OMC_TRANSACTION_YES,
      .batch = TRUE,
      .search_in_batch = TRUE,
      .put_creates = TRUE,
      .page_size = 500,
      .max_entries = 200,
      .max_bytes = 8 * MIB,
      .max_transaction_entries = 200,
      .overlap_seconds = 180,
      .id_set_seconds = DAY } },
  { "google",
    { .vendor = "google",
      .deletions = OMC_DELETIONS_BY_ID_SET,
      .conditional_create = OMC_CONDITIONAL_IDENTIFIER,
      .transaction = OMC_TRANSACTION_YES,
      .batch = TRUE,
      .page_size = 1000,
      .max_entries = 500,
      .max_bytes = 8 * MIB,
      .max_transaction_entries = 500,
      .overlap_seconds = 180,
      .id_set_seconds = 3600 } },
  { "azure",
    { .vendor = "azure",
      .deletions = OMC_DELETIONS_BY_HISTORY,
      .conditional_create = OMC_CONDITIONAL_ANY,
      .transaction = OMC_TRANSACTION_YES,
      .batch = TRUE,
      .search_in_batch = TRUE,
      .put_creates = TRUE,
      .page_size = 1000,
      .max_entries = 500,
      .max_bytes = 8 * MIB,
      .max_transaction_entries = 500,
      .overlap_seconds = 180,
      .id_set_seconds = DAY } },
  { "aidbox",
    { .vendor = "aidbox",
      .deletions = OMC_DELETIONS_BY_HISTORY,
      .conditional_create = OMC_CONDITIONAL_ANY,
      .transaction = OMC_TRANSACTION_YES,
      .batch = TRUE,
      .search_in_batch = TRUE,
      .put_creates = TRUE,
      .page_size = 1000,
      .max_entries = 200,
      .max_bytes = 8 * MIB,
      .max_transaction_entries = 200,
      .overlap_seconds = 180,
      .id_set_seconds = DAY } },
};

/* Nothing is taken for granted but FHIR itself. */
static const OmcServerProfile generic = {
  .vendor = "generic",
  .deletions = OMC_DELETIONS_BY_ID_SET,
  .conditional_create = OMC_CONDITIONAL_NONE,
  .transaction = OMC_TRANSACTION_PROBE,
  .put_restores_deleted = TRUE,
  .page_size = 100,
  .max_entries = 50,
  .max_bytes = 900 * KIB,
  .max_transaction_entries = 50,
  .overlap_seconds = 300,
  .id_set_seconds = DAY,
};

OmcServerProfile *
omc_server_profile_copy (const OmcServerProfile *self)
{
  OmcServerProfile *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_new0 (OmcServerProfile, 1);
  *copy = *self;
  copy->vendor = g_strdup (self->vendor);
  copy->software_version = g_strdup (self->software_version);
  if (copy->types != NULL)
    g_hash_table_ref (copy->types);
  return copy;
}

void
omc_server_profile_free (OmcServerProfile *self)
{
  if (self == NULL)
    return;

  g_free (self->vendor);
  g_free (self->software_version);
  g_clear_pointer (&self->types, g_hash_table_unref);
  g_free (self);
}

OmcServerProfile *
omc_server_profile_new (const char *vendor)
{
  for (guint i = 0; i < G_N_ELEMENTS (vendors); i++)
    {
      if (g_strcmp0 (vendors[i].profile.vendor, vendor) == 0)
        return omc_server_profile_copy (&vendors[i].profile);
    }

  return omc_server_profile_copy (&generic);
}

gboolean
omc_server_profile_has_type (const OmcServerProfile *self, const char *type)
{
  g_return_val_if_fail (self != NULL && type != NULL, FALSE);

  return self->types == NULL || g_hash_table_contains (self->types, type);
}

static gboolean
has_interaction (const OmcJsonValue *parent, const char *code)
{
  OmcJsonIter iter;
  const OmcJsonValue *interaction;

  omc_json_iter_init (&iter, omc_json_value_get (parent, "interaction"));
  while (omc_json_iter_next (&iter, NULL, &interaction))
    {
      if (g_strcmp0 (omc_json_value_pick_string (interaction, "code"), code) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
read_types (OmcServerProfile *self, const OmcJsonValue *rest)
{
  OmcJsonIter iter;
  const OmcJsonValue *resource;
  gboolean all_create = TRUE;
  gboolean all_history = TRUE;
  gboolean all_put = TRUE;

  self->types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  omc_json_iter_init (&iter, omc_json_value_get (rest, "resource"));
  while (omc_json_iter_next (&iter, NULL, &resource))
    {
      const char *type = omc_json_value_pick_string (resource, "type");

      if (type == NULL)
        continue;
      g_hash_table_add (self->types, g_strdup (type));
      all_create &=
          omc_json_value_get_boolean (omc_json_value_get (resource, "conditionalCreate"), FALSE);
      all_put &= omc_json_value_get_boolean (omc_json_value_get (resource, "updateCreate"), FALSE);
      all_history &= has_interaction (resource, "history-type");
    }

  /* A server that lists nothing tells nothing. */
  if (g_hash_table_size (self->types) == 0)
    {
      g_clear_pointer (&self->types, g_hash_table_unref);
      return;
    }
  if (!g_str_equal (self->vendor, "generic"))
    return;
  if (all_create)
    self->conditional_create = OMC_CONDITIONAL_IDENTIFIER;
  if (all_history)
    self->deletions = OMC_DELETIONS_BY_HISTORY;
  self->put_creates = all_put;
}

static const char *
find_vendor (const char *software)
{
  g_autofree char *folded = NULL;

  if (software == NULL)
    return NULL;
  folded = g_ascii_strdown (software, -1);
  for (guint i = 0; i < G_N_ELEMENTS (vendors); i++)
    {
      if (strstr (folded, vendors[i].sign) != NULL)
        return vendors[i].profile.vendor;
    }

  return NULL;
}

OmcServerProfile *
omc_server_profile_new_from_capability (const OmcJsonValue *capability, GError **error)
{
  g_autoptr (OmcServerProfile) self = NULL;
  const OmcJsonValue *rest = omc_json_value_pick (capability, "rest[0]");
  const char *fhir_version = omc_json_value_pick_string (capability, "fhirVersion");

  if (g_strcmp0 (omc_json_value_pick_string (capability, "resourceType"), "CapabilityStatement") !=
      0)
    {
      g_set_error_literal (
          error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_NOT_FHIR,
          _ ("The server's address does not answer as a FHIR server: check the address."));
      return NULL;
    }
  if (fhir_version == NULL || !g_str_has_prefix (fhir_version, "4.0"))
    {
      g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG,
                           _ ("The server does not speak FHIR R4: ask for its R4 address."));
      return NULL;
    }

  self = omc_server_profile_new (
      find_vendor (omc_json_value_pick_string (capability, "software.name")));
  self->software_version = g_strdup (omc_json_value_pick_string (capability, "software.version"));
  read_types (self, rest);
  if (g_str_equal (self->vendor, "generic"))
    {
      self->batch = has_interaction (rest, "batch");
      self->search_in_batch = self->batch;
    }
  if (!has_interaction (rest, "transaction"))
    self->transaction = OMC_TRANSACTION_NO;
  return g_steal_pointer (&self);
}

#define FLAG(member) { #member, G_STRUCT_OFFSET (OmcServerProfile, member) }

/* Enumerations and gbooleans are as wide as guint: one table writes and reads them all. */
G_STATIC_ASSERT (sizeof (OmcDeletionSource) == sizeof (guint) &&
                 sizeof (gboolean) == sizeof (guint));

static const struct
{
  const char *name;
  gsize offset;
} numbers[] = {
  FLAG (deletions),
  FLAG (conditional_create),
  FLAG (transaction),
  FLAG (batch),
  FLAG (search_in_batch),
  FLAG (put_creates),
  FLAG (put_restores_deleted),
  FLAG (page_size),
  FLAG (max_entries),
  FLAG (max_bytes),
  FLAG (max_transaction_entries),
  FLAG (writes_per_minute),
  FLAG (overlap_seconds),
  FLAG (id_set_seconds),
};

char *
omc_server_profile_to_string (const OmcServerProfile *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_return_val_if_fail (self != NULL, NULL);

  g_key_file_set_string (file, "server", "vendor", self->vendor);
  if (self->software_version != NULL)
    g_key_file_set_string (file, "server", "software_version", self->software_version);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_key_file_set_uint64 (file, "server", numbers[i].name,
                           G_STRUCT_MEMBER (guint, self, numbers[i].offset));
  if (self->types != NULL)
    {
      g_autofree const char **types = NULL;
      guint n_types;

      types = (const char **)g_hash_table_get_keys_as_array (self->types, &n_types);
      g_key_file_set_string_list (file, "server", "types", types, n_types);
    }

  return g_key_file_to_data (file, NULL, NULL);
}

OmcServerProfile *
omc_server_profile_new_from_string (const char *text)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (OmcServerProfile) self = NULL;
  g_auto (GStrv) types = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  if (!g_key_file_load_from_data (file, text, -1, G_KEY_FILE_NONE, NULL))
    return NULL;

  self = g_new0 (OmcServerProfile, 1);
  self->vendor = g_key_file_get_string (file, "server", "vendor", NULL);
  self->software_version = g_key_file_get_string (file, "server", "software_version", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 number = g_key_file_get_uint64 (file, "server", numbers[i].name, &error);

      if (error != NULL || number > G_MAXUINT)
        return NULL;
      G_STRUCT_MEMBER (guint, self, numbers[i].offset) = (guint)number;
    }
  if (self->vendor == NULL || self->page_size == 0 || self->max_entries == 0 ||
      self->max_bytes == 0)
    return NULL;

  types = g_key_file_get_string_list (file, "server", "types", NULL, NULL);
  if (types != NULL)
    {
      self->types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      for (guint i = 0; types[i] != NULL; i++)
        g_hash_table_add (self->types, g_strdup (types[i]));
    }
  return g_steal_pointer (&self);
}
