/* omc-evictor.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-evictor.h"

#include "omc-audit-dao.h"
#include "omc-evicted-dao.h"
#include "omc-resource-dao.h"
#include "omc-setting-dao.h"

#define PAGE_BYTES 4096
/* The chart that a piece left half removed. */
#define CURRENT "cache.current"
/* A look for charts whose time is over, and another try when not enough could go. */
#define LOOK_INTERVAL_US G_TIME_SPAN_HOUR
#define RETRY_INTERVAL_US (10 * G_TIME_SPAN_MINUTE)
/* Candidates of one piece that turn out to stay. */
#define LOOKS_A_PIECE 64

static const char count_used[] = "SELECT (SELECT page_count FROM pragma_page_count ())"
                                 " - (SELECT freelist_count FROM pragma_freelist_count ())";
static const char select_next[] =
    "SELECT patient, used_at FROM ward_board INDEXED BY board_by_use WHERE active = 0"
    " AND used_at <= ?1 AND (used_at, patient) > (?2, ?3) ORDER BY used_at, patient LIMIT 1";
/* Used in a time to come: the clock was ahead then. Some at a time. */
static const char lower_used[] =
    "UPDATE ward_board SET used_at = ?1 WHERE patient IN (SELECT patient FROM ward_board"
    " INDEXED BY board_by_use WHERE active = 0 AND used_at > ?1 ORDER BY used_at DESC LIMIT 64)";
/* In the order of the columns that read_facts () reads. */
static const char select_facts[] =
    "SELECT EXISTS (SELECT 1 FROM sync_queue WHERE patient = ?1),"
    " EXISTS (SELECT 1 FROM conflicts WHERE patient = ?1 AND status IN (0, 1)),"
    " EXISTS (SELECT 1 FROM drafts WHERE instr (key || '/', '/Patient/' || p.id || '/') > 0),"
    " EXISTS (SELECT 1 FROM pinned_patients WHERE patient = ?1),"
    " EXISTS (SELECT 1 FROM encrypted_resources WHERE patient = ?1 AND kind = 2 AND state = 0)"
    "  OR EXISTS (SELECT 1 FROM ward_board WHERE patient = ?1 AND active = 1),"
    " EXISTS (SELECT 1 FROM evicted_patients WHERE patient = ?1 AND asked_at <> 0),"
    " EXISTS (SELECT 1 FROM board_stale WHERE patient = ?1),"
    " EXISTS (SELECT 1 FROM encrypted_resources WHERE patient = ?1 AND state = 0"
    "  AND (sync_status <> 0 OR coalesce (server_version, '') = '' OR after_run >= "
    "p.confirmed_run))"
    " FROM patients p WHERE pk = ?1";
/* What the journal of merges names stays, so that a decision can be taken back. */
#define MAY_GO                                                                                     \
  " FROM encrypted_resources r WHERE patient = ?1 AND state = 0 AND sync_status = 0"               \
  " AND server_version <> '' AND NOT EXISTS (SELECT 1 FROM conflicts c WHERE c.resource = r.pk)"   \
  " AND NOT EXISTS (SELECT 1 FROM base_versions b WHERE b.resource = r.pk)"
static const char select_records[] = "SELECT pk" MAY_GO " ORDER BY kind = 1 DESC LIMIT 64";
static const char measure_records[] =
    "SELECT count(*), coalesce (sum (length (encrypted_data)), 0)" MAY_GO;

gboolean
omc_evictor_get_used (OmcSession *session, gint64 *bytes, GError **error)
{
  if (!omc_db_get_integer (session->db, count_used, 0, bytes, error))
    return FALSE;
  *bytes *= PAGE_BYTES;

  return TRUE;
}

static gboolean
read_need (OmcSession *session, const OmcEvictor *self, gint64 *need, GError **error)
{
  gint64 used;

  if (!omc_evictor_get_used (session, &used, error))
    return FALSE;
  *need = omc_retention_need (&self->policy, used, self->running && self->needed);

  return TRUE;
}

static gboolean
get_number (OmcSession *session, const char *name, gint64 *value, GError **error)
{
  return omc_setting_dao_get_integer (session, OMC_TEXTS_SETTINGS, name, value, error);
}

static gboolean
set_number (OmcSession *session, const char *name, gint64 value, GError **error)
{
  return omc_setting_dao_set_integer (session, OMC_TEXTS_SETTINGS, name, value, error);
}

static gboolean
add_number (OmcSession *session, const char *name, gint64 more, GError **error)
{
  gint64 value;

  return get_number (session, name, &value, error) &&
         set_number (session, name, value + more, error);
}

/* --- who goes --- */

gboolean
omc_evictor_next (OmcSession *session,
                  OmcEvictor *self,
                  OmcEvictCandidate *candidate,
                  GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_next, error);
  OmcStep step;

  *candidate = (OmcEvictCandidate){ 0 };
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1,
                         omc_retention_horizon (&self->policy, self->needed, session->now_us));
  omc_stmt_bind_integer (stmt, 2, self->used_us);
  omc_stmt_bind_integer (stmt, 3, self->patient);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    {
      candidate->patient = self->patient = omc_stmt_get_integer (stmt, 0);
      candidate->used_us = self->used_us = omc_stmt_get_integer (stmt, 1);
    }

  return step != OMC_STEP_ERROR;
}

gboolean
omc_evictor_judge (OmcSession *session,
                   const OmcEvictor *self,
                   const OmcEvictCandidate *candidate,
                   OmcKeep *keep,
                   GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_facts, error);
  OmcRetentionFacts facts = { .used_us = candidate->used_us, .begun = candidate->begun };
  gboolean *const columns[] = {
    &facts.unsent,  &facts.conflict, &facts.draft,    &facts.pinned,
    &facts.on_ward, &facts.wanted,   &facts.changing, &facts.unconfirmed,
  };

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, candidate->patient);
  if (omc_stmt_step (stmt, error) != OMC_STEP_ROW)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    *columns[i] = omc_stmt_get_integer (stmt, (int)i) != 0;
  /* A removal that was begun left a board row to be taken away. */
  facts.changing = facts.changing && !facts.begun;
  *keep = omc_retention_judge (&self->policy, &facts, self->needed, session->now_us);

  return TRUE;
}

gboolean
omc_evictor_measure (OmcSession *session,
                     gint64 patient,
                     guint *n_records,
                     gint64 *stored_bytes,
                     GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, measure_records, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, patient);
  if (omc_stmt_step (stmt, error) != OMC_STEP_ROW)
    return FALSE;
  *n_records = (guint)omc_stmt_get_integer (stmt, 0);
  *stored_bytes = omc_stmt_get_integer (stmt, 1);

  return TRUE;
}

/* --- removing --- */

static gboolean
list_records (OmcSession *session, gint64 patient, GArray *pks, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_records, error);
  OmcStep step;

  g_array_set_size (pks, 0);
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, patient);
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      gint64 pk = omc_stmt_get_integer (stmt, 0);

      g_array_append_val (pks, pk);
    }

  return step == OMC_STEP_DONE;
}

static gboolean
audit (OmcSession *session, const OmcEvictor *self, gint64 patient, guint n, GError **error)
{
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  g_autofree char *patient_id = omc_session_dup_patient_id (session, patient, error);
  g_autofree char *detail = g_strdup_printf ("%u removed from this device, %s; the server has them",
                                             n, self->needed ? "for room" : "time is over");
  OmcAuditEvent event = {
    .type = "rest",
    .subtype = "cache-evict",
    .action = 'E',
    .patient_id = patient_id,
    .detail = detail,
  };

  return patient_id != NULL && omc_audit_dao_append (session, device, &event, error);
}

/* ended: nothing of it is left that may go. */
static gboolean
remove_some (OmcSession *session,
             const OmcEvictor *self,
             gint64 patient,
             gint64 until_us,
             gboolean *ended,
             GError **error)
{
  g_autoptr (GArray) pks = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint n = 0;

  *ended = FALSE;
  do
    {
      if (!list_records (session, patient, pks, error))
        return FALSE;
      for (guint i = 0; i < pks->len && (n == 0 || g_get_monotonic_time () < until_us); i++, n++)
        {
          g_auto (OmcResourceRow) row = { 0 };

          if (!omc_resource_dao_find_pk (session, g_array_index (pks, gint64, i), &row, error) ||
              !omc_resource_dao_evict (session, &row, error))
            return FALSE;
        }
      *ended = pks->len == 0;
    }
  while (!*ended && g_get_monotonic_time () < until_us);

  return n == 0 || (audit (session, self, patient, n, error) &&
                    add_number (session, OMC_EVICTOR_N_RECORDS, n, error));
}

static gboolean
find_current (OmcSession *session, OmcEvictCandidate *candidate, GError **error)
{
  *candidate = (OmcEvictCandidate){ .begun = TRUE };

  return get_number (session, CURRENT, &candidate->patient, error);
}

static gboolean
go_on_with (OmcSession *session,
            const OmcEvictor *self,
            const OmcEvictCandidate *candidate,
            gint64 until_us,
            GError **error)
{
  gboolean ended = TRUE;
  OmcKeep keep;

  if (!omc_evictor_judge (session, self, candidate, &keep, error) ||
      (keep == OMC_KEEP_NOTHING &&
       !remove_some (session, self, candidate->patient, until_us, &ended, error)))
    return FALSE;
  if (!ended)
    return candidate->begun || set_number (session, CURRENT, candidate->patient, error);
  if (keep == OMC_KEEP_NOTHING && !add_number (session, OMC_EVICTOR_N_CHARTS, 1, error))
    return FALSE;

  return !candidate->begun || set_number (session, CURRENT, 0, error);
}

static gboolean
end_pass (OmcSession *session, OmcEvictor *self, gint64 need, GError **error)
{
  self->running = FALSE;
  self->short_of = self->needed && need > 0;
  self->looked_us = g_get_monotonic_time ();

  return set_number (session, OMC_EVICTOR_LAST_PASS, session->now_us, error) &&
         set_number (session, OMC_EVICTOR_SHORT_OF, self->short_of ? need : 0, error);
}

/* Only by a time that a server told: a clock that is behind would make what was used today look old. */
static gboolean
lower_some (OmcSession *session, OmcEvictor *self, GError **error)
{
  OmcStmt *stmt;

  if (!self->lowering)
    return TRUE;
  self->lowering = omc_clock_has_server_time (session->clock);
  if (!self->lowering)
    return TRUE;
  stmt = omc_db_prepare (session->db, lower_used, error);
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, session->now_us);
  if (!omc_stmt_run (stmt, error))
    return FALSE;
  self->lowering = omc_db_get_changes (session->db) > 0;

  return TRUE;
}

gboolean
omc_evictor_step (OmcSession *session, OmcEvictor *self, gint64 until_us, GError **error)
{
  do
    {
      if (!lower_some (session, self, error))
        return FALSE;
    }
  while (self->lowering && g_get_monotonic_time () < until_us);
  for (guint i = 0; i < LOOKS_A_PIECE && self->running && !self->lowering; i++)
    {
      OmcEvictCandidate candidate;
      gint64 need;

      if (!find_current (session, &candidate, error) || !read_need (session, self, &need, error) ||
          (candidate.patient == 0 && (!self->needed || need > 0) &&
           !omc_evictor_next (session, self, &candidate, error)))
        return FALSE;
      if (candidate.patient == 0)
        return end_pass (session, self, need, error);
      if (!go_on_with (session, self, &candidate, until_us, error))
        return FALSE;
      if (g_get_monotonic_time () >= until_us)
        return TRUE;
    }

  return TRUE;
}

gboolean
omc_evictor_wake (OmcSession *session, OmcEvictor *self, GError **error)
{
  gint64 since_us = g_get_monotonic_time () - self->looked_us;
  gint64 need;

  if (self->running)
    return TRUE;
  if (!read_need (session, self, &need, error))
    return FALSE;
  if (need > 0 ? self->looked_us != 0 && self->short_of && since_us < RETRY_INTERVAL_US
               : self->looked_us != 0 && since_us < LOOK_INTERVAL_US)
    return TRUE;
  self->running = TRUE;
  self->lowering = TRUE;
  self->needed = need > 0;
  self->used_us = G_MININT64;
  self->patient = 0;

  return TRUE;
}
