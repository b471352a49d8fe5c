/* omc-display.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-news2.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Texts of the screens: pure but for the locale and the time zone. All give new strings. Times are microseconds
 * since 1970; 0 stands for "none" and gives an empty text. */

/* "DOE, John": the order of the NHS patient banner (clinical.md 4). Either may be NULL. */
char *omc_display_name (const char *family, const char *given);
/* "DOE, John · 02-Mar-1954": who is meant, where there is one line to say it. All may be NULL. */
char *omc_display_identity (const char *family, const char *given, const char *fhir_birth_date);
/* A FHIR date as "02-Mar-1954" (NHS: no date that can be read two ways); partial dates "Mar-1954", "1954". */
char *omc_display_date (const char *fhir_date);
/* "72 y", under two years "14 mo", under two months "12 d"; empty when unknown. */
char *omc_display_age (const char *fhir_birth_date, gint64 now_us);
/* Ten digits as 3-3-4, all else as it is. No-break spaces, which keep the groups in order in a line from right to left. */
char *omc_display_number (const char *number);
/* FHIR administrative gender in words. */
const char *omc_display_gender (const char *code);
/* "14:02" today, "Sun 14:02" this week, else "12-Nov 14:02". */
char *omc_display_time (gint64 us, gint64 now_us);
/* "just now", "25 min ago", "2 h 05 ago", "3 d ago". */
char *omc_display_ago (gint64 us, gint64 now_us);
/* "2 h 05" of a span in microseconds, never negative. */
char *omc_display_span (gint64 us);
/* "512 B", "1.4 MB" in the locale. */
char *omc_display_bytes (gint64 bytes);

/* "NEWS2 5, risk medium"; "NEWS2 at least 3 (4 of 7)"; why there is none for people out of its scope. */
char *omc_display_news2 (const OmcNews2Result *result);

typedef enum
{
  OMC_DUE_NONE,
  OMC_DUE_LATER,
  OMC_DUE_SOON, /* within 15 minutes */
  OMC_DUE_OVERDUE,
  OMC_DUE_VERY_OVERDUE, /* by more than half of the interval, or an hour */
} OmcDueState;

/* clinical.md 4, "Due". last_us: when the set was taken from which due_us was reckoned. */
OmcDueState omc_due_state (gint64 last_us, gint64 due_us, gint64 now_us);
/* "in 25 min", "now", "40 min late". */
char *omc_display_due (gint64 due_us, gint64 now_us);

G_END_DECLS
