/* omc-pin.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-secret.h"

G_BEGIN_DECLS

#define OMC_PIN_DIGITS_MIN 6
#define OMC_PIN_DIGITS_MAX 16
/* After so many wrong ones in a row each further one has to wait: 30 s, doubling. */
#define OMC_PIN_FREE_ATTEMPTS 5
/* After so many the PIN is destroyed. */
#define OMC_PIN_MAX_ATTEMPTS 10

/* OMC_CRYPTO_ERROR_WEAK with a sentence when a PIN is not six digits and more, or one of those that are tried first. */
gboolean omc_pin_check (OmcSecret *pin, GError **error);

/* Wrong ones in a row, in a file that is on the disk before a PIN is tried. */
typedef struct
{
  guint32 count;
  gint64 last_us; /* since the computer was started, with the time that it slept */
} OmcPinAttempts;

gint64 omc_pin_attempts_now (void);
/* How long to wait until the next try. */
gint64 omc_pin_attempts_get_delay (const OmcPinAttempts *self, gint64 now_us);
/* FALSE: there is none for the slot, or it was changed; then the PIN counts as destroyed. */
gboolean omc_pin_attempts_read (const char *directory, guint slot_id, OmcPinAttempts *self);
gboolean omc_pin_attempts_write (const char *directory,
                                 guint slot_id,
                                 const OmcPinAttempts *self,
                                 GError **error);
void omc_pin_attempts_remove (const char *directory, guint slot_id);

G_END_DECLS
