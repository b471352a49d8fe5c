/* omc-store.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-access-policy.h"
#include "omc-clock.h"
#include "omc-key-manager.h"
#include "omc-merge3.h"
#include "omc-resource.h"
#include "omc-store-types.h"

G_BEGIN_DECLS

#define OMC_TYPE_STORE (omc_store_get_type ())

/**
 * OmcStore:
 *
 * A ward's records in one encrypted SQLCipher file, with the outbox, the conflicts and the audit chain.
 *
 * One writer thread and two reader threads own a connection each; what writes is one transaction of resource,
 * index, outbox and audit rows, durable (`synchronous=FULL`) before it is answered. `_sync` calls wait for those
 * threads: call them from worker threads, tests and command line programs, never from the thread of a window.
 * Every access names an [class@Actor]; what the access policy denies is answered with %OMC_STORE_ERROR_DENIED and
 * audited.
 *
 * # Signals
 *
 * `changed (OmcStore, OmcStoreChange *)` in the main context in which the store was made, coalesced.
 */
G_DECLARE_FINAL_TYPE (OmcStore, omc_store, OMC, STORE, GObject)

OmcStore *omc_store_new (const char *directory,
                         OmcKeyManager *keys,
                         OmcClock *clock) G_GNUC_WARN_UNUSED_RESULT;
/* Opens or, when there is no database and the keys are new, creates. The keys must be unlocked. */
gboolean omc_store_open_sync (OmcStore *self, GCancellable *cancellable, GError **error);
void omc_store_open_async (OmcStore *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean omc_store_open_finish (OmcStore *self, GAsyncResult *result, GError **error);
/* Finishes what is queued, checkpoints, wipes the keys from the connections. */
void omc_store_close (OmcStore *self);
gboolean omc_store_is_open (OmcStore *self);
const char *omc_store_get_directory (OmcStore *self);
OmcKeyManager *omc_store_get_key_manager (OmcStore *self);
OmcClock *omc_store_get_clock (OmcStore *self);

/* --- reading --- */
OmcResource *omc_store_read_sync (OmcStore *self,
                                  OmcActor *actor,
                                  const char *type,
                                  const char *id,
                                  GCancellable *cancellable,
                                  GError **error);
void omc_store_read_async (OmcStore *self,
                           OmcActor *actor,
                           const char *type,
                           const char *id,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
OmcResource *omc_store_read_finish (OmcStore *self, GAsyncResult *result, GError **error);

/* A FHIR search string, "Observation?patient=7&category=vital-signs&_sort=-date&_count=20"; unknown parameters are
 * an error (OMC_FHIR_ERROR_UNSUPPORTED). */
OmcSearchResult *omc_store_search_sync (OmcStore *self,
                                        OmcActor *actor,
                                        const char *query,
                                        GCancellable *cancellable,
                                        GError **error);
void omc_store_search_async (OmcStore *self,
                             OmcActor *actor,
                             const char *query,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
OmcSearchResult *omc_store_search_finish (OmcStore *self, GAsyncResult *result, GError **error);

/* A page of the ward board and, in total, how many rows the query has. (element-type OmcBoardRow) */
GPtrArray *omc_store_list_board_sync (OmcStore *self,
                                      OmcActor *actor,
                                      const OmcBoardQuery *query,
                                      guint offset,
                                      guint limit,
                                      guint *total,
                                      GCancellable *cancellable,
                                      GError **error);
void omc_store_list_board_async (OmcStore *self,
                                 OmcActor *actor,
                                 const OmcBoardQuery *query,
                                 guint offset,
                                 guint limit,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GPtrArray *
omc_store_list_board_finish (OmcStore *self, GAsyncResult *result, guint *total, GError **error);

/* Who and where somebody is, and nothing clinical: also of another department's patient, for those whom the glass could be
 * broken for, to be sure of the person before it is. */
OmcBoardRow *omc_store_identify_sync (OmcStore *self,
                                      OmcActor *actor,
                                      const char *patient_id,
                                      GCancellable *cancellable,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void omc_store_identify_async (OmcStore *self,
                               OmcActor *actor,
                               const char *patient_id,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
OmcBoardRow *omc_store_identify_finish (OmcStore *self, GAsyncResult *result, GError **error);

/* All that a patient's chart shows, read in one go: the patient, the board row, allergies, conditions, medication,
 * vitals of the last days, flags, encounters. One audit entry ("patient opened"). */
OmcChart *omc_store_read_chart_sync (OmcStore *self,
                                     OmcActor *actor,
                                     const char *patient_id,
                                     gint64 vitals_since_us,
                                     GCancellable *cancellable,
                                     GError **error);
void omc_store_read_chart_async (OmcStore *self,
                                 OmcActor *actor,
                                 const char *patient_id,
                                 gint64 vitals_since_us,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
OmcChart *omc_store_read_chart_finish (OmcStore *self, GAsyncResult *result, GError **error);

/* Calls func (on the reader thread) for every resource, or those of a type or patient, in a stable order. */
typedef gboolean (*OmcStoreResourceFunc) (OmcResource *resource,
                                          gpointer user_data,
                                          GError **error);
gboolean omc_store_foreach_sync (OmcStore *self,
                                 OmcActor *actor,
                                 const char *type,
                                 const char *patient_id,
                                 OmcStoreResourceFunc func,
                                 gpointer user_data,
                                 GCancellable *cancellable,
                                 GError **error);

/* --- writing: a person's work --- */
/* Creates and updates in one transaction: a resource without an id, or with one that the store does not hold, is a
 * create; else an update of the stored version. Queued for the server. Gives the resources as stored. */
GPtrArray *omc_store_save_sync (OmcStore *self,
                                OmcActor *actor,
                                GPtrArray *resources,
                                OmcSaveReason reason,
                                GCancellable *cancellable,
                                GError **error);
/* draft_key: (nullable): the actor's draft that becomes these resources, forgotten in the same transaction: whoever is
 * killed in between finds one of the two, never both and never none. */
void omc_store_save_async (OmcStore *self,
                           OmcActor *actor,
                           GPtrArray *resources,
                           OmcSaveReason reason,
                           const char *draft_key,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
GPtrArray *omc_store_save_finish (OmcStore *self, GAsyncResult *result, GError **error);
/* Rarely right in a clinical record: prefer entered-in-error. Queued as a DELETE. */
gboolean omc_store_delete_sync (OmcStore *self,
                                OmcActor *actor,
                                const char *type,
                                const char *id,
                                GCancellable *cancellable,
                                GError **error);

/* Loads a batch: as local work (queued) or as the server's state (clean; dirty resources are merged, never
 * overwritten). All or nothing for the batch. */
gboolean omc_store_import_sync (OmcStore *self,
                                OmcActor *actor,
                                GPtrArray *resources,
                                OmcImportMode mode,
                                OmcImportCounts *counts,
                                GCancellable *cancellable,
                                GError **error);

/* Drafts: opaque bytes of a form, encrypted, per person and key ("vitals/Patient/7"); durable like all else. */
void omc_store_save_draft_async (OmcStore *self,
                                 OmcActor *actor,
                                 const char *key,
                                 GBytes *draft,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean omc_store_save_draft_finish (OmcStore *self, GAsyncResult *result, GError **error);
/* NULL without an error: there is none. */
void omc_store_load_draft_async (OmcStore *self,
                                 OmcActor *actor,
                                 const char *key,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GBytes *omc_store_load_draft_finish (OmcStore *self,
                                     GAsyncResult *result,
                                     gint64 *saved_at_us,
                                     GError **error);
gboolean omc_store_save_draft_sync (OmcStore *self,
                                    OmcActor *actor,
                                    const char *key,
                                    GBytes *draft,
                                    GCancellable *cancellable,
                                    GError **error); /* draft NULL: forget it */
GBytes *omc_store_load_draft_sync (OmcStore *self,
                                   OmcActor *actor,
                                   const char *key,
                                   gint64 *saved_at_us,
                                   GCancellable *cancellable,
                                   GError **error);

/* --- the queue --- */
GPtrArray *omc_store_list_queue_sync (OmcStore *self,
                                      OmcActor *actor,
                                      const char *patient_id,
                                      GCancellable *cancellable,
                                      GError **error); /* OmcQueueItem */
void omc_store_list_queue_async (OmcStore *self,
                                 OmcActor *actor,
                                 const char *patient_id,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GPtrArray *omc_store_list_queue_finish (OmcStore *self, GAsyncResult *result, GError **error);
gboolean omc_store_retry_queue_item_sync (OmcStore *self,
                                          OmcActor *actor,
                                          gint64 queue_id,
                                          GCancellable *cancellable,
                                          GError **error);
/* Takes the work back: the stored version becomes the base again (or the resource goes, if it was never sent). The
 * cancelled payload stays in the journal with the reason. Refused while the item is in flight. */
gboolean omc_store_cancel_queue_item_sync (OmcStore *self,
                                           OmcActor *actor,
                                           gint64 queue_id,
                                           const char *reason,
                                           GCancellable *cancellable,
                                           GError **error);

/* --- conflicts and the journal of automatic merges --- */
GPtrArray *omc_store_list_conflicts_sync (OmcStore *self,
                                          OmcActor *actor,
                                          OmcConflictFilter filter,
                                          GCancellable *cancellable,
                                          GError **error); /* OmcConflict, no documents */
void omc_store_list_conflicts_async (OmcStore *self,
                                     OmcActor *actor,
                                     OmcConflictFilter filter,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
GPtrArray *omc_store_list_conflicts_finish (OmcStore *self, GAsyncResult *result, GError **error);
/* With base, local and remote. */
OmcConflict *omc_store_read_conflict_sync (OmcStore *self,
                                           OmcActor *actor,
                                           gint64 conflict_id,
                                           GCancellable *cancellable,
                                           GError **error);
void omc_store_read_conflict_async (OmcStore *self,
                                    OmcActor *actor,
                                    gint64 conflict_id,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
OmcConflict *omc_store_read_conflict_finish (OmcStore *self, GAsyncResult *result, GError **error);
/* Stores a person's decision: merged becomes the local version on top of the conflict's remote one, the queue item is
 * free again. decisions: (nullable) what was chosen for which hunk, kept in the journal. Fails with
 * OMC_STORE_ERROR_STALE when the conflict has changed since it was read (its remote moved). */
gboolean omc_store_resolve_conflict_sync (OmcStore *self,
                                          OmcActor *actor,
                                          gint64 conflict_id,
                                          OmcResource *merged,
                                          OmcJson *decisions,
                                          GCancellable *cancellable,
                                          GError **error);
void omc_store_resolve_conflict_async (OmcStore *self,
                                       OmcActor *actor,
                                       gint64 conflict_id,
                                       OmcResource *merged,
                                       OmcJson *decisions,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean omc_store_resolve_conflict_finish (OmcStore *self, GAsyncResult *result, GError **error);

/* --- emergency access (clinical.md 6) --- */
/* Opens the chart of another department's patient for reading and for documenting care, for half an hour. The person signs
 * in again by passphrase or PIN (way), which the keyring verifies also while the store is open. expires_us: (out) (optional) */
gboolean omc_store_break_glass_sync (OmcStore *self,
                                     OmcActor *actor,
                                     const char *patient_id,
                                     const char *reason,
                                     const char *words,
                                     OmcKeySlotKind way,
                                     OmcSecret *secret,
                                     gint64 *expires_us,
                                     GCancellable *cancellable,
                                     GError **error);
void omc_store_break_glass_async (OmcStore *self,
                                  OmcActor *actor,
                                  const char *patient_id,
                                  const char *reason,
                                  const char *words,
                                  OmcKeySlotKind way,
                                  OmcSecret *secret,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean omc_store_break_glass_finish (OmcStore *self,
                                       GAsyncResult *result,
                                       gint64 *expires_us,
                                       GError **error);
/* Before the time is over. patient_id: (nullable) NULL: all of the person, who goes */
gboolean omc_store_close_glass_sync (OmcStore *self,
                                     OmcActor *actor,
                                     const char *patient_id,
                                     GCancellable *cancellable,
                                     GError **error);
void omc_store_close_glass_async (OmcStore *self,
                                  OmcActor *actor,
                                  const char *patient_id,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean omc_store_close_glass_finish (OmcStore *self, GAsyncResult *result, GError **error);
/* For those who may read the audit trail: what waits for its review, or all. (element-type OmcGlass) */
GPtrArray *omc_store_list_glass_sync (OmcStore *self,
                                      OmcActor *actor,
                                      gboolean all,
                                      GCancellable *cancellable,
                                      GError **error);
void omc_store_list_glass_async (OmcStore *self,
                                 OmcActor *actor,
                                 gboolean all,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GPtrArray *omc_store_list_glass_finish (OmcStore *self, GAsyncResult *result, GError **error);
/* Nobody reviews their own. words: (nullable) */
gboolean omc_store_review_glass_sync (OmcStore *self,
                                      OmcActor *actor,
                                      gint64 id,
                                      gboolean justified,
                                      const char *words,
                                      GCancellable *cancellable,
                                      GError **error);

void omc_store_review_glass_async (OmcStore *self,
                                   OmcActor *actor,
                                   gint64 id,
                                   gboolean justified,
                                   const char *words,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean omc_store_review_glass_finish (OmcStore *self, GAsyncResult *result, GError **error);

/* --- state, audit, care of the store --- */
gboolean omc_store_get_status_sync (OmcStore *self,
                                    OmcStoreStatus *status,
                                    GCancellable *cancellable,
                                    GError **error);
void omc_store_get_status_async (OmcStore *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean omc_store_get_status_finish (OmcStore *self,
                                      GAsyncResult *result,
                                      OmcStoreStatus *status,
                                      GError **error);
/* "chart confirmed by the server at 14:02, 2 items waiting": from acknowledged versions. */
OmcPatientProof *omc_store_read_proof_sync (OmcStore *self,
                                            OmcActor *actor,
                                            const char *patient_id,
                                            GCancellable *cancellable,
                                            GError **error);
/* Per-device settings and practice data that belong into the store: small texts by name. NULL value removes. */
gboolean omc_store_set_setting_sync (OmcStore *self,
                                     OmcActor *actor,
                                     const char *name,
                                     const char *value,
                                     GCancellable *cancellable,
                                     GError **error);
char *omc_store_get_setting_sync (OmcStore *self,
                                  const char *name,
                                  GCancellable *cancellable,
                                  GError **error);
/* People of this device; passphrases are slots of the key manager. */
gboolean omc_store_put_user_sync (OmcStore *self,
                                  OmcActor *actor,
                                  OmcActor *user,
                                  gboolean disabled,
                                  GCancellable *cancellable,
                                  GError **error);
GPtrArray *omc_store_list_users_sync (OmcStore *self,
                                      GCancellable *cancellable,
                                      GError **error); /* OmcStoreUser */

/* What to offer: the role could do it, on some patient at least. Recorded nowhere; the act itself asks again. */
gboolean omc_store_offers (OmcStore *self, OmcActor *actor, OmcAccessAction action);

/* Acts that no other call of the store records: login, lock, failed unlock, print, export, settings, clock. */
gboolean omc_store_audit_sync (OmcStore *self,
                               OmcActor *actor,
                               const OmcAuditEvent *event,
                               GCancellable *cancellable,
                               GError **error);
void omc_store_audit_async (OmcStore *self,
                            OmcActor *actor,
                            const OmcAuditEvent *event,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean omc_store_audit_finish (OmcStore *self, GAsyncResult *result, GError **error);
/* Entries from a sequence number on, oldest first. (element-type OmcAuditEntry) */
GPtrArray *omc_store_list_audit_sync (OmcStore *self,
                                      OmcActor *actor,
                                      guint64 from,
                                      guint limit,
                                      GCancellable *cancellable,
                                      GError **error);
void omc_store_list_audit_async (OmcStore *self,
                                 OmcActor *actor,
                                 guint64 from,
                                 guint limit,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GPtrArray *omc_store_list_audit_finish (OmcStore *self, GAsyncResult *result, GError **error);
gboolean omc_store_verify_audit_sync (OmcStore *self,
                                      OmcAuditReport *report,
                                      GCancellable *cancellable,
                                      GError **error);
/* Page by page and payload by payload: (element-type OmcStoreFinding), empty when all is well. */
GPtrArray *
omc_store_check_sync (OmcStore *self, gboolean deep, GCancellable *cancellable, GError **error);

G_END_DECLS
