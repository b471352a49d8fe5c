/* omc-queue-entry.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-model"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-queue-entry.h"

struct _OmcQueueEntry
{
  GObject parent_instance;
  OmcQueueItem *item; /* (owned) */
  gint64 now_us;
};

G_DEFINE_FINAL_TYPE (OmcQueueEntry, omc_queue_entry, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_STATE_TEXT,
  PROP_TIME_TEXT,
  PROP_REASON,
  PROP_STUCK,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* "DOE, John · Temperature 37.4 °C"; what is about a person's own details is named by them already. */
static char *
describe_title (const OmcQueueItem *item)
{
  const char *what = item->summary ? item->summary : item->resource_type;
  g_autofree char *name = NULL;

  if (!item->family || g_strcmp0 (item->resource_type, "Patient") == 0)
    return g_strdup (what);
  name = omc_display_name (item->family, item->given);

  return g_strdup_printf ("%s · %s", name, what);
}

static char *
describe_state (OmcQueueEntry *self)
{
  g_autofree char *next = NULL;

  switch (self->item->state)
    {
    case OMC_QUEUE_IN_FLIGHT:
      return g_strdup (_ ("Sending"));
    case OMC_QUEUE_BLOCKED_BY_CONFLICT:
      return g_strdup (_ ("Needs you: waits for a conflict to be decided"));
    case OMC_QUEUE_NEEDS_ATTENTION:
      return g_strdup (_ ("Needs you: the server did not take it"));
    case OMC_QUEUE_PENDING:
    default:
      break;
    }

  if (self->item->next_attempt_us <= self->now_us)
    return g_strdup (_ ("Saved offline, sent with the next contact"));

  next = omc_display_due (self->item->next_attempt_us, self->now_us);

  return g_strdup_printf (_ ("Saved offline, next try %s"), next);
}

static char *
describe_time (OmcQueueEntry *self)
{
  g_autofree char *time = omc_display_time (
      self->item->event_us ? self->item->event_us : self->item->created_us, self->now_us);

  if (self->item->attempts == 0)
    return g_steal_pointer (&time);

  return g_strdup_printf (ngettext ("%s, %u try", "%s, %u tries", self->item->attempts), time,
                          self->item->attempts);
}

static void
omc_queue_entry_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  OmcQueueEntry *self = OMC_QUEUE_ENTRY (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_take_string (value, describe_title (self->item));
      break;
    case PROP_STATE_TEXT:
      g_value_take_string (value, describe_state (self));
      break;
    case PROP_TIME_TEXT:
      g_value_take_string (value, describe_time (self));
      break;
    case PROP_REASON:
      g_value_set_string (value, self->item->error ? self->item->error : "");
      break;
    case PROP_STUCK:
      g_value_set_boolean (value, self->item->state == OMC_QUEUE_NEEDS_ATTENTION);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
omc_queue_entry_finalize (GObject *object)
{
  omc_queue_item_unref (OMC_QUEUE_ENTRY (object)->item);

  G_OBJECT_CLASS (omc_queue_entry_parent_class)->finalize (object);
}

static void
omc_queue_entry_class_init (OmcQueueEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = omc_queue_entry_finalize;
  object_class->get_property = omc_queue_entry_get_property;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_STATE_TEXT] = g_param_spec_string ("state-text", NULL, NULL, NULL, flags);
  properties[PROP_TIME_TEXT] = g_param_spec_string ("time-text", NULL, NULL, NULL, flags);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);
  properties[PROP_STUCK] = g_param_spec_boolean ("stuck", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
omc_queue_entry_init (OmcQueueEntry *self)
{
}

OmcQueueEntry *
omc_queue_entry_new (OmcQueueItem *item, gint64 now_us)
{
  OmcQueueEntry *self;

  g_return_val_if_fail (item != NULL, NULL);

  self = g_object_new (OMC_TYPE_QUEUE_ENTRY, NULL);
  self->item = omc_queue_item_ref (item);
  self->now_us = now_us;

  return self;
}

OmcQueueItem *
omc_queue_entry_get_item (OmcQueueEntry *self)
{
  g_return_val_if_fail (OMC_IS_QUEUE_ENTRY (self), NULL);

  return self->item;
}

guint
omc_queue_count_sets (GPtrArray *items)
{
  g_autoptr (GHashTable) sets = g_hash_table_new (g_str_hash, g_str_equal);
  guint n = 0;

  g_return_val_if_fail (items != NULL, 0);

  for (guint i = 0; i < items->len; i++)
    {
      OmcQueueItem *item = items->pdata[i];

      if (!item->set_id || g_hash_table_add (sets, item->set_id))
        n++;
    }

  return n;
}
