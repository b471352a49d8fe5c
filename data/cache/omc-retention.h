/* omc-retention.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Which copies of the server's records a device need not keep. Pure: no clock, no store.
 *
 * What goes is a patient's whole chart, since half a chart misleads, and only what the server has confirmed: it is removed
 * from this device, never deleted. A device's store is not the record (clinical.md 6: keep 14 to 30 days, purge only
 * what is synchronised, audited).
 */

#define OMC_RETENTION_DAYS_DEFAULT 30

typedef struct
{
  gint64 retention_us; /* since a chart was last used, 0: as long as there is room */
  gint64 max_bytes;    /* of the database */
} OmcRetention;

/**
 * OmcKeep:
 *
 * Why a chart stays, the first that holds. All but %OMC_KEEP_NOTHING, %OMC_KEEP_TIME hold also when there is no room.
 */
typedef enum
{
  OMC_KEEP_NOTHING, /* it goes */
  OMC_KEEP_UNSENT,
  OMC_KEEP_CONFLICT,
  OMC_KEEP_DRAFT,
  OMC_KEEP_PINNED,
  OMC_KEEP_ON_WARD,
  OMC_KEEP_WANTED,      /* records of it are on their way back */
  OMC_KEEP_CHANGING,    /* what it shows is not computed yet */
  OMC_KEEP_UNCONFIRMED, /* the server has not confirmed all of it as it is here */
  OMC_KEEP_RECENT,      /* used within a day */
  OMC_KEEP_TIME,        /* its time is not over, and there is room */
} OmcKeep;

#define OMC_N_KEEP (OMC_KEEP_TIME + 1)

const char *omc_keep_to_string (OmcKeep keep); /* "unsent", "on-ward", ... */

typedef struct
{
  gboolean unsent;
  gboolean conflict;
  gboolean draft;
  gboolean pinned;
  gboolean on_ward;
  gboolean wanted;
  gboolean changing;
  gboolean unconfirmed;
  gboolean begun; /* a part of it went already: the rest follows, whenever it was used */
  gint64 used_us;
} OmcRetentionFacts;

/* How many bytes are to be freed, 0: there is room. begun: room is being made, so that a pass goes on to its end and does
 * not begin anew with every page that comes. */
gint64 omc_retention_need (const OmcRetention *self, gint64 used_bytes, gboolean begun);
/* needed: there is no room. */
OmcKeep omc_retention_judge (const OmcRetention *self,
                             const OmcRetentionFacts *facts,
                             gboolean needed,
                             gint64 now_us);
/* Charts that were used later than this stay whatever else is true of them; needed as above. */
gint64 omc_retention_horizon (const OmcRetention *self, gboolean needed, gint64 now_us);

G_END_DECLS
