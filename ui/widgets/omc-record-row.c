/* omc-record-row.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-widgets"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "omc-record-item.h"
#include "omc-record-list.h"
#include "omc-tag.h"

#define GAP 12
#define SUBTITLE_SCALE 0.82
#define SUBTITLE_ALPHA 36000

struct _OmcRecordRow
{
  GtkWidget parent_instance;
  /* The title, and the subtitle under it: one widget where a box with two would be three. */
  GtkWidget *words;
  GtkWidget *detail; /* (nullable): until there is one */
  GtkWidget *error;  /* (nullable): until something is entered in error */
};

G_DEFINE_FINAL_TYPE (OmcRecordRow, omc_record_row, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_ITEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
show_words (OmcRecordRow *self, OmcRecordItem *item)
{
  const char *title = omc_record_item_get_title (item);
  const char *subtitle = omc_record_item_get_subtitle (item);
  g_autofree char *text = *subtitle ? g_strconcat (title, "\n", subtitle, NULL) : g_strdup (title);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  PangoAttribute *strike = pango_attr_strikethrough_new (omc_record_item_get_struck (item));
  PangoAttribute *scale = pango_attr_scale_new (SUBTITLE_SCALE);
  PangoAttribute *alpha = pango_attr_foreground_alpha_new (SUBTITLE_ALPHA);

  strike->end_index = scale->start_index = alpha->start_index = (guint)strlen (title);
  pango_attr_list_insert (attributes, strike);
  pango_attr_list_insert (attributes, scale);
  pango_attr_list_insert (attributes, alpha);
  gtk_label_set_attributes (GTK_LABEL (self->words), attributes);
  gtk_label_set_text (GTK_LABEL (self->words), text);
}

static void
show_detail (OmcRecordRow *self, const char *detail)
{
  if (!self->detail && *detail)
    {
      self->detail = g_object_new (GTK_TYPE_LABEL, "xalign", 1.0f, "ellipsize", PANGO_ELLIPSIZE_END,
                                   "max-width-chars", 40, "css-classes",
                                   (const char *[]){ "caption", NULL }, NULL);
      gtk_widget_insert_after (self->detail, GTK_WIDGET (self), self->words);
    }
  if (!self->detail)
    return;

  gtk_label_set_text (GTK_LABEL (self->detail), detail);
  gtk_widget_set_visible (self->detail, *detail != '\0');
}

static void
show_error (OmcRecordRow *self, gboolean struck)
{
  if (!self->error && struck)
    {
      self->error = omc_tag_new ("omc-warning-tag");
      omc_tag_set (OMC_TAG (self->error), NULL, _ ("entered in error"));
      gtk_widget_set_parent (self->error, GTK_WIDGET (self));
    }
  if (self->error)
    gtk_widget_set_visible (self->error, struck);
}

static void
set_item (OmcRecordRow *self, OmcRecordItem *item)
{
  if (!item)
    return;

  show_words (self, item);
  show_detail (self, omc_record_item_get_detail (item));
  show_error (self, omc_record_item_get_struck (item));
}

static void
omc_record_row_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_ITEM)
    set_item (OMC_RECORD_ROW (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
omc_record_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (omc_record_row_parent_class)->dispose (object);
}

static void
omc_record_row_class_init (OmcRecordRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = omc_record_row_dispose;
  object_class->set_property = omc_record_row_set_property;

  properties[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, OMC_TYPE_RECORD_ITEM,
                                               G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
omc_record_row_init (OmcRecordRow *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), GAP);
  gtk_widget_add_css_class (GTK_WIDGET (self), "omc-record-row");
  self->words = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0f, "wrap", TRUE, "wrap-mode",
                              PANGO_WRAP_WORD_CHAR, "hexpand", TRUE, NULL);
  gtk_widget_set_parent (self->words, GTK_WIDGET (self));
}
