/* omc-record-row.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-widgets"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-record-item.h"
#include "omc-record-list.h"

struct _OmcRecordRow
{
  AdwBin parent_instance;
  GtkWidget *title;
  GtkWidget *subtitle;
  GtkWidget *detail;
  GtkWidget *error;
};

G_DEFINE_FINAL_TYPE (OmcRecordRow, omc_record_row, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_ITEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_label (GtkWidget *label, const char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, *text != '\0');
}

static void
set_item (OmcRecordRow *self, OmcRecordItem *item)
{
  gboolean struck = item && omc_record_item_get_struck (item);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  if (!item)
    return;

  if (struck)
    pango_attr_list_insert (attributes, pango_attr_strikethrough_new (TRUE));
  gtk_label_set_attributes (GTK_LABEL (self->title), attributes);
  set_label (self->title, omc_record_item_get_title (item));
  set_label (self->subtitle, omc_record_item_get_subtitle (item));
  set_label (self->detail, omc_record_item_get_detail (item));
  gtk_widget_set_visible (self->error, struck);
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
omc_record_row_class_init (OmcRecordRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = omc_record_row_set_property;

  properties[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, OMC_TYPE_RECORD_ITEM,
                                               G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static GtkWidget *
new_label (const char *style)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0f, "wrap", TRUE, "wrap-mode",
                                   PANGO_WRAP_WORD_CHAR, NULL);

  if (style)
    gtk_widget_add_css_class (label, style);

  return label;
}

static void
omc_record_row_init (OmcRecordRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  self->title = new_label (NULL);
  self->subtitle = new_label ("caption");
  gtk_widget_add_css_class (self->subtitle, "dim-label");
  self->detail = new_label ("caption");
  gtk_label_set_xalign (GTK_LABEL (self->detail), 1.0f);
  gtk_label_set_wrap (GTK_LABEL (self->detail), FALSE);
  gtk_label_set_ellipsize (GTK_LABEL (self->detail), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (self->detail), 40);
  self->error = gtk_label_new (_ ("entered in error"));
  gtk_widget_add_css_class (self->error, "omc-warning-tag");
  gtk_widget_set_valign (self->error, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (box, "omc-record-row");
  gtk_box_append (GTK_BOX (words), self->title);
  gtk_box_append (GTK_BOX (words), self->subtitle);
  gtk_box_append (GTK_BOX (box), words);
  gtk_box_append (GTK_BOX (box), self->detail);
  gtk_box_append (GTK_BOX (box), self->error);
  adw_bin_set_child (ADW_BIN (self), box);
}
