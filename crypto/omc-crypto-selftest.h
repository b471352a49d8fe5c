/* omc-crypto-selftest.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Known answers of every primitive in use, a few milliseconds. FALSE: this library must not be trusted with a store. */
gboolean omc_crypto_selftest (GError **error);

G_END_DECLS
