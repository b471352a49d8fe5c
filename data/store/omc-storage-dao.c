/* omc-storage-dao.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-storage-dao.h"

#include "omc-stmt.h"

static const char add_to_type[] =
    "INSERT INTO storage_types (resource_type, n, stored, original) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (resource_type) DO UPDATE SET n = n + excluded.n,"
    " stored = stored + excluded.stored, original = original + excluded.original";
static const char add_to_patient[] =
    "UPDATE patients SET n_resources = n_resources + ?2, stored = stored + ?3,"
    " original = original + ?4 WHERE pk = ?1";
static const char find_wrong[] =
    "SELECT EXISTS (SELECT resource_type, count(*), sum (length (encrypted_data)),"
    "  sum (original_size) FROM encrypted_resources GROUP BY resource_type"
    "  EXCEPT SELECT resource_type, n, stored, original FROM storage_types)"
    " OR EXISTS (SELECT patient, count(*), sum (length (encrypted_data)), sum (original_size)"
    "  FROM encrypted_resources WHERE patient IS NOT NULL GROUP BY patient"
    "  EXCEPT SELECT pk, n_resources, stored, original FROM patients)"
    " OR (SELECT coalesce (sum (n), 0) FROM storage_types) <>"
    "  (SELECT count(*) FROM encrypted_resources)"
    " OR (SELECT coalesce (sum (n_resources), 0) FROM patients) <>"
    "  (SELECT count(*) FROM encrypted_resources WHERE patient IS NOT NULL)";

typedef struct
{
  gint64 n;
  gint64 stored;
  gint64 original;
} Sums;

static void
add (Sums *sums, gint64 n, gint64 stored, gint64 original)
{
  sums->n += n;
  sums->stored += stored;
  sums->original += original;
}

void
omc_storage_dao_add (OmcSession *session,
                     const char *type,
                     gint64 patient,
                     gint64 n,
                     gint64 stored,
                     gint64 original)
{
  Sums *sums = g_hash_table_lookup (session->type_sums, type);

  if (sums == NULL)
    {
      sums = g_new0 (Sums, 1);
      g_hash_table_insert (session->type_sums, g_strdup (type), sums);
    }
  add (sums, n, stored, original);
  if (patient == 0)
    return;
  sums = g_hash_table_lookup (session->patient_sums, &patient);
  if (sums == NULL)
    {
      sums = g_new0 (Sums, 1);
      g_hash_table_insert (session->patient_sums, g_memdup2 (&patient, sizeof patient), sums);
    }
  add (sums, n, stored, original);
}

static gboolean
run (OmcStmt *stmt, const Sums *sums, GError **error)
{
  omc_stmt_bind_integer (stmt, 2, sums->n);
  omc_stmt_bind_integer (stmt, 3, sums->stored);
  omc_stmt_bind_integer (stmt, 4, sums->original);

  return omc_stmt_run (stmt, error);
}

gboolean
omc_storage_dao_write (OmcSession *session, GError **error)
{
  GHashTableIter iter;
  gpointer key, sums;

  g_hash_table_iter_init (&iter, session->type_sums);
  while (g_hash_table_iter_next (&iter, &key, &sums))
    {
      OmcStmt *stmt = omc_db_prepare (session->db, add_to_type, error);

      if (stmt == NULL)
        return FALSE;
      omc_stmt_bind_text (stmt, 1, key);
      if (!run (stmt, sums, error))
        return FALSE;
    }
  g_hash_table_iter_init (&iter, session->patient_sums);
  while (g_hash_table_iter_next (&iter, &key, &sums))
    {
      OmcStmt *stmt = omc_db_prepare (session->db, add_to_patient, error);

      if (stmt == NULL)
        return FALSE;
      omc_stmt_bind_integer (stmt, 1, *(gint64 *)key);
      if (!run (stmt, sums, error))
        return FALSE;
    }
  g_hash_table_remove_all (session->type_sums);
  g_hash_table_remove_all (session->patient_sums);

  return TRUE;
}

gboolean
omc_storage_dao_check (OmcSession *session, gboolean *right, GError **error)
{
  gint64 wrong;

  if (!omc_db_get_integer (session->db, find_wrong, 1, &wrong, error))
    return FALSE;
  *right = wrong == 0;

  return TRUE;
}
