/* omc-boot-secret.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-secret.h"

G_BEGIN_DECLS

/* A random secret that is on no disk: in the kernel's keyring of this user until the computer is started again, or, where
 * that is not to be had (as in a sandbox), in this process. NULL when there is none and make is FALSE. */
OmcSecret *omc_boot_secret_get (const char *store_id, gboolean make) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
