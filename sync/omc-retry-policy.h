/* omc-retry-policy.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * OmcRetryPolicy:
 *
 * How often and how late something is tried again. Pure.
 */
typedef struct
{
  guint max_attempts; /* after these an item is shown to a person */
  double multiplier;
  guint base_ms; /* ceiling of the first delay */
  guint max_backoff_ms;
} OmcRetryPolicy;

extern const OmcRetryPolicy OMC_RETRY_DEFAULT; /* 5 attempts, 1 s doubling to 5 min */

/* Full jitter: evenly between 0 and min (max_backoff, base * multiplier^(attempts - 1)), in microseconds.
 * attempts: those that failed, from 1; random: [0, 1). */
gint64 omc_retry_policy_get_delay (const OmcRetryPolicy *self, guint attempts, double random);
gboolean omc_retry_policy_is_exhausted (const OmcRetryPolicy *self, guint attempts);

/* How long a server asks to wait, in microseconds; -1 when it does not say.
 * retry_after: (nullable): seconds or an HTTP date; rate_limit: (nullable): the RateLimit header,
 * `"requests";r=0;t=12, "fhirInteractions";r=3;t=40` (the longest t of those with nothing left);
 * server_now_us: of the same answer's Date header. A day at most. */
gint64 omc_retry_hint (const char *retry_after, const char *rate_limit, gint64 server_now_us);

G_END_DECLS
