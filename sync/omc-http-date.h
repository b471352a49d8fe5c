/* omc-http-date.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "Mon, 23 Nov 2026 14:02:07 GMT" (RFC 9110, the preferred form) to microseconds since 1970. Locale free. */
gboolean omc_http_date_parse (const char *text, gint64 *unix_us);

G_END_DECLS
