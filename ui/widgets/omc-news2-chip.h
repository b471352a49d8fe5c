/* omc-news2-chip.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-news2.h"
#include "omc-tag.h"

G_BEGIN_DECLS

#define OMC_TYPE_NEWS2_CHIP (omc_news2_chip_get_type ())

/**
 * OmcNews2Chip:
 *
 * A NEWS2 score as a number in a chip. The band's colours are those of the chart (white, yellow, orange, red; no
 * green, clinical.md 2); the number, marks for the band and a drop for a red parameter say the same without colour.
 *
 * # Accessibility
 *
 * Role image, with one sentence as its label.
 *
 * # CSS nodes
 *
 * `news2chip`, with a class `.band-0` (no score) to `.band-4` (high)
 */
G_DECLARE_FINAL_TYPE (OmcNews2Chip, omc_news2_chip, OMC, NEWS2_CHIP, OmcTag)

GtkWidget *omc_news2_chip_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* total: -1 for none. */
void omc_news2_chip_set_total (OmcNews2Chip *self, int total, OmcNews2Band band, gboolean red);
void omc_news2_chip_set_result (OmcNews2Chip *self, const OmcNews2Result *result);
/* The sub-score of one parameter: 0 to 3, -1 for none. */
void omc_news2_chip_set_score (OmcNews2Chip *self, int score);

G_END_DECLS
