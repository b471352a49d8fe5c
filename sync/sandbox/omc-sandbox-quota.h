/* omc-sandbox-quota.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-clock.h"

G_BEGIN_DECLS

/**
 * OmcSandboxQuota:
 *
 * Medplum's load quota of one client: points in a minute (fhir-servers.md 6).
 */
typedef struct _OmcSandboxQuota OmcSandboxQuota;

OmcSandboxQuota *omc_sandbox_quota_new (OmcClock *clock, guint points) G_GNUC_WARN_UNUSED_RESULT;
void omc_sandbox_quota_free (OmcSandboxQuota *self);
/* FALSE: there are not enough points left; nothing is spent then. path is below the FHIR base; a
 * bundle itself is free,
 * its entries are not. */
gboolean omc_sandbox_quota_spend (OmcSandboxQuota *self, const char *method, const char *path);
guint omc_sandbox_quota_get_left (OmcSandboxQuota *self);
/* Until the points are whole again, at least 1. */
guint omc_sandbox_quota_get_seconds (OmcSandboxQuota *self);

G_END_DECLS
