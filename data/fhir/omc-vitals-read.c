/* omc-vitals-read.c: sets from a patient's Observations; declared in omc-vitals.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include "omc-clock.h"
#include "omc-codes.h"
#include "omc-quantity.h"
#include "omc-vitals-private.h"

/* A total needs all signs within the hour, clinical.md 2. */
#define SCORE_WINDOW_US (60 * 60 * (gint64)G_USEC_PER_SEC)

typedef struct
{
  GPtrArray *items;   /* (owned) (element-type OmcVitalsItem) */
  GHashTable *by_id;  /* (owned): id -> item, not owned */
  GHashTable *placed; /* (owned): items that have their set */
  GPtrArray *sets;    /* (owned) (element-type OmcVitalsSet) */
  GArray *
      scales; /* (owned) (element-type int): as in the record's score, 0 if it does not say; beside sets */
  const OmcVitalsContext *context;
} Reader;

static gboolean
value_counts (const OmcVitalsValue *value)
{
  return value != NULL && !value->voided;
}

/* Would the set lose nothing if the item went into it? */
static gboolean
set_has_room (const OmcVitalsSet *set, const OmcVitalsItem *item)
{
  for (guint i = 0; i < OMC_VITAL_N_KINDS; i++)
    if (item->values[i] != NULL && set->values[i] != NULL)
      return FALSE;

  return TRUE;
}

static void
set_take_item (Reader *reader, guint index, OmcVitalsItem *item)
{
  OmcVitalsSet *set = g_ptr_array_index (reader->sets, index);

  for (guint i = 0; i < OMC_VITAL_N_KINDS; i++)
    if (item->values[i] != NULL)
      set->values[i] = g_steal_pointer (&item->values[i]);
  if (item->is_news2 && !item->voided)
    {
      set->stored_total = item->news2_total;
      g_array_index (reader->scales, int, index) = item->news2_scale;
    }
  set->preliminary = set->preliminary || (item->preliminary && !item->voided);
  if (set->author == NULL)
    set->author = g_strdup (item->author);
  g_hash_table_add (reader->placed, item);
}

static guint
add_set (Reader *reader, gint64 time_us)
{
  OmcVitalsSet *set = _omc_vitals_set_new ();
  int none = 0;

  set->time_us = time_us;
  g_ptr_array_add (reader->sets, set);
  g_array_append_val (reader->scales, none);

  return reader->sets->len - 1;
}

/* Voided and older readings of a kind give way to newer ones that count. */
static int
compare_by_worth (gconstpointer a, gconstpointer b)
{
  const OmcVitalsItem *left = *(OmcVitalsItem *const *)a;
  const OmcVitalsItem *right = *(OmcVitalsItem *const *)b;

  if (left->voided != right->voided)
    return left->voided ? 1 : -1;
  if (left->issued_us != right->issued_us)
    return left->issued_us > right->issued_us ? -1 : 1;

  return g_strcmp0 (left->id, right->id);
}

static void
bind_members (Reader *reader, OmcVitalsItem *binder)
{
  g_autoptr (GPtrArray) members = g_ptr_array_new ();
  guint index = G_MAXUINT;

  for (guint i = 0; i < binder->members->len; i++)
    {
      OmcVitalsItem *item =
          g_hash_table_lookup (reader->by_id, g_ptr_array_index (binder->members, i));

      if (item != NULL && item != binder && !item->is_panel &&
          !g_hash_table_contains (reader->placed, item))
        g_ptr_array_add (members, item);
    }
  g_ptr_array_sort (members, compare_by_worth);

  for (guint i = 0; i < members->len; i++)
    {
      OmcVitalsItem *item = g_ptr_array_index (members, i);

      if (g_hash_table_contains (reader->placed, item))
        continue;
      if (index == G_MAXUINT)
        {
          index = add_set (reader, binder->time_us);
          OmcVitalsSet *set = g_ptr_array_index (reader->sets, index);

          set->panel_id = binder->is_panel ? g_strdup (binder->id) : NULL;
          set->author = g_strdup (binder->author);
        }
      if (set_has_room (g_ptr_array_index (reader->sets, index), item))
        set_take_item (reader, index, item);
    }
  if (binder->is_news2 && index != G_MAXUINT)
    set_take_item (reader, index, binder);
}

static int
compare_by_time (gconstpointer a, gconstpointer b)
{
  const OmcVitalsItem *left = *(OmcVitalsItem *const *)a;
  const OmcVitalsItem *right = *(OmcVitalsItem *const *)b;

  if (left->time_us != right->time_us)
    return left->time_us < right->time_us ? -1 : 1;

  return compare_by_worth (a, b);
}

/* What no panel binds goes together by time. Several sets may be open at one moment (two readings of a kind). */
static void
bind_by_time (Reader *reader)
{
  g_autoptr (GPtrArray) free_items = g_ptr_array_new ();
  g_autoptr (GArray) starts = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint first = reader->sets->len;

  for (guint i = 0; i < reader->items->len; i++)
    {
      OmcVitalsItem *item = g_ptr_array_index (reader->items, i);

      if (!item->is_panel && !item->is_news2 && !g_hash_table_contains (reader->placed, item))
        g_ptr_array_add (free_items, item);
    }
  g_ptr_array_sort (free_items, compare_by_time);

  guint oldest_open = first;
  for (guint i = 0; i < free_items->len; i++)
    {
      OmcVitalsItem *item = g_ptr_array_index (free_items, i);
      guint index;

      while (oldest_open < reader->sets->len &&
             item->time_us - g_array_index (starts, gint64, oldest_open - first) >
                 OMC_VITALS_WINDOW_US)
        oldest_open++;
      for (index = oldest_open; index < reader->sets->len; index++)
        if (set_has_room (g_ptr_array_index (reader->sets, index), item))
          break;
      if (index == reader->sets->len)
        {
          add_set (reader, item->time_us);
          g_array_append_val (starts, item->time_us);
        }

      OmcVitalsSet *set = g_ptr_array_index (reader->sets, index);
      set->time_us = MAX (set->time_us, item->time_us);
      set_take_item (reader, index, item);
    }
}

/* A concentration or flow says whether there is oxygen where nothing else in the set does. */
static void
derive_breathing (OmcVitalsSet *set)
{
  const OmcVitalsValue *fio2 = omc_vitals_set_get (set, OMC_VITAL_FIO2);
  const OmcVitalsValue *flow = omc_vitals_set_get (set, OMC_VITAL_OXYGEN_FLOW);
  const OmcVitalsValue *source = fio2 != NULL ? fio2 : flow;
  gint64 amount;
  gboolean oxygen;

  if (set->values[OMC_VITAL_OXYGEN] != NULL || source == NULL)
    return;
  if (fio2 != NULL && omc_quantity_convert (fio2->text, fio2->ucum, OMC_UCUM_PERCENT, 0, &amount))
    oxygen = amount > 21;
  else if (flow != NULL && omc_quantity_to_scaled (flow->text, 2, &amount, NULL))
    oxygen = amount > 0;
  else
    return;

  OmcVitalsValue *value = g_new0 (OmcVitalsValue, 1);
  value->text = g_strdup (oxygen ? "oxygen" : "air");
  value->status = g_strdup (source->status);
  value->observation_id = g_strdup (source->observation_id);
  value->author = g_strdup (source->author);
  value->time_us = source->time_us;
  value->issued_us = source->issued_us;
  set->values[OMC_VITAL_OXYGEN] = value;
}

/* --- the score --- */

static int
integer_of (const OmcVitalsSet *set, OmcVitalKind kind, gint64 newest_us)
{
  const OmcVitalsValue *value = omc_vitals_set_get (set, kind);
  const OmcVitalUnit *usual = omc_vital_find_unit (kind, NULL);
  gint64 scaled;

  if (value == NULL || value->comparator != NULL || newest_us - value->time_us > SCORE_WINDOW_US)
    return OMC_NEWS2_MISSING;
  if (!omc_quantity_convert (value->text, value->ucum, usual->ucum, usual->decimals, &scaled))
    return OMC_NEWS2_MISSING;
  /* No number of a living person, and none that any band could tell from its neighbour. */
  if (scaled < 0 || scaled > 10000)
    return OMC_NEWS2_MISSING;

  return (int)scaled;
}

static const char *
word_of (const OmcVitalsSet *set, OmcVitalKind kind, gint64 newest_us)
{
  const OmcVitalsValue *value = omc_vitals_set_get (set, kind);

  return value != NULL && newest_us - value->time_us <= SCORE_WINDOW_US ? value->text : NULL;
}

static void
score_set (OmcVitalsSet *set, int scale, const OmcVitalsContext *context)
{
  OmcNews2Input input = OMC_NEWS2_INPUT_INIT;
  gint64 newest = G_MININT64;

  for (guint i = 0; i < OMC_VITAL_N_KINDS; i++)
    if (omc_vital_get_info (i)->news2 >= 0 && value_counts (set->values[i]))
      newest = MAX (newest, set->values[i]->time_us);

  if (newest != G_MININT64)
    {
      input.respiration = integer_of (set, OMC_VITAL_RESPIRATION, newest);
      input.spo2 = integer_of (set, OMC_VITAL_SPO2, newest);
      input.systolic = integer_of (set, OMC_VITAL_SYSTOLIC, newest);
      input.pulse = integer_of (set, OMC_VITAL_PULSE, newest);
      input.temperature = integer_of (set, OMC_VITAL_TEMPERATURE, newest);
      omc_oxygen_from_string (word_of (set, OMC_VITAL_OXYGEN, newest), &input.oxygen);
      omc_consciousness_from_string (word_of (set, OMC_VITAL_CONSCIOUSNESS, newest),
                                     &input.consciousness);
    }
  /* An old score keeps the scale it was made with. */
  if (scale == 0)
    scale =
        omc_vitals_read_scale (context != NULL ? context->flags : NULL, set->time_us, NULL, NULL);
  input.scale = scale;

  omc_news2_score (&input, context != NULL ? context->scope : OMC_NEWS2_SCOPE_UNKNOWN, &set->news2);
}

static int
compare_sets (gconstpointer a, gconstpointer b)
{
  const OmcVitalsSet *left = *(OmcVitalsSet *const *)a;
  const OmcVitalsSet *right = *(OmcVitalsSet *const *)b;

  if (left->time_us != right->time_us)
    return left->time_us > right->time_us ? -1 : 1;

  return g_strcmp0 (right->panel_id, left->panel_id);
}

static void
finish_set (OmcVitalsSet *set, int scale, const OmcVitalsContext *context)
{
  set->voided = TRUE;
  for (guint i = 0; i < OMC_VITAL_N_KINDS; i++)
    if (value_counts (set->values[i]))
      set->voided = FALSE;
  derive_breathing (set);
  score_set (set, scale, context);
}

GPtrArray *
omc_vitals_read_sets (GPtrArray *observations, const OmcVitalsContext *context)
{
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify)_omc_vitals_item_free);
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) placed = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) sets =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_vitals_set_unref);
  g_autoptr (GArray) scales = g_array_new (FALSE, FALSE, sizeof (int));
  Reader reader = { items, by_id, placed, sets, scales, context };

  g_return_val_if_fail (observations != NULL, NULL);

  for (guint i = 0; i < observations->len; i++)
    {
      OmcVitalsItem *item = _omc_vitals_item_read (g_ptr_array_index (observations, i));

      if (item == NULL)
        continue;
      g_ptr_array_add (items, item);
      if (item->id != NULL)
        g_hash_table_insert (by_id, item->id, item);
    }

  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < items->len; i++)
      {
        OmcVitalsItem *item = g_ptr_array_index (items, i);

        if ((pass == 0 ? item->is_panel : item->is_news2) && !g_hash_table_contains (placed, item))
          bind_members (&reader, item);
      }
  bind_by_time (&reader);

  for (guint i = 0; i < sets->len; i++)
    finish_set (g_ptr_array_index (sets, i), g_array_index (scales, int, i), context);
  g_ptr_array_sort (sets, compare_sets);

  return g_steal_pointer (&sets);
}

/* --- the scale --- */

static gboolean
flag_holds_at (const OmcJsonValue *root, gint64 at_us, gint64 *since_us)
{
  const char *status = omc_json_value_pick_string (root, "status");
  const char *start = omc_json_value_pick_string (root, "period.start");
  const char *end = omc_json_value_pick_string (root, "period.end");
  gint64 start_us = 0, end_us;

  if (g_strcmp0 (status, "active") != 0 && g_strcmp0 (status, "inactive") != 0)
    return FALSE;
  if (start != NULL && (!omc_instant_parse_range (start, &start_us, NULL) || at_us < start_us))
    return FALSE;
  if (end != NULL && (!omc_instant_parse_range (end, NULL, &end_us) || at_us >= end_us))
    return FALSE;
  /* Taken back without saying when: it does not count, scale 1 is for everybody. */
  if (end == NULL && g_str_equal (status, "inactive"))
    return FALSE;
  *since_us = start_us;

  return TRUE;
}

static gboolean
flag_is_scale_2 (const OmcJsonValue *root)
{
  OmcJsonIter iter;
  const OmcJsonValue *coding;

  omc_json_iter_init (&iter, omc_json_value_pick (root, "code.coding"));
  while (omc_json_iter_next (&iter, NULL, &coding))
    if (g_strcmp0 (omc_json_value_pick_string (coding, "system"), OMC_SYSTEM_OMNICARE_FLAG) == 0 &&
        g_strcmp0 (omc_json_value_pick_string (coding, "code"), OMC_CODE_FLAG_SPO2_SCALE_2) == 0)
      return TRUE;

  return FALSE;
}

int
omc_vitals_read_scale (GPtrArray *flags, gint64 at_us, char **author, gint64 *since_us)
{
  gint64 since = 0;

  if (author != NULL)
    *author = NULL;
  if (since_us != NULL)
    *since_us = 0;

  for (guint i = 0; flags != NULL && i < flags->len; i++)
    {
      OmcResource *flag = g_ptr_array_index (flags, i);
      const OmcJsonValue *root = omc_resource_get_root (flag);

      if (g_strcmp0 (omc_resource_get_resource_type (flag), "Flag") != 0 ||
          !flag_is_scale_2 (root) || !flag_holds_at (root, at_us, &since))
        continue;
      if (author != NULL)
        *author = g_strdup (omc_json_value_pick_string (root, "author.display"));
      if (since_us != NULL)
        *since_us = since;

      return 2;
    }

  return 1;
}
