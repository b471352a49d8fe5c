/* omc-vitals-draft-object-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-vitals-draft-private.h"

G_BEGIN_DECLS

/* The inside of the form, for the files that it is made of and for nobody else. */
typedef struct
{
  char *text;       /* (owned) as typed, never NULL */
  const char *unit; /* UCUM, of the table; NULL for words */
  OmcUnable unable;
  gboolean confirmed;
  OmcVitalsCheck *check; /* (owned) never NULL */
  char *hint;            /* (owned) never NULL */
} OmcVitalsDraftField;

struct _OmcVitalsDraft
{
  GObject parent_instance;
  OmcClock *clock; /* (owned) */
  OmcVitalsDraftField fields[OMC_VITALS_DRAFT_N_FIELDS];
  OmcNews2Scope scope;
  int scale;
  GPtrArray *history; /* (owned) (nullable) */
  gint64 admitted_us;
  gint64 taken_at_us;
  char *taken_at_message; /* (owned) never NULL */
  char *late_reason;      /* (owned) never NULL */
  char *note;             /* (owned) never NULL */
  OmcNews2Result news2;
  gboolean valid;
  gboolean dirty;
};

enum
{
  PROP_0,
  PROP_TAKEN_AT,
  PROP_TAKEN_AT_MESSAGE,
  PROP_LATE_REASON,
  PROP_NOTE,
  PROP_NEWS2,
  PROP_NEWS2_SUMMARY,
  PROP_VALID,
  PROP_DIRTY,
  PROP_FIELDS,
};

/* Properties of a field: PROP_FIELDS + kind * N_SLOTS + slot. */
enum
{
  SLOT_TEXT,
  SLOT_UNIT,
  SLOT_UNABLE,
  SLOT_MESSAGE,
  SLOT_LEVEL,
  SLOT_SCORE,
  SLOT_HINT,
  N_SLOTS,
};

#define N_PROPS (PROP_FIELDS + OMC_VITALS_DRAFT_N_FIELDS * N_SLOTS)

/* notify_slot: of a field; notify: any other property. */
void _omc_vitals_draft_notify (OmcVitalsDraft *self, guint prop);
void _omc_vitals_draft_notify_slot (OmcVitalsDraft *self, guint kind, guint slot);

/* What is said beside a field, and how loud; as if all were well once a person confirmed it. */
const char *_omc_vitals_draft_field_message (const OmcVitalsDraftField *field);
const char *_omc_vitals_draft_field_level (const OmcVitalsDraftField *field);
/* NEWS2 sub-score; -1 if none. */
int _omc_vitals_draft_field_score (OmcVitalsDraft *self, guint kind);
/* Checks and scores all that stands in the form anew, and notifies what came out different. */
void _omc_vitals_draft_judge (OmcVitalsDraft *self);

/* Does not judge; FALSE if nothing changed. text: (nullable) */
gboolean _omc_vitals_draft_replace_text (OmcVitalsDraft *self, guint kind, const char *text);

G_END_DECLS
