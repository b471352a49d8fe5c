/* omc-vitals-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-vitals.h"

G_BEGIN_DECLS

OmcVitalsSet *_omc_vitals_set_new (void);
void _omc_vitals_value_free (OmcVitalsValue *value);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcVitalsValue, _omc_vitals_value_free)

/**
 * OmcVitalsItem:
 *
 * What one Observation says about vital signs.
 */
typedef struct
{
  char *id; /* (nullable) */
  gint64 time_us;
  gint64 issued_us;
  gboolean is_panel;
  gboolean is_news2;
  gboolean voided;
  gboolean preliminary;
  int news2_total; /* -1: none */
  int news2_scale; /* 0: not said */
  char *author;    /* (nullable) */
  GPtrArray
      *members; /* (nullable) (element-type utf8): ids from hasMember, or derivedFrom of a score */
  OmcVitalsValue *values[OMC_VITAL_N_KINDS]; /* (nullable) each */
} OmcVitalsItem;

/* NULL if it is no vital sign. */
OmcVitalsItem *_omc_vitals_item_read (OmcResource *observation);
void _omc_vitals_item_free (OmcVitalsItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcVitalsItem, _omc_vitals_item_free)

G_END_DECLS
