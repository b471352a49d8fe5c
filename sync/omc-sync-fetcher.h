/* omc-sync-fetcher.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-fhir-transport.h"
#include "omc-sync-page.h"

G_BEGIN_DECLS

typedef struct
{
  char *type;
  OmcSyncPageKind kind;
  char *url; /* of the first page */
  char *
      fallback_url; /* (nullable): in an order in which paging cannot get stuck (fhir-servers.md 4) */
  char *
      mark_name; /* (nullable): moves when this job and those of the same type before it are through */
  char *old_mark;   /* (nullable) */
  OmcJson *first;   /* (owned) (nullable): the first page, when it came together with others */
  gint64 server_us; /* the server's time when the first page was asked for, 0: not known */
} OmcFetchJob;

OmcFetchJob *
omc_fetch_job_new (const char *type, OmcSyncPageKind kind, char *url) G_GNUC_WARN_UNUSED_RESULT;
void omc_fetch_job_free (OmcFetchJob *self);

typedef struct
{
  const OmcFetchJob *job;
  OmcSyncPage *page; /* (owned) (nullable): none when the server refuses this job */
  char *refusal;     /* (nullable): the sentence */
  gint64 server_us;
  gboolean is_first;
  gboolean is_last;
} OmcFetched;

void omc_fetched_free (OmcFetched *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcFetched, omc_fetched_free)

/**
 * OmcSyncFetcher:
 *
 * Fetches and parses pages on a thread of its own, two pages ahead of who stores them. Meanwhile nobody else may
 * use the transport.
 */
typedef struct _OmcSyncFetcher OmcSyncFetcher;

/* jobs: (element-type OmcFetchJob): in order. together: ask for all first pages in one batch. */
OmcSyncFetcher *omc_sync_fetcher_new (OmcFhirTransport *transport,
                                      GPtrArray *jobs,
                                      gboolean together,
                                      GCancellable *cancellable) G_GNUC_WARN_UNUSED_RESULT;
/* Stops what is going on and waits for the thread. */
void omc_sync_fetcher_free (OmcSyncFetcher *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSyncFetcher, omc_sync_fetcher_free)
/* NULL without an error: that was all. */
OmcFetched *omc_sync_fetcher_next (OmcSyncFetcher *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
