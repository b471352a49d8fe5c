/* omc-record-item.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-model"

#include "config.h"

#include "omc-record-item.h"

struct _OmcRecordItem
{
  GObject parent_instance;
  char *title;
  char *subtitle;
  char *detail;
  char *reference; /* (nullable) */
  gboolean struck;
};

G_DEFINE_FINAL_TYPE (OmcRecordItem, omc_record_item, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_SUBTITLE,
  PROP_DETAIL,
  PROP_STRUCK,
  PROP_REFERENCE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
omc_record_item_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  OmcRecordItem *self = OMC_RECORD_ITEM (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_SUBTITLE:
      g_value_set_string (value, self->subtitle);
      break;
    case PROP_DETAIL:
      g_value_set_string (value, self->detail);
      break;
    case PROP_STRUCK:
      g_value_set_boolean (value, self->struck);
      break;
    case PROP_REFERENCE:
      g_value_set_string (value, self->reference);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
omc_record_item_finalize (GObject *object)
{
  OmcRecordItem *self = OMC_RECORD_ITEM (object);

  g_free (self->title);
  g_free (self->subtitle);
  g_free (self->detail);
  g_free (self->reference);

  G_OBJECT_CLASS (omc_record_item_parent_class)->finalize (object);
}

static void
omc_record_item_class_init (OmcRecordItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = omc_record_item_finalize;
  object_class->get_property = omc_record_item_get_property;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_SUBTITLE] = g_param_spec_string ("subtitle", NULL, NULL, NULL, flags);
  properties[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, NULL, flags);
  properties[PROP_STRUCK] = g_param_spec_boolean ("struck", NULL, NULL, FALSE, flags);
  properties[PROP_REFERENCE] = g_param_spec_string ("reference", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
omc_record_item_init (OmcRecordItem *self)
{
}

OmcRecordItem *
omc_record_item_new (const char *title,
                     const char *subtitle,
                     const char *detail,
                     gboolean struck,
                     const char *reference)
{
  OmcRecordItem *self;

  g_return_val_if_fail (title != NULL, NULL);

  self = g_object_new (OMC_TYPE_RECORD_ITEM, NULL);
  self->title = g_strdup (title);
  self->subtitle = g_strdup (subtitle ? subtitle : "");
  self->detail = g_strdup (detail ? detail : "");
  self->reference = g_strdup (reference);
  self->struck = struck;

  return self;
}

const char *
omc_record_item_get_title (OmcRecordItem *self)
{
  g_return_val_if_fail (OMC_IS_RECORD_ITEM (self), NULL);

  return self->title;
}

const char *
omc_record_item_get_subtitle (OmcRecordItem *self)
{
  g_return_val_if_fail (OMC_IS_RECORD_ITEM (self), NULL);

  return self->subtitle;
}

const char *
omc_record_item_get_detail (OmcRecordItem *self)
{
  g_return_val_if_fail (OMC_IS_RECORD_ITEM (self), NULL);

  return self->detail;
}

gboolean
omc_record_item_get_struck (OmcRecordItem *self)
{
  g_return_val_if_fail (OMC_IS_RECORD_ITEM (self), FALSE);

  return self->struck;
}

const char *
omc_record_item_get_reference (OmcRecordItem *self)
{
  g_return_val_if_fail (OMC_IS_RECORD_ITEM (self), NULL);

  return self->reference;
}

gboolean
omc_record_item_equal (OmcRecordItem *self, OmcRecordItem *other)
{
  g_return_val_if_fail (OMC_IS_RECORD_ITEM (self), FALSE);
  g_return_val_if_fail (OMC_IS_RECORD_ITEM (other), FALSE);

  return self->struck == other->struck && g_str_equal (self->title, other->title) &&
         g_str_equal (self->subtitle, other->subtitle) &&
         g_str_equal (self->detail, other->detail) &&
         g_strcmp0 (self->reference, other->reference) == 0;
}
