/* omc-sync-audit-there.c: what the server has of the audit trail
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-store-audit-upload.h"
#include "omc-sync-audit-there.h"
#include "omc-sync-page.h"

#define HEADS "5"
/* Keys of one question: addresses longer than some thousand bytes are refused here and there. */
#define KEYS_ASKED 20
#define ENOUGH_FOUND "100"
#define PAGES_MAX 10

static const char *
get_store_id (OmcSyncRun *run)
{
  return omc_key_manager_get_store_id (omc_store_get_key_manager (run->store));
}

static OmcSyncPage *
read_newest (OmcSyncRun *run, const char *tag, const char *count, GError **error)
{
  const char *store_id = get_store_id (run);
  g_autofree char *token = g_strconcat (tag, "|", store_id, NULL);
  g_autofree char *escaped = g_uri_escape_string (token, NULL, FALSE);
  g_autofree char *url = g_strconcat (OMC_SYNC_AUDIT_TYPE "?_tag=", escaped,
                                      "&_sort=-_lastUpdated&_count=", count, NULL);
  g_autoptr (OmcFhirResponse) response =
      omc_fhir_transport_get (run->transport, url, run->cancellable, error);

  return response != NULL ? omc_sync_page_new (omc_json_get_root (response->json),
                                               OMC_PAGE_RESOURCES, NULL, error)
                          : NULL;
}

/* The highest place in the chain that a page tells of; 0: none. */
static guint64
find_head (OmcSyncRun *run, const OmcSyncPage *page, guint8 hash[OMC_AUDIT_HASH_LENGTH])
{
  const char *store_id = get_store_id (run);
  guint64 head = 0;

  for (guint i = 0; i < page->resources->len; i++)
    {
      guint8 found[OMC_AUDIT_HASH_LENGTH];
      guint64 sequence;

      if (!omc_audit_fhir_read_place (g_ptr_array_index (page->resources, i), store_id, &sequence,
                                      found) ||
          sequence <= head)
        continue;
      head = sequence;
      memcpy (hash, found, sizeof found);
    }

  return head;
}

static void
raise_alarm (OmcSyncRun *run)
{
  omc_sync_run_note (run, _ ("The audit trail on the server goes further than the one on this "
                             "device: the store was rolled back or rebuilt. Keep it as it is and "
                             "tell the security officer."));
}

gboolean
omc_sync_audit_compare_head (OmcSyncRun *run, GError **error)
{
  g_autoptr (OmcSyncPage) page = read_newest (run, OMC_AUDIT_TAG_HEAD, HEADS, error);
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
  gboolean alarm = FALSE;
  guint64 head;

  if (page == NULL)
    return FALSE;
  head = find_head (run, page, hash);
  if (head != 0 && !omc_store_compare_server_audit (run->store, head, hash, &alarm, error))
    return FALSE;
  if (alarm)
    raise_alarm (run);

  return TRUE;
}

static void
add_there (OmcSyncRun *run, const OmcSyncPage *page, GHashTable *there)
{
  const char *store_id = get_store_id (run);

  for (guint i = 0; i < page->resources->len; i++)
    {
      guint8 hash[OMC_AUDIT_HASH_LENGTH];
      guint64 sequence;

      if (omc_audit_fhir_read_place (g_ptr_array_index (page->resources, i), store_id, &sequence,
                                     hash))
        g_hash_table_add (there, omc_audit_fhir_key (store_id, sequence, hash));
    }
}

static char *
make_question (GPtrArray *uploads, guint from, guint to)
{
  g_autoptr (GString) token = g_string_new (NULL);
  g_autofree char *escaped = NULL;

  for (guint i = from; i < to; i++)
    {
      const OmcAuditUpload *upload = g_ptr_array_index (uploads, i);

      g_string_append_printf (token, "%s" OMC_AUDIT_TAG_ENTRY "|%s", i > from ? "," : "",
                              omc_resource_get_id (upload->event));
    }
  escaped = g_uri_escape_string (token->str, ",", FALSE);
  return g_strconcat (OMC_SYNC_AUDIT_TYPE "?_tag=", escaped, "&_count=", ENOUGH_FOUND, NULL);
}

gboolean
omc_sync_audit_find (OmcSyncRun *run, GPtrArray *uploads, GHashTable *there, GError **error)
{
  g_hash_table_remove_all (there);
  for (guint from = 0; from < uploads->len; from += KEYS_ASKED)
    {
      g_autofree char *url = make_question (uploads, from, MIN (from + KEYS_ASKED, uploads->len));

      for (guint n = 0; url != NULL && n < PAGES_MAX; n++)
        {
          g_autoptr (OmcFhirResponse) response =
              omc_fhir_transport_get (run->transport, url, run->cancellable, error);
          g_autoptr (OmcSyncPage) page = NULL;

          if (response == NULL)
            return FALSE;
          page = omc_sync_page_new (omc_json_get_root (response->json), OMC_PAGE_RESOURCES, NULL,
                                    error);
          if (page == NULL)
            return FALSE;
          add_there (run, page, there);
          g_set_str (&url, page->next);
        }
    }

  return TRUE;
}
