/* omc-reseal.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-reseal.h"

#include "omc-conflict-dao.h"
#include "omc-envelope.h"
#include "omc-setting-dao.h"

/*
 * A pass goes through the records in order of their keys, then the conflicts, then the drafts. A record's base version
 * and its payloads in the queue are copies of what was sealed for it, and are copied back: they are sealed anew with it,
 * in one transaction, so that no copy brings an old seal behind the pass. New payloads have the new key. Another
 * pass looks whether one was left out: when it finds nothing to seal, no row names the old keys.
 */
typedef enum
{
  STAGE_RECORDS,
  STAGE_CONFLICTS,
  STAGE_DRAFTS,
  STAGE_ENDED,
} Stage;

#define DRAFTS_PER_LOOK "16"

static const char select_state[] =
    "SELECT epoch, stage, position, total, sealed, checking, damaged, started_at, ended_at FROM "
    "key_rotation";
static const char restart_state[] =
    "INSERT INTO key_rotation (one, epoch, stage, position, total, sealed, checking, damaged, "
    "started_at, ended_at) VALUES (1, ?1, 0, 0, (SELECT coalesce (max (pk), 0) FROM "
    "encrypted_resources), 0, 0, 0, ?2, 0) ON CONFLICT (one) DO UPDATE SET epoch = excluded.epoch, "
    "stage = 0, position = 0, total = excluded.total, sealed = 0, checking = 0, damaged = 0, "
    "started_at = excluded.started_at, ended_at = 0";
static const char update_state[] =
    "UPDATE key_rotation SET stage = ?1, position = ?2, sealed = ?3, checking = ?4, damaged = ?5, "
    "ended_at = ?6";
static const char select_records[] =
    "SELECT pk, resource_type, id, counter, encrypted_data,"
    " EXISTS (SELECT 1 FROM base_versions b WHERE b.resource = r.pk),"
    " EXISTS (SELECT 1 FROM sync_queue q WHERE q.resource = r.pk AND q.payload IS NOT NULL)"
    " FROM encrypted_resources r WHERE pk > ?1 ORDER BY pk";
static const char update_record[] =
    "UPDATE encrypted_resources SET encrypted_data = ?2 WHERE pk = ?1";
static const char select_base[] =
    "SELECT counter, encrypted_data FROM base_versions WHERE resource = ?1";
static const char update_base[] =
    "UPDATE base_versions SET encrypted_data = ?2 WHERE resource = ?1";
static const char select_items[] = "SELECT id, resource_type, resource_id, counter, payload FROM "
                                   "sync_queue WHERE resource = ?1 AND payload IS NOT NULL";
static const char update_item[] = "UPDATE sync_queue SET payload = ?2 WHERE id = ?1";
static const char select_conflicts[] =
    "SELECT id, seal_tag, base_version, local_version, remote_version, merged_version, hunks FROM "
    "conflicts WHERE id > ?1 ORDER BY id";
static const char *const update_document[OMC_CONFLICT_N_DOCUMENTS] = {
  "UPDATE conflicts SET base_version = ?2 WHERE id = ?1",
  "UPDATE conflicts SET local_version = ?2 WHERE id = ?1",
  "UPDATE conflicts SET remote_version = ?2 WHERE id = ?1",
  "UPDATE conflicts SET merged_version = ?2 WHERE id = ?1",
  "UPDATE conflicts SET hunks = ?2 WHERE id = ?1",
};
/* Byte 5 to 8 of an envelope are its epoch. */
static const char select_drafts[] =
    "SELECT user, key, encrypted_data FROM drafts WHERE substr (encrypted_data, 5, 4) <> ?1 AND "
    "(user, key) > (?2, ?3) ORDER BY user, key LIMIT " DRAFTS_PER_LOOK;
static const char update_draft[] =
    "UPDATE drafts SET encrypted_data = ?3 WHERE user = ?1 AND key = ?2";
/* The wrapped key is overwritten where it stands. */
static const char retire_keys[] =
    "UPDATE key_epochs SET wrapped_key = zeroblob (length (wrapped_key)), retired_at = ?2"
    " WHERE epoch < ?1 AND retired_at = 0";
static const char count_old_keys[] = "SELECT count(*) FROM key_epochs WHERE retired_at = 0 AND "
                                     "epoch < (SELECT max (epoch) FROM key_epochs)";

typedef struct
{
  OmcSession *session;
  guint32 epoch;
  Stage stage;
  gint64 position;
  guint64 total;
  guint64 sealed; /* in this pass */
  gboolean checking;
  guint64 damaged; /* in this pass */
  gint64 started_us;
  gint64 ended_us;
} Pass;

static gboolean
read_pass (OmcSession *session, Pass *pass, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_state, error);
  OmcStep step;

  *pass = (Pass){ .session = session, .stage = STAGE_ENDED };
  if (stmt == NULL)
    return FALSE;
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    {
      pass->epoch = (guint32)omc_stmt_get_integer (stmt, 0);
      pass->stage = (Stage)omc_stmt_get_integer (stmt, 1);
      pass->position = omc_stmt_get_integer (stmt, 2);
      pass->total = (guint64)omc_stmt_get_integer (stmt, 3);
      pass->sealed = (guint64)omc_stmt_get_integer (stmt, 4);
      pass->checking = omc_stmt_get_integer (stmt, 5) != 0;
      pass->damaged = (guint64)omc_stmt_get_integer (stmt, 6);
      pass->started_us = omc_stmt_get_integer (stmt, 7);
      pass->ended_us = omc_stmt_get_integer (stmt, 8);
    }

  return step != OMC_STEP_ERROR;
}

static gboolean
write_pass (Pass *pass, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (pass->session->db, update_state, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, pass->stage);
  omc_stmt_bind_integer (stmt, 2, pass->position);
  omc_stmt_bind_integer (stmt, 3, (gint64)pass->sealed);
  omc_stmt_bind_integer (stmt, 4, pass->checking);
  omc_stmt_bind_integer (stmt, 5, (gint64)pass->damaged);
  omc_stmt_bind_integer (stmt, 6, pass->ended_us);

  return omc_stmt_run (stmt, error);
}

gboolean
omc_reseal_begin (OmcSession *session, GError **error)
{
  OmcStmt *stmt;

  if (!omc_session_add_key (session, error))
    return FALSE;
  stmt = omc_db_prepare (session->db, restart_state, error);
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, omc_vault_get_epoch (session->vault));
  omc_stmt_bind_integer (stmt, 2, session->now_us);

  return omc_stmt_run (stmt, error);
}

gboolean
omc_reseal_read (OmcSession *session, OmcReseal *state, GError **error)
{
  Pass pass;

  *state = (OmcReseal){ 0 };
  if (!read_pass (session, &pass, error))
    return FALSE;
  state->epoch = pass.epoch;
  state->running = pass.stage != STAGE_ENDED;
  state->checking = state->running && pass.checking;
  state->total = pass.total;
  state->done = pass.stage == STAGE_RECORDS ? MIN ((guint64)pass.position, pass.total) : pass.total;
  state->damaged = pass.damaged;
  state->started_us = pass.started_us;
  state->ended_us = pass.ended_us;

  return TRUE;
}

gboolean
omc_reseal_count_old_keys (OmcSession *session, guint *n_keys, GError **error)
{
  gint64 n;

  if (!omc_db_get_integer (session->db, count_old_keys, 0, &n, error))
    return FALSE;
  *n_keys = (guint)n;

  return TRUE;
}

/* --- one payload --- */

/* NULL without an error: it has the newest key already, or cannot be opened and stays as it is. */
static const GByteArray *
reseal (Pass *pass, const char *place, gconstpointer data, gsize length, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  OmcEnvelopeHeader header;
  const GByteArray *sealed;

  if (omc_envelope_peek (data, length, &header, NULL) && header.epoch == pass->epoch)
    return NULL;
  sealed = omc_vault_reseal (pass->session->vault, place, data, length, &local_error);
  if (sealed != NULL)
    pass->sealed++;
  else if (g_error_matches (local_error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED))
    pass->damaged++;
  else
    g_propagate_error (error, g_steal_pointer (&local_error));

  return sealed;
}

static gboolean
put_blob (Pass *pass, const char *sql, gint64 row, const GByteArray *sealed, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (pass->session->db, sql, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, row);
  omc_stmt_bind_blob (stmt, 2, sealed->data, sealed->len);

  return omc_stmt_run (stmt, error);
}

/* column: of the sealed payload in the row that stmt stands at */
static gboolean
reseal_column (Pass *pass,
               OmcStmt *stmt,
               int column,
               const char *place,
               const char *update,
               gint64 row,
               GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gsize length;
  gconstpointer data = omc_stmt_get_blob (stmt, column, &length);
  const GByteArray *sealed = reseal (pass, place, data, length, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  return sealed == NULL || put_blob (pass, update, row, sealed, error);
}

/* --- records --- */

static gboolean
reseal_base (Pass *pass, gint64 resource, const char *type, const char *id, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (pass->session->db, select_base, error);
  g_autofree char *place = NULL;
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, resource);
  step = omc_stmt_step (stmt, error);
  if (step != OMC_STEP_ROW)
    return step == OMC_STEP_DONE;
  place = omc_resource_dao_place (type, id, omc_stmt_get_integer (stmt, 0));

  return reseal_column (pass, stmt, 1, place, update_base, resource, error);
}

static gboolean
reseal_items (Pass *pass, gint64 resource, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (pass->session->db, select_items, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, resource);
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      g_autofree char *place = omc_resource_dao_place (
          omc_stmt_get_text (stmt, 1), omc_stmt_get_text (stmt, 2), omc_stmt_get_integer (stmt, 3));

      if (!reseal_column (pass, stmt, 4, place, update_item, omc_stmt_get_integer (stmt, 0), error))
        return FALSE;
    }

  return step == OMC_STEP_DONE;
}

static gboolean
reseal_record (Pass *pass, OmcStmt *stmt, GError **error)
{
  gint64 pk = omc_stmt_get_integer (stmt, 0);
  const char *type = omc_stmt_get_text (stmt, 1);
  const char *id = omc_stmt_get_text (stmt, 2);
  g_autofree char *place = omc_resource_dao_place (type, id, omc_stmt_get_integer (stmt, 3));

  pass->position = pk;

  return reseal_column (pass, stmt, 4, place, update_record, pk, error) &&
         (omc_stmt_get_integer (stmt, 5) == 0 || reseal_base (pass, pk, type, id, error)) &&
         (omc_stmt_get_integer (stmt, 6) == 0 || reseal_items (pass, pk, error));
}

/* --- conflicts and drafts --- */

static gboolean
reseal_conflict (Pass *pass, OmcStmt *stmt, GError **error)
{
  gint64 id = omc_stmt_get_integer (stmt, 0);
  const char *tag = omc_stmt_get_text (stmt, 1);

  pass->position = id;
  for (guint i = 0; i < OMC_CONFLICT_N_DOCUMENTS; i++)
    {
      g_autofree char *place = omc_conflict_dao_place (tag, i);

      if (!omc_stmt_is_null (stmt, 2 + (int)i) &&
          !reseal_column (pass, stmt, 2 + (int)i, place, update_document[i], id, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
reseal_draft (Pass *pass, OmcStmt *stmt, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  const char *user = omc_stmt_get_text (stmt, 0);
  const char *key = omc_stmt_get_text (stmt, 1);
  g_autofree char *place = omc_draft_dao_place (user, key);
  const GByteArray *sealed;
  gconstpointer data;
  OmcStmt *update;
  gsize length;

  data = omc_stmt_get_blob (stmt, 2, &length);
  sealed = reseal (pass, place, data, length, &local_error);
  if (sealed == NULL)
    {
      if (local_error != NULL)
        g_propagate_error (error, g_steal_pointer (&local_error));
      return local_error == NULL;
    }
  update = omc_db_prepare (pass->session->db, update_draft, error);
  if (update == NULL)
    return FALSE;
  omc_stmt_bind_text (update, 1, user);
  omc_stmt_bind_text (update, 2, key);
  omc_stmt_bind_blob (update, 3, sealed->data, sealed->len);

  return omc_stmt_run (update, error);
}

/* They are few: a form that is open, a person. */
static gboolean
reseal_drafts (Pass *pass, GError **error)
{
  guint32 epoch = GUINT32_TO_BE (pass->epoch);
  g_autofree char *user = g_strdup ("");
  g_autofree char *key = g_strdup ("");
  OmcStep step;
  guint n;

  do
    {
      g_autoptr (OmcStmtUse) stmt = omc_db_prepare (pass->session->db, select_drafts, error);
      g_autofree char *last_user = g_steal_pointer (&user);
      g_autofree char *last_key = g_steal_pointer (&key);

      if (stmt == NULL)
        return FALSE;
      omc_stmt_bind_blob (stmt, 1, &epoch, sizeof epoch);
      omc_stmt_bind_text (stmt, 2, last_user);
      omc_stmt_bind_text (stmt, 3, last_key);
      for (n = 0; (step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW; n++)
        {
          g_set_str (&user, omc_stmt_get_text (stmt, 0));
          g_set_str (&key, omc_stmt_get_text (stmt, 1));
          if (!reseal_draft (pass, stmt, error))
            return FALSE;
        }
    }
  while (step == OMC_STEP_DONE && n > 0);

  return step == OMC_STEP_DONE;
}

/* --- the pass --- */

typedef gboolean (*RowFunc) (Pass *pass, OmcStmt *stmt, GError **error);

static gboolean
go_through (Pass *pass,
            const char *select,
            RowFunc func,
            gint64 until_us,
            gboolean *through,
            GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (pass->session->db, select, error);
  OmcStep step;

  *through = FALSE;
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, pass->position);
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      if (!func (pass, stmt, error))
        return FALSE;
      if (g_get_monotonic_time () >= until_us)
        return TRUE;
    }
  *through = step == OMC_STEP_DONE;

  return *through;
}

static gboolean
end_pass (Pass *pass, GError **error)
{
  OmcStmt *stmt;

  if (pass->sealed > 0 || !pass->checking)
    {
      pass->stage = STAGE_RECORDS;
      pass->position = 0;
      pass->sealed = 0;
      pass->damaged = 0;
      pass->checking = TRUE;
      return TRUE;
    }
  pass->stage = STAGE_ENDED;
  pass->ended_us = pass->session->now_us;
  if (pass->damaged > 0)
    return TRUE;
  stmt = omc_db_prepare (pass->session->db, retire_keys, error);
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, pass->epoch);
  omc_stmt_bind_integer (stmt, 2, pass->session->now_us);
  if (!omc_stmt_run (stmt, error))
    return FALSE;

  return omc_session_load_keys (pass->session, error);
}

gboolean
omc_reseal_step (OmcSession *session, gint64 until_us, gboolean *ended, GError **error)
{
  gboolean through = TRUE;
  gboolean done = FALSE;
  Pass pass;

  *ended = FALSE;
  if (!read_pass (session, &pass, error))
    return FALSE;
  switch (pass.stage)
    {
    case STAGE_RECORDS:
      done = go_through (&pass, select_records, reseal_record, until_us, &through, error);
      break;
    case STAGE_CONFLICTS:
      done = go_through (&pass, select_conflicts, reseal_conflict, until_us, &through, error);
      break;
    case STAGE_DRAFTS:
      done = reseal_drafts (&pass, error);
      break;
    case STAGE_ENDED:
    default:
      *ended = TRUE;
      return TRUE;
    }
  if (!done)
    return FALSE;
  if (through)
    {
      pass.stage++;
      pass.position = 0;
    }
  if (pass.stage == STAGE_ENDED && !end_pass (&pass, error))
    return FALSE;
  *ended = pass.stage == STAGE_ENDED;

  return write_pass (&pass, error);
}
