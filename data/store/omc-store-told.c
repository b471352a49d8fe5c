/* omc-store-told.c: answers that are given once their entry of the audit trail is durable
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-private.h"

typedef struct
{
  GTask *task; /* (owned): the caller's, with the answer as its data */
  OmcStoreTellFunc tell;
} Told;

static Told *
told_new (GTask *task, OmcStoreTellFunc tell)
{
  Told *self = g_new0 (Told, 1);

  self->task = g_object_ref (task);
  self->tell = tell;

  return self;
}

static void
told_free (Told *self)
{
  g_object_unref (self->task);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Told, told_free)

/* The hooks of the transaction write what waits, of everybody who came meanwhile. */
static gboolean
commit_waiting (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

/* A disk that is full or a lock that is held keeps nobody from a chart: a person's care goes before the book-keeping of it. The
 * entry stays in memory and goes with the next transaction that succeeds. */
static void
note_failure (const GError *error)
{
  g_message ("A look into a chart is not in the audit trail yet: %s", error->message);
}

gboolean
omc_store_run_told_read (OmcStore *self,
                         OmcStoreFunc func,
                         gpointer data,
                         OmcStoreTellFunc tell,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!omc_store_run_read (self, func, data, cancellable, error))
    return FALSE;
  if (tell (self, data) && !omc_store_run_write (self, commit_waiting, NULL, NULL, &local))
    note_failure (local);

  return TRUE;
}

static void
written_cb (GObject *source_object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Told) told = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    note_failure (error);
  g_task_return_boolean (told->task, TRUE);
}

static void
read_cb (GObject *source_object, GAsyncResult *result, gpointer user_data)
{
  OmcStore *self = OMC_STORE (source_object);
  g_autoptr (Told) told = user_data;
  g_autoptr (GTask) writing = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (told->task, g_steal_pointer (&error));
      return;
    }
  if (!told->tell (self, g_task_get_task_data (told->task)))
    {
      g_task_return_boolean (told->task, TRUE);
      return;
    }
  writing = g_task_new (self, NULL, written_cb, g_steal_pointer (&told));
  g_task_set_source_tag (writing, omc_store_push_told_read);
  omc_store_push_write (self, writing, commit_waiting, NULL, NULL);
}

void
omc_store_push_told_read (OmcStore *self,
                          GTask *task,
                          OmcStoreFunc func,
                          gpointer data,
                          GDestroyNotify destroy,
                          OmcStoreTellFunc tell)
{
  g_autoptr (GTask) reading =
      g_task_new (self, g_task_get_cancellable (task), read_cb, told_new (task, tell));

  g_task_set_task_data (task, data, destroy);
  g_task_set_source_tag (reading, omc_store_push_told_read);
  omc_store_push_read (self, reading, func, data, NULL);
}
