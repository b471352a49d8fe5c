/* omc-store-slots.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-slots.h"

#include <glib/gi18n-lib.h>

#include "omc-store-private.h"

#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

static const char *const KIND_NAMES[] = {
  [OMC_KEY_SLOT_PASSPHRASE] = "passphrase",
  [OMC_KEY_SLOT_RECOVERY] = "recovery",
  [OMC_KEY_SLOT_PIN] = "pin",
  [OMC_KEY_SLOT_HOSPITAL] = "hospital",
  [OMC_KEY_SLOT_CREDENTIAL] = "credential",
};

static const struct
{
  const char *subtype;
  char action;
} ACTS[] = {
  [OMC_SLOT_ADD] = { "key-slot-added", 'C' },
  [OMC_SLOT_CHANGE] = { "key-slot-changed", 'U' },
  [OMC_SLOT_REMOVE] = { "key-slot-removed", 'D' },
};

const char *
omc_key_slot_kind_to_string (OmcKeySlotKind kind)
{
  g_return_val_if_fail ((guint)kind < G_N_ELEMENTS (KIND_NAMES) && kind > 0, "unknown");

  return KIND_NAMES[kind];
}

gboolean
omc_key_slot_kind_from_string (const char *text, OmcKeySlotKind *kind)
{
  g_return_val_if_fail (text != NULL && kind != NULL, FALSE);

  for (guint i = 1; i < G_N_ELEMENTS (KIND_NAMES); i++)
    if (g_str_equal (KIND_NAMES[i], text))
      {
        *kind = (OmcKeySlotKind)i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
is_own (OmcActor *actor, const OmcSlotChange *change)
{
  return (change->kind == OMC_KEY_SLOT_PASSPHRASE || change->kind == OMC_KEY_SLOT_PIN) &&
         g_strcmp0 (omc_actor_get_user (actor), change->user) == 0;
}

/* The person's slot of that kind, 0: there is none. */
static gboolean
find_slot (OmcStore *self, const OmcSlotChange *change, guint *id, GError **error)
{
  g_autoptr (GPtrArray) slots = omc_key_manager_list_slots (self->keys, error);

  *id = 0;
  if (slots == NULL)
    return FALSE;
  for (guint i = 0; i < slots->len; i++)
    {
      OmcKeySlotInfo *slot = g_ptr_array_index (slots, i);

      if (slot->kind == change->kind &&
          (change->user == NULL || g_strcmp0 (slot->user, change->user) == 0))
        *id = slot->id;
    }
  return TRUE;
}

static gboolean
is_known (OmcStore *self, const char *user, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) users = omc_store_list_users_sync (self, cancellable, error);

  if (users == NULL)
    return FALSE;
  for (guint i = 0; i < users->len; i++)
    if (g_strcmp0 (omc_actor_get_user (((OmcStoreUser *)g_ptr_array_index (users, i))->actor),
                   user) == 0)
      return TRUE;
  g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
               _ ("Nobody called “%s” is on this device; add the person first"), user);
  return FALSE;
}

static gboolean
check_change (OmcStore *self,
              const OmcSlotChange *change,
              guint id,
              GCancellable *cancellable,
              GError **error)
{
  const char *name = change->user != NULL ? change->user : "";

  if (change->act == OMC_SLOT_ADD && id != 0)
    {
      g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID,
                   _ ("There is a %s %s on this device already; change it instead"),
                   omc_key_slot_kind_to_string (change->kind), name);
      return FALSE;
    }
  if ((change->act == OMC_SLOT_CHANGE || change->act == OMC_SLOT_REMOVE) && id == 0)
    {
      g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
                   _ ("There is no %s %s on this device; add it first"),
                   omc_key_slot_kind_to_string (change->kind), name);
      return FALSE;
    }
  if (change->act == OMC_SLOT_REMOVE || change->kind == OMC_KEY_SLOT_RECOVERY ||
      change->kind == OMC_KEY_SLOT_HOSPITAL)
    return TRUE;
  return is_known (self, change->user, cancellable, error);
}

static gboolean
apply_change (OmcStore *self,
              OmcSlotChange *change,
              guint id,
              GCancellable *cancellable,
              GError **error)
{
  if (change->act == OMC_SLOT_REMOVE)
    return omc_key_manager_remove_slot_sync (self->keys, id, cancellable, error);
  switch (change->kind)
    {
    case OMC_KEY_SLOT_PASSPHRASE:
      return omc_key_manager_set_passphrase_sync (self->keys, change->user, change->secret,
                                                  cancellable, error);
    case OMC_KEY_SLOT_PIN:
      return omc_key_manager_set_pin_sync (self->keys, change->user, change->secret, error);
    case OMC_KEY_SLOT_HOSPITAL:
      return omc_key_manager_set_hospital_key_sync (self->keys, change->user, change->public_key,
                                                    error);
    case OMC_KEY_SLOT_RECOVERY:
      return omc_key_manager_renew_recovery_sync (self->keys, &change->code, error);
    case OMC_KEY_SLOT_CREDENTIAL:
    default:
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID,
                           _ ("This kind of way in is not made here"));
      return FALSE;
    }
}

static OmcSlotAct
find_act (const OmcSlotChange *change, guint id)
{
  if (change->act == OMC_SLOT_SET)
    return id != 0 ? OMC_SLOT_CHANGE : OMC_SLOT_ADD;
  return change->act;
}

/* act: its result when it failed; else what is about to be done */
static gboolean
record (OmcStore *self,
        OmcActor *actor,
        const char *subtype,
        char action,
        OmcKeySlotKind kind,
        const char *user,
        int outcome,
        GError **error)
{
  g_autofree char *entity =
      g_strconcat (omc_key_slot_kind_to_string (kind), user != NULL ? " " : NULL, user, NULL);
  const OmcAuditEvent event = {
    .type = "security", .subtype = subtype, .action = action, .outcome = outcome, .entity = entity
  };

  return omc_store_audit_sync (self, actor, &event, NULL, error);
}

gboolean
omc_store_change_slot_sync (OmcStore *self,
                            OmcActor *actor,
                            OmcSlotChange *change,
                            GCancellable *cancellable,
                            GError **error)
{
  OmcSlotAct act;
  guint id;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor) && change != NULL, FALSE);

  if ((!is_own (actor, change) &&
       !omc_store_check_access (self, actor, OMC_ACCESS_MANAGE_KEYS, NULL, NULL, error)) ||
      !find_slot (self, change, &id, error) || !check_change (self, change, id, cancellable, error))
    return FALSE;
  act = find_act (change, id);
  if (!record (self, actor, ACTS[act].subtype, ACTS[act].action, change->kind, change->user, 0,
               error))
    return FALSE;
  if (apply_change (self, change, id, cancellable, error))
    return TRUE;
  record (self, actor, ACTS[act].subtype, ACTS[act].action, change->kind, change->user, 4, NULL);
  return FALSE;
}

gboolean
omc_store_recover_sync (OmcStore *self,
                        const char *user,
                        OmcSecret *passphrase,
                        OmcKeySlotKind by,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (OmcActor) device = omc_actor_new_device ();

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (user != NULL && passphrase != NULL, FALSE);

  if (!is_known (self, user, cancellable, error) ||
      !record (self, device, "key-recovered", 'U', by, user, 0, error))
    return FALSE;
  if (omc_key_manager_set_passphrase_sync (self->keys, user, passphrase, cancellable, error))
    return TRUE;
  record (self, device, "key-recovered", 'U', by, user, 4, NULL);
  return FALSE;
}

gboolean
omc_store_extend_lifetime_sync (OmcStore *self,
                                OmcActor *actor,
                                guint hours,
                                GCancellable *cancellable,
                                GError **error)
{
  g_autofree char *entity = g_strdup_printf ("%u h", hours);
  const OmcAuditEvent event = {
    .type = "security", .subtype = "key-lifetime-extended", .action = 'U', .entity = entity
  };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);

  if (hours < 1 || hours > OMC_KEY_LIFETIME_MAX_HOURS)
    {
      g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID,
                   _ ("The time is extended by 1 to %d hours"), OMC_KEY_LIFETIME_MAX_HOURS);
      return FALSE;
    }
  return omc_store_check_access (self, actor, OMC_ACCESS_MANAGE_USERS, NULL, NULL, error) &&
         omc_store_audit_sync (self, actor, &event, cancellable, error) &&
         omc_key_manager_extend_lifetime_sync (self->keys, hours * HOUR_US, error);
}

/* --- people who are withdrawn --- */

void
omc_store_note_not_admitted_sync (OmcStore *self, const char *user, OmcKeySlotKind by)
{
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  g_autofree char *entity =
      g_strconcat (omc_key_slot_kind_to_string (by), user != NULL ? " " : NULL, user, NULL);
  const OmcAuditEvent event = { .type = "login",
                                .subtype = "login",
                                .action = 'E',
                                .outcome = 4,
                                .entity = entity,
                                .detail = "right, of nobody who may use this device" };
  g_autoptr (GError) error = NULL;

  g_return_if_fail (OMC_IS_STORE (self));

  if (!omc_store_audit_sync (self, device, &event, NULL, &error))
    g_warning ("Cannot record a refused login: %s", error->message);
}

/* The entry first: it is asked at every sign-in, whatever became of the slots. */
static gboolean
switch_person (OmcStore *self,
               OmcActor *actor,
               OmcActor *person,
               gboolean disabled,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!omc_store_put_user_sync (self, actor, person, disabled, cancellable, error))
    return FALSE;
  if (omc_key_manager_block_user_sync (self->keys, omc_actor_get_user (person), disabled, &local))
    return TRUE;
  /* The last way in stays, for an administrator; the entry keeps the person out. */
  if (disabled && g_error_matches (local, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_EXISTS))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
omc_store_set_user_disabled_sync (OmcStore *self,
                                  OmcActor *actor,
                                  const char *user,
                                  gboolean disabled,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_autoptr (GPtrArray) users = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor) && user != NULL, FALSE);

  users = omc_store_list_users_sync (self, cancellable, error);
  if (users == NULL)
    return FALSE;
  for (guint i = 0; i < users->len; i++)
    {
      OmcStoreUser *known = g_ptr_array_index (users, i);

      if (g_strcmp0 (omc_actor_get_user (known->actor), user) == 0)
        return switch_person (self, actor, known->actor, disabled, cancellable, error);
    }
  g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
               _ ("Nobody called “%s” is on this device"), user);
  return FALSE;
}
