/* omc-tag.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-widgets"

#include "config.h"

#include "omc-tag.h"

#define ICON_SIZE 16
#define ICON_GAP 4

typedef struct
{
  char *icon_name; /* (owned) (nullable) */
  char *text;      /* (owned) */
} OmcTagPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (OmcTag, omc_tag, GTK_TYPE_WIDGET)

static int
icon_width (OmcTagPrivate *priv)
{
  return priv->icon_name ? ICON_SIZE + (*priv->text ? ICON_GAP : 0) : 0;
}

static void
omc_tag_measure (GtkWidget *widget,
                 GtkOrientation orientation,
                 int for_size,
                 int *minimum,
                 int *natural,
                 int *minimum_baseline,
                 int *natural_baseline)
{
  OmcTagPrivate *priv = omc_tag_get_instance_private (OMC_TAG (widget));
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, priv->text);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = width + icon_width (priv);
  else
    *minimum = *natural = MAX (height, priv->icon_name ? ICON_SIZE : 0);
}

static void
snapshot_icon (GtkWidget *widget, GtkSnapshot *snapshot, const char *name, const GdkRGBA *color)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (widget));
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  float x = rtl ? gtk_widget_get_width (widget) - ICON_SIZE : 0;
  float y = (gtk_widget_get_height (widget) - ICON_SIZE) / 2;
  g_autoptr (GtkIconPaintable) icon = gtk_icon_theme_lookup_icon (
      theme, name, NULL, ICON_SIZE, gtk_widget_get_scale_factor (widget),
      gtk_widget_get_direction (widget), 0);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, ICON_SIZE,
                                            ICON_SIZE, color, 1);
  gtk_snapshot_restore (snapshot);
}

static void
omc_tag_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  OmcTagPrivate *priv = omc_tag_get_instance_private (OMC_TAG (widget));
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, priv->text);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int icon = icon_width (priv);
  int space = MAX (gtk_widget_get_width (widget) - icon, 0);
  int width, height;
  float x;
  GdkRGBA color;

  gtk_widget_get_color (widget, &color);
  if (priv->icon_name)
    snapshot_icon (widget, snapshot, priv->icon_name, &color);

  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_width (layout, space * PANGO_SCALE);
  pango_layout_set_alignment (layout, PANGO_ALIGN_LEFT);
  pango_layout_get_pixel_size (layout, &width, &height);
  pango_layout_set_width (layout, MIN (width, space) * PANGO_SCALE);
  x = (rtl ? 0 : icon) + (space - MIN (width, space)) / 2;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT (x, (gtk_widget_get_height (widget) - height) / 2));
  gtk_snapshot_append_layout (snapshot, layout, &color);
  gtk_snapshot_restore (snapshot);
}

static void
omc_tag_finalize (GObject *object)
{
  OmcTagPrivate *priv = omc_tag_get_instance_private (OMC_TAG (object));

  g_free (priv->icon_name);
  g_free (priv->text);

  G_OBJECT_CLASS (omc_tag_parent_class)->finalize (object);
}

static void
omc_tag_class_init (OmcTagClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = omc_tag_finalize;
  widget_class->measure = omc_tag_measure;
  widget_class->snapshot = omc_tag_snapshot;

  gtk_widget_class_set_css_name (widget_class, "tag");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
omc_tag_init (OmcTag *self)
{
  OmcTagPrivate *priv = omc_tag_get_instance_private (self);

  priv->text = g_strdup ("");
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

GtkWidget *
omc_tag_new (const char *css_class)
{
  return g_object_new (OMC_TYPE_TAG, "css-classes", (const char *[]){ css_class, NULL }, NULL);
}

void
omc_tag_set (OmcTag *self, const char *icon_name, const char *text)
{
  OmcTagPrivate *priv = omc_tag_get_instance_private (self);

  g_return_if_fail (OMC_IS_TAG (self));
  g_return_if_fail (text != NULL);

  if (g_set_str (&priv->icon_name, icon_name) | g_set_str (&priv->text, text))
    {
      omc_tag_set_description (self, text);
      gtk_widget_queue_resize (GTK_WIDGET (self));
    }
}

void
omc_tag_set_description (OmcTag *self, const char *description)
{
  g_return_if_fail (OMC_IS_TAG (self));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, description,
                                  -1);
}
