/* omc-store-audit.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store.h"

G_BEGIN_DECLS

/* The audit trail beyond what every screen needs. Reading needs the right to read it. */

/* done: entries of total that were found good. In the thread that verifies. */
typedef void (*OmcAuditProgressFunc) (guint64 done, guint64 total, gpointer user_data);
/* Verifies the trail through its archive and the database. full FALSE: from where the last one ended without a finding, or was
 * interrupted; of what is before, it is looked whether it is all there and not what it holds. */
gboolean omc_store_check_audit_sync (OmcStore *self,
                                     gboolean full,
                                     OmcAuditProgressFunc progress,
                                     gpointer user_data,
                                     OmcAuditReport *report,
                                     GCancellable *cancellable,
                                     GError **error);

/* Before it is opened. Entries that are older, and that the server has accepted, go into the files of the archive by themselves, once
 * those of a day are due. 0, as at first: never. */
void omc_store_set_audit_retention (OmcStore *self, gint64 retention_us);

typedef struct
{
  guint n_segments; /* files that were made */
  guint64 n_entries;
  guint64 n_bytes;
} OmcAuditArchiveCounts;
/* After each file. In the thread that archives. */
typedef void (*OmcAuditArchiveFunc) (const OmcAuditArchiveCounts *counts, gpointer user_data);

/* The same at once; counts tells of what was done also before a failure. DENIED to who may not manage the device. */
gboolean omc_store_archive_audit_sync (OmcStore *self,
                                       OmcActor *actor,
                                       gint64 retention_us,
                                       OmcAuditArchiveCounts *counts,
                                       GCancellable *cancellable,
                                       GError **error);
gboolean omc_store_archive_audit_with_progress_sync (OmcStore *self,
                                                     OmcActor *actor,
                                                     gint64 retention_us,
                                                     OmcAuditArchiveFunc progress,
                                                     gpointer user_data,
                                                     OmcAuditArchiveCounts *counts,
                                                     GCancellable *cancellable,
                                                     GError **error);
/* What it would do now, and what would stay. DENIED as above. */
gboolean omc_store_plan_audit_archive_sync (OmcStore *self,
                                            OmcActor *actor,
                                            gint64 retention_us,
                                            OmcAuditArchivePlan *plan,
                                            GCancellable *cancellable,
                                            GError **error);
gboolean omc_store_read_audit_archive_sync (OmcStore *self,
                                            OmcAuditArchiveStatus *status,
                                            GCancellable *cancellable,
                                            GError **error);
/* Is each file of the archive there, as far as its header tells? report: finding, place and through of the first that is
 * not; n_segments. */
gboolean omc_store_look_at_audit_archive_sync (OmcStore *self,
                                               OmcAuditReport *report,
                                               GCancellable *cancellable,
                                               GError **error);

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
