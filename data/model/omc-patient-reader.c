/* omc-patient-reader.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-model"

#include "config.h"

#include "omc-patient-reader.h"

/* omc_patient_read_async -> chart_read_cb -> summary_thread */

static void
summary_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  gint64 now = omc_clock_get_now (omc_store_get_clock (source));

  g_task_return_pointer (task, omc_patient_summary_new (task_data, now), g_object_unref);
}

static void
chart_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  OmcChart *chart = omc_store_read_chart_finish (OMC_STORE (source), result, &error);

  if (!chart)
    {
      g_task_return_error (task, error);
      return;
    }

  g_task_set_task_data (task, chart, (GDestroyNotify)omc_chart_unref);
  g_task_run_in_thread (task, summary_thread);
}

void
omc_patient_read_async (OmcStore *store,
                        OmcActor *actor,
                        const char *patient_id,
                        gint64 vitals_since_us,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (OMC_IS_STORE (store));
  g_return_if_fail (patient_id != NULL);

  task = g_task_new (store, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_patient_read_async);
  omc_store_read_chart_async (store, actor, patient_id, vitals_since_us, cancellable, chart_read_cb,
                              g_steal_pointer (&task));
}

OmcPatientSummary *
omc_patient_read_finish (OmcStore *store, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
