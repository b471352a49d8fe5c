/* omc-kdf.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-secret.h"

G_BEGIN_DECLS

/**
 * OmcKdfParams:
 *
 * Cost of Argon2id (RFC 9106). Read back from files only within the ranges below, so that a changed file can
 * neither weaken a slot nor exhaust the memory.
 */
typedef struct
{
  guint32 version;    /* of this record: 1 */
  guint32 memory_kib; /* 19 MiB .. 1 GiB */
  guint32 passes;     /* 2 .. 32 */
  guint32 lanes;      /* 1 .. 8 */
} OmcKdfParams;

#define OMC_KDF_SALT_LENGTH 16

extern const OmcKdfParams OMC_KDF_DEFAULT; /* 64 MiB, 3 passes, 1 lane */
extern const OmcKdfParams OMC_KDF_FLOOR;   /* 19 MiB, 2 passes: the practice ward and tests */

gboolean omc_kdf_params_check (const OmcKdfParams *params, GError **error);
/* Raises passes until one derivation takes about 0.5 to 1 s here. */
void omc_kdf_calibrate (OmcKdfParams *params);
OmcSecret *omc_kdf_derive (const OmcKdfParams *params,
                           OmcSecret *passphrase,
                           const guint8 salt[OMC_KDF_SALT_LENGTH],
                           gsize length,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* HKDF-SHA256 with a label as info. */
OmcSecret *omc_kdf_expand (OmcSecret *key,
                           gconstpointer salt,
                           gsize salt_length,
                           const char *label,
                           gsize length,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
