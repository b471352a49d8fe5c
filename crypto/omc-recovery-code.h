/* omc-recovery-code.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-secret.h"

G_BEGIN_DECLS

#define OMC_RECOVERY_CODE_BYTES 20

/* 160 random bits whose check character is a letter or digit that every keyboard has. */
OmcSecret *omc_recovery_code_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* Crockford base32 in groups of four, the check character (modulo 37) last. Wipe before freeing. */
char *omc_recovery_code_format (OmcSecret *code) G_GNUC_WARN_UNUSED_RESULT;
/* Case, blanks and dashes do not matter; O is 0, I and L are 1. OMC_CRYPTO_ERROR_WRONG_SECRET when mistyped. */
OmcSecret *omc_recovery_code_parse (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
