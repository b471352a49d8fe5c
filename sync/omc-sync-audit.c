/* omc-sync-audit.c: the audit trail on the server
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-store-audit-upload.h"
#include "omc-sync-answer.h"
#include "omc-sync-audit-there.h"
#include "omc-sync-audit.h"
#include "omc-sync-error.h"
#include "omc-sync-outcome.h"
#include "omc-sync-page.h"

#define BATCH 100
/* A few entries wait for company, but not for ever: the newest one on the server is the anchor of all before it. */
#define ENOUGH 50
#define MAX_WAIT_US (15 * 60 * G_USEC_PER_SEC)
/* What a run may take for it: clinical work is first in the next one. */
#define MAX_RUN_US (20 * G_USEC_PER_SEC)
/* Of a server's quota. */
#define QUOTA_SHARE 5
/* Whoever takes none of it is asked again after this, or when a person asks, with as many as tell a server that refuses all
 * from one that refuses one. */
#define PROBE 2
#define TURNED_AWAY_US G_TIME_SPAN_HOUR

typedef enum
{
  SENT,
  REFUSED,
  LATER, /* nothing is known, or the server is busy */
  UNSUPPORTED,
  FORBIDDEN,
} Verdict;

typedef struct
{
  OmcSyncRun *run;
  OmcSyncAuditMemory *memory;
  GHashTable
      *there;  /* (owned): keys that the server has, where a write twice would be two entries */
  guint batch; /* entries of one request */
  gint64 end;  /* monotonic */
  guint left;  /* entries that this run may still send */
} Upload;

/* Neither of them makes a second entry when it is said twice. */
static gboolean
is_idempotent (const OmcServerProfile *profile)
{
  return profile->put_creates || profile->conditional_create == OMC_CONDITIONAL_ANY;
}

/* --- sending --- */

static OmcFhirRequest *
make_request (Upload *self, OmcResource *event)
{
  const OmcServerProfile *profile = self->run->profile;
  const char *key = omc_resource_get_id (event);
  g_autofree char *url = NULL;
  g_autoptr (OmcResource) bare = NULL;
  OmcFhirRequest *request;

  if (profile->put_creates)
    {
      url = g_strconcat (OMC_SYNC_AUDIT_TYPE "/", key, NULL);
      return omc_fhir_request_new ("PUT", url, event);
    }
  bare = omc_resource_with_id (event, NULL);
  request = omc_fhir_request_new ("POST", OMC_SYNC_AUDIT_TYPE, bare);
  if (profile->conditional_create == OMC_CONDITIONAL_ANY)
    {
      g_autofree char *token = g_strconcat (OMC_AUDIT_TAG_ENTRY "|", key, NULL);
      g_autofree char *escaped = g_uri_escape_string (token, NULL, FALSE);

      request->if_none_exist = g_strconcat ("_tag=", escaped, NULL);
    }

  return request;
}

/* The server's word on this very entry. */
static Verdict
judge (Upload *self, const OmcAuditUpload *upload, const OmcFhirAnswer *answer)
{
  if (answer->status == 200 || answer->status == 201)
    {
      if (answer->id == NULL)
        return LATER;
      return !self->run->profile->put_creates ||
                     g_str_equal (answer->id, omc_resource_get_id (upload->event))
                 ? SENT
                 : LATER;
    }
  switch (answer->status)
    {
    case 401:
    case 403:
      return FORBIDDEN;
    case 404:
    case 405:
    case 501:
      return UNSUPPORTED;
    case 400:
    case 409:
    case 412:
    case 413:
    case 415:
    case 422:
      return REFUSED;
    default:
      return LATER;
    }
}

static GPtrArray *
send_single (Upload *self, OmcResource *event, GError **error)
{
  g_autoptr (OmcFhirRequest) request = make_request (self, event);
  g_autoptr (OmcFhirResponse) response =
      omc_fhir_transport_send (self->run->transport, request, self->run->cancellable, error);
  GPtrArray *answers;

  if (response == NULL)
    return NULL;
  answers = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_fhir_answer_free);
  g_ptr_array_add (answers, omc_fhir_answer_new_from_response (response));

  return answers;
}

static void
wait_as_asked (Upload *self, gint64 hold_us)
{
  self->run->hold_us = MAX (self->run->hold_us, hold_us);
}

/* Who takes no bundle, or not this one, may take its entries one by one. */
static gboolean
is_bundle_refused (const OmcFhirResponse *response)
{
  return response->status >= 400 && response->status < 500 && response->status != 401 &&
         response->status != 408 && response->status != 429;
}

/* NULL without an error: not as a bundle. */
static GPtrArray *
send_bundle (Upload *self, GPtrArray *uploads, GError **error)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_fhir_request_free);
  g_autoptr (OmcFhirRequest) bundle = NULL;
  g_autoptr (OmcFhirResponse) response = NULL;

  for (guint i = 0; i < uploads->len; i++)
    {
      const OmcAuditUpload *upload = g_ptr_array_index (uploads, i);

      g_ptr_array_add (entries, make_request (self, upload->event));
    }
  bundle = omc_fhir_request_new_bundle ("batch", entries);
  response = omc_fhir_transport_send (self->run->transport, bundle, self->run->cancellable, error);
  if (response == NULL)
    return NULL;
  if (is_bundle_refused (response))
    return NULL;
  if (response->status >= 300)
    {
      wait_as_asked (self, response->hold_us);
      omc_fhir_response_set_error (response, error);
      return NULL;
    }

  return omc_fhir_answer_list_from_bundle (response, uploads->len, error);
}

/* --- noting --- */

typedef struct
{
  guint64 through; /* 0: nothing */
  guint n_sent;
  GPtrArray *refused; /* (owned) */
  Verdict stopped;    /* SENT: it did not */
} Progress;

static void
progress_clear (Progress *self)
{
  g_clear_pointer (&self->refused, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Progress, progress_clear)

static void
add_refusal (Progress *progress, const OmcAuditUpload *upload, const OmcFhirAnswer *answer)
{
  OmcAuditRefusal *refusal = g_new0 (OmcAuditRefusal, 1);

  refusal->sequence = upload->entry->sequence;
  refusal->error = omc_sync_outcome_to_sentence (answer->outcome, answer->status);
  g_ptr_array_add (progress->refused, refusal);
}

/* The mark goes over what was acknowledged or refused without a hole, and no further. */
static void
take_answer (Upload *self,
             Progress *progress,
             const OmcAuditUpload *upload,
             const OmcFhirAnswer *answer)
{
  Verdict verdict = judge (self, upload, answer);

  if (progress->stopped != SENT)
    return;
  if (verdict == SENT)
    progress->n_sent++;
  else if (verdict == REFUSED)
    add_refusal (progress, upload, answer);
  else
    {
      progress->stopped = verdict;
      wait_as_asked (self, answer->hold_us);
      return;
    }
  progress->through = upload->entry->sequence;
}

static gboolean
note_progress (Upload *self, Progress *progress, gboolean *goes_on, GError **error)
{
  OmcStore *store = self->run->store;
  const char *state = NULL;

  if (progress->stopped == UNSUPPORTED)
    state = "unsupported";
  else if (progress->stopped == FORBIDDEN)
    state = "forbidden";
  /* Who refuses one after the other takes none of ours: putting them all aside would help nobody. */
  else if (progress->n_sent == 0 && progress->refused->len > 1)
    {
      state = "refused";
      progress->through = 0;
    }
  *goes_on = progress->stopped == SENT && state == NULL;
  if (state != NULL)
    self->memory->turned_away = g_get_monotonic_time ();
  else if (progress->through != 0)
    self->memory->turned_away = 0;
  if (progress->through != 0 &&
      !omc_store_acknowledge_audit (store, progress->through, progress->refused, NULL, error))
    return FALSE;

  return state == NULL || omc_store_set_audit_server (store, state, error);
}

/* Those that the server has need not go again, wherever they stand. (transfer container) */
static GPtrArray *
list_missing (Upload *self, GPtrArray *uploads)
{
  GPtrArray *missing = g_ptr_array_new ();

  for (guint i = 0; i < uploads->len; i++)
    {
      OmcAuditUpload *upload = g_ptr_array_index (uploads, i);

      if (!g_hash_table_contains (self->there, omc_resource_get_id (upload->event)))
        g_ptr_array_add (missing, upload);
    }

  return missing;
}

static GPtrArray *
send_all (Upload *self, GPtrArray *uploads, GError **error)
{
  const OmcAuditUpload *first = g_ptr_array_index (uploads, 0);

  return uploads->len > 1 ? send_bundle (self, uploads, error)
                          : send_single (self, first->event, error);
}

/* A server refuses what refers to a record that somebody deleted there, or never sent. The entry goes without the
 * references then; who refuses that too does so for another reason, and is not asked for each. */
static gboolean
send_unlinked (Upload *self, GPtrArray *uploads, GPtrArray *answers, GError **error)
{
  const char *store_id =
      omc_key_manager_get_store_id (omc_store_get_key_manager (self->run->store));

  for (guint i = 0; i < uploads->len; i++)
    {
      const OmcAuditUpload *upload = g_ptr_array_index (uploads, i);
      g_autoptr (OmcResource) unlinked = NULL;
      g_autoptr (GPtrArray) again = NULL;

      if (!upload->is_linked || judge (self, upload, g_ptr_array_index (answers, i)) != REFUSED)
        continue;
      unlinked = omc_audit_upload_unlink (upload, store_id, error);
      again = unlinked != NULL ? send_single (self, unlinked, error) : NULL;
      if (again == NULL)
        return FALSE;
      if (judge (self, upload, g_ptr_array_index (again, 0)) == REFUSED)
        return TRUE;
      omc_fhir_answer_free (g_ptr_array_index (answers, i));
      g_ptr_array_index (answers, i) = g_ptr_array_steal_index (again, 0);
    }

  return TRUE;
}

static void
take_there (Progress *progress, const OmcAuditUpload *upload)
{
  if (progress->stopped != SENT)
    return;
  progress->n_sent++;
  progress->through = upload->entry->sequence;
}

static gboolean
send_batch (Upload *self, GPtrArray *uploads, gboolean *goes_on, GError **error)
{
  g_autoptr (GPtrArray) missing = list_missing (self, uploads);
  g_autoptr (GPtrArray) answers = NULL;
  g_auto (Progress) progress = { 0 };
  guint n = 0;

  if (missing->len > 0)
    {
      g_autoptr (GError) cause = NULL;

      answers = send_all (self, missing, &cause);
      if (answers == NULL && cause == NULL)
        {
          self->batch = 1;
          return TRUE;
        }
      if (answers == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
      if (!send_unlinked (self, missing, answers, error))
        return FALSE;
    }

  progress.refused = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_audit_refusal_free);
  for (guint i = 0; i < uploads->len; i++)
    {
      const OmcAuditUpload *upload = g_ptr_array_index (uploads, i);

      if (n < missing->len && g_ptr_array_index (missing, n) == upload)
        take_answer (self, &progress, upload, g_ptr_array_index (answers, n++));
      else
        take_there (&progress, upload);
    }

  return note_progress (self, &progress, goes_on, error);
}

/* --- when --- */

static gboolean
look_if_due (OmcSyncRun *run, gboolean *due, GError **error)
{
  gint64 now = omc_clock_get_now (omc_store_get_clock (run->store));
  guint64 n_unsent;
  gint64 oldest_us;

  if (!omc_store_count_unsent_audit (run->store, &n_unsent, &oldest_us, run->cancellable, error))
    return FALSE;
  *due = n_unsent >= ENOUGH ||
         (n_unsent > 0 && (run->all_due || ABS (now - oldest_us) >= MAX_WAIT_US));

  return TRUE;
}

/* Somebody charted meanwhile: that goes first, in the next run. */
static gboolean
is_work_waiting (OmcSyncRun *run)
{
  gint64 now = omc_clock_get_now (omc_store_get_clock (run->store));
  g_autoptr (GPtrArray) due = omc_store_take_queue (run->store, now, 1, NULL, NULL);

  return due == NULL || due->len > 0;
}

static gboolean
may_go_on (Upload *self)
{
  return self->left > 0 && g_get_monotonic_time () < self->end &&
         !g_cancellable_is_cancelled (self->run->cancellable) && !is_work_waiting (self->run);
}

static guint
choose_batch (const OmcSyncRun *run)
{
  return run->profile->batch ? CLAMP (run->profile->max_entries, 1, BATCH) : 1;
}

static gboolean
upload (Upload *self, GError **error)
{
  OmcSyncRun *run = self->run;
  gboolean goes_on = TRUE;

  if (!look_if_due (run, &goes_on, error))
    return FALSE;
  while (goes_on && may_go_on (self))
    {
      gboolean turned_away = self->memory->turned_away != 0;
      guint limit = turned_away ? MIN (PROBE, self->batch) : self->batch;
      g_autoptr (GPtrArray) uploads =
          omc_store_take_audit (run->store, MIN (limit, self->left), run->cancellable, error);

      if (uploads == NULL)
        return FALSE;
      if (uploads->len == 0)
        return TRUE;
      self->left -= uploads->len;
      if ((!is_idempotent (run->profile) &&
           !omc_sync_audit_find (run, uploads, self->there, error)) ||
          !send_batch (self, uploads, &goes_on, error))
        return FALSE;
    }

  return TRUE;
}

/* Who may write the trail may often not read it: that is no reason to ask with every run. */
static void
compare_once (OmcSyncRun *run, OmcSyncAuditMemory *memory)
{
  g_autoptr (GError) error = NULL;

  if (memory->compared)
    return;
  memory->compared = omc_sync_audit_compare_head (run, &error) ||
                     g_error_matches (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_REFUSED);
  /* A server that cannot be asked for it is written to all the same. */
  if (error != NULL)
    g_message ("The head of the audit trail on the server was not read: %s", error->message);
}

void
omc_sync_audit (OmcSyncRun *run, OmcSyncAuditMemory *memory)
{
  Upload self = { .run = run, .memory = memory, .left = G_MAXUINT };
  g_autoptr (GError) error = NULL;

  /* Only to who says that it takes them. */
  if (run->profile->types == NULL ||
      !omc_server_profile_has_type (run->profile, OMC_SYNC_AUDIT_TYPE))
    {
      if (!omc_store_set_audit_server (run->store, "unsupported", &error))
        g_message ("The audit trail was not sent: %s", error->message);
      return;
    }
  if (memory->turned_away != 0 && !run->all_due &&
      g_get_monotonic_time () - memory->turned_away < TURNED_AWAY_US)
    return;
  self.there = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self.batch = choose_batch (run);
  self.end = g_get_monotonic_time () + MAX_RUN_US;
  if (run->profile->writes_per_minute > 0)
    self.left = MAX (run->profile->writes_per_minute / QUOTA_SHARE, 1);
  compare_once (run, memory);
  if (!upload (&self, &error))
    g_message ("The audit trail was not sent to its end: %s", error->message);
  g_hash_table_unref (self.there);
}
