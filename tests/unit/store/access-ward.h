/* access-ward.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "store-fixture.h"

G_BEGIN_DECLS

#define ACCESS_N_PATIENTS 8

/* Two wards of three, one who went home and one in a bed whose ward is not known here. */
typedef enum
{
  WARD_A,
  WARD_B,
  WARD_HOME,
  WARD_LOOSE,
} AccessWard;

/* Fills the store of f as a server would: patients "p0".."p7" with a stay, a condition and two observations each. */
void access_ward_fill (StoreFixture *f);
AccessWard access_ward_of (guint patient);
/* A newer version of the patient's stay, as the server sends it. */
void access_ward_move (StoreFixture *f, guint patient, AccessWard to);
OmcResource *access_ward_observation (guint patient, const char *id, const char *status);
/* A person with a passphrase on the device, "a passphrase of NAME". */
OmcActor *
access_ward_person (StoreFixture *f, const char *name, OmcRole role, const char *department);
OmcSecret *access_ward_passphrase (const char *name);

G_END_DECLS
