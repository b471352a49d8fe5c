/* omc-person-words.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-actor.h"

G_BEGIN_DECLS

/* "Charge nurse", in the language of the screen. */
const char *omc_role_describe (OmcRole role);
/* "A. Berg" of "Anna Berg", for where there is little room; a name of one word stays. Free it. */
char *omc_shorten_name (const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
