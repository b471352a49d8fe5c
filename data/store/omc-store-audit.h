/* omc-store-audit.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store.h"

G_BEGIN_DECLS

/* The audit trail beyond what every screen needs. Reading needs the right to read it. */

/* Entries that are about a patient, from a sequence number on, oldest first: those of an act on the chart, and those that
 * name a record of it among others (a page that a server sent). next: (out) where the following page starts, 0: there is
 * none. (element-type OmcAuditEntry) */
GPtrArray *omc_store_list_audit_of_patient_sync (OmcStore *self,
                                                 OmcActor *actor,
                                                 const char *patient_id,
                                                 guint64 from,
                                                 guint limit,
                                                 guint64 *next,
                                                 GCancellable *cancellable,
                                                 GError **error);
/* The records that one entry names beside, in their order; patient_id: (nullable) of this patient alone. limit: 0 for all.
 * (element-type OmcAuditItem) */
GPtrArray *omc_store_list_audit_items_sync (OmcStore *self,
                                            OmcActor *actor,
                                            guint64 sequence,
                                            const char *patient_id,
                                            guint limit,
                                            GCancellable *cancellable,
                                            GError **error);

G_END_DECLS
