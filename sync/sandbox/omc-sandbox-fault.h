/* omc-sandbox-fault.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  OMC_SANDBOX_FAULT_LATENCY,
  OMC_SANDBOX_FAULT_DROP_BEFORE,
  OMC_SANDBOX_FAULT_DROP_AFTER,
  OMC_SANDBOX_FAULT_STATUS,
  OMC_SANDBOX_FAULT_TRUNCATE,
  OMC_SANDBOX_FAULT_DUPLICATE,
  OMC_SANDBOX_FAULT_PORTAL,
  OMC_SANDBOX_FAULT_UNAUTHORIZED,
  OMC_SANDBOX_FAULT_THROTTLE,
  OMC_SANDBOX_FAULT_LATE_COMMIT,
  OMC_SANDBOX_FAULT_EXPIRED_PAGE,
  OMC_SANDBOX_FAULT_SKEW,
  OMC_SANDBOX_N_FAULTS
} OmcSandboxFaultKind;

/**
 * OmcSandboxFaults:
 *
 * What goes wrong, by a script. Each fault draws from a generator of its own, once for each
 * request that it matches, so
 * that the same requests meet the same faults again.
 */
typedef struct _OmcSandboxFaults OmcSandboxFaults;

/* What happens to one request: for each kind whether, and its value (milliseconds, seconds or a
 * status). */
typedef struct
{
  gboolean on[OMC_SANDBOX_N_FAULTS];
  gint64 value[OMC_SANDBOX_N_FAULTS];
} OmcSandboxVerdict;

/* specs as of omc_sandbox_set_faults(). */
OmcSandboxFaults *omc_sandbox_faults_new (const char *const *specs,
                                          guint64 seed,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void omc_sandbox_faults_free (OmcSandboxFaults *self);
void omc_sandbox_faults_decide (OmcSandboxFaults *self,
                                const char *method,
                                const char *path,
                                OmcSandboxVerdict *verdict);
const char *omc_sandbox_fault_name (OmcSandboxFaultKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSandboxFaults, omc_sandbox_faults_free)

G_END_DECLS
