/* omc-audit-mark.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

/* Names of what the audit trail keeps in sync_state. */
#define OMC_AUDIT_MARK_SENT "audit.sent"         /* all up to here is on the server, or refused */
#define OMC_AUDIT_MARK_EXPORTED "audit.exported" /* ... was written to a file by a person */
#define OMC_AUDIT_MARK_ARCHIVED "audit.archived" /* ... is in segments, and not in the table */
#define OMC_AUDIT_MARK_VERIFIED                                                                    \
  "audit.verified"                           /* a checkpoint of the verification, authenticated */
#define OMC_AUDIT_MARK_SERVER "audit.server" /* why nothing goes up */
#define OMC_AUDIT_MARK_ALARM "audit.alarm"   /* the head on the server that is not here */
