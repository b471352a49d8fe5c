/* cache-ward.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store-cache.h"
#include "store-fixture.h"

G_BEGIN_DECLS

/* A ward of patients "p0", "p1"... whose charts the server sent, to see what leaves the device when, and what does not. */

#define CACHE_N_PATIENTS 24

typedef enum
{
  TRAIT_UNSENT = 1 << 0,
  TRAIT_CONFLICT = 1 << 1,
  TRAIT_DRAFT = 1 << 2,
  TRAIT_PINNED = 1 << 3,
  TRAIT_ON_WARD = 1 << 4,
  TRAIT_UNCONFIRMED = 1 << 5,
  TRAIT_RECENT = 1 << 6,
  TRAIT_JOURNAL = 1 << 7, /* protects the one record that the journal names */
} CacheTrait;

#define TRAIT_PROTECTED                                                                            \
  (TRAIT_UNSENT | TRAIT_CONFLICT | TRAIT_DRAFT | TRAIT_PINNED | TRAIT_ON_WARD |                    \
   TRAIT_UNCONFIRMED | TRAIT_RECENT)

typedef struct
{
  StoreFixture f;
  GRand *random;
  guint traits[CACHE_N_PATIENTS];
} CacheWard;

char *cache_ward_dup_patient (guint n, guint version, const char *birth_date, const char *more)
    G_GNUC_WARN_UNUSED_RESULT;
/* json: (transfer full) */
void cache_ward_send (CacheWard *self, char *json);
/* The patient, an encounter and so many observations. */
void cache_ward_send_patient (CacheWard *self, guint n, guint n_observations);
void cache_ward_send_observations (CacheWard *self, guint n, guint from, guint to);
/* By a run of the sync that looked at everything. */
void cache_ward_confirm (CacheWard *self);
/* A person's work and a server's, merged by rule, and sent: what is left is the journal. */
void cache_ward_make_journal (CacheWard *self, guint n);
/* A set of vital signs that waits to be sent. */
void cache_ward_make_unsent (CacheWard *self, guint n);
/* Opens the store with that policy and limit, 0: that of the store. */
void cache_ward_reopen (CacheWard *self, const OmcRetention *policy, gint64 max_bytes);
/* The idle writer looks once when the store is opened; what happens after that is the test's. */
void cache_ward_wait_for_first_look (CacheWard *self);
OmcEvictionCounts cache_ward_evict (CacheWard *self);
/* "Type/id" -> OmcResource */
GHashTable *cache_ward_list_all (CacheWard *self) G_GNUC_WARN_UNUSED_RESULT;
/* "Type/id" of all that went. */
GHashTable *cache_ward_list_evicted (CacheWard *self) G_GNUC_WARN_UNUSED_RESULT;
guint cache_ward_patient_of (OmcResource *resource);
/* What is there is as it was; what is not there is known to be on the server; nothing protected went. */
void cache_ward_assert_only_unprotected_went (CacheWard *self, GHashTable *before);
void cache_ward_tear_down (CacheWard *self);

G_END_DECLS
