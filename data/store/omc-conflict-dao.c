/* omc-conflict-dao.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-conflict-dao.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define LIST_COLUMNS                                                                               \
  "c.id, c.resource_type, c.resource_id, p.id, c.status, c.severity, c.n_hunks, c.n_undecided,"    \
  " c.summary, c.base_tag, c.local_author, c.remote_author, c.remote_tag, c.local_at, "            \
  "c.remote_at,"                                                                                   \
  " c.created_at, c.resolved_at, c.resolved_by, b.family, b.given"
#define LIST_TABLES                                                                                \
  " FROM conflicts c LEFT JOIN patients p ON p.pk = c.patient"                                     \
  " LEFT JOIN ward_board b ON b.patient = c.patient"
#define MAX_JOURNAL "1000"

static const char select_open[] =
    "SELECT " LIST_COLUMNS LIST_TABLES
    " WHERE c.status IN (0, 1) ORDER BY c.severity DESC, c.created_at, c.id";
static const char select_journal[] =
    "SELECT " LIST_COLUMNS LIST_TABLES " WHERE c.status >= 2 ORDER BY c.id DESC LIMIT " MAX_JOURNAL;
static const char select_all[] =
    "SELECT " LIST_COLUMNS LIST_TABLES " ORDER BY c.id DESC LIMIT " MAX_JOURNAL;
static const char select_one[] =
    "SELECT " LIST_COLUMNS ", c.seal_tag, c.base_version, c.local_version, c.remote_version, "
    "c.merged_version, c.hunks" LIST_TABLES " WHERE c.id = ?1";
static const char select_open_id[] =
    "SELECT id FROM conflicts WHERE resource = ?1 AND status IN (0, 1) ORDER BY id DESC LIMIT 1";
static const char insert_row[] = "INSERT INTO conflicts (resource_type, resource_id, resource, "
                                 "patient, status, severity, n_hunks, n_undecided,"
                                 " summary, base_tag, remote_tag, local_author, remote_author, "
                                 "local_at, remote_at, created_at, resolved_at,"
                                 " resolved_by, resolution, seal_tag)"
                                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
                                 "?14, ?15, ?16, ?17, ?18, ?19, ?20)";
static const char *const set_document[] = {
  "UPDATE conflicts SET base_version = ?2 WHERE id = ?1",
  "UPDATE conflicts SET local_version = ?2 WHERE id = ?1",
  "UPDATE conflicts SET remote_version = ?2 WHERE id = ?1",
  "UPDATE conflicts SET merged_version = ?2 WHERE id = ?1",
  "UPDATE conflicts SET hunks = ?2 WHERE id = ?1",
};
static const char *const document_names[] = { "base", "local", "remote", "merged", "hunks" };
static const char select_tag[] = "SELECT seal_tag FROM conflicts WHERE id = ?1";
static const char close_row[] = "UPDATE conflicts SET status = ?2, resolution = ?3, resolved_by = "
                                "?4, resolved_at = ?5, n_undecided = 0"
                                " WHERE id = ?1";

typedef enum
{
  DOCUMENT_BASE,
  DOCUMENT_LOCAL,
  DOCUMENT_REMOTE,
  DOCUMENT_MERGED,
  DOCUMENT_HUNKS,
  N_DOCUMENTS,
} Document;

G_STATIC_ASSERT (N_DOCUMENTS == OMC_CONFLICT_N_DOCUMENTS);

char *
omc_conflict_dao_place (const char *tag, guint document)
{
  g_return_val_if_fail (document < N_DOCUMENTS, NULL);

  return g_strdup_printf ("conflict/%s/%s", tag, document_names[document]);
}

OmcConflict *
omc_conflict_new (const OmcResourceRow *row, OmcConflictStatus status)
{
  OmcConflict *self = g_new0 (OmcConflict, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->resource_type = g_strdup (row->type);
  self->resource_id = g_strdup (row->id);
  self->status = status;

  return self;
}

static gboolean
write_document (OmcSession *session,
                gint64 id,
                const char *tag,
                Document document,
                const char *text,
                gsize length,
                GError **error)
{
  g_autofree char *place = omc_conflict_dao_place (tag, document);
  const GByteArray *sealed = omc_vault_seal (session->vault, place, text, length, error);
  OmcStmt *stmt =
      sealed != NULL ? omc_db_prepare (session->db, set_document[document], error) : NULL;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, id);
  omc_stmt_bind_blob (stmt, 2, sealed->data, sealed->len);

  return omc_stmt_run (stmt, error);
}

static gboolean
write_resource (OmcSession *session,
                gint64 id,
                const char *tag,
                Document document,
                OmcResource *resource,
                GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  if (resource == NULL)
    return TRUE;
  text = omc_resource_to_string (resource, &length);

  return write_document (session, id, tag, document, text, length, error);
}

static gboolean
write_hunks (OmcSession *session, gint64 id, const char *tag, OmcJson *hunks, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  if (hunks == NULL)
    return TRUE;
  text = omc_json_to_string (hunks, FALSE, &length);

  return write_document (session, id, tag, DOCUMENT_HUNKS, text, length, error);
}

gboolean
omc_conflict_dao_insert (OmcSession *session,
                         const OmcResourceRow *row,
                         OmcConflict *conflict,
                         GError **error)
{
  g_autofree char *tag = g_uuid_string_random ();
  OmcStmt *stmt = omc_db_prepare (session->db, insert_row, error);

  if (stmt == NULL)
    return FALSE;
  conflict->created_us = session->now_us;
  omc_stmt_bind_text (stmt, 1, row->type);
  omc_stmt_bind_text (stmt, 2, row->id);
  omc_stmt_bind_integer (stmt, 3, row->pk);
  if (row->patient != 0)
    omc_stmt_bind_integer (stmt, 4, row->patient);
  omc_stmt_bind_integer (stmt, 5, conflict->status);
  omc_stmt_bind_integer (stmt, 6, conflict->severity);
  omc_stmt_bind_integer (stmt, 7, conflict->n_hunks);
  omc_stmt_bind_integer (stmt, 8, conflict->n_undecided);
  omc_stmt_bind_text (stmt, 9, conflict->summary != NULL ? conflict->summary : "");
  omc_stmt_bind_text (stmt, 10, conflict->base_version);
  omc_stmt_bind_text (stmt, 11, conflict->remote_version);
  omc_stmt_bind_text (stmt, 12, conflict->local_author);
  omc_stmt_bind_text (stmt, 13, conflict->remote_author);
  omc_stmt_bind_integer (stmt, 14, conflict->local_us);
  omc_stmt_bind_integer (stmt, 15, conflict->remote_us);
  omc_stmt_bind_integer (stmt, 16, conflict->created_us);
  omc_stmt_bind_integer (stmt, 17, conflict->resolved_us);
  omc_stmt_bind_text (stmt, 18, conflict->resolved_by);
  omc_stmt_bind_text (stmt, 19, conflict->resolved_by != NULL ? "rule" : NULL);
  omc_stmt_bind_text (stmt, 20, tag);
  if (!omc_stmt_run (stmt, error))
    return FALSE;
  conflict->id = omc_db_get_last_row (session->db);
  omc_session_touch_patient (session, row->patient, FALSE);
  omc_session_note (session, OMC_CHANGED_CONFLICTS, NULL);

  return write_resource (session, conflict->id, tag, DOCUMENT_BASE, conflict->base, error) &&
         write_resource (session, conflict->id, tag, DOCUMENT_LOCAL, conflict->local, error) &&
         write_resource (session, conflict->id, tag, DOCUMENT_REMOTE, conflict->remote, error) &&
         write_resource (session, conflict->id, tag, DOCUMENT_MERGED, conflict->merged, error) &&
         write_hunks (session, conflict->id, tag, conflict->hunks, error);
}

static char *
patient_name (OmcStmt *stmt)
{
  const char *family = omc_stmt_get_text (stmt, 18);
  const char *given = omc_stmt_get_text (stmt, 19);
  g_autofree char *upper = NULL;

  if (family == NULL || *family == '\0')
    return given != NULL && *given != '\0' ? g_strdup (given) : NULL;
  upper = g_utf8_strup (family, -1);

  return given != NULL && *given != '\0' ? g_strdup_printf ("%s, %s", upper, given)
                                         : g_steal_pointer (&upper);
}

static OmcConflict *
read_conflict (OmcStmt *stmt)
{
  OmcConflict *self = g_new0 (OmcConflict, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->id = omc_stmt_get_integer (stmt, 0);
  self->resource_type = omc_stmt_dup_text (stmt, 1);
  self->resource_id = omc_stmt_dup_text (stmt, 2);
  self->patient_id = omc_stmt_dup_text (stmt, 3);
  self->status = (OmcConflictStatus)omc_stmt_get_integer (stmt, 4);
  self->severity = (int)omc_stmt_get_integer (stmt, 5);
  self->n_hunks = (guint)omc_stmt_get_integer (stmt, 6);
  self->n_undecided = (guint)omc_stmt_get_integer (stmt, 7);
  self->summary = omc_stmt_dup_text (stmt, 8);
  self->base_version = omc_stmt_dup_text (stmt, 9);
  self->local_author = omc_stmt_dup_text (stmt, 10);
  self->remote_author = omc_stmt_dup_text (stmt, 11);
  self->remote_version = omc_stmt_dup_text (stmt, 12);
  self->local_us = omc_stmt_get_integer (stmt, 13);
  self->remote_us = omc_stmt_get_integer (stmt, 14);
  self->created_us = omc_stmt_get_integer (stmt, 15);
  self->resolved_us = omc_stmt_get_integer (stmt, 16);
  self->resolved_by = omc_stmt_dup_text (stmt, 17);
  self->patient_name = patient_name (stmt);

  return self;
}

GPtrArray *
omc_conflict_dao_list (OmcSession *session, OmcConflictFilter filter, GError **error)
{
  static const char *const selects[] = { select_open, select_journal, select_all };
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, selects[filter], error);
  g_autoptr (GPtrArray) conflicts =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_conflict_unref);
  OmcStep step;

  if (stmt == NULL)
    return NULL;
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    g_ptr_array_add (conflicts, read_conflict (stmt));

  return step == OMC_STEP_DONE ? g_steal_pointer (&conflicts) : NULL;
}

static gboolean
open_documents (OmcSession *session, OmcStmt *stmt, OmcConflict *conflict, GError **error)
{
  OmcResource **resources[] = { &conflict->base, &conflict->local, &conflict->remote,
                                &conflict->merged };
  const char *tag = omc_stmt_get_text (stmt, 20);

  for (guint i = 0; i < N_DOCUMENTS; i++)
    {
      g_autofree char *place = omc_conflict_dao_place (tag, i);
      const GByteArray *plain;
      gconstpointer data;
      gsize length;

      if (omc_stmt_is_null (stmt, 21 + (int)i))
        continue;
      data = omc_stmt_get_blob (stmt, 21 + (int)i, &length);
      if (i < DOCUMENT_HUNKS)
        {
          *resources[i] = omc_vault_open_resource (session->vault, place, data, length, error);
          if (*resources[i] == NULL)
            return FALSE;
          continue;
        }
      plain = omc_vault_open (session->vault, place, data, length, error);
      conflict->hunks = plain != NULL
                            ? omc_json_parse ((const char *)plain->data, (gssize)plain->len, error)
                            : NULL;
      if (conflict->hunks == NULL)
        return FALSE;
    }

  return TRUE;
}

OmcConflict *
omc_conflict_dao_read (OmcSession *session, gint64 id, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_one, error);
  g_autoptr (OmcConflict) conflict = NULL;
  OmcStep step;

  if (stmt == NULL)
    return NULL;
  omc_stmt_bind_integer (stmt, 1, id);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_DONE)
    g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
                         _ ("There is no such conflict."));
  if (step != OMC_STEP_ROW)
    return NULL;
  conflict = read_conflict (stmt);
  if (!open_documents (session, stmt, conflict, error))
    return NULL;

  return g_steal_pointer (&conflict);
}

gboolean
omc_conflict_dao_find_open (OmcSession *session,
                            gint64 resource,
                            OmcConflict **conflict,
                            GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, select_open_id, error);
  OmcStep step;
  gint64 id = 0;

  *conflict = NULL;
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, resource);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    id = omc_stmt_get_integer (stmt, 0);
  omc_stmt_reset (stmt);
  if (step != OMC_STEP_ROW)
    return step == OMC_STEP_DONE;
  *conflict = omc_conflict_dao_read (session, id, error);

  return *conflict != NULL;
}

static char *
find_tag (OmcSession *session, gint64 id, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_tag, error);

  if (stmt == NULL)
    return NULL;
  omc_stmt_bind_integer (stmt, 1, id);

  return omc_stmt_step (stmt, error) == OMC_STEP_ROW ? omc_stmt_dup_text (stmt, 0) : NULL;
}

gboolean
omc_conflict_dao_close (OmcSession *session,
                        gint64 id,
                        OmcConflictStatus status,
                        const char *resolution,
                        const char *by,
                        OmcResource *merged,
                        OmcJson *decisions,
                        GError **error)
{
  g_autofree char *tag = find_tag (session, id, error);
  OmcStmt *stmt = tag != NULL ? omc_db_prepare (session->db, close_row, error) : NULL;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, id);
  omc_stmt_bind_integer (stmt, 2, status);
  omc_stmt_bind_text (stmt, 3, resolution);
  omc_stmt_bind_text (stmt, 4, by);
  omc_stmt_bind_integer (stmt, 5, session->now_us);
  omc_session_note (session, OMC_CHANGED_CONFLICTS, NULL);

  return omc_stmt_run (stmt, error) &&
         write_resource (session, id, tag, DOCUMENT_MERGED, merged, error) &&
         write_hunks (session, id, tag, decisions, error);
}
