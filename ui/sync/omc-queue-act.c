/* omc-queue-act.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync-ui"

#include "config.h"

#include "omc-queue-act.h"

typedef struct
{
  OmcStore *store; /* (owned) */
  OmcActor *actor; /* (owned) */
  char *reason;    /* (owned) (nullable) */
  gint64 queue_id;
} Act;

static void
act_free (Act *act)
{
  g_object_unref (act->store);
  g_object_unref (act->actor);
  g_free (act->reason);
  g_free (act);
}

static void
act_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Act *act = task_data;
  GError *error = NULL;
  gboolean done;

  if (act->reason)
    done = omc_store_cancel_queue_item_sync (act->store, act->actor, act->queue_id, act->reason,
                                             cancellable, &error);
  else
    done = omc_store_retry_queue_item_sync (act->store, act->actor, act->queue_id, cancellable,
                                            &error);

  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
omc_queue_act_async (OmcUiSession *session,
                     gint64 queue_id,
                     const char *reason,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Act *act;

  g_return_if_fail (OMC_IS_UI_SESSION (session));

  act = g_new0 (Act, 1);
  act->store = g_object_ref (omc_ui_session_get_store (session));
  act->actor = g_object_ref (omc_ui_session_get_actor (session));
  act->reason = g_strdup (reason);
  act->queue_id = queue_id;
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_queue_act_async);
  g_task_set_task_data (task, act, (GDestroyNotify)act_free);
  g_task_run_in_thread (task, act_thread);
}

gboolean
omc_queue_act_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
