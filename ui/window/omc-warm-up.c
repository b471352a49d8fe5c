/* omc-warm-up.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-window"

#include "config.h"

#include "omc-warm-up.h"

/* The signs of names, numbers, dates and units: so many as fit into one turn of the main loop. */
static const char *const glyphs[] = {
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
  "0123456789 .,:;·–−-()/%°≥◆!+…“”’ÀÁÂÃÄÅÆÇÈÉÊÍÎÑÓÔÕÖØÚÜÝàáâãäåæçèéêëíîïñóôõöøúüý",
  "ĀāĄąĆćČčĎďĒēĖėĘęĚěĢģĪīĶķĻļŁłŃńŅņŇňŐőŘřŚśŞşŠšŤťŪūŮůŰűŹźŻżŽž",
};

/* The sizes and weights of style.css and of libadwaita that the board, a chart and the form use. */
static const struct
{
  double scale;
  PangoWeight weight;
} fonts[] = {
  { 1, PANGO_WEIGHT_NORMAL },  { 1, PANGO_WEIGHT_BOLD },     { 0.82, PANGO_WEIGHT_NORMAL },
  { 0.82, PANGO_WEIGHT_BOLD }, { 1, PANGO_WEIGHT_SEMIBOLD }, { 1.15, PANGO_WEIGHT_BOLD },
  { 1.36, PANGO_WEIGHT_BOLD }, { 1.7, PANGO_WEIGHT_BOLD },
};

typedef struct
{
  GWeakRef window;
  GWeakRef page;
  guint step;
} WarmUp;

/* Cairo keeps an image of a glyph for each quarter of a pixel that it may begin at. */
#define PHASES 4
#define N_STEPS (G_N_ELEMENTS (fonts) * G_N_ELEMENTS (glyphs) * PHASES)

static void
load_glyphs (GtkWidget *window, const char *text, double scale, PangoWeight weight, guint phase)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (window, text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  cairo_surface_t *surface;
  cairo_t *cairo;
  int width, height;

  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  pango_attr_list_insert (attributes, pango_attr_weight_new (weight));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_get_pixel_size (layout, &width, &height);

  /* Drawn once, each glyph is there as an image too. */
  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo = cairo_create (surface);
  cairo_translate (cairo, (double)phase / PHASES, 0);
  pango_cairo_show_layout (cairo, layout);
  cairo_destroy (cairo);
  cairo_surface_destroy (surface);
}

/* Where the processor paints, style.css takes lines for what costs as much there as all of the text. */
static void
choose_style (GtkWidget *window)
{
  if (GSK_IS_CAIRO_RENDERER (gtk_native_get_renderer (GTK_NATIVE (window))))
    gtk_widget_add_css_class (window, "software");
}

void
omc_warm_up_styles (GtkWidget *widget, int width)
{
  int minimum;

  g_return_if_fail (GTK_IS_WIDGET (widget));

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, MAX (width, minimum), NULL, NULL, NULL,
                      NULL);
}

static gboolean
step_cb (gpointer user_data)
{
  WarmUp *self = user_data;
  g_autoptr (GtkWidget) window = g_weak_ref_get (&self->window);
  g_autoptr (GtkWidget) page = g_weak_ref_get (&self->page);

  if (!window || !page)
    return G_SOURCE_REMOVE;

  if (self->step < N_STEPS)
    {
      guint phase = self->step % PHASES;
      guint font = self->step / PHASES % G_N_ELEMENTS (fonts);

      load_glyphs (window, glyphs[self->step / PHASES / G_N_ELEMENTS (fonts)], fonts[font].scale,
                   fonts[font].weight, phase);
      self->step++;
      return G_SOURCE_CONTINUE;
    }

  omc_warm_up_styles (page, gtk_widget_get_width (window));
  choose_style (window);

  return G_SOURCE_REMOVE;
}

static void
warm_up_free (gpointer data)
{
  WarmUp *self = data;

  g_weak_ref_clear (&self->window);
  g_weak_ref_clear (&self->page);
  g_free (self);
}

void
omc_warm_up (GtkWidget *window, GtkWidget *page)
{
  WarmUp *self;

  g_return_if_fail (GTK_IS_WIDGET (window));
  g_return_if_fail (GTK_IS_WIDGET (page));

  self = g_new0 (WarmUp, 1);
  g_weak_ref_init (&self->window, window);
  g_weak_ref_init (&self->page, page);
  g_idle_add_full (G_PRIORITY_LOW, step_cb, self, warm_up_free);
}
