/* omc-store-types.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-types.h"

G_DEFINE_QUARK (omc-store-error-quark, omc_store_error)

#define DEFINE_REFCOUNTED(Type, name, Clear)                                                       \
  Type *name##_ref (Type *self)                                                                    \
  {                                                                                                \
    g_return_val_if_fail (self != NULL, NULL);                                                     \
    g_atomic_ref_count_inc (&self->ref_count);                                                     \
    return self;                                                                                   \
  }                                                                                                \
                                                                                                   \
  void name##_unref (Type *self)                                                                   \
  {                                                                                                \
    g_return_if_fail (self != NULL);                                                               \
    if (g_atomic_ref_count_dec (&self->ref_count))                                                 \
      {                                                                                            \
        Clear (self);                                                                              \
        g_free (self);                                                                             \
      }                                                                                            \
  }

static void
search_result_clear (OmcSearchResult *self)
{
  g_clear_pointer (&self->matches, g_ptr_array_unref);
  g_clear_pointer (&self->included, g_ptr_array_unref);
}

static void
board_row_clear (OmcBoardRow *self)
{
  g_free (self->patient_id);
  g_free (self->family);
  g_free (self->given);
  g_free (self->birth_date);
  g_free (self->gender);
  g_free (self->number);
  g_free (self->ward);
  g_free (self->bed);
}

static void
chart_clear (OmcChart *self)
{
  g_clear_pointer (&self->patient, omc_resource_unref);
  g_clear_pointer (&self->row, omc_board_row_unref);
  g_clear_pointer (&self->observations, g_ptr_array_unref);
  g_clear_pointer (&self->allergies, g_ptr_array_unref);
  g_clear_pointer (&self->conditions, g_ptr_array_unref);
  g_clear_pointer (&self->medication, g_ptr_array_unref);
  g_clear_pointer (&self->flags, g_ptr_array_unref);
  g_clear_pointer (&self->encounters, g_ptr_array_unref);
  g_clear_pointer (&self->queue, g_ptr_array_unref);
}

static void
queue_item_clear (OmcQueueItem *self)
{
  g_free (self->resource_type);
  g_free (self->resource_id);
  g_free (self->patient_id);
  g_free (self->server_id);
  g_free (self->base_version);
  g_free (self->idempotency_key);
  g_free (self->author);
  g_free (self->summary);
  g_free (self->error);
  g_free (self->set_id);
  g_free (self->family);
  g_free (self->given);
  g_clear_pointer (&self->payload, omc_resource_unref);
}

static void
conflict_clear (OmcConflict *self)
{
  g_free (self->resource_type);
  g_free (self->resource_id);
  g_free (self->patient_id);
  g_free (self->patient_name);
  g_free (self->summary);
  g_free (self->base_version);
  g_free (self->local_author);
  g_free (self->remote_author);
  g_free (self->remote_version);
  g_free (self->resolved_by);
  g_clear_pointer (&self->base, omc_resource_unref);
  g_clear_pointer (&self->local, omc_resource_unref);
  g_clear_pointer (&self->remote, omc_resource_unref);
  g_clear_pointer (&self->merged, omc_resource_unref);
  g_clear_pointer (&self->hunks, omc_json_unref);
}

static void
store_change_clear (OmcStoreChange *self)
{
  g_clear_pointer (&self->patients, g_hash_table_unref);
}

DEFINE_REFCOUNTED (OmcSearchResult, omc_search_result, search_result_clear)
DEFINE_REFCOUNTED (OmcBoardRow, omc_board_row, board_row_clear)
DEFINE_REFCOUNTED (OmcChart, omc_chart, chart_clear)
DEFINE_REFCOUNTED (OmcQueueItem, omc_queue_item, queue_item_clear)
DEFINE_REFCOUNTED (OmcConflict, omc_conflict, conflict_clear)
DEFINE_REFCOUNTED (OmcStoreChange, omc_store_change, store_change_clear)

G_DEFINE_BOXED_TYPE (OmcStoreChange, omc_store_change, omc_store_change_ref, omc_store_change_unref)

gboolean
omc_store_change_concerns (OmcStoreChange *self, const char *patient_id)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (patient_id != NULL, FALSE);

  return self->patients == NULL || g_hash_table_contains (self->patients, patient_id);
}

void
omc_patient_proof_free (OmcPatientProof *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_free (self);
}

void
omc_store_user_free (OmcStoreUser *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->actor);
  g_free (self);
}

void
omc_glass_free (OmcGlass *self)
{
  if (self == NULL)
    return;
  g_free (self->user);
  g_free (self->role);
  g_free (self->patient_id);
  g_free (self->family);
  g_free (self->given);
  g_free (self->birth_date);
  g_free (self->reason);
  g_free (self->words);
  g_free (self->reviewed_by);
  g_free (self->verdict);
  g_free (self->review);
  g_free (self);
}

void
omc_audit_entry_free (OmcAuditEntry *self)
{
  if (self == NULL)
    return;
  g_free (self->type);
  g_free (self->subtype);
  g_free (self->user);
  g_free (self->role);
  g_free (self->patient_id);
  g_free (self->entity);
  g_free (self->purpose);
  g_free (self->detail);
  g_free (self);
}

void
omc_audit_item_free (OmcAuditItem *self)
{
  if (self == NULL)
    return;

  g_free (self->resource_type);
  g_free (self->resource_id);
  g_free (self->version_id);
  g_free (self->patient_id);
  g_free (self);
}

void
omc_store_finding_free (OmcStoreFinding *self)
{
  if (self == NULL)
    return;
  g_free (self->place);
  g_free (self->problem);
  g_free (self->remedy);
  g_free (self);
}

const char *
omc_queue_state_to_string (OmcQueueState state)
{
  static const char *const names[] = { "pending", "in-flight", "blocked-by-conflict",
                                       "needs-attention" };

  g_return_val_if_fail ((guint)state < G_N_ELEMENTS (names), NULL);

  return names[state];
}

const char *
omc_operation_to_string (OmcOperation operation)
{
  static const char *const names[] = { "create", "update", "delete" };

  g_return_val_if_fail ((guint)operation < G_N_ELEMENTS (names), NULL);

  return names[operation];
}

const char *
omc_conflict_status_to_string (OmcConflictStatus status)
{
  static const char *const names[] = { "open", "stopped", "auto-merged", "resolved", "superseded" };

  g_return_val_if_fail ((guint)status < G_N_ELEMENTS (names), NULL);

  return names[status];
}
