/* omc-passphrase-rule.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is wrong with a new passphrase typed twice, in words: NULL when nothing is, "" while it is not all typed yet. */
const char *omc_passphrase_find_obstacle (const char *passphrase, const char *repeat);

G_END_DECLS
