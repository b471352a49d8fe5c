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
  OmcActor *actor;        /* (owned) */
  OmcSecret *passphrase;  /* (owned) (nullable) */
  OmcSecret *pin;         /* (owned) (nullable) */
  OmcGateRequest *person; /* (owned) (nullable) */
} Change;

static void
change_free (Change *self)
{
  g_object_unref (self->actor);
  g_clear_pointer (&self->passphrase, omc_secret_unref);
  g_clear_pointer (&self->pin, omc_secret_unref);
  g_clear_pointer (&self->person, omc_gate_request_free);
  g_free (self);
}

void
omc_gate_report_free (OmcGateReport *self)
{
  g_free (self->practice_display);
  g_clear_pointer (&self->people, g_ptr_array_unref);
  g_free (self->message);
  g_free (self);
}

const OmcGatePerson *
omc_gate_report_find (const OmcGateReport *self, const char *user)
{
  for (guint i = 0; self->people && i < self->people->len; i++)
    {
      const OmcGatePerson *person = self->people->pdata[i];

      if (g_strcmp0 (person->user, user) == 0)
        return person;
    }

  return NULL;
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

/* --- what changes who can come in --- */

/* change: (transfer full) */
static void
run_change (OmcGate *self,
            Change *change,
            GTaskThreadFunc thread,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, run_change);
  g_task_set_task_data (task, change, (GDestroyNotify)change_free);
  g_task_run_in_thread (task, thread);
}

static void
return_done (GTask *task, gboolean done, GError *error)
{
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static Change *
change_new (OmcActor *actor, OmcSecret *passphrase, OmcSecret *pin, OmcGateRequest *person)
{
  Change *self = g_new0 (Change, 1);

  self->actor = g_object_ref (actor);
  self->passphrase = passphrase ? omc_secret_ref (passphrase) : NULL;
  self->pin = pin ? omc_secret_ref (pin) : NULL;
  self->person = person;

  return self;
}

static void
set_passphrase_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Change *change = task_data;
  GError *error = NULL;
  gboolean done = OMC_GATE_GET_CLASS (source)->set_passphrase (
      source, change->actor, change->passphrase, cancellable, &error);

  return_done (task, done, error);
}

void
omc_gate_set_passphrase_async (OmcGate *self,
                               OmcActor *actor,
                               OmcSecret *passphrase,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (OMC_IS_GATE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));
  g_return_if_fail (passphrase != NULL);

  run_change (self, change_new (actor, passphrase, NULL, NULL), set_passphrase_thread, cancellable,
              callback, user_data);
}

gboolean
omc_gate_set_passphrase_finish (OmcGate *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
set_pin_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Change *change = task_data;
  GError *error = NULL;
  gboolean done = OMC_GATE_GET_CLASS (source)->set_pin (source, change->actor, change->passphrase,
                                                        change->pin, cancellable, &error);

  return_done (task, done, error);
}

void
omc_gate_set_pin_async (OmcGate *self,
                        OmcActor *actor,
                        OmcSecret *passphrase,
                        OmcSecret *pin,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (OMC_IS_GATE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));
  g_return_if_fail (pin == NULL || passphrase != NULL);

  run_change (self, change_new (actor, passphrase, pin, NULL), set_pin_thread, cancellable,
              callback, user_data);
}

gboolean
omc_gate_set_pin_finish (OmcGate *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
add_person_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Change *change = task_data;
  GError *error = NULL;
  gboolean done = OMC_GATE_GET_CLASS (source)->add_person (source, change->actor, change->person,
                                                           cancellable, &error);

  return_done (task, done, error);
}

void
omc_gate_add_person_async (OmcGate *self,
                           OmcActor *actor,
                           OmcGateRequest *person,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (OMC_IS_GATE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));
  g_return_if_fail (person != NULL);

  run_change (self, change_new (actor, NULL, NULL, person), add_person_thread, cancellable,
              callback, user_data);
}

gboolean
omc_gate_add_person_finish (OmcGate *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
