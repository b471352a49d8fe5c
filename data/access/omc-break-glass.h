/* omc-break-glass.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How long a chart of another department stays open (clinical.md 6). */
#define OMC_BREAK_GLASS_PERIOD_US (30 * 60 * G_USEC_PER_SEC)
/* The words say more than the reason's code does. */
#define OMC_BREAK_GLASS_MIN_WORDS 10
#define OMC_BREAK_GLASS_MAX_WORDS 1000

typedef struct
{
  const char *code;  /* stands in stores and audit entries: never changes */
  const char *label; /* untranslated */
} OmcBreakGlassReason;

const OmcBreakGlassReason *omc_break_glass_list_reasons (gsize *n_reasons);
/* NULL when there is no such reason. Translated. */
const char *omc_break_glass_get_label (const char *code);
/* Are a reason and its words enough to open a chart with? The error says what is missing. */
gboolean omc_break_glass_check (const char *code, const char *words, GError **error);

G_END_DECLS
