/* omc-evictor.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-retention.h"
#include "omc-session.h"

G_BEGIN_DECLS

/**
 * OmcEvictor:
 *
 * Removes charts that the device need not keep (omc-retention.h), the longest unused first, piece by piece. The person's own
 * record goes first, so that nobody opens a chart that is half there. What a piece began is noted in the store: whoever goes
 * on, also after a crash, ends it before all else.
 */
typedef struct
{
  OmcRetention policy;
  gboolean running;
  gboolean needed;   /* this pass makes room; else it looks for charts whose time is over */
  gboolean lowering; /* first: charts that seem to have been used in a time to come */
  gint64 used_us;    /* the last candidate that was looked at */
  gint64 patient;    /* and who it was */
  gint64 looked_us;  /* monotonic: when a pass ended, */
  gboolean short_of; /* ... and not enough could go */
} OmcEvictor;

/* A candidate. Why it stays, or OMC_KEEP_NOTHING. */
typedef struct
{
  gint64 patient;
  gint64 used_us;
  gboolean begun;
} OmcEvictCandidate;

/* The next one after the evictor's place, 0: there is none. */
gboolean omc_evictor_next (OmcSession *session,
                           OmcEvictor *self,
                           OmcEvictCandidate *candidate,
                           GError **error);
gboolean omc_evictor_judge (OmcSession *session,
                            const OmcEvictor *self,
                            const OmcEvictCandidate *candidate,
                            OmcKeep *keep,
                            GError **error);
/* What would go of it. */
gboolean omc_evictor_measure (OmcSession *session,
                              gint64 patient,
                              guint *n_records,
                              gint64 *stored_bytes,
                              GError **error);

/* In a transaction of the writer: works until the monotonic time until_us, or the pass has ended. */
gboolean omc_evictor_step (OmcSession *session, OmcEvictor *self, gint64 until_us, GError **error);
/* Is there something to do? Begins a pass when a last one is long enough ago. Outside of a transaction, too. */
gboolean omc_evictor_wake (OmcSession *session, OmcEvictor *self, GError **error);
gboolean omc_evictor_get_used (OmcSession *session, gint64 *bytes, GError **error);

/* What was done so far, kept in the store. */
#define OMC_EVICTOR_N_RECORDS "cache.evicted-records"
#define OMC_EVICTOR_N_CHARTS "cache.evicted-charts"
#define OMC_EVICTOR_LAST_PASS "cache.last-pass"
#define OMC_EVICTOR_SHORT_OF "cache.short-of" /* bytes that could not be freed at the last pass */

G_END_DECLS
