/* omc-board-line.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-patients"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "omc-board-columns.h"
#include "omc-board-line.h"
#include "omc-news2-chip.h"
#include "omc-sparkline.h"
#include "omc-tag.h"
#include "omc-tip.h"

#define SEPARATOR " · "
#define MIN_HEIGHT 48
#define HEADING_HEIGHT 32
#define DETAIL_SCALE 0.82
#define DETAIL_ALPHA 45000
/* Between marks where there is little room. */
#define CLOSE_GAP 2

static const char *const due_classes[] = { "dim-label", "due-later", "due-soon", "due-late",
                                           "due-very-late" };

/* What else must not be overlooked, each an icon with its number. */
static const struct
{
  const char *sentence;
  const char *icon;
  const char *style;
} marks[] = {
  { "allergies", "omc-allergy-symbolic", "mark-allergy" },
  { "alerts", "omc-alert-symbolic", "mark-alert" },
  { "unsent", "omc-unsent-symbolic", "mark-unsent" },
  { "conflicts", "omc-conflict-symbolic", "mark-conflict" },
};

struct _OmcBoardLine
{
  GtkWidget parent_instance;
  OmcBoardItem *item; /* (owned) (nullable) */
  gboolean heading;
  GtkWidget *button; /* opens the patient by keyboard and screen reader as well as by pointer */
  GtkWidget *name;
  GtkWidget *same_surname; /* (nullable), as all below: made when there is something to show */
  GtkWidget *chip;
  GtkWidget *sparkline;
  GtkWidget *partial;
  GtkWidget *due;
  GtkWidget *marks[G_N_ELEMENTS (marks)];
};

G_DEFINE_FINAL_TYPE (OmcBoardLine, omc_board_line, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_ITEM,
  PROP_HEADING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* --- geometry --- */

/* Places a child at the start of what is left of the area, and takes its width off it. may_miss: it may be left out
 * where there is no room. */
static void
place (GtkWidget *child, graphene_rect_t *area, gboolean may_miss)
{
  GtkAllocation allocation = { 0 };
  int minimum, width, height;
  gboolean rtl;

  if (!child || !gtk_widget_get_visible (child))
    return;

  /* Of the line: a chip has a direction of its own. */
  rtl = gtk_widget_get_direction (gtk_widget_get_parent (child)) == GTK_TEXT_DIR_RTL;
  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &width, NULL, NULL);
  /* Left out rather than laid over the neighbour. */
  if (may_miss)
    gtk_widget_set_child_visible (child, minimum <= (int)area->size.width);
  if (may_miss && minimum > (int)area->size.width)
    return;
  width = MAX (MIN (width, (int)area->size.width), minimum);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  allocation.x = (int)(rtl ? area->origin.x + area->size.width - width : area->origin.x);
  allocation.y = (int)((area->size.height - height) / 2);
  allocation.width = width;
  allocation.height = height;
  gtk_widget_size_allocate (child, &allocation, -1);
  if (!rtl)
    area->origin.x += width + OMC_BOARD_GAP;
  area->size.width = MAX (area->size.width - width - OMC_BOARD_GAP, 0);
}

static int
natural_width (GtkWidget *child)
{
  int width = 0;

  if (child && gtk_widget_get_visible (child))
    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);

  return width;
}

static gboolean
has_room_among_marks (OmcBoardLine *self, const graphene_rect_t *area)
{
  int wanted = natural_width (self->same_surname);

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      int width = natural_width (self->marks[i]);

      wanted += width > 0 ? OMC_BOARD_GAP + width : 0;
    }

  return wanted <= (int)area->size.width;
}

/* The warning of a shared surname stands beside the name, or, where it would cut what tells the two apart, among what
 * else is to be taken note of; with no room there either it comes before the end of the details, not before the name. */
static void
place_patient (OmcBoardLine *self, graphene_rect_t *area, graphene_rect_t *marks_area)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int tag = natural_width (self->same_surname);

  if (tag > 0 && natural_width (self->button) + OMC_BOARD_GAP + tag > (int)area->size.width &&
      has_room_among_marks (self, marks_area))
    {
      place (self->button, area, FALSE);
      place (self->same_surname, marks_area, TRUE);
      return;
    }
  tag = tag > 0 && 2 * tag < area->size.width ? tag + OMC_BOARD_GAP : 0;
  area->size.width -= tag;
  area->origin.x += rtl ? tag : 0;
  place (self->button, area, FALSE);
  area->size.width += tag;
  area->origin.x -= rtl ? tag : 0;
  place (self->same_surname, area, TRUE);
}

/* All of them have to be seen: where there is less room they stand closer. */
static void
place_marks (OmcBoardLine *self, graphene_rect_t *area)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int closer = has_room_among_marks (self, area) ? 0 : OMC_BOARD_GAP - CLOSE_GAP;

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (natural_width (self->marks[i]) > 0)
      {
        place (self->marks[i], area, FALSE);
        area->size.width += (float)closer;
        area->origin.x -= rtl ? 0 : (float)closer;
      }
}

static void
omc_board_line_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  OmcBoardLine *self = OMC_BOARD_LINE (widget);
  int height = 0;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = *natural = 2 * OMC_BOARD_GAP * OMC_N_COLUMNS;
      return;
    }

  if (self->button)
    gtk_widget_measure (self->button, orientation, -1, &height, NULL, NULL, NULL);
  *minimum = *natural = self->heading ? HEADING_HEIGHT : MAX (height + OMC_BOARD_GAP, MIN_HEIGHT);
}

static void
omc_board_line_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  OmcBoardLine *self = OMC_BOARD_LINE (widget);
  graphene_rect_t areas[OMC_N_COLUMNS];

  omc_board_columns_arrange (widget, areas);
  place_patient (self, &areas[OMC_COLUMN_PATIENT], &areas[OMC_COLUMN_MARKS]);
  place (self->chip, &areas[OMC_COLUMN_SCORE], FALSE);
  place (self->sparkline, &areas[OMC_COLUMN_SCORE], TRUE);
  place (self->partial, &areas[OMC_COLUMN_SCORE], FALSE);
  place (self->due, &areas[OMC_COLUMN_DUE], FALSE);
  place_marks (self, &areas[OMC_COLUMN_MARKS]);
}

/* --- drawing --- */

/* Parts that do not fit beside each other stand one above the other: time and age of the last set. */
static void
break_parts (PangoLayout *layout, const char *text, int width)
{
  g_auto (GStrv) parts = NULL;
  g_autofree char *broken = NULL;
  int wanted;

  pango_layout_get_pixel_size (layout, &wanted, NULL);
  if (wanted <= width || !strstr (text, SEPARATOR))
    return;
  parts = g_strsplit (text, SEPARATOR, 2);
  broken = g_strjoinv ("\n", parts);
  pango_layout_set_text (layout, broken, -1);
}

static void
draw_text (GtkWidget *widget,
           GtkSnapshot *snapshot,
           const graphene_rect_t *area,
           const char *text,
           gboolean bold,
           const GdkRGBA *color)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  int height;

  if (area->size.width < 1)
    return;
  if (bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  break_parts (layout, text, (int)area->size.width);
  pango_layout_set_width (layout, (int)(area->size.width * PANGO_SCALE));
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  /* Each text in its own direction, all of them at the side where the line begins. Pango swaps the sides for a text whose
   * direction is not the widget's. */
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL &&
      pango_layout_get_direction (layout, 0) == PANGO_DIRECTION_RTL)
    pango_layout_set_alignment (layout, PANGO_ALIGN_RIGHT);
  pango_layout_get_pixel_size (layout, NULL, &height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot,
      &GRAPHENE_POINT_INIT (area->origin.x, (float)(((int)area->size.height - height) / 2)));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
omc_board_line_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  OmcBoardLine *self = OMC_BOARD_LINE (widget);
  g_autofree char *bed = NULL;
  g_autofree char *last_set = NULL;
  graphene_rect_t areas[OMC_N_COLUMNS];
  GdkRGBA color;

  omc_board_columns_arrange (widget, areas);
  gtk_widget_get_color (widget, &color);
  if (self->heading)
    {
      for (guint i = 0; i < OMC_N_COLUMNS; i++)
        draw_text (widget, snapshot, &areas[i], omc_board_column_get_title (i), TRUE, &color);
      return;
    }

  if (self->item)
    {
      g_object_get (self->item, "bed", &bed, "last-set", &last_set, NULL);
      draw_text (widget, snapshot, &areas[OMC_COLUMN_BED], bed, TRUE, &color);
      draw_text (widget, snapshot, &areas[OMC_COLUMN_LAST_SET], last_set, FALSE, &color);
    }

  GTK_WIDGET_CLASS (omc_board_line_parent_class)->snapshot (widget, snapshot);
}

/* --- what it shows --- */

static GtkWidget *
need_tag (OmcBoardLine *self, GtkWidget **tag, const char *style)
{
  if (!*tag)
    {
      *tag = omc_tag_new (style);
      gtk_widget_set_parent (*tag, GTK_WIDGET (self));
    }
  gtk_widget_set_visible (*tag, TRUE);

  return *tag;
}

static void
hide (GtkWidget *widget)
{
  if (widget)
    gtk_widget_set_visible (widget, FALSE);
}

static void
make_button (OmcBoardLine *self)
{
  self->name =
      g_object_new (GTK_TYPE_LABEL, "xalign", 0.0f, "ellipsize", PANGO_ELLIPSIZE_END, NULL);
  /* The target first: an action that takes a patient complains when it is named without one. */
  self->button =
      g_object_new (GTK_TYPE_BUTTON, "has-frame", FALSE, "action-target", g_variant_new_string (""),
                    "action-name", "win.open-patient", "child", self->name, NULL);
  gtk_widget_add_css_class (self->button, "omc-cell-button");
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
}

/* Beside the warning of a shared surname there is room for what tells the two apart, not for the age. */
static char *
describe_details (OmcBoardItem *item, OmcBoardRow *row, gboolean same_surname)
{
  g_autofree char *age = NULL;
  g_autofree char *number = NULL;
  g_autofree char *born = omc_display_date (row->birth_date);

  g_object_get (item, "age", &age, "number", &number, NULL);
  /* Of another department: where, first of all. */
  if (row->needs_glass && row->ward)
    return g_strdup_printf ("%s · %s (%s) · %s", row->ward, born, age, number);
  if (same_surname)
    return g_strdup_printf ("%s · %s · %s", born, number, omc_display_gender (row->gender));

  return g_strdup_printf ("%s (%s) · %s · %s", born, age, number, omc_display_gender (row->gender));
}

static void
style_name (OmcBoardLine *self, guint name_length)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  PangoAttribute *weight = pango_attr_weight_new (PANGO_WEIGHT_BOLD);
  PangoAttribute *plain = pango_attr_weight_new (PANGO_WEIGHT_NORMAL);
  PangoAttribute *scale = pango_attr_scale_new (DETAIL_SCALE);
  PangoAttribute *alpha = pango_attr_foreground_alpha_new (DETAIL_ALPHA);

  weight->end_index = name_length;
  plain->start_index = scale->start_index = alpha->start_index = name_length;
  pango_attr_list_insert (attributes, weight);
  pango_attr_list_insert (attributes, plain);
  pango_attr_list_insert (attributes, scale);
  pango_attr_list_insert (attributes, alpha);
  gtk_label_set_attributes (GTK_LABEL (self->name), attributes);
}

static void
show_name (OmcBoardLine *self, OmcBoardRow *row)
{
  g_autofree char *name = NULL;
  g_autofree char *details = NULL;
  g_autofree char *text = NULL;
  gboolean same = FALSE;

  if (!self->button)
    make_button (self);
  g_object_get (self->item, "name", &name, "same-surname", &same, NULL);
  details = row ? describe_details (self->item, row, same) : g_strdup ("");
  text = g_strconcat (name, "\n", details, NULL);
  style_name (self, (guint)strlen (name));
  gtk_label_set_text (GTK_LABEL (self->name), text);
  gtk_widget_set_sensitive (self->button, row != NULL);
  if (row)
    gtk_actionable_set_action_target (GTK_ACTIONABLE (self->button), "s", row->patient_id);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, details, -1);
  hide (self->same_surname);
  if (row && row->needs_glass)
    {
      omc_tag_set (OMC_TAG (need_tag (self, &self->same_surname, "omc-warning-tag")), NULL,
                   _ ("elsewhere"));
      omc_tip_set (self->same_surname,
                   _ ("In the care of another department: the chart opens by emergency access"));
      return;
    }
  if (!same)
    return;

  omc_tag_set (OMC_TAG (need_tag (self, &self->same_surname, "omc-warning-tag")), NULL,
               _ ("same surname"));
  omc_tip_set (self->same_surname, _ ("Another patient here has this surname: check first name, "
                                      "birth date and number"));
}

static void
show_score (OmcBoardLine *self, OmcBoardRow *row)
{
  g_autofree char *partial = NULL;

  if (!self->chip)
    {
      self->chip = omc_news2_chip_new ();
      self->sparkline = omc_sparkline_new ();
      gtk_widget_set_parent (self->chip, GTK_WIDGET (self));
      gtk_widget_set_parent (self->sparkline, GTK_WIDGET (self));
    }
  gtk_widget_set_visible (self->chip, TRUE);
  gtk_widget_set_visible (self->sparkline, TRUE);
  omc_news2_chip_set_total (OMC_NEWS2_CHIP (self->chip), row->news2,
                            omc_board_item_get_band (self->item), row->news2_red);
  omc_sparkline_set_values (OMC_SPARKLINE (self->sparkline), row->trend, OMC_BOARD_TREND);
  hide (self->partial);
  if (row->news2_partial < 0)
    return;

  partial = g_strdup_printf (_ ("now ≥ %d"), row->news2_partial);
  omc_tag_set (OMC_TAG (need_tag (self, &self->partial, "caption")), NULL, partial);
  omc_tip_set (self->partial, _ ("The newest set is incomplete: the score is at least this"));
}

static void
show_due (OmcBoardLine *self)
{
  const char *classes[] = { "omc-due", NULL, NULL };
  const char *icon = NULL;
  g_autofree char *due = NULL;
  guint state;

  g_object_get (self->item, "due", &due, "due-state", &state, NULL);
  classes[1] = due_classes[state];
  if (state >= OMC_DUE_OVERDUE)
    icon = "omc-allergy-symbolic";
  else if (state >= OMC_DUE_SOON)
    icon = "alarm-symbolic";
  omc_tag_set (OMC_TAG (need_tag (self, &self->due, "omc-due")), icon, due);
  gtk_widget_set_css_classes (self->due, classes);
}

static void
show_mark (OmcBoardLine *self, guint i, guint count)
{
  g_autofree char *sentence = NULL;
  g_autofree char *number = NULL;
  GtkWidget *tag;

  hide (self->marks[i]);
  if (count == 0)
    return;

  g_object_get (self->item, marks[i].sentence, &sentence, NULL);
  number = g_strdup_printf ("%u", count);
  tag = need_tag (self, &self->marks[i], "omc-mark");
  gtk_widget_add_css_class (tag, marks[i].style);
  omc_tag_set (OMC_TAG (tag), marks[i].icon, number);
  omc_tag_set_description (OMC_TAG (tag), sentence);
  omc_tip_set (tag, sentence);
}

/* A line that comes to stand for another patient, whose row is still being read, shows nothing of the one before. */
static void
hide_facts (OmcBoardLine *self)
{
  hide (self->chip);
  hide (self->sparkline);
  hide (self->partial);
  hide (self->due);
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    hide (self->marks[i]);
}

static void
update (OmcBoardLine *self)
{
  OmcBoardRow *row = omc_board_item_get_row (self->item);

  show_name (self, row);
  if (row && !row->needs_glass)
    {
      const guint counts[] = { row->n_allergies, row->n_alerts, row->n_unsent, row->n_conflicts };

      show_score (self, row);
      show_due (self);
      for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
        show_mark (self, i, counts[i]);
    }
  else
    {
      hide_facts (self);
    }
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
item_notify_cb (OmcBoardLine *self, GParamSpec *pspec, OmcBoardItem *item)
{
  /* A new row notifies all of its properties; one of them stands for all. The clock touches only these. */
  if (g_str_equal (pspec->name, "row") || g_str_equal (pspec->name, "due-state") ||
      g_str_equal (pspec->name, "same-surname"))
    update (self);
}

static void
set_item (OmcBoardLine *self, OmcBoardItem *item)
{
  if (self->item == item)
    return;

  if (self->item)
    g_signal_handlers_disconnect_by_func (self->item, item_notify_cb, self);
  g_set_object (&self->item, item);
  if (!item)
    return;

  g_signal_connect_object (item, "notify", G_CALLBACK (item_notify_cb), self, G_CONNECT_SWAPPED);
  update (self);
}

/* --- the object --- */

static void
omc_board_line_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  OmcBoardLine *self = OMC_BOARD_LINE (object);

  if (prop_id == PROP_ITEM)
    set_item (self, g_value_get_object (value));
  else if (prop_id == PROP_HEADING)
    self->heading = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
omc_board_line_dispose (GObject *object)
{
  OmcBoardLine *self = OMC_BOARD_LINE (object);
  GtkWidget *child;

  set_item (self, NULL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (omc_board_line_parent_class)->dispose (object);
}

static void
omc_board_line_class_init (OmcBoardLineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = omc_board_line_dispose;
  object_class->set_property = omc_board_line_set_property;
  widget_class->measure = omc_board_line_measure;
  widget_class->size_allocate = omc_board_line_size_allocate;
  widget_class->snapshot = omc_board_line_snapshot;

  properties[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, OMC_TYPE_BOARD_ITEM,
                                               G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_HEADING] = g_param_spec_boolean ("heading", NULL, NULL, FALSE,
                                                   G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "boardline");
}

static void
omc_board_line_init (OmcBoardLine *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}
