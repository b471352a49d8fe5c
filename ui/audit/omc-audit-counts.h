/* omc-audit-counts.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What an entry of the trail says with numbers, "3 created, 0 updated", in the reader's language; parts that are 0 are left out.
 * NULL when it is no sentence of ours, to the letter. Free it. */
char *omc_audit_counts_describe (const char *detail);

G_END_DECLS
