/* omc-sync-forbidden.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-sync-error.h"
#include "omc-sync-forbidden.h"

/* So many in a row with nothing accepted are about the device. */
#define MANY 3
/* What was tried in vain lets all others go first for so long, lest some that are forbidden for good hold up the rest. */
#define PUT_OFF_US (15 * G_TIME_SPAN_MINUTE)

struct _OmcSyncForbidden
{
  OmcSyncRun *run;  /* (unowned) */
  GPtrArray *kept;  /* (owned) (element-type OmcPushResult): not decided */
  guint n_in_a_row; /* since anything was accepted; outlives the run */
  guint n_saved;    /* as the mark has it */
  guint n_in_run;
  gboolean stopped;
};

OmcSyncForbidden *
omc_sync_forbidden_new (OmcSyncRun *run)
{
  OmcSyncForbidden *self = g_new0 (OmcSyncForbidden, 1);

  self->run = run;
  self->kept = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_push_result_free);
  return self;
}

void
omc_sync_forbidden_free (OmcSyncForbidden *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->kept);
  g_free (self);
}

gboolean
omc_sync_forbidden_load (OmcSyncForbidden *self, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *text = omc_store_get_mark (self->run->store, OMC_MARK_FORBIDDEN, &cause);

  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  self->n_saved = text != NULL ? (guint)g_ascii_strtoull (text, NULL, 10) : 0;
  self->n_in_a_row = self->n_saved;
  return TRUE;
}

/* More than enough says no more, and costs no write. */
static gboolean
save (OmcSyncForbidden *self, GError **error)
{
  guint n = MIN (self->n_in_a_row, MANY);
  g_autofree char *text = n > 0 ? g_strdup_printf ("%u", n) : NULL;

  if (n == self->n_saved)
    return TRUE;
  self->n_saved = n;
  return omc_store_set_mark (self->run->store, OMC_MARK_FORBIDDEN, text, error);
}

void
omc_sync_forbidden_add (OmcSyncForbidden *self, OmcPushResult *result)
{
  g_ptr_array_add (self->kept, result);
}

/* As if they had not been tried: the server said that it took nothing. */
static void
put_off (OmcSyncForbidden *self, GPtrArray *results)
{
  gint64 now = omc_clock_get_now (omc_store_get_clock (self->run->store));

  for (guint i = 0; i < self->kept->len; i++)
    {
      const OmcPushResult *kept = g_ptr_array_index (self->kept, i);
      OmcPushResult *result = omc_push_result_new (kept->queue_id, OMC_PUSH_PUT_OFF);

      result->next_attempt_us = now + PUT_OFF_US;
      g_ptr_array_add (results, result);
    }
  g_ptr_array_set_size (self->kept, 0);
}

static void
leave_to_a_person (OmcSyncForbidden *self, GPtrArray *results)
{
  while (self->kept->len > 0)
    g_ptr_array_add (results, g_ptr_array_steal_index (self->kept, 0));
}

static gboolean
has_accepted (const GPtrArray *results)
{
  for (guint i = 0; i < results->len; i++)
    {
      if (((const OmcPushResult *)g_ptr_array_index (results, i))->outcome == OMC_PUSH_ACKNOWLEDGED)
        return TRUE;
    }

  return FALSE;
}

gboolean
omc_sync_forbidden_judge (OmcSyncForbidden *self, GPtrArray *results, gboolean ends, GError **error)
{
  if (self->run->n_sent > 0 || has_accepted (results))
    {
      /* What waited for this goes at once. */
      self->run->all_due |= self->n_saved >= MANY;
      self->n_in_a_row = 0;
      self->n_in_run = 0;
      leave_to_a_person (self, results);
      return save (self, error);
    }

  self->n_in_a_row += self->kept->len - self->n_in_run;
  self->n_in_run = self->kept->len;
  self->stopped = self->n_in_run >= MANY;
  if (self->stopped || ends)
    put_off (self, results);
  return save (self, error);
}

void
omc_sync_forbidden_conclude (OmcSyncForbidden *self, GPtrArray *results)
{
  self->stopped = self->kept->len > 0 && self->n_in_a_row >= MANY;
  if (self->stopped)
    put_off (self, results);
  else
    leave_to_a_person (self, results);
}

gboolean
omc_sync_forbidden_wants_probe (OmcSyncForbidden *self)
{
  return self->n_in_a_row >= MANY && self->n_in_run == 0 && !self->run->all_due;
}

gboolean
omc_sync_forbidden_may_go_on (OmcSyncForbidden *self, GError **error)
{
  if (!self->stopped)
    return TRUE;
  g_set_error_literal (
      error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_FORBIDDEN,
      _ ("The server accepts nothing that this device writes (status 403). Nothing is lost: all of "
         "it waits here and is sent by itself. Ask IT to check this device's rights."));
  return FALSE;
}
