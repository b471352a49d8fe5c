/* omc-session.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-clock.h"
#include "omc-key-manager.h"
#include "omc-stmt.h"
#include "omc-store-types.h"
#include "omc-vault.h"

G_BEGIN_DECLS

/**
 * OmcSession:
 *
 * A connection with all that code inside a transaction needs besides SQL. One thread at a time.
 */
typedef struct
{
  OmcDb *db;            /* (owned) */
  OmcVault *vault;      /* (owned) */
  OmcKeyManager *keys;  /* (owned) */
  OmcClock *clock;      /* (owned) */
  char *directory;      /* (owned) (nullable): of the store; NULL: of a backup, all of it in db */
  gint64 keys_version;  /* of the data when the data keys were read */
  OmcSecret *audit_key; /* (owned) */
  OmcHmac *audit_hmac;  /* (owned): under that key */
  GHashTable *patients; /* (owned): id -> pk, what was looked up */
  GHashTable *
      params; /* (owned): OmcSearchParam, or the type that all of are listed under, by address -> pk */
  GHashTable
      *indexed; /* (owned): interned type -> GPtrArray of its OmcSearchParams that are indexed */
  char *
      counted; /* (owned) (nullable): the list of people that was counted last (omc-board-pages.c) */
  gint64 counted_version; /* of the data then */
  guint count;
  gint64 keys_moved; /* where the search index went on from (omc-search-index-dao.c) */

  /* Of the transaction that runs. */
  gint64 now_us;
  const char
      *purpose; /* (nullable): of the act, as v3-ActReason; none while the device acts for itself */
  OmcChangeFlags changes;
  GHashTable *
      touched; /* (owned): pks of patients whose board row is to be made again; TRUE: the person changed */
  gint64 last_run;         /* of sync_runs; -1: not looked up */
  gboolean no_tombstones;  /* none there; FALSE: not known */
  gboolean no_evicted;     /* the same */
  gboolean same_ids;       /* what is here has the server's ids, and always had; FALSE: not known */
  gboolean places_added;   /* beds and wards came that were not here */
  gboolean places_changed; /* beds and wards may have other names */
  GHashTable *fresh;       /* (owned): pk -> OmcResource that was written and waits to be indexed */
  GHashTable *changed;     /* (owned): ids of patients whose data changed */
  GHashTable *type_sums;   /* (owned): of omc-storage-dao */
  GHashTable *patient_sums; /* (owned) */
  guint64 audit_sequence;   /* the last entry's; 0 until it was looked up */
  guint8 audit_hash[32];
  gboolean audit_known;
  gboolean key_added;
  OmcAuditItems *
      received; /* (nullable): what comes from a server or a file in this transaction, for its one entry */
  gboolean bulk; /* what a server or a file brings: not worth the reserve */
} OmcSession;

OmcSession *omc_session_new (OmcDb *db, OmcKeyManager *keys, OmcClock *clock, GError **error)
    G_GNUC_WARN_UNUSED_RESULT; /* takes db, also when it fails */
void omc_session_free (OmcSession *self);
/* Reads the data keys that this session does not know yet, and forgets those that are gone; makes the first one in a new
 * store. */
gboolean omc_session_load_keys (OmcSession *self, GError **error);
/* The same at the start of a transaction, when another program may have made a new one. */
gboolean omc_session_refresh_keys (OmcSession *self, GError **error);
/* Makes a new data key that seals from now on; in a transaction. */
gboolean omc_session_add_key (OmcSession *self, GError **error);

/* Forgets what belongs to one transaction; after a rollback also what was looked up in it. */
void omc_session_start (OmcSession *self);
void omc_session_forget (OmcSession *self);
/* patient: pk, 0 for none; person: what is known of the person changed, not only what was observed */
void omc_session_touch_patient (OmcSession *self, gint64 patient, gboolean person);
void omc_session_note (OmcSession *self, OmcChangeFlags flags, const char *patient_id);

/* 0 for NULL; makes the row when it is new. */
gboolean
omc_session_get_patient (OmcSession *self, const char *patient_id, gint64 *pk, GError **error);
/* 0 when unknown. */
gboolean
omc_session_find_patient (OmcSession *self, const char *patient_id, gint64 *pk, GError **error);
char *omc_session_dup_patient_id (OmcSession *self, gint64 pk, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSession, omc_session_free)

G_END_DECLS
