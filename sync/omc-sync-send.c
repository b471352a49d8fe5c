/* omc-sync-send.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include "omc-sync-circle.h"
#include "omc-sync-page.h"
#include "omc-sync-send.h"

void
omc_send_state_clear (OmcSendState *self)
{
  g_clear_pointer (&self->answers, g_ptr_array_unref);
  g_clear_pointer (&self->current, omc_fhir_answer_free);
  g_clear_pointer (&self->rejection, omc_fhir_answer_free);
  g_clear_error (&self->error);
  self->impossible = FALSE;
}

static char *
dup_url (const OmcPlanItem *item)
{
  return g_strconcat (item->item->resource_type, "/", item->item->server_id, NULL);
}

/* Always in this form: Medplum ignores a bare one without a word (fhir-servers.md 2). */
static char *
dup_if_match (const OmcPlanItem *item)
{
  return item->item->base_version != NULL ? g_strdup_printf ("W/\"%s\"", item->item->base_version)
                                          : NULL;
}

static OmcFhirRequest *
make_request (OmcSyncRun *run, const OmcPlanItem *item)
{
  const OmcQueueItem *work = item->item;
  g_autofree char *url = NULL;
  OmcFhirRequest *request;

  switch (work->operation)
    {
    case OMC_OPERATION_CREATE:
      if (!item->conditional && run->profile->put_creates)
        {
          g_autoptr (OmcResource) numbered =
              omc_resource_with_id (item->outgoing, work->resource_id);

          url = g_strconcat (work->resource_type, "/", work->resource_id, NULL);
          return omc_fhir_request_new ("PUT", url, numbered);
        }
      request = omc_fhir_request_new ("POST", work->resource_type, item->outgoing);
      request->if_none_exist = item->conditional ? g_strdup (item->key_search) : NULL;
      return request;
    case OMC_OPERATION_UPDATE:
      url = dup_url (item);
      request = omc_fhir_request_new ("PUT", url, item->outgoing);
      break;
    case OMC_OPERATION_DELETE:
    default:
      url = dup_url (item);
      request = omc_fhir_request_new ("DELETE", url, NULL);
      break;
    }

  request->if_match = dup_if_match (item);
  return request;
}

static OmcFhirAnswer *
send_and_answer (OmcSyncRun *run, const OmcFhirRequest *request, GError **error)
{
  g_autoptr (OmcFhirResponse) response =
      omc_fhir_transport_send (run->transport, request, run->cancellable, error);

  return response != NULL ? omc_fhir_answer_new_from_response (response) : NULL;
}

static OmcFhirAnswer *
find_by_key (OmcSyncRun *run, const OmcPlanItem *item, GError **error)
{
  g_autofree char *escaped = g_uri_escape_string (item->key_search, "=:", FALSE);
  g_autofree char *url =
      g_strdup_printf ("%s?%s&_sort=_lastUpdated&_count=2", item->item->resource_type, escaped);
  g_autoptr (OmcFhirRequest) request = omc_fhir_request_new ("GET", url, NULL);
  g_autoptr (OmcFhirResponse) response =
      omc_fhir_transport_send (run->transport, request, run->cancellable, error);
  g_autoptr (OmcSyncPage) page = NULL;
  g_autoptr (OmcFhirResponse) first = NULL;

  if (response == NULL)
    return NULL;
  /* A search that is refused says nothing about where the record is; 404 is kept for "none". */
  if (response->status == 404 || response->status == 410)
    response->status = 400;
  if (response->status >= 300)
    return omc_fhir_answer_new_from_response (response);
  page = omc_sync_page_new (omc_json_get_root (response->json), OMC_PAGE_RESOURCES, NULL, error);
  if (page == NULL)
    return NULL;
  first = page->resources->len > 0
              ? omc_fhir_response_new (
                    200, omc_resource_get_json (g_ptr_array_index (page->resources, 0)))
              : omc_fhir_response_new (404, NULL);
  return omc_fhir_answer_new_from_response (first);
}

OmcFhirAnswer *
omc_sync_send_reread (OmcSyncRun *run, const OmcPlanItem *item, GError **error)
{
  g_autofree char *url = NULL;
  g_autoptr (OmcFhirRequest) request = NULL;

  if (item->item->operation == OMC_OPERATION_CREATE)
    return find_by_key (run, item, error);
  url = dup_url (item);
  request = omc_fhir_request_new ("GET", url, NULL);
  return send_and_answer (run, request, error);
}

/* Must be read before it is written: a delete, for If-Match may be ignored there (fhir-servers.md 2); an update
 * without a base; a create that was tried before on a server without conditional create. */
static gboolean
needs_look (OmcSyncRun *run, const OmcPlanItem *item)
{
  switch (item->item->operation)
    {
    case OMC_OPERATION_DELETE:
      return TRUE;
    case OMC_OPERATION_UPDATE:
      return item->item->base_version == NULL;
    case OMC_OPERATION_CREATE:
    default:
      return !item->conditional && !run->profile->put_creates && item->item->attempts > 0;
    }
}

/* Does what was read settle the matter without a write? */
static gboolean
look_settles (const OmcPlanItem *item, const OmcFhirAnswer *current)
{
  if (item->item->operation == OMC_OPERATION_CREATE)
    return current->status != 404;
  if (item->item->operation == OMC_OPERATION_UPDATE)
    return TRUE;
  return current->status != 200 || g_strcmp0 (current->version_id, item->item->base_version) != 0;
}

static void
send_single (OmcSyncRun *run, const OmcPlanItem *item, OmcSendState *state)
{
  g_autoptr (OmcFhirRequest) request = make_request (run, item);
  OmcFhirAnswer *answer;

  if (needs_look (run, item))
    {
      g_autoptr (OmcFhirAnswer) current = omc_sync_send_reread (run, item, &state->error);

      if (current == NULL)
        return;
      if (look_settles (item, current))
        {
          state->current = g_steal_pointer (&current);
          return;
        }
    }

  answer = send_and_answer (run, request, &state->error);
  if (answer == NULL)
    return;
  state->answers = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_fhir_answer_free);
  g_ptr_array_add (state->answers, answer);
}

static void
send_bundle (OmcSyncRun *run, OmcPlanRequest *request, OmcSendState *state)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_fhir_request_free);
  g_autoptr (OmcFhirRequest) bundle = NULL;
  g_autoptr (OmcFhirResponse) response = NULL;

  for (guint i = 0; i < request->items->len; i++)
    g_ptr_array_add (entries, make_request (run, g_ptr_array_index (request->items, i)));
  if (request->transaction)
    omc_sync_circle_close (request, entries);

  bundle = omc_fhir_request_new_bundle (request->transaction ? "transaction" : "batch", entries);
  response = omc_fhir_transport_send (run->transport, bundle, run->cancellable, &state->error);
  if (response == NULL)
    return;
  if (response->status >= 300)
    {
      state->rejection = omc_fhir_answer_new_from_response (response);
      return;
    }
  state->answers = omc_fhir_answer_list_from_bundle (response, request->items->len, &state->error);
  if (request->transaction && state->answers != NULL)
    omc_sync_circle_open (request, state->answers);
}

void
omc_sync_send (OmcSyncRun *run, OmcPlanRequest *request, OmcSendState *state)
{
  if (request->items->len == 1 && !request->transaction)
    send_single (run, g_ptr_array_index (request->items, 0), state);
  else
    send_bundle (run, request, state);
}
