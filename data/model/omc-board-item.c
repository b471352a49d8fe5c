/* omc-board-item.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-model"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "omc-board-item.h"

struct _OmcBoardItem
{
  GObject parent_instance;
  OmcBoardRow *row; /* (owned) (nullable) */
  gint64 now_us;
  gboolean same_surname;
};

G_DEFINE_FINAL_TYPE (OmcBoardItem, omc_board_item, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_LOADING,
  PROP_PATIENT_ID,
  PROP_BED,
  PROP_NAME,
  PROP_AGE,
  PROP_NUMBER,
  PROP_LAST_SET,
  PROP_DUE,
  PROP_DUE_STATE,
  PROP_ALLERGIES,
  PROP_HAS_ALLERGY,
  PROP_ALERTS,
  PROP_HAS_ALERT,
  PROP_UNSENT,
  PROP_HAS_UNSENT,
  PROP_CONFLICTS,
  PROP_HAS_CONFLICT,
  PROP_SAME_SURNAME,
  PROP_DESCRIPTION,
  PROP_ROW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
describe_allergies (const OmcBoardRow *row)
{
  if (row->n_allergies > 0)
    return g_strdup_printf (ngettext ("%u allergy", "%u allergies", row->n_allergies),
                            row->n_allergies);

  return g_strdup (row->allergy_nka ? _ ("No known allergies") : _ ("Allergies not recorded"));
}

static char *
describe_unsent (const OmcBoardRow *row)
{
  return g_strdup_printf (ngettext ("%u set not sent", "%u sets not sent", row->n_unsent),
                          row->n_unsent);
}

static char *
describe_last_set (OmcBoardItem *self)
{
  g_autofree char *time = omc_display_time (self->row->last_set_us, self->now_us);
  g_autofree char *ago = omc_display_ago (self->row->last_set_us, self->now_us);

  /* Of another department's patient this is not known, which is not the same as none. */
  if (self->row->needs_glass)
    return g_strdup (_ ("other department"));

  return self->row->last_set_us ? g_strdup_printf ("%s · %s", time, ago)
                                : g_strdup (_ ("no set yet"));
}

static char *
describe_score (const OmcBoardRow *row)
{
  if (row->news2_partial >= 0)
    return g_strdup_printf (_ ("NEWS2 at least %d, incomplete"), row->news2_partial);
  if (row->news2 < 0)
    return g_strdup (_ ("no NEWS2"));

  return row->news2_red ? g_strdup_printf (_ ("NEWS2 %d, one parameter red"), row->news2)
                        : g_strdup_printf (_ ("NEWS2 %d"), row->news2);
}

/* What a screen reader says of the whole row. */
static char *
describe (OmcBoardItem *self)
{
  g_autofree char *name = omc_display_name (self->row->family, self->row->given);
  g_autofree char *score = describe_score (self->row);
  g_autofree char *due = omc_display_due (self->row->due_us, self->now_us);
  g_autofree char *last_set = describe_last_set (self);

  if (self->row->needs_glass)
    return g_strdup_printf (_ ("%s, %s, in another department: %s"),
                            self->row->bed ? self->row->bed : "–", name,
                            self->row->ward ? self->row->ward : "–");

  return g_strdup_printf (_ ("%s, %s, %s, due %s, last set %s"),
                          self->row->bed ? self->row->bed : "–", name, score, due, last_set);
}

static void
get_text (OmcBoardItem *self, guint prop_id, GValue *value)
{
  const OmcBoardRow *row = self->row;

  switch (prop_id)
    {
    case PROP_PATIENT_ID:
      g_value_set_string (value, row->patient_id);
      break;
    case PROP_BED:
      g_value_set_string (value, row->bed ? row->bed : "–");
      break;
    case PROP_NAME:
      g_value_take_string (value, omc_display_name (row->family, row->given));
      break;
    case PROP_AGE:
      g_value_take_string (value, omc_display_age (row->birth_date, self->now_us));
      break;
    case PROP_NUMBER:
      g_value_take_string (value, omc_display_number (row->number));
      break;
    case PROP_LAST_SET:
      g_value_take_string (value, describe_last_set (self));
      break;
    case PROP_DUE:
      g_value_take_string (value, omc_display_due (row->due_us, self->now_us));
      break;
    case PROP_ALLERGIES:
      g_value_take_string (value, describe_allergies (row));
      break;
    case PROP_ALERTS:
      g_value_take_string (
          value,
          g_strdup_printf (ngettext ("%u alert", "%u alerts", row->n_alerts), row->n_alerts));
      break;
    case PROP_UNSENT:
      g_value_take_string (value, describe_unsent (row));
      break;
    case PROP_CONFLICTS:
      g_value_take_string (
          value, g_strdup_printf (ngettext ("%u conflict", "%u conflicts", row->n_conflicts),
                                  row->n_conflicts));
      break;
    case PROP_DESCRIPTION:
      g_value_take_string (value, describe (self));
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
omc_board_item_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  OmcBoardItem *self = OMC_BOARD_ITEM (object);
  const OmcBoardRow *row = self->row;

  switch (prop_id)
    {
    case PROP_LOADING:
      g_value_set_boolean (value, row == NULL);
      break;
    case PROP_DUE_STATE:
      g_value_set_uint (value, row ? omc_due_state (row->last_set_us, row->due_us, self->now_us)
                                   : OMC_DUE_NONE);
      break;
    case PROP_HAS_ALLERGY:
      g_value_set_boolean (value, row && row->n_allergies > 0);
      break;
    case PROP_HAS_ALERT:
      g_value_set_boolean (value, row && row->n_alerts > 0);
      break;
    case PROP_HAS_UNSENT:
      g_value_set_boolean (value, row && row->n_unsent > 0);
      break;
    case PROP_HAS_CONFLICT:
      g_value_set_boolean (value, row && row->n_conflicts > 0);
      break;
    case PROP_SAME_SURNAME:
      g_value_set_boolean (value, self->same_surname);
      break;
    case PROP_ROW:
      g_value_set_pointer (value, self->row);
      break;
    default:
      if (row)
        get_text (self, prop_id, value);
      else
        g_value_set_static_string (value, prop_id == PROP_NAME ? "…" : "");
    }
}

static void
omc_board_item_finalize (GObject *object)
{
  OmcBoardItem *self = OMC_BOARD_ITEM (object);

  g_clear_pointer (&self->row, omc_board_row_unref);

  G_OBJECT_CLASS (omc_board_item_parent_class)->finalize (object);
}

static void
omc_board_item_class_init (OmcBoardItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  static const struct
  {
    guint id;
    const char *name;
  } texts[] = {
    { PROP_PATIENT_ID, "patient-id" },
    { PROP_BED, "bed" },
    { PROP_NAME, "name" },
    { PROP_AGE, "age" },
    { PROP_NUMBER, "number" },
    { PROP_LAST_SET, "last-set" },
    { PROP_DUE, "due" },
    { PROP_ALLERGIES, "allergies" },
    { PROP_ALERTS, "alerts" },
    { PROP_UNSENT, "unsent" },
    { PROP_CONFLICTS, "conflicts" },
    { PROP_DESCRIPTION, "description" },
  };
  static const struct
  {
    guint id;
    const char *name;
  } flags_of[] = {
    { PROP_LOADING, "loading" },           { PROP_HAS_ALLERGY, "has-allergy" },
    { PROP_HAS_ALERT, "has-alert" },       { PROP_HAS_UNSENT, "has-unsent" },
    { PROP_HAS_CONFLICT, "has-conflict" }, { PROP_SAME_SURNAME, "same-surname" },
  };

  object_class->finalize = omc_board_item_finalize;
  object_class->get_property = omc_board_item_get_property;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    properties[texts[i].id] = g_param_spec_string (texts[i].name, NULL, NULL, NULL, flags);
  for (guint i = 0; i < G_N_ELEMENTS (flags_of); i++)
    properties[flags_of[i].id] = g_param_spec_boolean (flags_of[i].name, NULL, NULL, FALSE, flags);
  properties[PROP_DUE_STATE] =
      g_param_spec_uint ("due-state", NULL, NULL, 0, OMC_DUE_VERY_OVERDUE, 0, flags);
  properties[PROP_ROW] = g_param_spec_pointer ("row", NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
omc_board_item_init (OmcBoardItem *self)
{
}

OmcBoardItem *
omc_board_item_new (void)
{
  return g_object_new (OMC_TYPE_BOARD_ITEM, NULL);
}

/* Most rows of a board that is read again are as they were: those must not cost a repaint. */
static gboolean
is_same (const OmcBoardRow *a, const OmcBoardRow *b)
{
  return g_strcmp0 (a->patient_id, b->patient_id) == 0 && g_strcmp0 (a->family, b->family) == 0 &&
         g_strcmp0 (a->given, b->given) == 0 && g_strcmp0 (a->birth_date, b->birth_date) == 0 &&
         g_strcmp0 (a->gender, b->gender) == 0 && g_strcmp0 (a->number, b->number) == 0 &&
         g_strcmp0 (a->ward, b->ward) == 0 && g_strcmp0 (a->bed, b->bed) == 0 &&
         a->news2 == b->news2 && a->news2_partial == b->news2_partial &&
         a->news2_red == b->news2_red && memcmp (a->trend, b->trend, sizeof a->trend) == 0 &&
         a->last_set_us == b->last_set_us && a->due_us == b->due_us &&
         a->spo2_scale == b->spo2_scale && a->n_allergies == b->n_allergies &&
         a->allergy_nka == b->allergy_nka && a->n_alerts == b->n_alerts &&
         a->n_unsent == b->n_unsent && a->n_conflicts == b->n_conflicts &&
         a->deceased == b->deceased && a->needs_glass == b->needs_glass;
}

void
omc_board_item_set_row (OmcBoardItem *self, OmcBoardRow *row, gint64 now_us)
{
  gboolean same;

  g_return_if_fail (OMC_IS_BOARD_ITEM (self));

  if (self->row == row)
    return;

  same = self->row && row && is_same (self->row, row);
  g_clear_pointer (&self->row, omc_board_row_unref);
  self->row = row ? omc_board_row_ref (row) : NULL;
  if (same)
    return;

  /* due-state and same-surname stand for changes of their own; with a new row, `row` stands for all. */
  self->now_us = now_us;
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 1; i < N_PROPS; i++)
    if (i != PROP_DUE_STATE && i != PROP_SAME_SURNAME)
      g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  g_object_thaw_notify (G_OBJECT (self));
}

OmcBoardRow *
omc_board_item_get_row (OmcBoardItem *self)
{
  g_return_val_if_fail (OMC_IS_BOARD_ITEM (self), NULL);

  return self->row;
}

OmcNews2Band
omc_board_item_get_band (OmcBoardItem *self)
{
  g_return_val_if_fail (OMC_IS_BOARD_ITEM (self), OMC_NEWS2_BAND_NONE);

  if (!self->row || self->row->news2 < 0)
    return OMC_NEWS2_BAND_NONE;
  if (self->row->news2 >= 7)
    return OMC_NEWS2_BAND_HIGH;
  if (self->row->news2 >= 5)
    return OMC_NEWS2_BAND_MEDIUM;

  return self->row->news2_red ? OMC_NEWS2_BAND_LOW_MEDIUM : OMC_NEWS2_BAND_LOW;
}

void
omc_board_item_set_same_surname (OmcBoardItem *self, gboolean same_surname)
{
  g_return_if_fail (OMC_IS_BOARD_ITEM (self));

  same_surname = !!same_surname;
  if (self->same_surname == same_surname)
    return;

  self->same_surname = same_surname;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SAME_SURNAME]);
}

void
omc_board_item_update_time (OmcBoardItem *self, gint64 now_us)
{
  g_return_if_fail (OMC_IS_BOARD_ITEM (self));

  self->now_us = now_us;
  if (!self->row)
    return;

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_SET]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DUE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DUE_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DESCRIPTION]);
}
