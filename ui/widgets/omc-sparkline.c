/* omc-sparkline.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-widgets"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-sparkline.h"
#include "omc-tip.h"

#define MAX_VALUES 16
#define TOP 20
#define WIDTH 64
#define HEIGHT 24

struct _OmcSparkline
{
  GtkWidget parent_instance;
  int values[MAX_VALUES];
  guint n_values;
};

G_DEFINE_FINAL_TYPE (OmcSparkline, omc_sparkline, GTK_TYPE_WIDGET)

static void
omc_sparkline_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : HEIGHT;
}

static void
omc_sparkline_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  OmcSparkline *self = OMC_SPARKLINE (widget);
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  g_autoptr (GskPath) path = NULL;
  g_autoptr (GskStroke) stroke = gsk_stroke_new (2.0);
  graphene_point_t last = GRAPHENE_POINT_INIT_ZERO;
  GdkRGBA color;
  gboolean drawing = FALSE, any = FALSE;
  float step =
      self->n_values > 1 ? (gtk_widget_get_width (widget) - 8.0f) / (self->n_values - 1) : 0;

  for (guint i = 0; i < self->n_values; i++)
    {
      float x = 4 + i * step;
      float y = 3 + (gtk_widget_get_height (widget) - 6.0f) *
                        (TOP - CLAMP (self->values[i], 0, TOP)) / TOP;

      if (self->values[i] < 0)
        {
          drawing = FALSE;
          continue;
        }
      if (drawing)
        gsk_path_builder_line_to (builder, x, y);
      else
        gsk_path_builder_move_to (builder, x, y);
      drawing = any = TRUE;
      last = GRAPHENE_POINT_INIT (x, y);
    }

  if (!any)
    return;

  gtk_widget_get_color (widget, &color);
  gsk_stroke_set_line_join (stroke, GSK_LINE_JOIN_ROUND);
  path = gsk_path_builder_to_path (builder);
  gtk_snapshot_append_stroke (snapshot, path, stroke, &color);

  {
    g_autoptr (GskPathBuilder) dot = gsk_path_builder_new ();
    g_autoptr (GskPath) circle = NULL;

    gsk_path_builder_add_circle (dot, &last, 3);
    circle = gsk_path_builder_to_path (dot);
    gtk_snapshot_append_fill (snapshot, circle, GSK_FILL_RULE_WINDING, &color);
  }
}

static void
omc_sparkline_class_init (OmcSparklineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->measure = omc_sparkline_measure;
  widget_class->snapshot = omc_sparkline_snapshot;

  gtk_widget_class_set_css_name (widget_class, "sparkline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
omc_sparkline_init (OmcSparkline *self)
{
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

GtkWidget *
omc_sparkline_new (void)
{
  return g_object_new (OMC_TYPE_SPARKLINE, NULL);
}

void
omc_sparkline_set_values (OmcSparkline *self, const int *values, guint n_values)
{
  g_autoptr (GString) text = NULL;
  g_autofree char *label = NULL;

  g_return_if_fail (OMC_IS_SPARKLINE (self));

  text = g_string_new (NULL);
  self->n_values = MIN (n_values, MAX_VALUES);
  for (guint i = 0; i < self->n_values; i++)
    {
      self->values[i] = values[i];
      if (values[i] >= 0)
        g_string_append_printf (text, "%s%d", text->len ? ", " : "", values[i]);
    }

  label = text->len ? g_strdup_printf (_ ("NEWS2 trend, oldest first: %s"), text->str)
                    : g_strdup (_ ("No NEWS2 trend"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  omc_tip_set (GTK_WIDGET (self), text->len ? label : NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
