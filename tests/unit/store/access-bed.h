/* access-bed.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "access-ward.h"

G_BEGIN_DECLS

/* A store with two wards (access-ward.h), and people of each. */
typedef struct
{
  StoreFixture f;
  OmcActor *nurse_a;     /* (owned): of ward A, with a passphrase */
  OmcActor *nurse_b;     /* (owned) */
  OmcActor *assistant_a; /* (owned) */
  OmcActor *charge;      /* (owned): of the whole device */
} Bed;

typedef void (*BedFunc) (Bed *bed, gconstpointer data);

void bed_add (const char *path, BedFunc func);
/* Both: the code of OmcStoreError, -1: it was done. */
int bed_read (Bed *bed, OmcActor *actor, const char *type, const char *id);
int bed_save (Bed *bed, OmcActor *actor, OmcResource *resource);
/* Of the entries of the trail that fit, the newest one's purpose. */
void bed_assert_purpose (Bed *bed,
                         const char *user,
                         const char *subtype,
                         const char *patient,
                         int outcome,
                         const char *purpose);

G_END_DECLS
