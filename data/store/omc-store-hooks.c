/* omc-store-hooks.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-audit-dao.h"
#include "omc-board-dao.h"
#include "omc-evicted-dao.h"
#include "omc-search-index-dao.h"
#include "omc-storage-dao.h"
#include "omc-store-keys.h"
#include "omc-store-private.h"

/* The head is written outside of the database: not more often than this while work goes on. */
#define ANCHOR_INTERVAL_US (2 * G_USEC_PER_SEC)
#define MAX_NAMED_PATIENTS 256
/* A longer log is moved into the database when there is nothing else to do; no save waits for that. */
#define IDLE_LOG_PAGES 1000
/* The log's file is made so long in advance. */
#define RESERVED_LOG_PAGES 4096
/* So many charts' board rows are made in one go, in a few milliseconds: a save that comes meanwhile waits so long. */
#define IDLE_BOARD_ROWS 4
#define PIECE_PAUSE_US 1000
/* What makes it longer than this (64 MiB), as large imports do, moves it at once. */
#define MAX_LOG_PAGES 16384

typedef struct
{
  OmcActor *actor;
  OmcAuditEvent event;
} WaitingRead;

static void
emit_notice (OmcStore *self)
{
  OmcStoreChange *change = g_new0 (OmcStoreChange, 1);

  g_atomic_ref_count_init (&change->ref_count);
  g_mutex_lock (&self->lock);
  change->flags = self->changes;
  change->patients = self->all_patients ? NULL : g_steal_pointer (&self->patients);
  g_clear_pointer (&self->patients, g_hash_table_unref);
  self->changes = 0;
  self->all_patients = FALSE;
  g_clear_pointer (&self->notice, g_source_unref);
  g_mutex_unlock (&self->lock);
  if (change->patients == NULL && (change->flags & OMC_CHANGED_RESOURCES) == 0)
    change->patients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_signal_emit_by_name (self, "changed", change);
  omc_store_change_unref (change);
}

static gboolean
notice_cb (gpointer user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr (OmcStore) self = g_weak_ref_get (weak);

  if (self != NULL)
    emit_notice (self);

  return G_SOURCE_REMOVE;
}

static void
weak_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* With the lock held. One notice is under way at a time; it takes all that has come until it runs. */
static void
schedule_notice (OmcStore *self)
{
  GWeakRef *weak;

  if (self->notice != NULL)
    return;
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  self->notice = g_idle_source_new ();
  g_source_set_priority (self->notice, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->notice, notice_cb, weak, weak_free);
  g_source_attach (self->notice, self->context);
}

static void
take_changes (OmcStore *self, OmcSession *session)
{
  GHashTableIter iter;
  gpointer id;

  self->changes |= session->changes;
  if (g_hash_table_size (session->changed) > MAX_NAMED_PATIENTS)
    self->all_patients = TRUE;
  if (self->patients == NULL)
    self->patients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_iter_init (&iter, session->changed);
  while (!self->all_patients && g_hash_table_iter_next (&iter, &id, NULL))
    g_hash_table_add (self->patients, g_strdup (id));
  if (g_hash_table_size (self->patients) > MAX_NAMED_PATIENTS)
    self->all_patients = TRUE;
  schedule_notice (self);
}

/* A chart that somebody looks into is in use, and wanted whole. */
static gboolean
note_opened (OmcSession *session, const OmcAuditEvent *event, GError **error)
{
  gint64 patient;
  gboolean wanted;

  if (event->patient_id == NULL || event->action != 'R' || g_strcmp0 (event->type, "rest") != 0)
    return TRUE;

  return omc_board_dao_note_used (session, event->patient_id, error) &&
         omc_session_find_patient (session, event->patient_id, &patient, error) &&
         (patient == 0 || omc_evicted_dao_ask (session, patient, &wanted, error));
}

static gboolean
write_reads (OmcStore *self, OmcSession *session, GError **error)
{
  g_autoptr (GPtrArray) waiting = g_ptr_array_new ();

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->reads->len; i++)
    g_ptr_array_add (waiting, g_ptr_array_index (self->reads, i));
  self->n_reads_written = waiting->len;
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < waiting->len; i++)
    {
      const WaitingRead *read = g_ptr_array_index (waiting, i);

      if (!omc_audit_dao_append (session, read->actor, &read->event, error) ||
          !note_opened (session, &read->event, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
finish (OmcSession *session, gpointer owner, GError **error)
{
  return omc_storage_dao_write (session, error) && omc_board_dao_mark_touched (session, error) &&
         write_reads (owner, session, error) && omc_search_index_dao_bound_pending (session, error);
}

static void
move_log (OmcSession *session, guint max_pages)
{
  g_autoptr (GError) error = NULL;

  if (omc_db_get_log_pages (session->db) > max_pages &&
      !omc_db_checkpoint (session->db, FALSE, &error))
    g_message ("The store was not checkpointed: %s", error->message);
}

/* TRUE when there is more to prepare. */
static gboolean
reserve_log (OmcSession *session)
{
  g_autoptr (GError) error = NULL;
  gboolean more;

  if (!omc_db_reserve_log (session->db, RESERVED_LOG_PAGES, &more, &error))
    g_message ("The log of the store was not prepared: %s", error->message);

  return more;
}

static void
after (OmcSession *session, gboolean committed, gpointer owner)
{
  OmcStore *self = owner;
  gboolean wake;

  move_log (session, MAX_LOG_PAGES);

  g_mutex_lock (&self->lock);
  if (committed)
    {
      if (self->n_reads_written > 0)
        g_ptr_array_remove_range (self->reads, 0, self->n_reads_written);
      if (session->audit_known)
        self->audit_sequence = session->audit_sequence;
      if (session->changes != 0)
        take_changes (self, session);
    }
  self->n_reads_written = 0;
  self->worked_at = g_get_monotonic_time ();
  wake = !self->awake && self->writer != NULL;
  self->awake = self->awake || wake;
  g_mutex_unlock (&self->lock);
  if (wake)
    omc_store_thread_wake (self->writer);
}

/* The transaction's own hooks do the work. */
static gboolean
settle_in_transaction (OmcSession *session,
                       gpointer data,
                       GCancellable *cancellable,
                       GError **error)
{
  return omc_search_index_dao_settle (session, error) &&
         omc_board_dao_update_stale (session, 0, error);
}

gboolean
omc_store_settle (OmcStore *self, GCancellable *cancellable, GError **error)
{
  return omc_store_run_write (self, settle_in_transaction, NULL, cancellable, error);
}

typedef struct
{
  guint64 sequence;
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
} Head;

static gboolean
write_anchor (OmcStore *self, const Head *head, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (head->hash, sizeof head->hash);

  /* Never back, should another program have anchored more: the keys see to it. */
  if (!omc_key_manager_anchor_audit_head_sync (self->keys, head->sequence, bytes, error))
    return FALSE;
  g_mutex_lock (&self->lock);
  self->anchored_sequence = head->sequence;
  g_mutex_unlock (&self->lock);

  return TRUE;
}

static gboolean
read_head (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  Head *head = data;

  return omc_audit_dao_get_head (session, &head->sequence, head->hash, error);
}

gboolean
omc_store_anchor (OmcStore *self, GError **error)
{
  Head head;

  return omc_store_run_read (self, read_head, &head, NULL, error) &&
         (head.sequence == 0 || write_anchor (self, &head, error));
}

void
omc_store_anchor_later (gpointer data, gpointer store)
{
  OmcStore *self = store;
  g_autofree Head *head = data;
  g_autoptr (GError) error = NULL;

  if (!write_anchor (self, head, &error))
    g_message ("The head of the audit chain was not anchored: %s", error->message);
  g_mutex_lock (&self->lock);
  self->anchoring = FALSE;
  self->anchored_at = g_get_monotonic_time ();
  g_mutex_unlock (&self->lock);
}

/* The secret service may take its time: nobody waits for it. TRUE when a head is still to be written. */
static gboolean
anchor_soon (OmcStore *self, OmcSession *session)
{
  g_autofree Head *head = NULL;
  gboolean wanted, now;

  g_mutex_lock (&self->lock);
  wanted = self->anchored_sequence != self->audit_sequence;
  now = wanted && !self->anchoring &&
        g_get_monotonic_time () - self->anchored_at >= ANCHOR_INTERVAL_US;
  self->anchoring = self->anchoring || now;
  g_mutex_unlock (&self->lock);
  if (!now)
    return wanted;

  head = g_new0 (Head, 1);
  if (omc_audit_dao_get_head (session, &head->sequence, head->hash, NULL))
    g_thread_pool_push (self->anchorer, g_steal_pointer (&head), NULL);

  return FALSE;
}

/* In a transaction of its own, on the writer that the caller holds. */
static gboolean
settle_some (OmcStore *self, OmcSession *session, OmcStoreFunc func, gpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean committed;

  omc_session_start (session);
  if (!omc_db_begin (session->db, &error))
    return FALSE;
  committed = omc_session_refresh_keys (session, &error) && func (session, data, NULL, &error) &&
              finish (session, self, &error) && omc_db_commit (session->db, &error);
  if (!committed)
    {
      omc_db_rollback (session->db);
      g_message ("Housekeeping of the store was put off: %s", error->message);
    }
  after (session, committed, self);
  if (!committed)
    omc_session_forget (session);

  return committed;
}

gboolean
omc_store_do_piece (OmcStore *self, OmcSession *session, OmcStoreFunc func, gpointer data)
{
  gboolean committed;
  gint64 worked_at;

  g_mutex_lock (&self->lock);
  worked_at = self->worked_at;
  self->awake = TRUE;
  g_mutex_unlock (&self->lock);
  committed = settle_some (self, session, func, data);
  g_mutex_lock (&self->lock);
  self->worked_at = worked_at;
  self->awake = FALSE;
  g_mutex_unlock (&self->lock);

  return committed;
}

static gboolean
settle_index (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  return omc_search_index_dao_settle (session, error);
}

static gboolean
settle_board (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  return omc_board_dao_update_stale (session, IDLE_BOARD_ROWS, error);
}

/* The shorter of two pauses, 0: none. */
static guint
sooner (guint a, guint b)
{
  return a == 0 || b == 0 ? MAX (a, b) : MIN (a, b);
}

/* One piece at a time, so that a save that comes meanwhile waits for no more. */
static guint
idle (OmcSession *session, gpointer owner)
{
  OmcStore *self = owner;
  gboolean has_reads, has_stale, has_pending, again, settled = TRUE;
  guint anchor_pause_us, reseal_pause_us, evict_pause_us;
  gint64 idle_us;

  if (!omc_board_dao_has_stale (session, &has_stale, NULL))
    has_stale = FALSE;
  if (!omc_search_index_dao_has_pending (session, &has_pending, NULL))
    has_pending = FALSE;
  g_mutex_lock (&self->lock);
  has_reads = self->reads->len > 0;
  g_mutex_unlock (&self->lock);
  if (has_stale || has_reads || has_pending)
    {
      settled = settle_some (self, session, has_stale ? settle_board : settle_index, NULL);
      if (settled && (has_stale || has_pending))
        return PIECE_PAUSE_US;
    }
  g_mutex_lock (&self->lock);
  /* Who came since the last look found this thread awake, and did not wake it. */
  again = self->awake = settled && self->reads->len > 0;
  idle_us = g_get_monotonic_time () - self->worked_at;
  g_mutex_unlock (&self->lock);
  move_log (session, IDLE_LOG_PAGES);
  omc_store_budget_keep (self);
  /* Before what may take days, or fail for ever: the head of the audit chain. */
  anchor_pause_us = anchor_soon (self, session) ? ANCHOR_INTERVAL_US / 4 : 0;
  reseal_pause_us = omc_store_reseal_some (self, session, idle_us);
  if ((reseal_pause_us == 0 && reserve_log (session)) || again)
    return PIECE_PAUSE_US;
  evict_pause_us = omc_store_evict_some (self, session, idle_us);

  return sooner (sooner (reseal_pause_us, anchor_pause_us),
                 sooner (evict_pause_us, omc_store_archive_soon (self, session, idle_us)));
}

static gboolean
full (OmcSession *session, gpointer owner)
{
  return omc_store_budget_make_room (owner, session);
}

const OmcStoreHooks omc_store_hooks = { finish, after, idle, full };
