/* omc-retention.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-cache"

#include "config.h"

#include "omc-retention.h"

/* A server's pages are refused above 15/16 of the limit (omc-store-budget.h): room is made before. */
#define START_PERCENT 85
#define TARGET_PERCENT 75
/* Also without any room: what somebody works with today. */
#define RECENT_US G_TIME_SPAN_DAY

static const char *const names[OMC_N_KEEP] = {
  [OMC_KEEP_NOTHING] = "nothing",   [OMC_KEEP_UNSENT] = "unsent",
  [OMC_KEEP_CONFLICT] = "conflict", [OMC_KEEP_DRAFT] = "draft",
  [OMC_KEEP_PINNED] = "pinned",     [OMC_KEEP_ON_WARD] = "on-ward",
  [OMC_KEEP_WANTED] = "wanted",     [OMC_KEEP_CHANGING] = "changing",
  [OMC_KEEP_RECENT] = "recent",     [OMC_KEEP_UNCONFIRMED] = "unconfirmed",
  [OMC_KEEP_TIME] = "time",
};

const char *
omc_keep_to_string (OmcKeep keep)
{
  g_return_val_if_fail ((guint)keep < OMC_N_KEEP, NULL);

  return names[keep];
}

gint64
omc_retention_need (const OmcRetention *self, gint64 used_bytes, gboolean begun)
{
  gint64 target = self->max_bytes / 100 * TARGET_PERCENT;

  if (used_bytes <= (begun ? target : self->max_bytes / 100 * START_PERCENT))
    return 0;

  return used_bytes - target;
}

gint64
omc_retention_horizon (const OmcRetention *self, gboolean needed, gint64 now_us)
{
  if (needed)
    return now_us - RECENT_US;
  if (self->retention_us == 0)
    return G_MININT64;

  return now_us - MAX (self->retention_us, RECENT_US);
}

OmcKeep
omc_retention_judge (const OmcRetention *self,
                     const OmcRetentionFacts *facts,
                     gboolean needed,
                     gint64 now_us)
{
  if (facts->unsent)
    return OMC_KEEP_UNSENT;
  if (facts->conflict)
    return OMC_KEEP_CONFLICT;
  if (facts->draft)
    return OMC_KEEP_DRAFT;
  if (facts->pinned)
    return OMC_KEEP_PINNED;
  if (facts->on_ward)
    return OMC_KEEP_ON_WARD;
  if (facts->wanted)
    return OMC_KEEP_WANTED;
  if (facts->changing)
    return OMC_KEEP_CHANGING;
  if (facts->unconfirmed)
    return OMC_KEEP_UNCONFIRMED;
  if (facts->begun)
    return OMC_KEEP_NOTHING;
  /* A clock that went back makes nothing older. */
  if (facts->used_us > omc_retention_horizon (self, TRUE, now_us))
    return OMC_KEEP_RECENT;
  if (facts->used_us > omc_retention_horizon (self, needed, now_us))
    return OMC_KEEP_TIME;

  return OMC_KEEP_NOTHING;
}
