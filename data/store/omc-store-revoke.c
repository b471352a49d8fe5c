/* omc-store-revoke.c: what the server withdrew
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-slots.h"

#include <string.h>

#include "omc-base-dao.h"
#include "omc-conflict-dao.h"
#include "omc-store-private.h"

#define PRACTITIONER "Practitioner/"

static const char select_unsent[] =
    "SELECT id FROM encrypted_resources WHERE (sync_status <> 0 OR state <> 0)"
    " AND resource_type = ?1";

/* The server says so in what it sends anyway: Practitioner.active of a person of this device, Device.status of the device
 * itself, which an administrator enters there by the store's id. What was written here and it has not taken says nothing: it
 * could block a person, or lift what was withdrawn. */

typedef struct
{
  const char *type;
  const char *id;    /* (nullable) */
  OmcResource *word; /* (owned) (nullable): the answer */
  GPtrArray *ids;    /* (nullable) (element-type utf8): the answer */
} WordJob;

static gboolean
find_word (OmcSession *session, const OmcResourceRow *row, OmcResource **word, GError **error)
{
  g_autoptr (OmcConflict) conflict = NULL;

  if (!row->dirty && row->state == OMC_ROW_PRESENT)
    return (*word = omc_resource_dao_read_row (session, row, error)) != NULL;
  if (row->state == OMC_ROW_HIDDEN)
    return TRUE;
  if (!omc_conflict_dao_find_open (session, row->pk, &conflict, error))
    return FALSE;
  if (conflict != NULL && conflict->remote != NULL)
    {
      *word = omc_resource_ref (conflict->remote);
      return TRUE;
    }

  return omc_base_dao_read (session, row, word, NULL, NULL, error);
}

/* One that is not here, was deleted or is damaged says nothing. */
static gboolean
read_word (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  WordJob *job = data;
  g_auto (OmcResourceRow) row = { 0 };
  g_autoptr (GError) local = NULL;
  gboolean done;

  if (!omc_db_begin_read (session->db, error))
    return FALSE;
  done = omc_resource_dao_find (session, job->type, job->id, &row, &local) &&
         (row.pk == 0 || find_word (session, &row, &job->word, &local));
  omc_db_rollback (session->db);
  if (done || g_error_matches (local, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}

static gboolean
list_unsent (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  WordJob *job = data;
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_unsent, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, job->type);
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    g_ptr_array_add (job->ids, omc_stmt_dup_text (stmt, 0));

  return step == OMC_STEP_DONE;
}

static gboolean
is_withdrawn (OmcStore *self, const char *reference, gboolean *withdrawn, GError **error)
{
  g_autoptr (OmcResource) person = NULL;
  WordJob job = { .type = "Practitioner" };

  *withdrawn = FALSE;
  if (!g_str_has_prefix (reference, PRACTITIONER))
    return TRUE;
  job.id = reference + strlen (PRACTITIONER);
  if (!omc_store_run_read (self, read_word, &job, NULL, error))
    return FALSE;
  person = job.word;
  *withdrawn =
      person != NULL && !omc_json_value_get_boolean (
                            omc_json_value_get (omc_resource_get_root (person), "active"), TRUE);

  return TRUE;
}

static gboolean
is_inactive (OmcResource *entry, const char *store_id)
{
  const OmcJsonValue *root = omc_resource_get_root (entry);
  const OmcJsonValue *identifiers = omc_json_value_get (root, "identifier");
  const OmcJsonValue *identifier;

  if (g_strcmp0 (omc_json_value_get_string (omc_json_value_get (root, "status")), "inactive") != 0)
    return FALSE;
  for (gsize i = 0; (identifier = omc_json_value_at (identifiers, i)) != NULL; i++)
    {
      const char *system = omc_json_value_get_string (omc_json_value_get (identifier, "system"));
      const char *value = omc_json_value_get_string (omc_json_value_get (identifier, "value"));

      if (g_strcmp0 (system, OMC_DEVICE_SYSTEM) == 0 && g_strcmp0 (value, store_id) == 0)
        return TRUE;
    }

  return FALSE;
}

/* By the identifier, and all that may have lost it here. */
static GPtrArray *
list_devices (OmcStore *self, OmcActor *device, const char *store_id, GError **error)
{
  g_autofree char *query = g_strdup_printf ("Device?identifier=" OMC_DEVICE_SYSTEM "|%s", store_id);
  g_autoptr (OmcSearchResult) result = omc_store_search_sync (self, device, query, NULL, error);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  WordJob job = { .type = "Device", .ids = ids };

  if (result == NULL)
    return NULL;
  for (guint i = 0; i < result->matches->len; i++)
    g_ptr_array_add (ids, g_strdup (omc_resource_get_id (g_ptr_array_index (result->matches, i))));

  return omc_store_run_read (self, list_unsent, &job, NULL, error) ? g_steal_pointer (&ids) : NULL;
}

static gboolean
is_device_withdrawn (OmcStore *self, OmcActor *device, gboolean *withdrawn, GError **error)
{
  const char *store_id = omc_key_manager_get_store_id (self->keys);
  g_autoptr (GPtrArray) ids = list_devices (self, device, store_id, error);

  *withdrawn = FALSE;
  for (guint i = 0; ids != NULL && i < ids->len && !*withdrawn; i++)
    {
      WordJob job = { .type = "Device", .id = g_ptr_array_index (ids, i) };
      g_autoptr (OmcResource) word = NULL;

      if (!omc_store_run_read (self, read_word, &job, NULL, error))
        return FALSE;
      word = job.word;
      *withdrawn = word != NULL && is_inactive (word, store_id);
    }

  return ids != NULL;
}

static gboolean
record_device (OmcStore *self, OmcActor *device, gboolean withdrawn, GError **error)
{
  const OmcAuditEvent event = { .type = "security",
                                .subtype = withdrawn ? "device-withdrawn" : "device-restored",
                                .action = 'U' };
  OmcKeyLifetime before;

  return omc_key_manager_get_lifetime_sync (self->keys, &before, error) &&
         (before.revoked == withdrawn || omc_store_audit_sync (self, device, &event, NULL, error));
}

gboolean
omc_store_apply_revocations (OmcStore *self, gboolean *device_withdrawn, GError **error)
{
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  g_autoptr (GPtrArray) users = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (device_withdrawn != NULL, FALSE);

  users = omc_store_list_users_sync (self, NULL, error);
  if (users == NULL)
    return FALSE;
  for (guint i = 0; i < users->len; i++)
    {
      OmcStoreUser *known = g_ptr_array_index (users, i);
      const char *practitioner = omc_actor_get_practitioner (known->actor);
      gboolean withdrawn;

      if (known->disabled || practitioner == NULL)
        continue;
      if (!is_withdrawn (self, practitioner, &withdrawn, error) ||
          (withdrawn && !omc_store_set_user_disabled_sync (
                            self, device, omc_actor_get_user (known->actor), TRUE, NULL, error)))
        return FALSE;
    }
  return is_device_withdrawn (self, device, device_withdrawn, error) &&
         record_device (self, device, *device_withdrawn, error);
}
