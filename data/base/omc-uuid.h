/* omc-uuid.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A random UUID that begins with the millisecond in which it was made (RFC 9562, version 7): those that are made one
 * after the other are neighbours in an index, and a save touches one page of it. */
char *omc_uuid_new (gint64 now_us) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
