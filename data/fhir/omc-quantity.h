/* omc-quantity.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a person types is text and stays text; conversions are exact integer arithmetic and serve display, limits
 * and the score only (clinical.md 3). */

/* Digits of any script, one decimal point or comma, surrounding blanks: the text of a JSON number with as many
 * decimals as were typed ("037,50 " -> "37.50"), or NULL if it is none. */
char *omc_quantity_normalise (const char *typed);
/* Decimals in a JSON number's text; 0 for "37". */
guint omc_quantity_count_decimals (const char *number);

/* The number times 10^decimals, rounded half up; FALSE if it is no JSON number or too large. exact: (nullable) */
gboolean
omc_quantity_to_scaled (const char *number, guint decimals, gint64 *scaled, gboolean *exact);
char *omc_quantity_from_scaled (gint64 scaled, guint decimals);

/* To another unit (UCUM codes; equal units, or kinds that clinical.md 1 names) times 10^decimals, computed exactly and
 * rounded half up once: 95.1 [degF] is 35.1 Cel. FALSE if there is no such conversion. */
gboolean omc_quantity_convert (const char *number,
                               const char *from,
                               const char *to,
                               guint decimals,
                               gint64 *scaled);
char *
omc_quantity_convert_text (const char *number, const char *from, const char *to, guint decimals);

/* "°F" of "[degF]"; the code itself if unknown. For screens and for Quantity.unit, so it is never translated. */
const char *omc_unit_label (const char *ucum);
/* "98.6 °F" with the decimal sign of the locale. */
char *omc_quantity_display (const char *number, const char *ucum);

G_END_DECLS
