/* omc-sandbox-history.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-check.h"
#include "omc-sandbox-form.h"
#include "omc-sandbox-include.h"

#define HISTORY_DEFAULT 100
#define HISTORY_MAX 1000

typedef struct
{
  guint count;
  guint offset;
  gint64 since;
  GStrv types; /* (owned) (nullable) */
} Window;

static gboolean
read_window (const char *query, guint fallback, Window *window, GError **error)
{
  g_autoptr (GPtrArray) pairs = omc_sandbox_form_parse (query, error);
  guint64 number;
  gint64 end;

  *window = (Window){ .count = fallback, .since = G_MININT64 };
  if (pairs == NULL)
    return FALSE;

  for (guint i = 0; i < pairs->len; i++)
    {
      const OmcSandboxPair *pair = g_ptr_array_index (pairs, i);
      gboolean ok = TRUE;

      if (g_str_equal (pair->name, "_count"))
        {
          ok = g_ascii_string_to_unsigned (pair->value, 10, 1, G_MAXUINT32, &number, NULL);
          window->count = ok ? MIN ((guint)number, HISTORY_MAX) : 0;
        }
      else if (g_str_equal (pair->name, "_offset"))
        {
          ok = g_ascii_string_to_unsigned (pair->value, 10, 0, G_MAXINT32, &number, NULL);
          window->offset = ok ? (guint)number : 0;
        }
      else if (g_str_equal (pair->name, "_since"))
        ok = omc_instant_parse_range (pair->value, &window->since, &end);
      else if (g_str_equal (pair->name, "_type"))
        {
          g_strfreev (window->types);
          window->types = g_strsplit (pair->value, ",", -1);
        }
      else
        ok = g_str_equal (pair->name, "_format") || g_str_equal (pair->name, "_pretty");
      if (!ok)
        {
          g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED,
                       "the parameter %s cannot be used like that", pair->name);
          g_clear_pointer (&window->types, g_strfreev);
          return FALSE;
        }
    }
  return TRUE;
}

static char *
make_link (OmcSandboxCore *core, const char *path, const Window *window, guint offset)
{
  g_autofree char *types = window->types != NULL ? g_strjoinv (",", window->types) : NULL;
  g_autofree char *since = window->since != G_MININT64 ? omc_instant_format (window->since) : NULL;
  g_autoptr (GString) query = g_string_new (NULL);

  if (since != NULL)
    omc_sandbox_form_append (query, "_since", since);
  if (types != NULL)
    omc_sandbox_form_append (query, "_type", types);
  g_string_append_printf (query, "%s_count=%u&_offset=%u", query->len > 0 ? "&" : "", window->count,
                          offset);
  return g_strconcat (core->base_url != NULL ? core->base_url : "", "/", path, "?", query->str,
                      NULL);
}

/* --- history --- */

static void
add_version (OmcSandboxWriter *writer, OmcSandboxStmt *stmt)
{
  static const char *const methods[] = { "POST", "PUT", "DELETE" };
  static const char *const statuses[] = { "201", "200", "204" };
  const char *type = omc_sandbox_stmt_get_text (stmt, 0, NULL);
  const char *id = omc_sandbox_stmt_get_text (stmt, 1, NULL);
  const char *version_id = omc_sandbox_stmt_get_text (stmt, 2, NULL);
  g_autofree char *instant = omc_instant_format (omc_sandbox_stmt_get_int (stmt, 3));
  gint64 method = CLAMP (omc_sandbox_stmt_get_int (stmt, 4), 0, 2);
  const char *base = writer->core->base_url != NULL ? writer->core->base_url : "";
  GString *text = writer->text;
  const char *status = statuses[method];
  const char *body;
  gsize length;

  if (method == OMC_SANDBOX_PUT && omc_sandbox_stmt_get_int (stmt, 6) == 1)
    status = "201";
  if (method == OMC_SANDBOX_DELETE && writer->core->profile->uuid_ids)
    status = "410";

  g_string_append_printf (text, "%s{\"fullUrl\":\"%s/%s/%s\"",
                          writer->n_entries++ == 0 ? ",\"entry\":[" : ",", base, type, id);
  body = omc_sandbox_stmt_get_text (stmt, 5, &length);
  if (body != NULL)
    {
      g_string_append (text, ",\"resource\":");
      g_string_append_len (text, body, (gssize)length);
    }
  g_string_append_printf (
      text,
      ",\"request\":{\"method\":\"%s\",\"url\":\"%s%s%s\"},\"response\":{\"status\":\"%s\","
      "\"etag\":\"W/\\\"%s\\\"\",\"lastModified\":\"%s\"}}",
      methods[method], type, method == OMC_SANDBOX_POST ? "" : "/",
      method == OMC_SANDBOX_POST ? "" : id, status, version_id, instant);
}

static gboolean
count_versions (OmcSandboxCore *core,
                const char *where,
                const Window *window,
                gint64 *total,
                GError **error)
{
  g_autofree char *sql =
      g_strconcat ("SELECT count (*) FROM version v WHERE v.updated >= ?1", where, NULL);
  OmcSandboxStmt *stmt =
      omc_sandbox_db_prepare (omc_sandbox_store_get_db (core->store), sql, error);
  gboolean row;

  if (stmt == NULL)
    return FALSE;
  omc_sandbox_stmt_bind_int (stmt, 1, window->since);
  if (!omc_sandbox_stmt_step (stmt, &row, error))
    return FALSE;
  *total = omc_sandbox_stmt_get_int (stmt, 0);
  omc_sandbox_stmt_reset (stmt);
  return TRUE;
}

static OmcSandboxAnswer *
write_history (OmcSandboxCore *core,
               const char *path,
               const char *where,
               const Window *window,
               GError **error)
{
  g_autofree char *own = make_link (core, path, window, window->offset);
  g_autofree char *next = make_link (core, path, window, window->offset + window->count);
  g_autofree char *sql = NULL;
  OmcSandboxWriter writer;
  OmcSandboxStmt *stmt;
  gint64 total;
  gboolean row;

  if (!count_versions (core, where, window, &total, error))
    return NULL;
  sql = g_strconcat (
      "SELECT n.text, r.id, v.version_id, v.updated, v.method, v.body, v.number FROM version v"
      " JOIN resource r ON r.key = v.resource JOIN name n ON n.key = v.type WHERE v.updated >= ?1",
      where, " ORDER BY v.updated DESC, v.key DESC LIMIT ?2 OFFSET ?3", NULL);
  stmt = omc_sandbox_db_prepare (omc_sandbox_store_get_db (core->store), sql, error);
  if (stmt == NULL)
    return NULL;
  omc_sandbox_stmt_bind_int (stmt, 1, window->since);
  omc_sandbox_stmt_bind_int (stmt, 2, window->count);
  omc_sandbox_stmt_bind_int (stmt, 3, window->offset);

  omc_sandbox_writer_begin (&writer, core, "history", total, own,
                            (gint64)window->offset + window->count < total ? next : NULL);
  for (;;)
    {
      if (!omc_sandbox_stmt_step (stmt, &row, error))
        {
          g_string_free (writer.text, TRUE);
          return NULL;
        }
      if (!row)
        return omc_sandbox_writer_end (&writer);
      add_version (&writer, stmt);
    }
}

OmcSandboxAnswer *
omc_sandbox_history (OmcSandboxCore *core,
                     const OmcSandboxRequest *request,
                     const char *type,
                     const char *id)
{
  g_auto (OmcSandboxRow) row = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *where = NULL;
  OmcSandboxAnswer *answer = NULL;
  Window window;

  if (type == NULL && !core->profile->system_history)
    return omc_sandbox_answer_outcome (400, "not-supported",
                                       "this server has no history of the whole system");
  if (type != NULL && id == NULL && !core->profile->type_history)
    return omc_sandbox_answer_outcome (404, "not-supported",
                                       "this server has no history of a type");
  if (!read_window (request->query, HISTORY_DEFAULT, &window, &error))
    return omc_sandbox_answer_error (core, error);

  if (id != NULL && omc_sandbox_store_find (core->store, type, id, &row, &error) && row.key == 0)
    answer = omc_sandbox_answer_outcome (404, "not-found", "%s/%s is not on this server", type, id);
  if (id != NULL)
    where = g_strdup_printf (" AND v.resource = %" G_GINT64_FORMAT, row.key);
  else if (type != NULL)
    where = g_strdup_printf (" AND v.type = %" G_GINT64_FORMAT,
                             omc_sandbox_store_name (core->store, type, &error));
  else
    where = g_strdup ("");

  if (answer == NULL && error == NULL)
    answer = write_history (core, request->path, where, &window, &error);
  g_strfreev (window.types);
  return answer != NULL ? answer : omc_sandbox_answer_error (core, error);
}

/* --- $everything --- */

static const char *const referenced_types[] = {
  "Organization", "Location", "Practitioner", "PractitionerRole", "Medication", "Device", NULL
};

static OmcSandboxStmt *
select_compartment (OmcSandboxCore *core, const char *id, const Window *window, GError **error)
{
  g_autoptr (GString) sql = g_string_new (
      "SELECT n.text, r.id, v.body FROM resource r JOIN version v ON v.key = r.version"
      " JOIN name n ON n.key = r.type"
      " WHERE r.patient = ?1 AND r.deleted = 0 AND r.updated >= ?2");
  OmcSandboxStmt *stmt;

  for (guint i = 0; window->types != NULL && window->types[i] != NULL; i++)
    {
      if (!omc_fhir_is_resource_type (window->types[i]))
        {
          g_set_error_literal (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED,
                               "_type has an unknown type");
          return NULL;
        }
      g_string_append_printf (sql, "%s'%s'", i == 0 ? " AND n.text IN (" : ",", window->types[i]);
    }
  if (window->types != NULL && window->types[0] != NULL)
    g_string_append_c (sql, ')');
  g_string_append (sql, " ORDER BY n.text <> 'Patient', r.updated, r.key LIMIT ?3 OFFSET ?4");

  stmt = omc_sandbox_db_prepare (omc_sandbox_store_get_db (core->store), sql->str, error);
  if (stmt == NULL)
    return NULL;
  omc_sandbox_stmt_bind_int (stmt, 1, omc_sandbox_store_hash (id, strlen (id)));
  omc_sandbox_stmt_bind_int (stmt, 2, window->since);
  omc_sandbox_stmt_bind_int (stmt, 3, (gint64)window->count + 1);
  omc_sandbox_stmt_bind_int (stmt, 4, window->offset);
  return stmt;
}

/* Type, id and body of each, one after the other. */
static GPtrArray *
read_compartment (OmcSandboxCore *core, const char *id, const Window *window, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  OmcSandboxStmt *stmt = select_compartment (core, id, window, error);
  gboolean row;

  while (stmt != NULL)
    {
      if (!omc_sandbox_stmt_step (stmt, &row, error))
        return NULL;
      if (!row)
        return g_steal_pointer (&texts);
      for (int i = 0; i < 3; i++)
        g_ptr_array_add (texts, g_strdup (omc_sandbox_stmt_get_text (stmt, i, NULL)));
    }
  return NULL;
}

static OmcSandboxAnswer *
write_everything (OmcSandboxCore *core,
                  const char *path,
                  GPtrArray *texts,
                  const Window *window,
                  GError **error)
{
  g_autofree char *own = make_link (core, path, window, window->offset);
  g_autofree char *next = make_link (core, path, window, window->offset + window->count);
  g_autoptr (GPtrArray) bodies = g_ptr_array_new ();
  gboolean more = texts->len / 3 > window->count;
  OmcSandboxWriter writer;

  omc_sandbox_writer_begin (&writer, core, "searchset", -1, own, more ? next : NULL);
  for (guint i = 0; i < texts->len / 3 - more; i++)
    {
      char *body = g_ptr_array_index (texts, i * 3 + 2);

      omc_sandbox_writer_add (&writer, g_ptr_array_index (texts, i * 3),
                              g_ptr_array_index (texts, i * 3 + 1), body, strlen (body), "match");
      g_ptr_array_add (bodies, body);
    }
  if (window->types == NULL &&
      !omc_sandbox_write_referenced (&writer, bodies, referenced_types, error))
    {
      g_string_free (writer.text, TRUE);
      return NULL;
    }
  return omc_sandbox_writer_end (&writer);
}

OmcSandboxAnswer *
omc_sandbox_everything (OmcSandboxCore *core, const OmcSandboxRequest *request, const char *id)
{
  g_auto (OmcSandboxRow) row = { 0 };
  g_autoptr (GPtrArray) texts = NULL;
  g_autoptr (GError) error = NULL;
  OmcSandboxAnswer *answer = NULL;
  Window window;

  if (!omc_sandbox_store_find (core->store, "Patient", id, &row, &error) ||
      !read_window (request->query, HISTORY_MAX, &window, &error))
    return omc_sandbox_answer_error (core, error);
  if (row.key == 0 || row.deleted)
    answer =
        omc_sandbox_answer_outcome (row.deleted ? 410 : 404, row.deleted ? "deleted" : "not-found",
                                    "Patient/%s is not on this server", id);

  texts = answer == NULL ? read_compartment (core, id, &window, &error) : NULL;
  if (texts != NULL)
    answer = write_everything (core, request->path, texts, &window, &error);
  g_strfreev (window.types);
  return answer != NULL ? answer : omc_sandbox_answer_error (core, error);
}
