/* omc-audit-words.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store-types.h"

G_BEGIN_DECLS

/* The audit trail in words. Its codes never change and are for machines; what has no word here is shown as it is. */

/* What was done: "Opened a patient’s chart". Free it. */
char *omc_audit_words_act (const OmcAuditEntry *entry);
/* On what: "Patient p1 · Measurement m2, version 3"; NULL when it names nothing. Free it. */
char *omc_audit_words_subject (const OmcAuditEntry *entry);
/* What else it says: "not accepted", "3 records created, 1 changed"; (nullable). Free it. */
char *omc_audit_words_detail (const OmcAuditEntry *entry);
/* "Charge nurse" for "charge-nurse" */
const char *omc_audit_words_role (const char *role);

G_END_DECLS
