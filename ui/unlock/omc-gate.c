/* omc-gate.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-unlock"

#include "config.h"

#include "omc-gate.h"

G_DEFINE_QUARK (omc-gate-error-quark, omc_gate_error)
G_DEFINE_ABSTRACT_TYPE (OmcGate, omc_gate, G_TYPE_OBJECT)

typedef struct
{
  OmcActor *actor; /* (owned) */
  char *code;      /* (owned) (nullable) */
} Opened;

static void
opened_free (Opened *self)
{
  g_object_unref (self->actor);
  if (self->code)
    omc_wipe (self->code, strlen (self->code));
  g_free (self->code);
  g_free (self);
}

typedef struct
{
  OmcActor *actor;       /* (owned) */
  OmcSecret *passphrase; /* (owned) */
} Change;

static void
change_free (Change *self)
{
  g_object_unref (self->actor);
  omc_secret_unref (self->passphrase);
  g_free (self);
}

void
omc_gate_report_free (OmcGateReport *self)
{
  g_free (self->practice_display);
  g_strfreev (self->people);
  g_free (self->message);
  g_free (self);
}

OmcGateRequest *
omc_gate_request_new (OmcGateWay way)
{
  OmcGateRequest *self = g_new0 (OmcGateRequest, 1);

  self->way = way;

  return self;
}

void
omc_gate_request_free (OmcGateRequest *self)
{
  g_free (self->user);
  g_free (self->display);
  g_free (self->server_url);
  g_clear_pointer (&self->passphrase, omc_secret_unref);
  if (self->code)
    omc_wipe (self->code, strlen (self->code));
  g_free (self->code);
  g_free (self);
}

static void
omc_gate_class_init (OmcGateClass *klass)
{
}

static void
omc_gate_init (OmcGate *self)
{
}

static void
examine_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  OmcGateReport *report;
  GError *error = NULL;

  report = OMC_GATE_GET_CLASS (source)->examine (source, cancellable, &error);
  if (report)
    g_task_return_pointer (task, report, (GDestroyNotify)omc_gate_report_free);
  else
    g_task_return_error (task, error);
}

void
omc_gate_examine_async (OmcGate *self,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (OMC_IS_GATE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_gate_examine_async);
  g_task_run_in_thread (task, examine_thread);
}

OmcGateReport *
omc_gate_examine_finish (OmcGate *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
open_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autofree char *code = NULL;
  GError *error = NULL;
  OmcActor *actor;
  Opened *opened;

  actor = OMC_GATE_GET_CLASS (source)->open (source, task_data, &code, cancellable, &error);
  if (!actor)
    {
      g_task_return_error (task, error);
      return;
    }

  opened = g_new0 (Opened, 1);
  opened->actor = actor;
  opened->code = g_steal_pointer (&code);
  g_task_return_pointer (task, opened, (GDestroyNotify)opened_free);
}

void
omc_gate_open_async (OmcGate *self,
                     OmcGateRequest *request,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (OMC_IS_GATE (self));
  g_return_if_fail (request != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_gate_open_async);
  g_task_set_task_data (task, request, (GDestroyNotify)omc_gate_request_free);
  g_task_run_in_thread (task, open_thread);
}

OmcUiSession *
omc_gate_open_finish (OmcGate *self, GAsyncResult *result, char **recovery_code, GError **error)
{
  Opened *opened;
  OmcUiSession *session;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  opened = g_task_propagate_pointer (G_TASK (result), error);
  if (!opened)
    return NULL;

  session = OMC_GATE_GET_CLASS (self)->enter (self, opened->actor);
  if (recovery_code)
    *recovery_code = g_steal_pointer (&opened->code);
  opened_free (opened);

  return session;
}

static void
set_passphrase_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Change *change = task_data;
  GError *error = NULL;

  if (OMC_GATE_GET_CLASS (source)->set_passphrase (source, change->actor, change->passphrase,
                                                   cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
omc_gate_set_passphrase_async (OmcGate *self,
                               OmcActor *actor,
                               OmcSecret *passphrase,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Change *change;

  g_return_if_fail (OMC_IS_GATE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));
  g_return_if_fail (passphrase != NULL);

  change = g_new0 (Change, 1);
  change->actor = g_object_ref (actor);
  change->passphrase = omc_secret_ref (passphrase);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_gate_set_passphrase_async);
  g_task_set_task_data (task, change, (GDestroyNotify)change_free);
  g_task_run_in_thread (task, set_passphrase_thread);
}

gboolean
omc_gate_set_passphrase_finish (OmcGate *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
