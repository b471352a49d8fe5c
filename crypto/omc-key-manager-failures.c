/* omc-key-manager-failures.c: attempts that failed while the store was closed; declared in omc-key-manager.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <unistd.h>

#include "omc-key-manager-private.h"

#define LOG_LABEL "omnicare sign-in log root 1"

void
omc_key_manager_set_notes_failures (OmcKeyManager *self, gboolean notes)
{
  g_return_if_fail (OMC_IS_KEY_MANAGER (self));

  g_mutex_lock (&self->state);
  self->notes_failures = notes;
  g_mutex_unlock (&self->state);
}

static gboolean
notes_failures (OmcKeyManager *self)
{
  gboolean notes;

  g_mutex_lock (&self->state);
  notes = self->notes_failures;
  g_mutex_unlock (&self->state);
  return notes;
}

/* A secret service that does not answer, or a damaged file, is nobody's attempt. */
static gboolean
is_attempt (const GError *failure)
{
  if (failure->domain != OMC_CRYPTO_ERROR)
    return FALSE;
  return failure->code == OMC_CRYPTO_ERROR_WRONG_SECRET ||
         failure->code == OMC_CRYPTO_ERROR_NO_SLOT || failure->code == OMC_CRYPTO_ERROR_BLOCKED ||
         failure->code == OMC_CRYPTO_ERROR_EXPIRED || failure->code == OMC_CRYPTO_ERROR_TOO_SOON;
}

/* The number of the slot, and no name: what is typed as a name may be a passphrase. */
static void
note (OmcKeyManager *self, OmcKeySlotKind kind, const char *user, const GError *failure)
{
  g_autoptr (GPtrArray) slots = omc_key_manager_list_slots (self, NULL);
  OmcAttempt attempt = { .kind = (guint8)kind, .code = (guint8)failure->code };
  OmcDeviceTime now;

  for (guint i = 0; slots != NULL && i < slots->len; i++)
    {
      const OmcKeySlotInfo *slot = g_ptr_array_index (slots, i);

      if (slot->kind == kind && (user == NULL || g_strcmp0 (slot->user, user) == 0))
        attempt.slot_id = slot->id;
    }
  omc_device_time_now (&now);
  attempt.at_us = now.wall_us;
  omc_attempt_log_note (self->directory, &attempt);
}

gboolean
_omc_key_manager_end_unlock (OmcKeyManager *self,
                             gboolean done,
                             OmcKeySlotKind kind,
                             const char *user,
                             GError *failure,
                             GError **error)
{
  if (!done && is_attempt (failure) && notes_failures (self))
    note (self, kind, user, failure);
  if (!done)
    g_propagate_error (error, failure);
  return done;
}

gboolean
omc_key_manager_take_failures_sync (OmcKeyManager *self,
                                    OmcAttemptsFunc func,
                                    gpointer data,
                                    GError **error)
{
  g_autoptr (GArray) attempts = g_array_new (FALSE, FALSE, sizeof (OmcAttempt));
  g_autoptr (OmcSecret) key = NULL;
  OmcAttemptLogState state;
  guint32 n_more;
  gboolean done;
  int fd;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  key = _omc_key_manager_derive (self, LOG_LABEL, error);
  if (key == NULL || (fd = omc_attempt_log_lock (self->directory, error)) < 0)
    return FALSE;
  state = omc_attempt_log_read (self->directory, key, attempts, &n_more);
  /* After an end between the two they are told twice, which is better than never. */
  done = (state == OMC_ATTEMPT_LOG_GOOD && attempts->len == 0) ||
         (func (state, attempts, n_more, data, error) &&
          omc_attempt_log_begin (self->directory, key, error));
  close (fd);
  return done;
}
