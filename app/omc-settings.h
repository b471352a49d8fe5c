/* omc-settings.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The program's settings; also when it is run from its build tree and its schema is not installed. */
GSettings *omc_settings_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
