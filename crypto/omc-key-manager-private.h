/* omc-key-manager-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-contact-mark.h"
#include "omc-key-manager.h"
#include "omc-key-roots.h"
#include "omc-keyring.h"

G_BEGIN_DECLS

typedef void (*OmcDeviceTimeFunc) (OmcDeviceTime *now, gpointer data);

/* The inside of the manager, for the files that it is made of and for nobody else. */
struct _OmcKeyManager
{
  GObject parent_instance;
  char *directory;         /* (owned) */
  OmcSecretStore *secrets; /* (owned) */
  GMutex operation;        /* one change or unlock at a time; taken before state */
  GMutex state;            /* for all that follows */
  OmcKdfParams params;
  gboolean calibrated;
  OmcSecret *master;          /* (owned) (nullable): unlocked */
  OmcKeyRoots *roots;         /* (owned) (nullable): with it */
  const char *store_id;       /* interned (nullable) */
  const char *notice;         /* interned (nullable) */
  gint64 service_anchored_at; /* monotonic, 0: not yet */
  gint64 time_seen_at;        /* monotonic, 0: not yet */
  gint64 lifetime_us;         /* 0: no limit */
  gboolean notes_failures;
  OmcDeviceTimeFunc time_func; /* (nullable): of tests */
  gpointer time_data;
};

/* What a person came with, for the time that it works without the server. */
typedef enum
{
  OMC_KEY_ENTRY_PASSPHRASE,
  OMC_KEY_ENTRY_PIN,
  OMC_KEY_ENTRY_CONTACT, /* to meet the server */
  OMC_KEY_ENTRY_MASTER,  /* recovery code, hospital key: always */
} OmcKeyEntry;

/* Asks the mark of the last contact before it opens: EXPIRED or BLOCKED when the time is over. */
gboolean _omc_key_manager_admit (OmcKeyManager *self,
                                 OmcKeyring *keyring,
                                 OmcSecret *master,
                                 OmcKeyEntry entry,
                                 GError **error);
/* Gives done back. What failed is noted, where that is wanted. failure: (transfer full) (nullable) */
gboolean _omc_key_manager_end_unlock (OmcKeyManager *self,
                                      gboolean done,
                                      OmcKeySlotKind kind,
                                      const char *user,
                                      GError *failure,
                                      GError **error);
/* Moves the time seen on, at most once in some minutes. */
void _omc_key_manager_see_time (OmcKeyManager *self);
/* OMC_CRYPTO_ERROR_BLOCKED when the person is. */
gboolean _omc_key_manager_check_blocked (OmcKeyring *keyring, const char *user, GError **error);
/* For tests. */
void _omc_key_manager_set_time_func (OmcKeyManager *self, OmcDeviceTimeFunc func, gpointer data);

/* The master key; OMC_CRYPTO_ERROR_LOCKED when nobody has signed in. */
OmcSecret *_omc_key_manager_dup_master (OmcKeyManager *self,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Opens what the keyring keeps under the master key. */
gboolean _omc_key_manager_set_unlocked (OmcKeyManager *self,
                                        OmcKeyring *keyring,
                                        OmcSecret *master,
                                        GError **error);
/* Changes the keyring file as it is now, in all one step. After it the manager goes on with what the file says. master: of
 * the file; func may give the file another one and put it there. */
typedef gboolean (*OmcKeyringFunc) (OmcKeyManager *self,
                                    OmcKeyring *keyring,
                                    OmcSecret **master,
                                    gpointer data,
                                    GError **error);
/* Seals the roots into the keyring, in place of those that are there. */
gboolean _omc_key_manager_put_roots (OmcKeyring *keyring,
                                     OmcKeyRoots *roots,
                                     OmcSecret *master,
                                     GError **error);
/* slot: (transfer full): in place of the person's slot of that kind */
void _omc_key_manager_put_slot (OmcKeyring *keyring, OmcKeySlot *slot);
gboolean _omc_key_manager_change (OmcKeyManager *self,
                                  OmcKeyringFunc func,
                                  gpointer data,
                                  gboolean forget_previous,
                                  GError **error);
const OmcKdfParams *_omc_key_manager_get_params (OmcKeyManager *self);
/* Sentences add up, so that no later one hides an earlier one. */
void _omc_key_manager_add_notice (OmcKeyManager *self, const char *sentence);
void _omc_key_manager_clear_notice (OmcKeyManager *self);
/* Also remembers the store's id, and notices when the generation before had to serve. */
OmcKeyring *_omc_key_manager_load_keyring (OmcKeyManager *self,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* How every way in begins: with the keyring as it is now, and the slot of that kind in it (of that person, unless it has
 * none); NO_SLOT when there is none. */
OmcKeyring *_omc_key_manager_find_way_in (OmcKeyManager *self,
                                          OmcKeySlotKind kind,
                                          const char *user,
                                          OmcKeySlot **slot,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A way in that is one slot alone, from finding it to admitting who has its secret. */
gboolean _omc_key_manager_unlock_by_slot (OmcKeyManager *self,
                                          OmcKeySlotKind kind,
                                          const char *user,
                                          OmcSecret *secret,
                                          OmcKeyEntry entry,
                                          GCancellable *cancellable,
                                          GError **error);
/* One key for one purpose; label: never used for another. */
OmcSecret *_omc_key_manager_derive (OmcKeyManager *self,
                                    const char *label,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
