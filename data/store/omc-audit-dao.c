/* omc-audit-dao.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-audit-dao.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-audit-items.h"
#include "omc-audit-records.h"

/* The fields of an entry, in this order, between unit separators: one text that has one meaning. */
#define SEPARATOR_TEXT "\x1f"
#define N_FIELDS 12
#define MAX_LIST 10000

static const char select_head[] =
    "SELECT sequence, hash FROM audit_log ORDER BY sequence DESC LIMIT 1";
static const char select_last_archived[] =
    "SELECT last, hash FROM audit_segments ORDER BY first DESC LIMIT 1";
static const char insert_entry[] =
    "INSERT INTO audit_log (sequence, entry, hash, items) VALUES (?1, ?2, ?3, ?4)";

static gboolean
read_head (OmcSession *session, const char *sql, guint64 *sequence, guint8 hash[32], GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, sql, error);
  OmcStep step;
  gconstpointer data;
  gsize length;

  if (stmt == NULL)
    return FALSE;
  *sequence = 0;
  memset (hash, 0, OMC_AUDIT_HASH_LENGTH);
  step = omc_stmt_step (stmt, error);
  if (step != OMC_STEP_ROW)
    return step == OMC_STEP_DONE;
  *sequence = (guint64)omc_stmt_get_integer (stmt, 0);
  data = omc_stmt_get_blob (stmt, 1, &length);
  if (length == OMC_AUDIT_HASH_LENGTH)
    memcpy (hash, data, length);

  return TRUE;
}

gboolean
omc_audit_dao_get_head (OmcSession *session, guint64 *sequence, guint8 hash[32], GError **error)
{
  if (!read_head (session, select_head, sequence, hash, error))
    return FALSE;

  /* Only who took entries away leaves none behind the archive. */
  return *sequence != 0 || read_head (session, select_last_archived, sequence, hash, error);
}

static void
append_field (GString *text, const char *field)
{
  if (text->len > 0)
    g_string_append_c (text, OMC_AUDIT_FIELD_SEPARATOR);
  for (const char *p = field != NULL ? field : ""; *p != '\0'; p++)
    g_string_append_c (text, *p == OMC_AUDIT_FIELD_SEPARATOR ? ' ' : *p);
}

static GString *
make_entry (OmcSession *session, OmcActor *actor, const OmcAuditEvent *event, const char *items)
{
  GString *text = g_string_sized_new (160);
  char recorded[32], outcome[16];
  const char action[2] = { event->action, '\0' };
  const char *fields[] = {
    recorded,
    event->type,
    event->subtype,
    action,
    outcome,
    omc_actor_get_user (actor),
    omc_role_to_string (omc_actor_get_role (actor)),
    event->patient_id,
    event->entity,
    event->purpose,
    event->detail,
    items,
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (fields) == N_FIELDS);
  g_snprintf (recorded, sizeof recorded, "%" G_GINT64_FORMAT, session->now_us);
  g_snprintf (outcome, sizeof outcome, "%d", event->outcome);
  for (gsize i = 0; i < N_FIELDS; i++)
    append_field (text, fields[i]);

  return text;
}

static gboolean
pack_items (OmcSession *session,
            OmcAuditItems *items,
            GBytes **packed,
            char **described,
            GError **error)
{
  *packed = omc_audit_items_pack (items, omc_vault_get_codec (session->vault), error);
  if (*packed != NULL)
    *described = omc_audit_items_describe (omc_audit_items_get_size (items), *packed, error);

  return *described != NULL;
}

gboolean
omc_audit_dao_append (OmcSession *session,
                      OmcActor *actor,
                      const OmcAuditEvent *event,
                      GError **error)
{
  g_autoptr (GBytes) packed = NULL;
  g_autofree char *described = NULL;
  g_autoptr (GString) entry = NULL;
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
  OmcStmt *stmt;

  if (event->items != NULL && !pack_items (session, event->items, &packed, &described, error))
    return FALSE;
  entry = make_entry (session, actor, event, described);
  /* Another program may have appended since the last transaction. */
  if (!session->audit_known &&
      !omc_audit_dao_get_head (session, &session->audit_sequence, session->audit_hash, error))
    return FALSE;
  session->audit_known = TRUE;
  if (!omc_audit_chain_next (session->audit_hmac, session->audit_sequence + 1, session->audit_hash,
                             entry->str, entry->len, hash, error))
    return FALSE;
  stmt = omc_db_prepare (session->db, insert_entry, error);
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, (gint64)session->audit_sequence + 1);
  omc_stmt_bind_blob (stmt, 2, entry->str, entry->len);
  omc_stmt_bind_blob (stmt, 3, hash, sizeof hash);
  if (packed != NULL)
    omc_stmt_bind_blob (stmt, 4, g_bytes_get_data (packed, NULL), g_bytes_get_size (packed));
  else
    omc_stmt_bind_null (stmt, 4);
  if (!omc_stmt_run (stmt, error))
    return FALSE;
  session->audit_sequence++;
  memcpy (session->audit_hash, hash, sizeof hash);

  return TRUE;
}

static char *
dup_field (const char *field)
{
  return field != NULL && *field != '\0' ? g_strdup (field) : NULL;
}

OmcAuditEntry *
omc_audit_dao_parse (guint64 sequence, const char *data, gsize length)
{
  g_autofree char *text = g_strndup (data, length);
  g_auto (GStrv) fields = g_strsplit (text, SEPARATOR_TEXT, N_FIELDS);
  OmcAuditEntry *entry = g_new0 (OmcAuditEntry, 1);

  entry->sequence = sequence;
  if (g_strv_length (fields) != N_FIELDS)
    {
      entry->type = g_strdup ("damaged");
      entry->subtype = g_strdup ("");
      return entry;
    }
  entry->recorded_us = g_ascii_strtoll (fields[0], NULL, 10);
  entry->type = g_strdup (fields[1]);
  entry->subtype = g_strdup (fields[2]);
  entry->action = fields[3][0];
  entry->outcome = (int)g_ascii_strtoll (fields[4], NULL, 10);
  entry->user = g_strdup (fields[5]);
  entry->role = g_strdup (fields[6]);
  entry->patient_id = dup_field (fields[7]);
  entry->entity = dup_field (fields[8]);
  entry->purpose = dup_field (fields[9]);
  entry->detail = dup_field (fields[10]);
  entry->n_items = (guint)g_ascii_strtoull (fields[11], NULL, 10);

  return entry;
}

static gboolean
add_record (const OmcAuditRecord *record, gpointer user_data, GError **error)
{
  g_ptr_array_add (user_data,
                   omc_audit_dao_parse (record->sequence, record->entry, record->length));

  return TRUE;
}

GPtrArray *
omc_audit_dao_list (OmcSession *session, guint64 from, guint limit, GError **error)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_audit_entry_free);
  guint max = limit > 0 ? MIN (limit, MAX_LIST) : MAX_LIST;
  guint n;

  return omc_audit_records_read (session, from, max, add_record, entries, &n, error)
             ? g_steal_pointer (&entries)
             : NULL;
}

/* --- of one patient --- */

typedef struct
{
  OmcSession *session;
  const char *patient_id;
  GPtrArray *entries;
  guint64 next;
} PatientScan;

static gboolean
names_patient (const PatientScan *self,
               const OmcAuditEntry *entry,
               const OmcAuditRecord *record,
               gboolean *names,
               GError **error)
{
  g_autoptr (GPtrArray) found = NULL;

  *names = g_strcmp0 (entry->patient_id, self->patient_id) == 0;
  if (*names || record->items == NULL)
    return TRUE;
  found = omc_audit_items_unpack (omc_vault_get_codec (self->session->vault), record->items,
                                  record->items_length, self->patient_id, 1, error);
  if (found == NULL)
    return FALSE;
  *names = found->len > 0;

  return TRUE;
}

static gboolean
scan_record (const OmcAuditRecord *record, gpointer user_data, GError **error)
{
  PatientScan *self = user_data;
  g_autoptr (OmcAuditEntry) entry = NULL;
  gboolean names;

  self->next = record->sequence + 1;
  if (record->items == NULL &&
      memmem (record->entry, record->length, self->patient_id, strlen (self->patient_id)) == NULL)
    return TRUE;
  entry = omc_audit_dao_parse (record->sequence, record->entry, record->length);
  if (!names_patient (self, entry, record, &names, error))
    return FALSE;
  if (names)
    g_ptr_array_add (self->entries, g_steal_pointer (&entry));

  return TRUE;
}

gboolean
omc_audit_dao_list_of_patient (OmcSession *session,
                               const char *patient_id,
                               guint max,
                               GPtrArray *entries,
                               guint64 *next,
                               gboolean *ended,
                               GError **error)
{
  PatientScan scan = { session, patient_id, entries, *next };
  guint n;

  if (!omc_audit_records_read (session, *next, max, scan_record, &scan, &n, error))
    return FALSE;
  *next = scan.next;
  *ended = n < max;

  return TRUE;
}

/* --- the records that an entry names --- */

typedef struct
{
  OmcSession *session;
  guint64 sequence;
  const char *patient_id;
  guint limit;
  GPtrArray *items; /* (owned) (nullable): the answer */
} ItemsRead;

static gboolean
unpack_record (const OmcAuditRecord *record, gpointer user_data, GError **error)
{
  ItemsRead *self = user_data;

  if (record->sequence != self->sequence || record->items == NULL)
    return TRUE;
  self->items = omc_audit_items_unpack (omc_vault_get_codec (self->session->vault), record->items,
                                        record->items_length, self->patient_id, self->limit, error);

  return self->items != NULL;
}

GPtrArray *
omc_audit_dao_list_items (OmcSession *session,
                          guint64 sequence,
                          const char *patient_id,
                          guint limit,
                          GError **error)
{
  ItemsRead read = { session, sequence, patient_id, limit, NULL };
  guint n;

  if (!omc_audit_records_read (session, sequence, 1, unpack_record, &read, &n, error))
    return NULL;

  return read.items != NULL ? read.items
                            : g_ptr_array_new_with_free_func ((GDestroyNotify)omc_audit_item_free);
}
