/* omc-flowsheet.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-chart"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-display.h"
#include "omc-flowsheet.h"

#define MAX_COLUMNS 24
/* The row after the signs is that of the score. */
#define SCORE_ROW OMC_VITAL_N_KINDS

struct _OmcFlowsheet
{
  AdwBin parent_instance;
  GtkWidget *column_view;
  gboolean pairs; /* there are blood pressures, and every diastolic one stands with its systolic */
};

G_DEFINE_FINAL_TYPE (OmcFlowsheet, omc_flowsheet, ADW_TYPE_BIN)

static guint
get_row (GtkListItem *item)
{
  return (guint)g_ascii_strtoull (
      gtk_string_object_get_string (GTK_STRING_OBJECT (gtk_list_item_get_item (item))), NULL, 10);
}

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0f, NULL);

  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
bind_name_cb (GtkListItemFactory *factory, GtkListItem *item, OmcFlowsheet *self)
{
  guint row = get_row (item);
  GtkWidget *label = gtk_list_item_get_child (item);
  const char *name = row == SCORE_ROW                           ? _ ("NEWS2")
                     : row == OMC_VITAL_SYSTOLIC && self->pairs ? _ ("Blood pressure")
                                                                : omc_vital_label (row);

  gtk_label_set_text (GTK_LABEL (label), name);
  gtk_widget_add_css_class (label, "heading");
}

static void
bind_set_cb (GtkListItemFactory *factory, GtkListItem *item, const OmcVitalsSet *set)
{
  static const char *const classes[] = { "score-0", "score-1", "score-2", "score-3" };
  guint row = get_row (item);
  GtkWidget *label = gtk_list_item_get_child (item);
  const char *css[] = { "numeric", "omc-flow", NULL, NULL };
  g_autofree char *text = NULL;
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  const OmcVitalsValue *value = row < OMC_VITAL_N_KINDS ? set->values[row] : NULL;

  if (row == SCORE_ROW)
    {
      text = omc_news2_dup_summary (&set->news2);
    }
  else if (value)
    {
      int parameter = omc_vital_get_info (row)->news2;
      int score = parameter >= 0 && !value->voided ? set->news2.scores[parameter] : -1;

      text = omc_vitals_set_dup_display (set, row);
      if (value->voided)
        pango_attr_list_insert (attributes, pango_attr_strikethrough_new (TRUE));
      if (score >= 0 && score < (int)G_N_ELEMENTS (classes))
        css[2] = classes[score];
    }
  gtk_widget_set_css_classes (label, css);
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  gtk_label_set_text (GTK_LABEL (label), text ? text : "");
  /* A line through a number is not heard. */
  gtk_accessible_reset_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL);
  if (value && value->voided)
    {
      g_autofree char *heard = g_strdup_printf (_ ("%s, entered in error"), text);

      gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL, heard,
                                      -1);
    }
}

static void
append_column (OmcFlowsheet *self, const char *title, GCallback bind, OmcVitalsSet *set)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = NULL;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  if (set)
    g_signal_connect_data (factory, "bind", bind, omc_vitals_set_ref (set),
                           (GClosureNotify)(void *)omc_vitals_set_unref, G_CONNECT_DEFAULT);
  else
    g_signal_connect_object (factory, "bind", bind, self, 0);
  column = gtk_column_view_column_new (title, factory);
  gtk_column_view_append_column (GTK_COLUMN_VIEW (self->column_view), column);
}

static gboolean
has_pair (GPtrArray *sets)
{
  for (guint i = 0; i < MIN (sets->len, MAX_COLUMNS); i++)
    if (omc_vitals_set_has_pressure_pair (sets->pdata[i]))
      return TRUE;

  return FALSE;
}

/* A diastolic pressure that stands with its systolic needs no row of its own. */
static gboolean
needs_row (GPtrArray *sets, guint kind)
{
  for (guint i = 0; i < MIN (sets->len, MAX_COLUMNS); i++)
    {
      OmcVitalsSet *set = sets->pdata[i];

      if (set->values[kind] &&
          !(kind == OMC_VITAL_DIASTOLIC && omc_vitals_set_has_pressure_pair (set)))
        return TRUE;
    }

  return FALSE;
}

static void
omc_flowsheet_class_init (OmcFlowsheetClass *klass)
{
}

static void
omc_flowsheet_init (OmcFlowsheet *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->column_view = gtk_column_view_new (NULL);
  gtk_column_view_set_show_column_separators (GTK_COLUMN_VIEW (self->column_view), TRUE);
  gtk_column_view_set_show_row_separators (GTK_COLUMN_VIEW (self->column_view), TRUE);
  gtk_column_view_set_reorderable (GTK_COLUMN_VIEW (self->column_view), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->column_view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Flowsheet"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->column_view);
  adw_bin_set_child (ADW_BIN (self), scrolled);
}

GtkWidget *
omc_flowsheet_new (void)
{
  return g_object_new (OMC_TYPE_FLOWSHEET, NULL);
}

void
omc_flowsheet_set_sets (OmcFlowsheet *self, GPtrArray *sets, gint64 now_us)
{
  GListModel *columns;
  g_autoptr (GtkStringList) rows = NULL;
  g_autoptr (GtkNoSelection) selection = NULL;

  g_return_if_fail (OMC_IS_FLOWSHEET (self));
  g_return_if_fail (sets != NULL);

  columns = gtk_column_view_get_columns (GTK_COLUMN_VIEW (self->column_view));
  gtk_column_view_set_model (GTK_COLUMN_VIEW (self->column_view), NULL);
  while (g_list_model_get_n_items (columns) > 0)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, 0);

      gtk_column_view_remove_column (GTK_COLUMN_VIEW (self->column_view), column);
    }

  self->pairs = has_pair (sets) && !needs_row (sets, OMC_VITAL_DIASTOLIC);
  append_column (self, _ ("Sign"), G_CALLBACK (bind_name_cb), NULL);
  for (guint i = 0; i < MIN (sets->len, MAX_COLUMNS); i++)
    {
      OmcVitalsSet *set = sets->pdata[i];
      g_autofree char *time = omc_display_time (set->time_us, now_us);

      append_column (self, time, G_CALLBACK (bind_set_cb), set);
    }

  rows = gtk_string_list_new (NULL);
  for (guint kind = 0; kind <= OMC_VITAL_N_KINDS; kind++)
    if (kind == SCORE_ROW || needs_row (sets, kind))
      gtk_string_list_take (rows, g_strdup_printf ("%u", kind));
  selection = gtk_no_selection_new (G_LIST_MODEL (g_steal_pointer (&rows)));
  gtk_column_view_set_model (GTK_COLUMN_VIEW (self->column_view), GTK_SELECTION_MODEL (selection));
}
