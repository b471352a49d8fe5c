/* omc-config-locate.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The line, from 1, on which the member at path ("sync.syncInterval") stands in a text that parses as JSON; 1 if it is
 * nowhere. json-glib keeps no places. */
guint omc_config_locate (const char *text, gsize length, const char *path);

G_END_DECLS
