/* omc-store-glass.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store.h"

#include <glib/gi18n-lib.h>

#include "omc-access-guard.h"
#include "omc-audit-dao.h"
#include "omc-break-glass.h"
#include "omc-glass-dao.h"
#include "omc-store-private.h"

typedef struct
{
  OmcStore *store;       /* borrowed */
  OmcAccessGuard *guard; /* (owned) */
  char *patient_id;      /* (owned) */
  char *reason;          /* (owned) */
  char *words;           /* (owned) */
  OmcKeySlotKind way;    /* that the person signs in again */
  OmcSecret *secret;     /* (owned) (nullable) */
  gint64 expires_us;     /* the answer */
} GlassJob;

static GlassJob *
glass_job_new (OmcStore *store,
               OmcActor *actor,
               const char *patient_id,
               const char *reason,
               const char *words,
               OmcKeySlotKind way,
               OmcSecret *secret)
{
  GlassJob *job = g_new0 (GlassJob, 1);

  job->store = store;
  job->guard = omc_access_guard_new (store, actor);
  job->patient_id = g_strdup (patient_id);
  job->reason = g_strdup (reason);
  job->words = g_strdup (words);
  job->way = way;
  job->secret = secret != NULL ? omc_secret_ref (secret) : NULL;

  return job;
}

static void
glass_job_free (GlassJob *job)
{
  g_clear_pointer (&job->guard, omc_access_guard_free);
  g_free (job->patient_id);
  g_free (job->reason);
  g_free (job->words);
  g_clear_pointer (&job->secret, omc_secret_unref);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GlassJob, glass_job_free)

/* --- breaking it --- */

static void
note_failure (const GlassJob *job, const char *detail)
{
  OmcAuditEvent event = {
    .type = "security",
    .subtype = "break-glass",
    .action = 'E',
    .outcome = 8,
    .patient_id = job->patient_id,
    .purpose = "BTG",
    .detail = detail,
  };

  omc_store_note_read (job->store, job->guard->actor, &event);
}

/* A manager of its own signs in: the store's stays as it is, whatever comes out. */
static OmcKeyManager *
new_probe (const GlassJob *job)
{
  return omc_key_manager_new (job->store->directory,
                              omc_key_manager_get_secret_store (job->store->keys), &OMC_KDF_FLOOR);
}

static gboolean
end_sign_in (const GlassJob *job, OmcKeyManager *probe, gboolean proved)
{
  if (!proved)
    note_failure (job,
                  job->way == OMC_KEY_SLOT_PIN ? "PIN not accepted" : "passphrase not accepted");
  omc_key_manager_lock (probe);

  return proved;
}

static gboolean
sign_in (const GlassJob *job, GCancellable *cancellable, GError **error)
{
  g_autoptr (OmcKeyManager) probe = new_probe (job);
  const char *user = omc_actor_get_user (job->guard->actor);

  return end_sign_in (
      job, probe,
      job->way == OMC_KEY_SLOT_PIN
          ? omc_key_manager_unlock_pin_sync (probe, user, job->secret, error)
          : omc_key_manager_unlock_sync (probe, user, job->secret, cancellable, error));
}

/* Only what policy leaves to a reason and a renewed sign-in can be opened by them. */
static gboolean
check_can_break (OmcSession *session, const GlassJob *job, gint64 patient, GError **error)
{
  OmcAccessDecision decision;

  if (!omc_access_guard_ask (job->guard, session, OMC_ACCESS_READ, "Patient", patient, &decision,
                             error))
    return FALSE;
  if (patient == 0)
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
                           _ ("There is no such patient here."));
      return FALSE;
    }
  if (decision == OMC_ACCESS_ALLOW && !job->guard->glass_used)
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID,
                           _ ("This person is in your care: the chart is open to you as it is."));
      return FALSE;
    }
  if (decision == OMC_ACCESS_DENY)
    return omc_access_guard_check (job->guard, session, OMC_ACCESS_READ, "Patient", patient, error);

  return TRUE;
}

static gboolean
break_glass (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  GlassJob *job = data;
  OmcActor *actor = job->guard->actor;
  OmcAuditEvent event = {
    .type = "security",
    .subtype = "break-glass",
    .action = 'E',
    .patient_id = job->patient_id,
    .purpose = "BTG",
    .detail = job->reason,
  };
  gint64 patient;

  job->expires_us = session->now_us + OMC_BREAK_GLASS_PERIOD_US;
  omc_session_note (session, OMC_CHANGED_RESOURCES, job->patient_id);

  return omc_session_find_patient (session, job->patient_id, &patient, error) &&
         check_can_break (session, job, patient, error) &&
         omc_glass_dao_insert (session, actor, patient, job->reason, job->words, job->expires_us,
                               error) &&
         omc_audit_dao_append (session, actor, &event, error);
}

/* The reason comes before the sign-in, and that before the writer is asked: Argon2id takes its time. */
static gboolean
check_reason (const GlassJob *job, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!omc_break_glass_check (job->reason, job->words, &local_error))
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID, local_error->message);
      return FALSE;
    }

  return omc_store_check_access (job->store, job->guard->actor, OMC_ACCESS_READ, "Patient",
                                 job->patient_id, error);
}

gboolean
omc_store_break_glass_sync (OmcStore *self,
                            OmcActor *actor,
                            const char *patient_id,
                            const char *reason,
                            const char *words,
                            OmcKeySlotKind way,
                            OmcSecret *secret,
                            gint64 *expires_us,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (GlassJob) job = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);
  g_return_val_if_fail (patient_id != NULL && secret != NULL, FALSE);
  g_return_val_if_fail (way == OMC_KEY_SLOT_PASSPHRASE || way == OMC_KEY_SLOT_PIN, FALSE);

  job = glass_job_new (self, actor, patient_id, reason, words, way, secret);
  if (!check_reason (job, error) || !sign_in (job, cancellable, error) ||
      !omc_store_run_write (self, break_glass, job, cancellable, error))
    return FALSE;
  if (expires_us != NULL)
    *expires_us = job->expires_us;

  return TRUE;
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GlassJob *job = g_object_get_data (G_OBJECT (task), "job");
  OmcKeyManager *probe = OMC_KEY_MANAGER (source);
  GError *error = NULL;

  if (end_sign_in (job, probe, omc_key_manager_unlock_finish (probe, result, &error)))
    omc_store_push_write (job->store, task, break_glass, job, NULL);
  else
    g_task_return_error (task, error);
}

void
omc_store_break_glass_async (OmcStore *self,
                             OmcActor *actor,
                             const char *patient_id,
                             const char *reason,
                             const char *words,
                             OmcKeySlotKind way,
                             OmcSecret *secret,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (OmcKeyManager) probe = NULL;
  g_autoptr (GError) error = NULL;
  GlassJob *job;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));
  g_return_if_fail (patient_id != NULL && secret != NULL);
  g_return_if_fail (way == OMC_KEY_SLOT_PASSPHRASE || way == OMC_KEY_SLOT_PIN);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_break_glass_async);
  job = glass_job_new (self, actor, patient_id, reason, words, way, secret);
  g_object_set_data_full (G_OBJECT (task), "job", job, (GDestroyNotify)glass_job_free);
  if (!check_reason (job, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  probe = new_probe (job);
  (way == OMC_KEY_SLOT_PIN ? omc_key_manager_unlock_pin_async : omc_key_manager_unlock_async) (
      probe, omc_actor_get_user (actor), secret, cancellable, signed_in_cb,
      g_steal_pointer (&task));
}

gboolean
omc_store_break_glass_finish (OmcStore *self,
                              GAsyncResult *result,
                              gint64 *expires_us,
                              GError **error)
{
  GlassJob *job = omc_store_finish_job (self, result, error);

  if (job == NULL)
    return FALSE;
  if (expires_us != NULL)
    *expires_us = job->expires_us;

  return TRUE;
}

/* --- closing it --- */

/* Without a patient: all that the person has broken. */
static gboolean
close_glass (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  GlassJob *job = data;
  OmcActor *actor = job->guard->actor;
  OmcAuditEvent event = {
    .type = "security",
    .subtype = "break-glass-end",
    .action = 'E',
    .patient_id = job->patient_id,
    .purpose = "BTG",
    .detail = job->patient_id == NULL ? "all" : NULL,
  };
  gint64 patient;
  gboolean any;

  if (!omc_session_find_patient (session, job->patient_id, &patient, error))
    return FALSE;
  if (job->patient_id != NULL && patient == 0)
    return TRUE;
  if (!omc_glass_dao_close (session, omc_actor_get_user (actor), patient, &any, error))
    return FALSE;
  omc_session_note (session, OMC_CHANGED_RESOURCES, job->patient_id);

  return !any || omc_audit_dao_append (session, actor, &event, error);
}

gboolean
omc_store_close_glass_sync (OmcStore *self,
                            OmcActor *actor,
                            const char *patient_id,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (GlassJob) job = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);

  job = glass_job_new (self, actor, patient_id, NULL, NULL, OMC_KEY_SLOT_PASSPHRASE, NULL);

  return omc_store_run_write (self, close_glass, job, cancellable, error);
}

void
omc_store_close_glass_async (OmcStore *self,
                             OmcActor *actor,
                             const char *patient_id,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_close_glass_async);
  omc_store_push_write (
      self, task, close_glass,
      glass_job_new (self, actor, patient_id, NULL, NULL, OMC_KEY_SLOT_PASSPHRASE, NULL),
      (GDestroyNotify)glass_job_free);
}

gboolean
omc_store_close_glass_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
