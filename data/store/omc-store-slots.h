/* omc-store-slots.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store.h"

G_BEGIN_DECLS

/* The ways into the store, changed by somebody who may, and written into the audit chain before they change: what the chain
 * does not say did not happen. */

typedef enum
{
  OMC_SLOT_ADD,    /* EXISTS when the person has one of that kind */
  OMC_SLOT_CHANGE, /* NOT_FOUND when there is none */
  OMC_SLOT_REMOVE,
  OMC_SLOT_SET, /* add or change, as it has to be */
} OmcSlotAct;

typedef struct
{
  OmcSlotAct act;
  OmcKeySlotKind kind;
  const char *user;         /* (nullable): whose; the name of a hospital's key */
  OmcSecret *secret;        /* (nullable): of a passphrase or PIN */
  const guint8 *public_key; /* (nullable): 32 bytes, of a hospital's key */
  char *code;               /* (out) (owned): a new recovery code; wipe it */
} OmcSlotChange;

const char *omc_key_slot_kind_to_string (OmcKeySlotKind kind); /* "passphrase", "pin", ... */
gboolean omc_key_slot_kind_from_string (const char *text, OmcKeySlotKind *kind);

/* DENIED, and recorded, to who may not manage keys, but for everybody's own passphrase and PIN. A failure after that is
 * recorded too. Runs Argon2id. */
gboolean omc_store_change_slot_sync (OmcStore *self,
                                     OmcActor *actor,
                                     OmcSlotChange *change,
                                     GCancellable *cancellable,
                                     GError **error);
/* A passphrase for a person, by who opened the store with the recovery code or the hospital's key; a person who is
 * blocked or unknown gets none. by: OMC_KEY_SLOT_RECOVERY or _HOSPITAL. */
gboolean omc_store_recover_sync (OmcStore *self,
                                 const char *user,
                                 OmcSecret *passphrase,
                                 OmcKeySlotKind by,
                                 GCancellable *cancellable,
                                 GError **error);
/* Passphrases open for so long without the server, from now on. For who manages people or keys, and has proved the recovery
 * code: the manager is open by it. */
gboolean omc_store_extend_lifetime_sync (OmcStore *self,
                                         OmcActor *actor,
                                         guint hours,
                                         GCancellable *cancellable,
                                         GError **error);

/* Somebody came with a right secret and is no person of this device, or not any more: recorded. user: (nullable) where the
 * secret does not say whose it is */
void omc_store_note_not_admitted_sync (OmcStore *self, const char *user, OmcKeySlotKind by);

/* Of the identifier by which a server names this device: its value is the store's id. */
#define OMC_DEVICE_SYSTEM "https://omnicare.org/fhir/sid/device"

/* After a contact: people whose Practitioner is no longer active here are disabled and their slots blocked; what they left
 * unsent is sent all the same. device_withdrawn: (out) the Device of this store is inactive. */
gboolean omc_store_apply_revocations (OmcStore *self, gboolean *device_withdrawn, GError **error);
/* The types in which the server says who may work here and that it did not let this device read, "Device, Practitioner":
 * then no contact gives more time. (nullable): it let it. */
char *omc_store_dup_unheard (OmcStore *self, GError **error);
/* Disables or frees a person, with their slots. */
gboolean omc_store_set_user_disabled_sync (OmcStore *self,
                                           OmcActor *actor,
                                           const char *user,
                                           gboolean disabled,
                                           GCancellable *cancellable,
                                           GError **error);

G_END_DECLS
