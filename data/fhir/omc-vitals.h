/* omc-vitals.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-news2.h"
#include "omc-resource.h"

G_BEGIN_DECLS

/* In ABCDE order, the order of forms and charts. */
typedef enum
{
  OMC_VITAL_RESPIRATION,
  OMC_VITAL_SPO2,
  OMC_VITAL_OXYGEN,        /* "air" or "oxygen" */
  OMC_VITAL_OXYGEN_DEVICE, /* free text */
  OMC_VITAL_OXYGEN_FLOW,
  OMC_VITAL_FIO2,
  OMC_VITAL_SYSTOLIC,
  OMC_VITAL_DIASTOLIC,
  OMC_VITAL_PULSE,
  OMC_VITAL_CONSCIOUSNESS, /* "A", "C", "V", "P", "U" */
  OMC_VITAL_TEMPERATURE,
  OMC_VITAL_PAIN,
  OMC_VITAL_GLUCOSE,
  OMC_VITAL_WEIGHT,
  OMC_VITAL_HEIGHT,
  OMC_VITAL_URINE,
  OMC_VITAL_GCS_EYE,
  OMC_VITAL_GCS_VERBAL, /* 1 to 5, or "T" for a tube */
  OMC_VITAL_GCS_MOTOR,
  OMC_VITAL_GCS, /* the total; read and shown, computed when entered */
} OmcVitalKind;

#define OMC_VITAL_N_KINDS 20

#define OMC_VITAL_MAX_UNITS 3

/* Limits are number texts in their unit: outside of hard nothing is saved, outside of confirm a person is asked. */
typedef struct
{
  const char *ucum; /* NULL ends the list */
  guint decimals;
  const char *hard_min;
  const char *hard_max;
  const char *confirm_min;
  const char *confirm_max;
  const char *loinc; /* where the code depends on the unit, else NULL */
} OmcVitalUnit;

typedef struct
{
  const char *id;          /* "respiration"; also the name of the draft's property */
  const char *label;       /* untranslated; omc_vital_label() */
  const char *short_label; /* untranslated; for narrow columns */
  const char *loinc;       /* NULL where another system names it */
  const char *code_text;   /* Observation.code.text, English */
  gboolean is_number;
  int news2;                               /* OmcNews2Parameter, or -1 */
  OmcVitalUnit units[OMC_VITAL_MAX_UNITS]; /* the first is the usual one */
} OmcVitalInfo;

const OmcVitalInfo *omc_vital_get_info (OmcVitalKind kind);
gboolean omc_vital_from_id (const char *id, OmcVitalKind *kind);
const char *omc_vital_label (OmcVitalKind kind);       /* translated */
const char *omc_vital_short_label (OmcVitalKind kind); /* translated */
/* NULL if the sign is not measured in that unit; ucum NULL: the usual unit. */
const OmcVitalUnit *omc_vital_find_unit (OmcVitalKind kind, const char *ucum);

/* Why there is no value (clinical.md 1, map of reasons). */
typedef enum
{
  OMC_UNABLE_NONE,
  OMC_UNABLE_REFUSED,
  OMC_UNABLE_ASLEEP,
  OMC_UNABLE_OFF_WARD,
  OMC_UNABLE_EQUIPMENT_FAILED,
  OMC_UNABLE_UNABLE,
  OMC_UNABLE_NOT_APPROPRIATE,
  OMC_UNABLE_NOT_DONE,
} OmcUnable;

#define OMC_UNABLE_N_REASONS 8

const char *omc_unable_to_string (OmcUnable unable); /* "refused", ...; "" for none */
gboolean omc_unable_from_string (const char *text, OmcUnable *unable);
const char *omc_unable_label (OmcUnable unable);         /* translated */
const char *omc_unable_absent_reason (OmcUnable unable); /* code of data-absent-reason */

/**
 * OmcVitalsValue:
 *
 * One sign of a set, as it stands in the record.
 */
typedef struct
{
  char *text;           /* (nullable) number as stored, or the word of the kind ("A", "air") */
  char *comparator;     /* (nullable) "<" or ">" */
  char *ucum;           /* (nullable) */
  char *unit;           /* (nullable) as stored */
  char *absent_reason;  /* (nullable) code of data-absent-reason */
  char *status;         /* Observation.status */
  char *observation_id; /* (nullable) */
  char *author;         /* (nullable) display of the first performer */
  char *note;           /* (nullable) */
  gint64 time_us;       /* when it was measured */
  gint64 issued_us;     /* when it was recorded; 0 if unknown */
  gboolean voided;      /* entered-in-error or cancelled: shown struck through, never counted */
} OmcVitalsValue;

#define OMC_TYPE_VITALS_SET (omc_vitals_set_get_type ())

/**
 * OmcVitalsSet:
 *
 * What was measured in one go. Immutable; may cross threads.
 */
typedef struct
{
  gatomicrefcount ref_count;
  gint64 time_us;                            /* effective time */
  char *panel_id;                            /* (nullable) */
  char *author;                              /* (nullable) */
  OmcVitalsValue *values[OMC_VITAL_N_KINDS]; /* (nullable) each */
  OmcNews2Result news2;                      /* computed from what is not voided */
  int stored_total;                          /* as in the record's NEWS2 Observation; -1: none */
  gboolean preliminary;                      /* waits for a registered nurse */
  gboolean voided;                           /* every member is */
} OmcVitalsSet;

GType omc_vitals_set_get_type (void);
OmcVitalsSet *omc_vitals_set_ref (OmcVitalsSet *self);
void omc_vitals_set_unref (OmcVitalsSet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcVitalsSet, omc_vitals_set_unref)

/* NULL unless there is a value that counts. */
const OmcVitalsValue *omc_vitals_set_get (const OmcVitalsSet *self, OmcVitalKind kind);
/* "98.6 °F", "Alert", "120/80 mmHg" for SYSTOLIC when both are there, "2 L/min"; the reason where there is none. */
char *omc_vitals_set_dup_display (const OmcVitalsSet *self, OmcVitalKind kind);
/* Are systolic and diastolic shown as one, "118/76 mmHg", in the place of the systolic? */
gboolean omc_vitals_set_has_pressure_pair (const OmcVitalsSet *self);
/* In another unit, with the kind's decimals, for charts; FALSE if there is no such number. */
gboolean omc_vitals_set_get_number (const OmcVitalsSet *self,
                                    OmcVitalKind kind,
                                    const char *ucum,
                                    double *number);

/* Free observations belong to one set while they are within this time of each other and of different kinds. */
#define OMC_VITALS_WINDOW_US (15 * 60 * (gint64)G_USEC_PER_SEC)

typedef struct
{
  OmcNews2Scope scope;
  GPtrArray *flags; /* (nullable) (element-type OmcResource): where scale 2 is found */
} OmcVitalsContext;

/**
 * omc_vitals_read_sets:
 * @observations: (element-type OmcResource): in any order; what is no vital sign is left out
 * @context: (nullable): who the patient is; without it nothing is scored
 *
 * Sets are bound by a panel's members, then by time. Every measurement is in exactly one set.
 *
 * Returns: (transfer full) (element-type OmcVitalsSet): newest first
 */
GPtrArray *omc_vitals_read_sets (GPtrArray *observations,
                                 const OmcVitalsContext *context) G_GNUC_WARN_UNUSED_RESULT;

/* 1 or 2: what the flags say for that moment. author, since_us: (out) (nullable) who decided and when. */
int omc_vitals_read_scale (GPtrArray *flags, gint64 at_us, char **author, gint64 *since_us);

G_END_DECLS
