/* omc-store-audit-upload.c: the audit trail on its way to the server
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-audit-upload.h"

#include <string.h>

#include "omc-audit-anchor.h"
#include "omc-audit-dao.h"
#include "omc-audit-mark.h"
#include "omc-place.h"
#include "omc-resource-dao.h"
#include "omc-setting-dao.h"
#include "omc-store-private.h"

static const char select_entries[] =
    "SELECT sequence, entry, hash FROM audit_log WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
static const char insert_refused[] =
    "INSERT OR REPLACE INTO audit_refused (sequence, refused_at, error) VALUES (?1, ?2, ?3)";
static const char select_first_refused[] = "SELECT coalesce (min (sequence), 0) FROM audit_refused";
static const char delete_refused[] = "DELETE FROM audit_refused";

void
omc_audit_upload_free (OmcAuditUpload *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->entry, omc_audit_entry_free);
  g_clear_pointer (&self->event, omc_resource_unref);
  g_free (self);
}

void
omc_audit_refusal_free (OmcAuditRefusal *self)
{
  if (self == NULL)
    return;

  g_free (self->error);
  g_free (self);
}

static OmcResource *
make_event (const OmcAuditUpload *self,
            const char *store_id,
            const char *patient,
            const char *record,
            GError **error)
{
  const OmcAuditFhirPlace place = {
    .store_id = store_id,
    .hash = self->hash,
    .patient = patient,
    .record = record,
    .is_head = self->is_head,
  };

  return omc_audit_fhir_new (self->entry, &place, error);
}

OmcResource *
omc_audit_upload_unlink (const OmcAuditUpload *self, const char *store_id, GError **error)
{
  g_return_val_if_fail (self != NULL && store_id != NULL, NULL);

  return make_event (self, store_id, NULL, NULL, error);
}

/* --- taking --- */

typedef struct
{
  const char *store_id;
  guint limit;
  GPtrArray *uploads; /* (owned): the answer */
} TakeJob;

/* "Type/id" as the server knows it; NULL when it does not, or not any more. */
static gboolean
find_on_server (OmcSession *session,
                const char *type,
                const char *id,
                char **reference,
                GError **error)
{
  g_auto (OmcResourceRow) row = { 0 };
  g_autofree char *server_id = NULL;
  OmcPlace place;

  *reference = NULL;
  if (!omc_resource_dao_find (session, type, id, &row, error))
    return FALSE;
  if (row.pk == 0 || row.state != OMC_ROW_PRESENT || row.server_version == NULL)
    return TRUE;
  if (!omc_place_find (session, type, id, &place, &server_id, error))
    return FALSE;
  if (place == OMC_PLACE_THERE)
    *reference = g_strconcat (type, "/", server_id, NULL);

  return TRUE;
}

static gboolean
find_record_on_server (OmcSession *session, const char *entity, char **reference, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (entity != NULL ? entity : "", "/", 3);

  *reference = NULL;
  if (g_strv_length (parts) < 2 || !omc_fhir_is_resource_type (parts[0]))
    return TRUE;

  return find_on_server (session, parts[0], parts[1], reference, error);
}

static gboolean
add_event (OmcSession *session, OmcAuditUpload *upload, const char *store_id, GError **error)
{
  const OmcAuditEntry *entry = upload->entry;
  g_autofree char *patient = NULL;
  g_autofree char *record = NULL;

  if ((entry->patient_id != NULL &&
       !find_on_server (session, "Patient", entry->patient_id, &patient, error)) ||
      !find_record_on_server (session, entry->entity, &record, error))
    return FALSE;
  upload->is_linked = patient != NULL || record != NULL;
  upload->event = make_event (upload, store_id, patient, record, error);

  return upload->event != NULL;
}

/* The last entry that needs not go up. */
static gboolean
find_sent (OmcSession *session, gint64 *through, GError **error)
{
  gint64 sent, archived;

  if (!omc_setting_dao_get_integer (session, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_SENT, &sent, error) ||
      !omc_setting_dao_get_integer (session, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_ARCHIVED, &archived,
                                    error))
    return FALSE;
  *through = MAX (sent, archived);

  return TRUE;
}

static gboolean
read_entries (OmcSession *session, gint64 after, guint limit, GPtrArray *uploads, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_entries, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, after);
  omc_stmt_bind_integer (stmt, 2, limit);
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      gsize length, hash_length;
      const char *data = omc_stmt_get_blob (stmt, 1, &length);
      gconstpointer hash = omc_stmt_get_blob (stmt, 2, &hash_length);
      OmcAuditUpload *upload;

      /* What is damaged goes no further; verifying tells of it. */
      if (hash_length != OMC_AUDIT_HASH_LENGTH)
        break;
      upload = g_new0 (OmcAuditUpload, 1);
      upload->entry = omc_audit_dao_parse ((guint64)omc_stmt_get_integer (stmt, 0), data, length);
      memcpy (upload->hash, hash, OMC_AUDIT_HASH_LENGTH);
      g_ptr_array_add (uploads, upload);
    }

  return step != OMC_STEP_ERROR;
}

static gboolean
take (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  TakeJob *job = data;
  gint64 through;

  if (!find_sent (session, &through, error) ||
      !read_entries (session, through, job->limit, job->uploads, error))
    return FALSE;
  for (guint i = 0; i < job->uploads->len; i++)
    {
      OmcAuditUpload *upload = g_ptr_array_index (job->uploads, i);

      upload->is_head = i + 1 == job->uploads->len;
      if (!add_event (session, upload, job->store_id, error))
        return FALSE;
    }

  return TRUE;
}

GPtrArray *
omc_store_take_audit (OmcStore *self, guint limit, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) uploads =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_audit_upload_free);
  TakeJob job = { NULL, limit, uploads };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (limit > 0, NULL);

  job.store_id = omc_key_manager_get_store_id (self->keys);

  return omc_store_run_read (self, take, &job, cancellable, error) ? g_steal_pointer (&uploads)
                                                                   : NULL;
}

typedef struct
{
  guint64 n_unsent;
  gint64 oldest_us;
} CountJob;

/* The numbers of the entries have no holes: nothing is read but the first one and the head. */
static gboolean
count_unsent (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  CountJob *job = data;
  g_autoptr (GPtrArray) first =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_audit_upload_free);
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
  guint64 head;
  gint64 through;

  if (!find_sent (session, &through, error) || !read_entries (session, through, 1, first, error))
    return FALSE;
  if (first->len > 0)
    {
      const OmcAuditUpload *upload = g_ptr_array_index (first, 0);

      /* After the first one, so that it is never before it. */
      if (!omc_audit_dao_get_head (session, &head, hash, error))
        return FALSE;
      job->n_unsent = head - upload->entry->sequence + 1;
      job->oldest_us = upload->entry->recorded_us;
    }

  return TRUE;
}

gboolean
omc_store_count_unsent_audit (OmcStore *self,
                              guint64 *n_unsent,
                              gint64 *oldest_us,
                              GCancellable *cancellable,
                              GError **error)
{
  CountJob job = { 0, 0 };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (n_unsent != NULL && oldest_us != NULL, FALSE);

  if (!omc_store_run_read (self, count_unsent, &job, cancellable, error))
    return FALSE;
  *n_unsent = job.n_unsent;
  *oldest_us = job.oldest_us;

  return TRUE;
}

/* --- acknowledging --- */

typedef struct
{
  guint64 through;
  GPtrArray *refused;
} AcknowledgeJob;

static gboolean
insert_refusal (OmcSession *session, const OmcAuditRefusal *refusal, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, insert_refused, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, (gint64)refusal->sequence);
  omc_stmt_bind_integer (stmt, 2, session->now_us);
  omc_stmt_bind_text (stmt, 3, refusal->error);

  return omc_stmt_run (stmt, error);
}

static gboolean
acknowledge (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const AcknowledgeJob *job = data;

  for (guint i = 0; job->refused != NULL && i < job->refused->len; i++)
    {
      if (!insert_refusal (session, g_ptr_array_index (job->refused, i), error))
        return FALSE;
    }

  return omc_setting_dao_set (session, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_SERVER, NULL, error) &&
         omc_setting_dao_set_integer (session, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_SENT,
                                      (gint64)job->through, error);
}

gboolean
omc_store_acknowledge_audit (OmcStore *self,
                             guint64 through,
                             GPtrArray *refused,
                             GCancellable *cancellable,
                             GError **error)
{
  AcknowledgeJob job = { through, refused };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);

  return omc_store_run_write (self, acknowledge, &job, cancellable, error);
}

static gboolean
retry (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  gint64 first;

  return omc_db_get_integer (session->db, select_first_refused, 0, &first, error) &&
         (first == 0 || (omc_db_execute (session->db, delete_refused, error) &&
                         omc_setting_dao_set_integer (session, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_SENT,
                                                      first - 1, error)));
}

gboolean
omc_store_retry_audit_sync (OmcStore *self, OmcActor *actor, GError **error)
{
  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);

  return omc_store_check_access (self, actor, OMC_ACCESS_READ_AUDIT, NULL, NULL, error) &&
         omc_store_run_write (self, retry, NULL, NULL, error);
}

gboolean
omc_store_set_audit_server (OmcStore *self, const char *state, GError **error)
{
  g_autofree char *before = NULL;
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);

  before = omc_store_get_mark (self, OMC_AUDIT_MARK_SERVER, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  return g_strcmp0 (before, state) == 0 ||
         omc_store_set_mark (self, OMC_AUDIT_MARK_SERVER, state, error);
}

/* --- the server's head --- */

typedef struct
{
  guint64 sequence;
  const guint8 *hash;
  gboolean lost;
} CompareJob;

static gboolean
compare_head (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  CompareJob *job = data;

  return omc_audit_server_head_compare (session, job->sequence, job->hash, &job->lost, error);
}

gboolean
omc_store_compare_server_audit (OmcStore *self,
                                guint64 sequence,
                                const guint8 hash[OMC_AUDIT_HASH_LENGTH],
                                gboolean *alarm,
                                GError **error)
{
  CompareJob job = { sequence, hash, FALSE };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (sequence > 0 && hash != NULL && alarm != NULL, FALSE);

  if (!omc_store_run_write (self, compare_head, &job, NULL, error))
    return FALSE;
  *alarm = job.lost;

  return TRUE;
}
