/* omc-store-audit.c: the audit trail, written, verified and read
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-audit.h"

#include "omc-audit-dao.h"
#include "omc-audit-items.h"
#include "omc-store-private.h"

typedef struct
{
  OmcActor *actor; /* (owned) */
  OmcAuditEvent event;
  char *texts[6]; /* (owned): what event points to */
} AuditJob;

static AuditJob *
audit_job_new (OmcActor *actor, const OmcAuditEvent *event)
{
  AuditJob *job = g_new0 (AuditJob, 1);
  const char *texts[] = { event->type,   event->subtype, event->patient_id,
                          event->entity, event->purpose, event->detail };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    job->texts[i] = g_strdup (texts[i]);
  job->actor = g_object_ref (actor);
  job->event = *event;
  job->event.type = job->texts[0];
  job->event.subtype = job->texts[1];
  job->event.patient_id = job->texts[2];
  job->event.entity = job->texts[3];
  job->event.purpose = job->texts[4];
  job->event.detail = job->texts[5];

  return job;
}

static void
audit_job_free (AuditJob *job)
{
  for (gsize i = 0; i < G_N_ELEMENTS (job->texts); i++)
    g_free (job->texts[i]);
  g_clear_object (&job->actor);
  g_free (job);
}

static gboolean
append_audit (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  AuditJob *job = data;

  return omc_audit_dao_append (session, job->actor, &job->event, error);
}

gboolean
omc_store_audit_sync (OmcStore *self,
                      OmcActor *actor,
                      const OmcAuditEvent *event,
                      GCancellable *cancellable,
                      GError **error)
{
  AuditJob job = { actor, *event, { NULL } };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);

  return omc_store_run_write (self, append_audit, &job, cancellable, error);
}

void
omc_store_audit_async (OmcStore *self,
                       OmcActor *actor,
                       const OmcAuditEvent *event,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));
  g_return_if_fail (event != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_audit_async);
  omc_store_push_write (self, task, append_audit, audit_job_new (actor, event),
                        (GDestroyNotify)audit_job_free);
}

gboolean
omc_store_audit_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

typedef struct
{
  guint64 from;
  guint limit;
  GPtrArray *entries; /* (owned): the answer */
} ListAuditJob;

static void
list_audit_job_free (ListAuditJob *job)
{
  g_clear_pointer (&job->entries, g_ptr_array_unref);
  g_free (job);
}

static gboolean
list_audit (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ListAuditJob *job = data;

  job->entries = omc_audit_dao_list (session, job->from, job->limit, error);

  return job->entries != NULL;
}

GPtrArray *
omc_store_list_audit_sync (OmcStore *self,
                           OmcActor *actor,
                           guint64 from,
                           guint limit,
                           GCancellable *cancellable,
                           GError **error)
{
  ListAuditJob job = { from, limit, NULL };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);

  if (!omc_store_check_access (self, actor, OMC_ACCESS_READ_AUDIT, NULL, NULL, error) ||
      !omc_store_settle (self, cancellable, error) ||
      !omc_store_run_read (self, list_audit, &job, cancellable, error))
    return NULL;

  return job.entries;
}

void
omc_store_list_audit_async (OmcStore *self,
                            OmcActor *actor,
                            guint64 from,
                            guint limit,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  ListAuditJob *job;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_list_audit_async);
  if (!omc_store_check_task (self, task, actor, OMC_ACCESS_READ_AUDIT, NULL, NULL))
    return;
  job = g_new0 (ListAuditJob, 1);
  job->from = from;
  job->limit = limit;
  omc_store_push_read (self, task, list_audit, job, (GDestroyNotify)list_audit_job_free);
}

GPtrArray *
omc_store_list_audit_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  ListAuditJob *job = omc_store_finish_job (self, result, error);

  return job != NULL ? g_steal_pointer (&job->entries) : NULL;
}

/* --- of one patient --- */

/* The reader is given back between pieces. */
#define SCAN_PIECE 20000

typedef struct
{
  const char *patient_id; /* (nullable) */
  guint64 next;
  guint limit;
  gboolean ended;
  GPtrArray *found; /* (owned): the answer */
} ScanJob;

static gboolean
scan_patient (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ScanJob *job = data;

  return omc_audit_dao_list_of_patient (session, job->patient_id, SCAN_PIECE, job->found,
                                        &job->next, &job->ended, error);
}

/* Cuts the page at its limit; the next one starts after its last entry. */
static guint64
end_page (ScanJob *job)
{
  const OmcAuditEntry *last;

  if (job->found->len <= job->limit)
    return job->ended ? 0 : job->next;
  g_ptr_array_set_size (job->found, (int)job->limit);
  last = g_ptr_array_index (job->found, job->limit - 1);

  return last->sequence + 1;
}

GPtrArray *
omc_store_list_audit_of_patient_sync (OmcStore *self,
                                      OmcActor *actor,
                                      const char *patient_id,
                                      guint64 from,
                                      guint limit,
                                      guint64 *next,
                                      GCancellable *cancellable,
                                      GError **error)
{
  g_autoptr (GPtrArray) found =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_audit_entry_free);
  ScanJob job = { patient_id, from, limit, FALSE, found };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);
  g_return_val_if_fail (patient_id != NULL && *patient_id != '\0' && limit > 0, NULL);
  g_return_val_if_fail (next != NULL, NULL);

  if (!omc_store_check_access (self, actor, OMC_ACCESS_READ_AUDIT, NULL, NULL, error) ||
      !omc_store_settle (self, cancellable, error))
    return NULL;
  while (!job.ended && found->len <= limit)
    {
      if (!omc_store_run_read (self, scan_patient, &job, cancellable, error))
        return NULL;
    }
  *next = end_page (&job);

  return g_steal_pointer (&found);
}

static gboolean
read_items (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ScanJob *job = data;

  job->found = omc_audit_dao_list_items (session, job->next, job->patient_id, job->limit, error);

  return job->found != NULL;
}

GPtrArray *
omc_store_list_audit_items_sync (OmcStore *self,
                                 OmcActor *actor,
                                 guint64 sequence,
                                 const char *patient_id,
                                 guint limit,
                                 GCancellable *cancellable,
                                 GError **error)
{
  ScanJob job = { patient_id, sequence, limit, FALSE, NULL };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);

  if (!omc_store_check_access (self, actor, OMC_ACCESS_READ_AUDIT, NULL, NULL, error) ||
      !omc_store_run_read (self, read_items, &job, cancellable, error))
    return NULL;

  return job.found;
}
