/* omc-lazy.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-widgets"

#include "config.h"

#include "omc-lazy.h"

struct _OmcLazy
{
  AdwBin parent_instance;
  GType widget_type;
  OmcLazyReady ready; /* (nullable): while the widget is prepared */
  gpointer ready_data;
  guint step_source;
};

G_DEFINE_FINAL_TYPE (OmcLazy, omc_lazy, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_WIDGET_TYPE,
  N_PROPS
};

enum
{
  BUILT,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
omc_lazy_map (GtkWidget *widget)
{
  omc_lazy_get (OMC_LAZY (widget));

  GTK_WIDGET_CLASS (omc_lazy_parent_class)->map (widget);
}

static gboolean
omc_lazy_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (omc_lazy_get (OMC_LAZY (widget)));
}

static void
omc_lazy_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_WIDGET_TYPE)
    OMC_LAZY (object)->widget_type = g_value_get_gtype (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
omc_lazy_dispose (GObject *object)
{
  g_clear_handle_id (&OMC_LAZY (object)->step_source, g_source_remove);

  G_OBJECT_CLASS (omc_lazy_parent_class)->dispose (object);
}

static void
omc_lazy_class_init (OmcLazyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = omc_lazy_dispose;
  object_class->set_property = omc_lazy_set_property;
  widget_class->map = omc_lazy_map;
  widget_class->grab_focus = omc_lazy_grab_focus;

  properties[PROP_WIDGET_TYPE] =
      g_param_spec_gtype ("widget-type", NULL, NULL, GTK_TYPE_WIDGET,
                          G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[BUILT] = g_signal_new ("built", OMC_TYPE_LAZY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, GTK_TYPE_WIDGET);
}

static void
omc_lazy_init (OmcLazy *self)
{
}

GtkWidget *
omc_lazy_get (OmcLazy *self)
{
  GtkWidget *widget;

  g_return_val_if_fail (OMC_IS_LAZY (self), NULL);

  widget = adw_bin_get_child (ADW_BIN (self));
  if (!widget)
    {
      widget = g_object_new (self->widget_type, NULL);
      adw_bin_set_child (ADW_BIN (self), widget);
      g_signal_emit (self, signals[BUILT], 0, widget);
    }

  return widget;
}

GtkWidget *
omc_lazy_peek (OmcLazy *self)
{
  g_return_val_if_fail (OMC_IS_LAZY (self), NULL);

  return adw_bin_get_child (ADW_BIN (self));
}

static void
add_step (OmcLazy *self, GSourceFunc step)
{
  self->step_source = g_idle_add_full (G_PRIORITY_DEFAULT, step, self, NULL);
}

static gboolean
show_cb (gpointer user_data)
{
  OmcLazy *self = user_data;

  self->step_source = 0;
  self->ready (self->ready_data);

  return G_SOURCE_REMOVE;
}

static gboolean
measure_cb (gpointer user_data)
{
  OmcLazy *self = user_data;
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  int width = parent ? gtk_widget_get_width (parent) : 0;
  int minimum;

  gtk_widget_measure (GTK_WIDGET (self), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL,
                      NULL);
  /* Shown, it would make its parent as wide as it needs. */
  gtk_widget_measure (GTK_WIDGET (self), GTK_ORIENTATION_VERTICAL, MAX (width, minimum), NULL, NULL,
                      NULL, NULL);
  add_step (self, show_cb);

  return G_SOURCE_REMOVE;
}

static gboolean
build_cb (gpointer user_data)
{
  OmcLazy *self = user_data;

  omc_lazy_get (self);
  add_step (self, measure_cb);

  return G_SOURCE_REMOVE;
}

void
omc_lazy_prepare (OmcLazy *self, OmcLazyReady ready, gpointer user_data)
{
  g_return_if_fail (OMC_IS_LAZY (self));
  g_return_if_fail (ready != NULL);

  g_clear_handle_id (&self->step_source, g_source_remove);
  self->ready = ready;
  self->ready_data = user_data;
  add_step (self, build_cb);
}

void
omc_lazy_drop (OmcLazy *self)
{
  g_return_if_fail (OMC_IS_LAZY (self));

  g_clear_handle_id (&self->step_source, g_source_remove);
  adw_bin_set_child (ADW_BIN (self), NULL);
}
