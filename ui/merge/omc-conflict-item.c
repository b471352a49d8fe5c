/* omc-conflict-item.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge-ui"

#include "config.h"

#include "omc-conflict-item.h"

struct _OmcConflictItem
{
  GObject parent_instance;
  OmcConflict *conflict; /* (owned) */
};

G_DEFINE_FINAL_TYPE (OmcConflictItem, omc_conflict_item, G_TYPE_OBJECT)

static void
omc_conflict_item_finalize (GObject *object)
{
  g_clear_pointer (&OMC_CONFLICT_ITEM (object)->conflict, omc_conflict_unref);
  G_OBJECT_CLASS (omc_conflict_item_parent_class)->finalize (object);
}

static void
omc_conflict_item_class_init (OmcConflictItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = omc_conflict_item_finalize;
}

static void
omc_conflict_item_init (OmcConflictItem *self)
{
}

OmcConflictItem *
omc_conflict_item_new (OmcConflict *conflict)
{
  OmcConflictItem *self = g_object_new (OMC_TYPE_CONFLICT_ITEM, NULL);

  self->conflict = omc_conflict_ref (conflict);
  return self;
}

OmcConflict *
omc_conflict_item_get_conflict (OmcConflictItem *self)
{
  g_return_val_if_fail (OMC_IS_CONFLICT_ITEM (self), NULL);

  return self->conflict;
}
