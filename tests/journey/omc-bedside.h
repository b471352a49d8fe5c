/* omc-bedside.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-gui.h"
#include "omc-world.h"

G_BEGIN_DECLS

#define OMC_BEDSIDE_PATIENT "john-doe"
#define OMC_BEDSIDE_PASSPHRASE "anna keeps watch"
#define OMC_BEDSIDE_OTHER_PASSPHRASE "bert comes later"

/**
 * OmcBedside:
 *
 * A real device, not a practice one: the client with a store of its own in the world's folder "bedside", people with
 * passphrases, and the login keyring of its session, which can be locked or lose everything.
 */
typedef struct
{
  OmcWorld *world;      /* (owned) */
  OmcGui *gui;          /* (owned) (nullable): while the client runs */
  GSubprocess *keyring; /* (owned) (nullable) */
} OmcBedside;

/* With the practice server of n_patients running and an open login keyring. */
OmcBedside *omc_bedside_new (guint n_patients);
void omc_bedside_free (OmcBedside *self);

/* The client with further arguments, NULL-terminated. */
void omc_bedside_start (OmcBedside *self, ...) G_GNUC_NULL_TERMINATED;
void omc_bedside_stop (OmcBedside *self);
/* Makes the store for anna and, as a second nurse, bert, with the ward on it. The recovery code; free it. */
char *omc_bedside_enrol (OmcBedside *self);
/* omc_world_ctl as anna. */
#define omc_bedside_ctl(self, ...)                                                                 \
  omc_world_ctl ((self)->world, "bedside", 0, "--user", "anna", __VA_ARGS__)

/* The audit trail has an entry with that in its JSON. */
void omc_bedside_assert_audited (OmcBedside *self, const char *what);

/* On the sign-in screen, for the person that it shows. */
void omc_bedside_sign_in (OmcBedside *self, const char *passphrase);
void omc_bedside_open_patient (OmcBedside *self);
void omc_bedside_add_vitals (OmcBedside *self);

/* open: FALSE leaves the keyring locked. Restarts it when it runs. */
void omc_bedside_start_keyring (OmcBedside *self, gboolean open);
/* Everything in it is gone, as after a reinstallation; a new one stands open. */
void omc_bedside_lose_keyring (OmcBedside *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcBedside, omc_bedside_free)

G_END_DECLS
