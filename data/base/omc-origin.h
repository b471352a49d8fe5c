/* omc-origin.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "https://host" of an address, in lower case, with the port unless it is the scheme's own: who is asked, and nothing of what.
 * NULL: it is no address of http or https. */
char *omc_origin_dup (const char *url) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
