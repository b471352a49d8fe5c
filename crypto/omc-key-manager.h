/* omc-key-manager.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-attempt-log.h"
#include "omc-kdf.h"
#include "omc-secret-store.h"

G_BEGIN_DECLS

typedef enum
{
  OMC_KEY_SLOT_PASSPHRASE = 1,
  OMC_KEY_SLOT_RECOVERY = 2,
  OMC_KEY_SLOT_PIN = 3,        /* quick, until the next start of the computer */
  OMC_KEY_SLOT_HOSPITAL = 4,   /* opened by a private key that is kept away from the device */
  OMC_KEY_SLOT_CREDENTIAL = 5, /* of a kiosk: opened by a systemd credential, without a person */
} OmcKeySlotKind;

typedef enum
{
  OMC_KEY_DB,    /* 32 bytes, SQLCipher raw key */
  OMC_KEY_AUDIT, /* HMAC key of the audit chain */
  OMC_KEY_BACKUP,
  OMC_KEY_NEXT_DB, /* of a rotation that is not finished */
} OmcKeyPurpose;

typedef struct
{
  guint id;
  OmcKeySlotKind kind;
  char *user;            /* (nullable): recovery slots have none */
  gint64 created_at;     /* microseconds since 1970 */
  gboolean device_bound; /* needs the device secret of the secret service */
  gboolean blocked;      /* kept, and opens nothing until it is freed */
} OmcKeySlotInfo;

void omc_key_slot_info_free (OmcKeySlotInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcKeySlotInfo, omc_key_slot_info_free)

/* How long people can go on signing in without the server. */
typedef struct
{
  gboolean has_server; /* FALSE: never met one, nothing is bounded */
  gint64 contact_us;   /* by this device's clock; 0: never, or the mark of it was taken away */
  gint64 elapsed_us;   /* since then; grows also when the clock is set back */
  gint64 left_us;      /* for passphrases; G_MAXINT64: without end; 0: over */
  gint64 pin_left_us;  /* for PINs, 72 hours at most */
  gboolean soon;       /* four fifths are over: say so */
  gint64 limit_us;     /* in force: what is configured, and no more than was confirmed; 0: none */
  gboolean held;       /* more is configured than was confirmed */
  gboolean revoked;    /* the server withdrew this device */
} OmcKeyLifetime;

/* For a lifetime that is held: the sentence that says so. */
char *omc_key_lifetime_describe_held (const OmcKeyLifetime *lifetime);

#define OMC_KEY_LIFETIME_DEFAULT_HOURS 72
#define OMC_KEY_LIFETIME_MAX_HOURS 8760

#define OMC_TYPE_KEY_MANAGER (omc_key_manager_get_type ())

/**
 * OmcKeyManager:
 *
 * The key hierarchy of one store: slots that wrap the device master key (DMK), and what is derived from it.
 *
 * Slots live in the checksummed `keyring` file beside the database (written by temporary file, fsync, rename,
 * fsync of the folder; the generation before is kept as `keyring.1`). Thread safe; the _sync calls run Argon2id
 * and must not be made on the main thread of a program with windows.
 */
G_DECLARE_FINAL_TYPE (OmcKeyManager, omc_key_manager, OMC, KEY_MANAGER, GObject)

/* params: (nullable) for new slots; NULL calibrates once on this device. */
OmcKeyManager *omc_key_manager_new (const char *directory,
                                    OmcSecretStore *secrets,
                                    const OmcKdfParams *params) G_GNUC_WARN_UNUSED_RESULT;
OmcSecretStore *omc_key_manager_get_secret_store (OmcKeyManager *self);
/* Is there a keyring file, whole or damaged? Then nothing may be made anew here. */
gboolean omc_key_manager_exists (OmcKeyManager *self);
/* The store's id, a UUID in the keyring file; NULL before it is created or read. */
const char *omc_key_manager_get_store_id (OmcKeyManager *self);

/* Makes the DMK and the slots of the first person and of the recovery code (returned once, grouped, 160 bit).
 * Refuses when a keyring or a database is there. Leaves the manager unlocked. */
gboolean omc_key_manager_create_sync (OmcKeyManager *self,
                                      const char *user,
                                      OmcSecret *passphrase,
                                      char **recovery_code,
                                      GCancellable *cancellable,
                                      GError **error);
gboolean omc_key_manager_unlock_sync (OmcKeyManager *self,
                                      const char *user,
                                      OmcSecret *passphrase,
                                      GCancellable *cancellable,
                                      GError **error);
void omc_key_manager_unlock_async (OmcKeyManager *self,
                                   const char *user,
                                   OmcSecret *passphrase,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean omc_key_manager_unlock_finish (OmcKeyManager *self, GAsyncResult *result, GError **error);
/* With the printed code; blanks, dashes and case do not matter. Re-enrols the device secret when it is missing. */
gboolean omc_key_manager_unlock_recovery_sync (OmcKeyManager *self,
                                               const char *code,
                                               GCancellable *cancellable,
                                               GError **error);
void omc_key_manager_lock (OmcKeyManager *self);
gboolean omc_key_manager_is_unlocked (OmcKeyManager *self);
/* Did the last unlock or create fall short of the device secret? A sentence for the person, or NULL. */
const char *omc_key_manager_get_notice (OmcKeyManager *self);

/* FALSE: nobody can have that name: blank, too long, no text, or with control characters. */
gboolean omc_key_manager_check_user (const char *user, GError **error);

/* --- how long without the server ---
 * A passphrase or PIN that is right gives OMC_CRYPTO_ERROR_EXPIRED when this device has not met its server for longer; the
 * recovery code and the hospital's key open all the same. A store that never met a server is not bounded. */
/* lifetime_us: 0, as at first: no limit for passphrases. What is in force when a server is met first is kept in the keyring,
 * sealed, and no later one gives more until it is confirmed: the configuration is a file that others may write. */
void omc_key_manager_set_lifetime (OmcKeyManager *self, gint64 lifetime_us);
gint64 omc_key_manager_get_lifetime_limit (OmcKeyManager *self);
/* The next five need an unlocked manager. */
/* For who manages the device: from now on so much may be configured, more or less than before. */
gboolean
omc_key_manager_confirm_lifetime_sync (OmcKeyManager *self, gint64 lifetime_us, GError **error);
/* No more than that may be configured, nor more than before. */
gboolean
omc_key_manager_lower_lifetime_sync (OmcKeyManager *self, gint64 lifetime_us, GError **error);
gboolean
omc_key_manager_get_lifetime_sync (OmcKeyManager *self, OmcKeyLifetime *lifetime, GError **error);
/* The server was met and proved who it is, now. revoked: it said that this device is withdrawn. */
gboolean omc_key_manager_note_contact_sync (OmcKeyManager *self, gboolean revoked, GError **error);
/* From now on for so long without the server; for who holds the recovery code. */
gboolean
omc_key_manager_extend_lifetime_sync (OmcKeyManager *self, gint64 period_us, GError **error);
/* As unlock, also when the time is over: for a contact with the server, which nobody sees anything of before it was. */
gboolean omc_key_manager_unlock_for_contact_sync (OmcKeyManager *self,
                                                  const char *user,
                                                  OmcSecret *passphrase,
                                                  GCancellable *cancellable,
                                                  GError **error);

/* --- what failed while nobody could write it into the audit trail ---
 * Failed attempts of a manager that notes them wait in the folder of the keyring (omc-attempt-log.h). */
void omc_key_manager_set_notes_failures (OmcKeyManager *self, gboolean notes);
/* attempts: (element-type OmcAttempt). FALSE: they stay. */
typedef gboolean (*OmcAttemptsFunc) (OmcAttemptLogState state,
                                     GArray *attempts,
                                     guint n_more,
                                     gpointer data,
                                     GError **error);
/* Gives what waits to func, when there is something, and begins anew; needs an unlocked manager. */
gboolean omc_key_manager_take_failures_sync (OmcKeyManager *self,
                                             OmcAttemptsFunc func,
                                             gpointer data,
                                             GError **error);

/* These need an unlocked manager. add replaces the person's slot of that kind. The last slot cannot go. */
gboolean omc_key_manager_set_passphrase_sync (OmcKeyManager *self,
                                              const char *user,
                                              OmcSecret *passphrase,
                                              GCancellable *cancellable,
                                              GError **error);
/* Six digits and more that are not among the common ones; works until the computer (or, where the kernel keeps no secret,
 * the program) is started again. Wrong ones are counted on the disk before they are tried: after five each waits,
 * OMC_CRYPTO_ERROR_TOO_SOON; the tenth destroys the PIN. */
gboolean omc_key_manager_set_pin_sync (OmcKeyManager *self,
                                       const char *user,
                                       OmcSecret *pin,
                                       GError **error);
gboolean omc_key_manager_unlock_pin_sync (OmcKeyManager *self,
                                          const char *user,
                                          OmcSecret *pin,
                                          GError **error);
/* Finish with omc_key_manager_unlock_finish (). */
void omc_key_manager_unlock_pin_async (OmcKeyManager *self,
                                       const char *user,
                                       OmcSecret *pin,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);

/**
 * OmcPinStatus:
 * @attempts_left: wrong ones until the PIN is destroyed
 * @wait_us: until the next attempt counts
 */
typedef struct
{
  guint attempts_left;
  gint64 wait_us;
} OmcPinStatus;

/* FALSE: the person has no PIN that could work since the computer was started. Works while locked, and tries nothing.
 * status: (out) (optional) */
gboolean
omc_key_manager_get_pin_status (OmcKeyManager *self, const char *user, OmcPinStatus *status);
/* A public key (X25519) whose private one the hospital keeps: it opens the store without anybody of the ward. */
gboolean omc_key_manager_set_hospital_key_sync (OmcKeyManager *self,
                                                const char *name,
                                                const guint8 public_key[32],
                                                GError **error);
gboolean
omc_key_manager_unlock_hospital_sync (OmcKeyManager *self, OmcSecret *private_key, GError **error);
/* The store's one kiosk slot, in place of the one before. credential: OMC_CREDENTIAL_LENGTH random bytes, which are to be
 * safe before this is called: they are kept nowhere here. bind_to_keyring: the device secret takes part when the login keyring gives one; nothing is made there. */
gboolean omc_key_manager_set_credential_sync (OmcKeyManager *self,
                                              gboolean bind_to_keyring,
                                              OmcSecret *credential,
                                              GCancellable *cancellable,
                                              GError **error);
gboolean omc_key_manager_unlock_credential_sync (OmcKeyManager *self,
                                                 OmcSecret *credential,
                                                 GCancellable *cancellable,
                                                 GError **error);
/* All slots of a person: blocked ones open nothing, whatever is done to the file; freed ones open again with the secret that
 * they had. BLOCKED is what such a person is told. */
gboolean omc_key_manager_block_user_sync (OmcKeyManager *self,
                                          const char *user,
                                          gboolean blocked,
                                          GError **error);
/* A new code; the one before opens nothing any more. */
gboolean omc_key_manager_renew_recovery_sync (OmcKeyManager *self, char **code, GError **error);
gboolean omc_key_manager_remove_slot_sync (OmcKeyManager *self,
                                           guint slot_id,
                                           GCancellable *cancellable,
                                           GError **error);
/* (transfer full) (element-type OmcKeySlotInfo); works while locked. */
GPtrArray *omc_key_manager_list_slots (OmcKeyManager *self, GError **error);
/* FALSE also when the keyring cannot be read. */
gboolean omc_key_manager_has_passphrase (OmcKeyManager *self, const char *user);

/* A new master key for all slots, in milliseconds, without anybody's secret; the old one opens nothing any more. Another
 * program that is unlocked goes on reading and has to sign in again to change slots. */
gboolean omc_key_manager_rotate_master_sync (OmcKeyManager *self, GError **error);
/* Between begin and end the store has two database keys, so that a crash at any point leaves one that fits. accept: the
 * new one is in force; else it is dropped. */
gboolean omc_key_manager_begin_database_key_sync (OmcKeyManager *self, GError **error);
gboolean
omc_key_manager_end_database_key_sync (OmcKeyManager *self, gboolean accept, GError **error);
/* For OMC_KEY_NEXT_DB: OMC_CRYPTO_ERROR_NO_SLOT when there is none. */
OmcSecret *omc_key_manager_dup_key (OmcKeyManager *self, OmcKeyPurpose purpose, GError **error);
/* Data keys are random, wrapped by K_wrap; the store keeps the wrapped form in its key_epochs table. */
GBytes *omc_key_manager_wrap_data_key (OmcKeyManager *self,
                                       OmcSecret *data_key,
                                       guint32 epoch,
                                       GError **error);
OmcSecret *omc_key_manager_unwrap_data_key (OmcKeyManager *self,
                                            GBytes *wrapped,
                                            guint32 epoch,
                                            GError **error);

/* The head of the audit chain, anchored outside of the database (keyring folder, and the secret service when there). */
gboolean omc_key_manager_anchor_audit_head_sync (OmcKeyManager *self,
                                                 guint64 sequence,
                                                 GBytes *hash,
                                                 GError **error);
/* Is the file of the head there? A store makes it when it is made: without it somebody took it away. */
gboolean omc_key_manager_has_audit_head (OmcKeyManager *self);
/* The file alone, for a store that is put together in another folder than that of the keys in use. */
gboolean omc_key_manager_write_audit_head_sync (OmcKeyManager *self,
                                                const char *directory,
                                                guint64 sequence,
                                                GBytes *hash,
                                                GError **error);
gboolean omc_key_manager_read_audit_head_sync (OmcKeyManager *self,
                                               guint64 *sequence,
                                               GBytes **hash,
                                               GError **error);

G_END_DECLS
