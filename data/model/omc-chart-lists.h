/* omc-chart-lists.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-record-item.h"
#include "omc-store-types.h"
#include "omc-vitals.h"

G_BEGIN_DECLS

/* The lists of a chart as models of OmcRecordItem; pure but for locale and zone. (transfer full) each */
GListModel *omc_chart_list_problems (OmcChart *chart, gint64 now_us);
GListModel *omc_chart_list_allergies (OmcChart *chart, gint64 now_us);
GListModel *omc_chart_list_medication (OmcChart *chart, gint64 now_us);
/* Every value of every set with who, when and status, newest first; voided ones are struck. */
GListModel *omc_chart_list_timeline (GPtrArray *sets, gint64 now_us);

/* Words of a CodeableConcept at path: its text, else the display or code of its first coding; "–" for none. Borrowed. */
const char *omc_concept_text (const OmcJsonValue *root, const char *path);

G_END_DECLS
