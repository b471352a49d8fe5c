/* omc-board-cell.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-patients"

#include "config.h"

#include "omc-board-cell.h"

typedef struct
{
  OmcBoardItem *item; /* (owned) (nullable) */
} OmcBoardCellPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (OmcBoardCell, omc_board_cell, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_ITEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
update (OmcBoardCell *self)
{
  OmcBoardCellPrivate *priv = omc_board_cell_get_instance_private (self);

  if (priv->item)
    OMC_BOARD_CELL_GET_CLASS (self)->update (self, priv->item);
}

static void
item_notify_cb (OmcBoardCell *self, GParamSpec *pspec, OmcBoardItem *item)
{
  /* A new row notifies all of its properties; one of them stands for all. The clock touches only these. */
  if (g_str_equal (pspec->name, "row") || g_str_equal (pspec->name, "due-state") ||
      g_str_equal (pspec->name, "same-surname"))
    update (self);
}

static void
set_item (OmcBoardCell *self, OmcBoardItem *item)
{
  OmcBoardCellPrivate *priv = omc_board_cell_get_instance_private (self);

  if (priv->item)
    g_signal_handlers_disconnect_by_func (priv->item, item_notify_cb, self);
  if (!g_set_object (&priv->item, item))
    return;

  if (item)
    g_signal_connect_object (item, "notify", G_CALLBACK (item_notify_cb), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
omc_board_cell_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_ITEM)
    set_item (OMC_BOARD_CELL (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
omc_board_cell_dispose (GObject *object)
{
  set_item (OMC_BOARD_CELL (object), NULL);

  G_OBJECT_CLASS (omc_board_cell_parent_class)->dispose (object);
}

static void
omc_board_cell_class_init (OmcBoardCellClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = omc_board_cell_dispose;
  object_class->set_property = omc_board_cell_set_property;

  properties[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, OMC_TYPE_BOARD_ITEM,
                                               G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
omc_board_cell_init (OmcBoardCell *self)
{
}
