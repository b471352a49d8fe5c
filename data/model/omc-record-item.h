/* omc-record-item.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define OMC_TYPE_RECORD_ITEM (omc_record_item_get_type ())

/**
 * OmcRecordItem:
 *
 * One entry of a chart's list in words: a problem, an allergy, a drug, an event. Immutable. Properties: `title`,
 * `subtitle`, `detail`, `struck` (entered in error: shown struck through), `reference` ("Observation/7", nullable).
 */
G_DECLARE_FINAL_TYPE (OmcRecordItem, omc_record_item, OMC, RECORD_ITEM, GObject)

/* All but title: (nullable) */
OmcRecordItem *omc_record_item_new (const char *title,
                                    const char *subtitle,
                                    const char *detail,
                                    gboolean struck,
                                    const char *reference) G_GNUC_WARN_UNUSED_RESULT;
const char *omc_record_item_get_title (OmcRecordItem *self);
const char *omc_record_item_get_subtitle (OmcRecordItem *self);
const char *omc_record_item_get_detail (OmcRecordItem *self);
gboolean omc_record_item_get_struck (OmcRecordItem *self);
const char *omc_record_item_get_reference (OmcRecordItem *self);
/* Whether both say the same of the same resource. */
gboolean omc_record_item_equal (OmcRecordItem *self, OmcRecordItem *other);

G_END_DECLS
