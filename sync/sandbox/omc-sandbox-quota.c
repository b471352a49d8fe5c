/* omc-sandbox-quota.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-quota.h"

#define WINDOW_US (60 * (gint64)G_USEC_PER_SEC)

struct _OmcSandboxQuota
{
  OmcClock *clock; /* (owned) */
  guint points;
  guint spent;
  gint64 ends_us; /* of the running minute */
};

OmcSandboxQuota *
omc_sandbox_quota_new (OmcClock *clock, guint points)
{
  OmcSandboxQuota *self = g_new0 (OmcSandboxQuota, 1);

  self->clock = g_object_ref (clock);
  self->points = points;
  return self;
}

void
omc_sandbox_quota_free (OmcSandboxQuota *self)
{
  if (self == NULL)
    return;

  g_object_unref (self->clock);
  g_free (self);
}

static void
refresh (OmcSandboxQuota *self)
{
  gint64 now = omc_clock_get_monotonic (self->clock);

  if (now >= self->ends_us)
    {
      self->spent = 0;
      self->ends_us = now + WINDOW_US;
    }
}

static guint
cost_of (const char *method, const char *path)
{
  if (!g_str_equal (method, "GET"))
    return *path == '\0' ? 0 : g_str_has_suffix (path, "/_search") ? 20 : 100;
  if (strstr (path, "_history") != NULL)
    return 10;
  return strchr (path, '/') != NULL && !g_str_has_suffix (path, "$everything") ? 1 : 20;
}

gboolean
omc_sandbox_quota_spend (OmcSandboxQuota *self, const char *method, const char *path)
{
  guint cost = cost_of (method, path);

  refresh (self);
  if (cost > self->points - self->spent)
    return FALSE;

  self->spent += cost;
  return TRUE;
}

guint
omc_sandbox_quota_get_left (OmcSandboxQuota *self)
{
  refresh (self);
  return self->points - self->spent;
}

guint
omc_sandbox_quota_get_seconds (OmcSandboxQuota *self)
{
  refresh (self);
  return (guint)MAX (1,
                     (self->ends_us - omc_clock_get_monotonic (self->clock) + G_USEC_PER_SEC - 1) /
                         G_USEC_PER_SEC);
}
