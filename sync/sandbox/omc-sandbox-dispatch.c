/* omc-sandbox-dispatch.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-check.h"
#include "omc-sandbox-core.h"

#define MAX_SEGMENTS 5

static gboolean
is (const OmcSandboxRequest *request, const char *method)
{
  return g_str_equal (request->method, method);
}

static OmcSandboxAnswer *
answer_method (const OmcSandboxRequest *request)
{
  return omc_sandbox_answer_outcome (405, "not-supported", "%s is not possible here",
                                     request->method);
}

/* One transaction for a request that may write; an answer that refuses leaves nothing behind. */
static OmcSandboxAnswer *
in_transaction (OmcSandboxCore *core,
                const OmcSandboxRequest *request,
                OmcSandboxAnswer *(
                    *act) (OmcSandboxCore *, const OmcSandboxRequest *, const char *, const char *),
                const char *type,
                const char *id)
{
  g_autoptr (OmcSandboxAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;

  if (request->references != NULL)
    return act (core, request, type, id);
  if (!omc_sandbox_store_begin (core->store, &error))
    return omc_sandbox_answer_error (core, error);

  answer = act (core, request, type, id);
  if (answer->status >= 400)
    omc_sandbox_store_rollback (core->store);
  else if (!omc_sandbox_store_commit (core->store, &error))
    return omc_sandbox_answer_error (core, error);
  return g_steal_pointer (&answer);
}

static OmcSandboxAnswer *
create (OmcSandboxCore *core, const OmcSandboxRequest *request, const char *type, const char *id)
{
  return omc_sandbox_create (core, request, type);
}

static OmcSandboxAnswer *
update_where (OmcSandboxCore *core,
              const OmcSandboxRequest *request,
              const char *type,
              const char *id)
{
  return omc_sandbox_update_where (core, request, type);
}

/* A form in the body counts as if it stood in the query. */
static OmcSandboxAnswer *
search_by_post (OmcSandboxCore *core, const OmcSandboxRequest *request, const char *type)
{
  OmcSandboxRequest search = *request;
  g_autofree char *query = NULL;
  gsize length = 0;
  const char *form = request->body != NULL ? g_bytes_get_data (request->body, &length) : NULL;
  g_autofree char *text = form != NULL ? g_strndup (form, length) : g_strdup ("");

  if (request->content_type == NULL ||
      !g_str_has_prefix (request->content_type, "application/x-www-form-urlencoded"))
    return omc_sandbox_answer_outcome (415, "not-supported",
                                       "_search takes application/x-www-form-urlencoded");

  query = g_strconcat (request->query != NULL ? request->query : "", "&", text, NULL);
  search.query = query;
  return omc_sandbox_search (core, &search, type);
}

static OmcSandboxAnswer *
dispatch_root (OmcSandboxCore *core, const OmcSandboxRequest *request, const char *first)
{
  if (first == NULL && is (request, "POST"))
    {
      omc_sandbox_core_count (core, "bundle", 1);
      return omc_sandbox_bundle (core, request);
    }
  if (!is (request, "GET"))
    return answer_method (request);
  if (first == NULL)
    {
      omc_sandbox_core_count (core, "search", 1);
      return omc_sandbox_next_page (core, request);
    }
  if (g_str_equal (first, "metadata"))
    {
      omc_sandbox_core_count (core, "metadata", 1);
      return omc_sandbox_metadata (core);
    }
  omc_sandbox_core_count (core, "history", 1);
  return omc_sandbox_history (core, request, NULL, NULL);
}

static OmcSandboxAnswer *
dispatch_type (OmcSandboxCore *core, const OmcSandboxRequest *request, const char *type)
{
  if (is (request, "GET"))
    {
      omc_sandbox_core_count (core, "search", 1);
      return omc_sandbox_search (core, request, type);
    }
  if (is (request, "POST"))
    {
      omc_sandbox_core_count (core, "create", 1);
      return in_transaction (core, request, create, type, NULL);
    }
  if (is (request, "PUT"))
    {
      omc_sandbox_core_count (core, "update", 1);
      return in_transaction (core, request, update_where, type, NULL);
    }
  return answer_method (request);
}

static OmcSandboxAnswer *
dispatch_instance (OmcSandboxCore *core,
                   const OmcSandboxRequest *request,
                   const char *type,
                   const char *id)
{
  if (is (request, "GET"))
    {
      omc_sandbox_core_count (core, "read", 1);
      return omc_sandbox_read (core, request, type, id);
    }
  if (is (request, "PUT"))
    {
      omc_sandbox_core_count (core, "update", 1);
      return in_transaction (core, request, omc_sandbox_update, type, id);
    }
  if (is (request, "PATCH"))
    {
      omc_sandbox_core_count (core, "patch", 1);
      return in_transaction (core, request, omc_sandbox_patch, type, id);
    }
  if (is (request, "DELETE"))
    {
      omc_sandbox_core_count (core, "delete", 1);
      return in_transaction (core, request, omc_sandbox_delete, type, id);
    }
  return answer_method (request);
}

/* Type/x, Type/id/x and Type/id/_history/x. */
static OmcSandboxAnswer *
dispatch_special (OmcSandboxCore *core,
                  const OmcSandboxRequest *request,
                  const char *const *parts,
                  guint n_parts)
{
  const char *type = parts[0];

  if (n_parts == 2 && g_str_equal (parts[1], "_search") && is (request, "POST"))
    {
      omc_sandbox_core_count (core, "search", 1);
      return search_by_post (core, request, type);
    }
  if (!is (request, "GET"))
    return answer_method (request);

  if (n_parts == 2 && g_str_equal (parts[1], "_history"))
    {
      omc_sandbox_core_count (core, "history", 1);
      return omc_sandbox_history (core, request, type, NULL);
    }
  if (n_parts == 3 && g_str_equal (parts[2], "_history"))
    {
      omc_sandbox_core_count (core, "history", 1);
      return omc_sandbox_history (core, request, type, parts[1]);
    }
  if (n_parts == 4 && g_str_equal (parts[2], "_history"))
    {
      omc_sandbox_core_count (core, "vread", 1);
      return omc_sandbox_vread (core, type, parts[1], parts[3]);
    }
  if (n_parts == 3 && g_str_equal (type, "Patient") && g_str_equal (parts[2], "$everything"))
    {
      omc_sandbox_core_count (core, "search", 1);
      return omc_sandbox_everything (core, request, parts[1]);
    }
  return omc_sandbox_answer_outcome (404, "not-found", "this server has no such address");
}

OmcSandboxAnswer *
omc_sandbox_dispatch (OmcSandboxCore *core, const OmcSandboxRequest *request)
{
  g_auto (GStrv) parts = g_strsplit (request->path, "/", MAX_SEGMENTS);
  guint n_parts = g_strv_length (parts);

  /* One slash at the end is forgiven. */
  if (n_parts > 0 && *parts[n_parts - 1] == '\0')
    g_clear_pointer (&parts[--n_parts], g_free);

  if (n_parts == 0 ||
      (n_parts == 1 && (g_str_equal (parts[0], "metadata") || g_str_equal (parts[0], "_history"))))
    return dispatch_root (core, request, n_parts == 0 ? NULL : parts[0]);
  if (n_parts == 2 && g_str_equal (parts[0], ".well-known") &&
      g_str_equal (parts[1], "smart-configuration"))
    return omc_sandbox_smart_configuration (core);

  if (n_parts >= MAX_SEGMENTS || !omc_fhir_is_resource_type (parts[0]))
    return omc_sandbox_answer_outcome (404, "not-found", "this server has no such address");
  if (n_parts == 1)
    return dispatch_type (core, request, parts[0]);
  if ((n_parts == 2 && *parts[1] != '_' && !omc_sandbox_is_id (parts[1])) ||
      (n_parts > 2 && !omc_sandbox_is_id (parts[1])))
    return omc_sandbox_answer_outcome (404, "not-found", "this cannot be an id");
  if (n_parts == 2 && *parts[1] != '_')
    return dispatch_instance (core, request, parts[0], parts[1]);
  return dispatch_special (core, request, (const char *const *)parts, n_parts);
}
