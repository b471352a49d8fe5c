/* omc-session.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-session.h"

#include <glib/gi18n-lib.h>

/* Patients that a list names one by one in a change notice; above it everybody reloads. */
#define MAX_NAMED_PATIENTS 256
#define DATA_KEY_LENGTH 32

static const char select_patient[] = "SELECT pk FROM patients WHERE id = ?1";
static const char insert_patient[] = "INSERT INTO patients (id) VALUES (?1)";
static const char select_patient_id[] = "SELECT id FROM patients WHERE pk = ?1";
static const char select_keys[] =
    "SELECT epoch, wrapped_key, retired_at FROM key_epochs ORDER BY epoch";
static const char insert_key[] =
    "INSERT INTO key_epochs (epoch, wrapped_key, created_at) VALUES (?1, ?2, ?3)";

static GHashTable *
new_lookup (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
load_keys_cb (OmcVault *vault, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!omc_session_load_keys (user_data, &error))
    g_message ("The keys of newer payloads were not read: %s", error->message);
}

OmcSession *
omc_session_new (OmcDb *db, OmcKeyManager *keys, OmcClock *clock, GError **error)
{
  g_autoptr (OmcSession) self = g_new0 (OmcSession, 1);

  g_return_val_if_fail (db != NULL, NULL);

  self->db = db;
  self->keys = g_object_ref (keys);
  self->clock = g_object_ref (clock);
  self->patients = new_lookup ();
  self->keys_moved = G_MAXINT64;
  self->params = g_hash_table_new (NULL, NULL);
  self->indexed = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
  self->fresh = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                       (GDestroyNotify)omc_resource_unref);
  self->touched = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->type_sums = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->patient_sums = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->vault = omc_vault_new (error);
  if (self->vault != NULL)
    omc_vault_set_keys_func (self->vault, load_keys_cb, self);
  self->audit_key =
      self->vault != NULL ? omc_key_manager_dup_key (keys, OMC_KEY_AUDIT, error) : NULL;
  self->audit_hmac = self->audit_key != NULL ? omc_hmac_new (self->audit_key, error) : NULL;
  if (self->audit_hmac == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

void
omc_session_free (OmcSession *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->db, omc_db_close);
  g_clear_pointer (&self->vault, omc_vault_free);
  g_clear_pointer (&self->audit_key, omc_secret_unref);
  g_clear_pointer (&self->audit_hmac, omc_hmac_free);
  g_clear_object (&self->keys);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->patients, g_hash_table_unref);
  g_clear_pointer (&self->params, g_hash_table_unref);
  g_clear_pointer (&self->indexed, g_hash_table_unref);
  g_clear_pointer (&self->fresh, g_hash_table_unref);
  g_clear_pointer (&self->touched, g_hash_table_unref);
  g_clear_pointer (&self->type_sums, g_hash_table_unref);
  g_clear_pointer (&self->patient_sums, g_hash_table_unref);
  g_clear_pointer (&self->changed, g_hash_table_unref);
  g_free (self->counted);
  g_free (self->directory);
  g_free (self);
}

gboolean
omc_session_add_key (OmcSession *self, GError **error)
{
  g_autoptr (OmcSecret) key = omc_secret_new_random (DATA_KEY_LENGTH);
  g_autoptr (GBytes) wrapped = NULL;
  guint32 epoch = omc_vault_get_epoch (self->vault) + 1;
  OmcStmt *stmt;
  gconstpointer data;
  gsize length;

  wrapped = omc_key_manager_wrap_data_key (self->keys, key, epoch, error);
  stmt = wrapped != NULL ? omc_db_prepare (self->db, insert_key, error) : NULL;
  if (stmt == NULL)
    return FALSE;
  data = g_bytes_get_data (wrapped, &length);
  omc_stmt_bind_integer (stmt, 1, epoch);
  omc_stmt_bind_blob (stmt, 2, data, length);
  omc_stmt_bind_integer (stmt, 3, omc_clock_get_now (self->clock));
  if (!omc_stmt_run (stmt, error))
    return FALSE;
  omc_vault_add_key (self->vault, key, epoch);
  self->key_added = TRUE;

  return TRUE;
}

static gboolean
load_key (OmcSession *self, OmcStmt *stmt, guint32 epoch, GError **error)
{
  g_autoptr (GBytes) wrapped = NULL;
  g_autoptr (OmcSecret) key = NULL;
  gconstpointer data;
  gsize length;

  data = omc_stmt_get_blob (stmt, 1, &length);
  wrapped = g_bytes_new (data, length);
  key = omc_key_manager_unwrap_data_key (self->keys, wrapped, epoch, error);
  if (key == NULL)
    return FALSE;
  omc_vault_add_key (self->vault, key, epoch);

  return TRUE;
}

gboolean
omc_session_load_keys (OmcSession *self, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (self->db, select_keys, error);
  guint32 oldest = 0;
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      guint32 epoch = (guint32)omc_stmt_get_integer (stmt, 0);

      if (omc_stmt_get_integer (stmt, 2) != 0)
        continue;
      if (oldest == 0)
        oldest = epoch;
      if (!omc_vault_has_epoch (self->vault, epoch) && !load_key (self, stmt, epoch, error))
        return FALSE;
    }
  if (step == OMC_STEP_ERROR)
    return FALSE;
  omc_vault_drop_keys (self->vault, oldest);

  return oldest > 0 || omc_session_add_key (self, error);
}

gboolean
omc_session_refresh_keys (OmcSession *self, GError **error)
{
  gint64 version = omc_db_get_data_version (self->db);

  if (version == self->keys_version)
    return TRUE;
  if (!omc_session_load_keys (self, error))
    return FALSE;
  self->keys_version = version;

  return TRUE;
}

void
omc_session_start (OmcSession *self)
{
  self->now_us = omc_clock_get_now (self->clock);
  self->purpose = NULL;
  self->received = NULL;
  self->changes = 0;
  self->audit_known = FALSE;
  self->last_run = -1;
  self->no_tombstones = FALSE;
  self->no_evicted = FALSE;
  self->same_ids = FALSE;
  self->places_added = FALSE;
  self->places_changed = FALSE;
  self->key_added = FALSE;
  g_hash_table_remove_all (self->touched);
  g_hash_table_remove_all (self->fresh);
  g_hash_table_remove_all (self->changed);
  g_hash_table_remove_all (self->type_sums);
  g_hash_table_remove_all (self->patient_sums);
}

void
omc_session_forget (OmcSession *self)
{
  /* Nothing may be sealed with a key that is kept nowhere. */
  if (self->key_added)
    omc_vault_drop_newest_key (self->vault);
  omc_session_start (self);
  g_hash_table_remove_all (self->patients);
  g_hash_table_remove_all (self->params);
}

void
omc_session_touch_patient (OmcSession *self, gint64 patient, gboolean person)
{
  if (patient != 0 && (person || !g_hash_table_contains (self->touched, &patient)))
    g_hash_table_insert (self->touched, g_memdup2 (&patient, sizeof patient),
                         GINT_TO_POINTER (person));
}

void
omc_session_note (OmcSession *self, OmcChangeFlags flags, const char *patient_id)
{
  self->changes |= flags;
  if (patient_id != NULL && g_hash_table_size (self->changed) <= MAX_NAMED_PATIENTS &&
      !g_hash_table_contains (self->changed, patient_id))
    g_hash_table_add (self->changed, g_strdup (patient_id));
}

gboolean
omc_session_find_patient (OmcSession *self, const char *patient_id, gint64 *pk, GError **error)
{
  gint64 *known = patient_id != NULL ? g_hash_table_lookup (self->patients, patient_id) : NULL;
  g_autoptr (OmcStmtUse) stmt = NULL;
  OmcStep step;

  *pk = known != NULL ? *known : 0;
  if (patient_id == NULL || known != NULL)
    return TRUE;

  stmt = omc_db_prepare (self->db, select_patient, error);
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, patient_id);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    {
      *pk = omc_stmt_get_integer (stmt, 0);
      g_hash_table_insert (self->patients, g_strdup (patient_id), g_memdup2 (pk, sizeof *pk));
    }

  return step != OMC_STEP_ERROR;
}

gboolean
omc_session_get_patient (OmcSession *self, const char *patient_id, gint64 *pk, GError **error)
{
  OmcStmt *stmt;

  if (!omc_session_find_patient (self, patient_id, pk, error))
    return FALSE;
  if (patient_id == NULL || *pk != 0)
    return TRUE;

  stmt = omc_db_prepare (self->db, insert_patient, error);
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, patient_id);
  if (!omc_stmt_run (stmt, error))
    return FALSE;
  *pk = omc_db_get_last_row (self->db);
  g_hash_table_insert (self->patients, g_strdup (patient_id), g_memdup2 (pk, sizeof *pk));

  return TRUE;
}

char *
omc_session_dup_patient_id (OmcSession *self, gint64 pk, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (self->db, select_patient_id, error);
  OmcStep step;

  if (stmt == NULL)
    return NULL;
  omc_stmt_bind_integer (stmt, 1, pk);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    return omc_stmt_dup_text (stmt, 0);
  if (step == OMC_STEP_DONE)
    g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
                         _ ("There is no such patient here."));

  return NULL;
}
