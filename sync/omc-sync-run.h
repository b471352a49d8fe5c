/* omc-sync-run.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-fhir-transport.h"
#include "omc-retry-policy.h"
#include "omc-server-profile.h"
#include "omc-store-sync.h"
#include "omc-sync-config.h"

G_BEGIN_DECLS

/* Where a server says who may work here, and with what. */
#define OMC_SYNC_PEOPLE "Practitioner"
#define OMC_SYNC_DEVICES "Device"

typedef struct _OmcSyncRun OmcSyncRun;
typedef void (*OmcSyncProgressFunc) (OmcSyncRun *run, gpointer user_data);

/**
 * OmcSyncRun:
 *
 * What the stages of one run share. Lives on the thread of the run.
 */
struct _OmcSyncRun
{
  OmcStore *store;             /* (owned) */
  OmcFhirTransport *transport; /* (owned) */
  OmcSyncConfig *config;       /* (owned) */
  OmcActor *actor;             /* (owned) */
  OmcServerProfile *profile;   /* (owned) (nullable): set by the first stage */
  GCancellable *cancellable;   /* (owned) */
  GRand *random;               /* (owned): of the jitter */
  OmcRetryPolicy policy;

  char *resource_type;  /* (owned) (nullable): only this resource */
  char *resource_id;    /* (owned) (nullable): its local id */
  gboolean all_due;     /* a person asks: no item waits for its next attempt */
  gboolean people_only; /* no records: who may still work with this device */
  GError *no_room; /* (owned) (nullable): why not all was read; what waits is sent all the same */
  GHashTable *
      tried_creates; /* (owned) (nullable): key -> OmcQueueItem: creates whose answer may have been lost */

  GHashTable *asked; /* (owned) (nullable): set of "Type/id" that omc-sync-places asked for */
  guint depth;       /* of what it asked for because of what it was given */
  gboolean dry;      /* nothing is written */

  gint64 server_us;        /* the server's time at the first answer, 0: not yet */
  gint64 deletions_polled; /* monotonic, by the store's clock; 0: not in this run */
  gint64 hold_us;          /* the server asks to wait this long, -1: it does not */
  gboolean pulled;         /* every type was read to its end */
  gboolean
      heard_people; /* who may work here, and this device's own entry, were read to their end */
  char *unheard;    /* (owned) (nullable): of these types, what the server refused to tell */
  char *note;       /* (owned) (nullable): the first sentence about something that was left out */

  OmcServerCounts down;
  guint n_sent;
  guint n_failed;
  guint n_stuck;

  double done; /* of total, pieces of work */
  double total;
  gint64 started;                    /* monotonic */
  OmcSyncProgressFunc progress_func; /* (nullable) */
  gpointer progress_data;
};

void omc_sync_run_note (OmcSyncRun *self, const char *sentence);
/* Notes that the server is being asked for deletions; and the time since, in microseconds, in which the device may have slept. */
void omc_sync_run_note_poll (OmcSyncRun *self);
gint64 omc_sync_run_get_poll_age (OmcSyncRun *self);
void omc_sync_run_add_counts (OmcSyncRun *self, const OmcServerCounts *counts);
void omc_sync_run_add_work (OmcSyncRun *self, double pieces);
void omc_sync_run_work_done (OmcSyncRun *self, double pieces);
/* 0..1 and seconds left, -1: not known. */
double omc_sync_run_get_progress (OmcSyncRun *self, int *eta_seconds);
/* The Date of an answer: the first one of a run sets the clock's offset. */
void omc_sync_run_see_server_time (OmcSyncRun *self, gint64 server_us);
/* The types to read, of the configuration or in clinical order, that the server has; who may work here is always among
 * them. (transfer full) */
GStrv omc_sync_run_list_types (OmcSyncRun *self);

G_END_DECLS
