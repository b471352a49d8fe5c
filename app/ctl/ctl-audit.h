/* ctl-audit.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-ctl.h"

#include "omc-store-audit.h"

G_BEGIN_DECLS

/* What "audit" is made of; argv[0] is the sub-command's own name. */
int omc_ctl_audit_verify (OmcCtl *self, int argc, char **argv);
int omc_ctl_audit_archive (OmcCtl *self, int argc, char **argv);

/* One sentence: where the trail is broken, and how. */
char *omc_ctl_audit_describe (const OmcAuditReport *report);
/* The members that tell of a report. */
void
omc_ctl_audit_add_report (OmcJsonBuilder *b, OmcJsonNode *object, const OmcAuditReport *report);
/* "12 files, 3.4 MB, entries 1 to 98304"; "none" without one. */
char *omc_ctl_audit_describe_archive (const OmcAuditArchiveStatus *status);
void omc_ctl_audit_add_archive (OmcJsonBuilder *b,
                                OmcJsonNode *object,
                                const OmcAuditArchiveStatus *status);

G_END_DECLS
