/* omc-store-attempts.c: sign-ins that failed while the store was closed, taken into its audit trail
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-audit-dao.h"
#include "omc-setting-dao.h"
#include "omc-store-private.h"
#include "omc-store-slots.h"

/* That there is such a file: a missing one was taken away. */
#define KEPT "sign-ins-kept"

typedef struct
{
  OmcStore *store;
  OmcAttemptLogState state;
  GArray *attempts; /* (element-type OmcAttempt) */
  guint n_more;
} TakeJob;

static const char *
describe_code (guint8 code)
{
  static const struct
  {
    OmcCryptoError code;
    const char *text;
  } reasons[] = {
    { OMC_CRYPTO_ERROR_WRONG_SECRET, "not accepted" },
    { OMC_CRYPTO_ERROR_BLOCKED, "blocked" },
    { OMC_CRYPTO_ERROR_EXPIRED, "the time without the server is over" },
    { OMC_CRYPTO_ERROR_TOO_SOON, "too soon after a wrong one" },
    { OMC_CRYPTO_ERROR_NO_SLOT, "nothing that could open" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reasons[i].code == code)
      return reasons[i].text;

  return "failed";
}

static char *
describe_slot (GPtrArray *slots, const OmcAttempt *attempt)
{
  const char *kind =
      attempt->kind >= OMC_KEY_SLOT_PASSPHRASE && attempt->kind <= OMC_KEY_SLOT_CREDENTIAL
          ? omc_key_slot_kind_to_string ((OmcKeySlotKind)attempt->kind)
          : "unknown";

  for (guint i = 0; slots != NULL && i < slots->len; i++)
    {
      const OmcKeySlotInfo *slot = g_ptr_array_index (slots, i);

      if (slot->id == attempt->slot_id && slot->user != NULL)
        return g_strconcat (kind, " ", slot->user, NULL);
    }
  if (attempt->slot_id == 0)
    return g_strconcat (kind, " of nobody here", NULL);

  return g_strdup_printf ("%s %u", kind, attempt->slot_id);
}

static gboolean
append (OmcSession *session, int outcome, const char *entity, const char *detail, GError **error)
{
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  const OmcAuditEvent event = {
    .type = "login",
    .subtype = "login",
    .action = 'E',
    .outcome = outcome,
    .entity = entity,
    .detail = detail,
  };

  return omc_audit_dao_append (session, device, &event, error);
}

static gboolean
append_attempts (OmcSession *session, const TakeJob *job, GError **error)
{
  g_autoptr (GPtrArray) slots = omc_key_manager_list_slots (session->keys, NULL);

  for (guint i = 0; i < job->attempts->len; i++)
    {
      const OmcAttempt *attempt = &g_array_index (job->attempts, OmcAttempt, i);
      g_autofree char *entity = describe_slot (slots, attempt);
      g_autofree char *at = omc_instant_format (attempt->at_us);
      g_autofree char *detail =
          g_strdup_printf ("%s, %s, while the store was closed", describe_code (attempt->code), at);

      if (!append (session, 4, entity, detail, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
take (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const TakeJob *job = data;
  g_autofree char *more =
      g_strdup_printf ("%u more failed while the store was closed", job->n_more);
  gint64 kept;

  if (!omc_setting_dao_get_integer (session, OMC_TEXTS_SYNC, KEPT, &kept, error) ||
      !append_attempts (session, job, error) ||
      (job->n_more > 0 && !append (session, 4, NULL, more, error)))
    return FALSE;
  if (job->state == OMC_ATTEMPT_LOG_FORGED)
    return append (session, 8, NULL, "the record of failed sign-ins was changed", error);

  return job->state != OMC_ATTEMPT_LOG_ABSENT || kept == 0 ||
         append (session, 8, NULL, "the record of failed sign-ins was taken away", error);
}

static gboolean
take_cb (OmcAttemptLogState state, GArray *attempts, guint n_more, gpointer data, GError **error)
{
  TakeJob job = { data, state, attempts, n_more };

  return omc_store_run_write (job.store, take, &job, NULL, error);
}

static gboolean
is_kept (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  return omc_setting_dao_get_integer (session, OMC_TEXTS_SYNC, KEPT, data, error);
}

static gboolean
set_kept (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  return omc_setting_dao_set_integer (session, OMC_TEXTS_SYNC, KEPT, 1, error);
}

/* A store opens all the same; what waits goes on waiting. */
void
omc_store_take_attempts (OmcStore *self)
{
  g_autoptr (GError) error = NULL;
  gint64 kept = 0;

  if (!omc_key_manager_take_failures_sync (self->keys, take_cb, self, &error) ||
      !omc_store_run_read (self, is_kept, &kept, NULL, &error) ||
      (kept == 0 && !omc_store_run_write (self, set_kept, NULL, NULL, &error)))
    g_message ("Failed sign-ins were not taken into the audit trail: %s", error->message);
}
