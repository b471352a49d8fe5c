/* omc-random.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Fills from the kernel's generator. Ends the program when there is none: nothing safe could follow. */
void omc_random_bytes (gpointer data, gsize length);

G_END_DECLS
