/* omc-vitals-chart.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-chart"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "omc-codes.h"
#include "omc-display.h"
#include "omc-vitals-chart.h"

/* Places for text are for text of this height and grow with it. */
#define TEXT_HEIGHT 18.0f
#define LEFT 92
#define RIGHT 16
#define AXIS 30
#define STRIP_GAP 8
#define MIN_HEIGHT 460
/* Between numbers, so that none covers another; the newest always has its number. */
#define MIN_LABEL_X 34
#define MIN_LABEL_Y 13
/* The longest interval of the plan is 12 hours (Chart 4): longer than that nothing was going on between two points. */
#define GAP_US (13 * G_TIME_SPAN_HOUR)

/* What a strip shows; low and high only bound the drawing, never a value. */
typedef struct
{
  OmcVitalKind kind;
  OmcVitalKind second; /* drawn as the other end of a bar, or the kind again */
  const char *ucum;
  double low;
  double high;
  double step; /* in which the bands of NEWS2 are felt out */
} Strip;

static const Strip strips[] = {
  { OMC_VITAL_RESPIRATION, OMC_VITAL_RESPIRATION, OMC_UCUM_PER_MINUTE, 4, 34, 1 },
  { OMC_VITAL_SPO2, OMC_VITAL_SPO2, OMC_UCUM_PERCENT, 80, 100, 1 },
  { OMC_VITAL_SYSTOLIC, OMC_VITAL_DIASTOLIC, OMC_UCUM_MMHG, 40, 230, 1 },
  { OMC_VITAL_PULSE, OMC_VITAL_PULSE, OMC_UCUM_PER_MINUTE, 30, 150, 1 },
  { OMC_VITAL_TEMPERATURE, OMC_VITAL_TEMPERATURE, OMC_UCUM_CELSIUS, 34, 41, 0.1 },
};

struct _OmcVitalsChart
{
  GtkWidget parent_instance;
  GPtrArray *sets; /* (owned) (nullable) */
  int scale;
  OmcNews2Scope scope;
  guint hours;
  gint64 now_us;
  float text_scale; /* of the text in force, against TEXT_HEIGHT */
};

G_DEFINE_FINAL_TYPE (OmcVitalsChart, omc_vitals_chart, GTK_TYPE_WIDGET)

/* The chart's own colours, told apart by the number beside them; alpha lets light and dark shine through. */
static const GdkRGBA band_colors[] = {
  { 0.60f, 0.60f, 0.60f, 0.06f },
  { 1.00f, 0.82f, 0.20f, 0.26f },
  { 0.98f, 0.58f, 0.14f, 0.34f },
  { 0.90f, 0.22f, 0.18f, 0.36f },
};

/* Whom NEWS2 is not made for has no bands: all is 0. */
static int
score_of (OmcVitalsChart *self, const Strip *strip, double value)
{
  OmcNews2Input input = OMC_NEWS2_INPUT_INIT;
  OmcNews2Result result;
  int parameter = omc_vital_get_info (strip->kind)->news2;

  input.scale = self->scale;
  input.oxygen = OMC_OXYGEN_AIR;
  if (strip->kind == OMC_VITAL_RESPIRATION)
    input.respiration = (int)lround (value);
  else if (strip->kind == OMC_VITAL_SPO2)
    input.spo2 = (int)lround (value);
  else if (strip->kind == OMC_VITAL_SYSTOLIC)
    input.systolic = (int)lround (value);
  else if (strip->kind == OMC_VITAL_PULSE)
    input.pulse = (int)lround (value);
  else
    input.temperature = (int)lround (value * 10);
  omc_news2_score (&input, self->scope, &result);

  return MAX (result.scores[parameter], 0);
}

static double
y_of (const Strip *strip, double value, const graphene_rect_t *area)
{
  double clamped = CLAMP (value, strip->low, strip->high);

  return area->origin.y + area->size.height * (strip->high - clamped) / (strip->high - strip->low);
}

static double
x_of (OmcVitalsChart *self, gint64 time_us, const graphene_rect_t *area)
{
  double span = (double)self->hours * G_TIME_SPAN_HOUR;

  return area->origin.x + area->size.width * (1.0 - (double)(self->now_us - time_us) / span);
}

static void
draw_text (OmcVitalsChart *self,
           GtkSnapshot *snapshot,
           const char *text,
           double x,
           double y,
           double align,
           double alpha)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  GdkRGBA color;
  int width, height;

  gtk_widget_get_color (GTK_WIDGET (self), &color);
  color.alpha *= (float)alpha;
  pango_layout_get_pixel_size (layout, &width, &height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT ((float)(x - width * align), (float)(y - height / 2.0)));
  gtk_snapshot_append_layout (snapshot, layout, &color);
  gtk_snapshot_restore (snapshot);
}

static void
draw_bands (OmcVitalsChart *self,
            GtkSnapshot *snapshot,
            const Strip *strip,
            const graphene_rect_t *area)
{
  double from = strip->low;
  double labelled = G_MAXDOUBLE;
  int score = score_of (self, strip, strip->low);

  for (double value = strip->low; value <= strip->high + strip->step / 2; value += strip->step)
    {
      int next = value + strip->step > strip->high + strip->step / 2
                     ? -1
                     : score_of (self, strip, value + strip->step);
      double edge = value + strip->step / 2;
      double top, bottom;

      if (next == score)
        continue;

      top = y_of (strip, next < 0 ? strip->high : edge, area);
      bottom = y_of (strip, from, area);
      gtk_snapshot_append_color (snapshot, &band_colors[score],
                                 &GRAPHENE_RECT_INIT (area->origin.x, (float)top, area->size.width,
                                                      (float)(bottom - top)));
      /* A boundary too close to the one below stays without its number; the band itself still shows. */
      if (next >= 0 && labelled - top >= MIN_LABEL_Y * self->text_scale)
        {
          g_autofree char *boundary = g_strdup_printf (strip->step < 1 ? "%.1f" : "%.0f",
                                                       next > score ? value + strip->step : value);

          draw_text (self, snapshot, boundary, area->origin.x - 6, top, 1.0, 0.6);
          labelled = top;
        }
      from = edge;
      score = next;
    }
}

static void
draw_point (OmcVitalsChart *self,
            GtkSnapshot *snapshot,
            const graphene_point_t *point,
            gboolean ringed)
{
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  g_autoptr (GskPath) path = NULL;
  GdkRGBA color;

  gtk_widget_get_color (GTK_WIDGET (self), &color);
  gsk_path_builder_add_circle (builder, point, 3.5f);
  path = gsk_path_builder_to_path (builder);
  gtk_snapshot_append_fill (snapshot, path, GSK_FILL_RULE_WINDING, &color);
  if (ringed)
    {
      g_autoptr (GskPathBuilder) ring = gsk_path_builder_new ();
      g_autoptr (GskPath) circle = NULL;
      g_autoptr (GskStroke) stroke = gsk_stroke_new (1.5f);

      gsk_path_builder_add_circle (ring, point, 7.0f);
      circle = gsk_path_builder_to_path (ring);
      gtk_snapshot_append_stroke (snapshot, circle, stroke, &color);
    }
}

static void
draw_segment (OmcVitalsChart *self,
              GtkSnapshot *snapshot,
              const graphene_point_t *a,
              const graphene_point_t *b)
{
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  g_autoptr (GskPath) path = NULL;
  g_autoptr (GskStroke) stroke = gsk_stroke_new (1.5f);
  GdkRGBA color;

  gtk_widget_get_color (GTK_WIDGET (self), &color);
  gsk_path_builder_move_to (builder, a->x, a->y);
  gsk_path_builder_line_to (builder, b->x, b->y);
  path = gsk_path_builder_to_path (builder);
  gtk_snapshot_append_stroke (snapshot, path, stroke, &color);
}

static void
draw_values (OmcVitalsChart *self,
             GtkSnapshot *snapshot,
             const Strip *strip,
             const graphene_rect_t *area)
{
  graphene_point_t last = GRAPHENE_POINT_INIT_ZERO;
  gboolean joined = FALSE;
  gint64 last_us = 0;
  double numbered = G_MAXDOUBLE;

  for (guint i = 0; i < self->sets->len; i++)
    {
      const OmcVitalsSet *set = self->sets->pdata[i];
      graphene_point_t point;
      double value, second;
      g_autofree char *text = NULL;

      if (set->time_us < self->now_us - (gint64)self->hours * G_TIME_SPAN_HOUR ||
          set->time_us > self->now_us)
        continue;
      if (!omc_vitals_set_get_number (set, strip->kind, strip->ucum, &value))
        {
          joined = FALSE;
          continue;
        }

      point = GRAPHENE_POINT_INIT ((float)x_of (self, set->time_us, area),
                                   (float)y_of (strip, value, area));
      if (strip->second != strip->kind &&
          omc_vitals_set_get_number (set, strip->second, strip->ucum, &second))
        draw_segment (self, snapshot, &point,
                      &GRAPHENE_POINT_INIT (point.x, (float)y_of (strip, second, area)));
      else if (joined && strip->second == strip->kind && last_us - set->time_us <= GAP_US)
        draw_segment (self, snapshot, &point, &last);

      draw_point (self, snapshot, &point, score_of (self, strip, value) == 3);
      if (numbered - point.x >= MIN_LABEL_X * self->text_scale)
        {
          double above = MIN_LABEL_Y * self->text_scale;

          text = g_strdup_printf (strip->step < 1 ? "%.1f" : "%.0f", value);
          draw_text (self, snapshot, text, point.x,
                     point.y - above > area->origin.y + 3 ? point.y - above : point.y + above, 0.5,
                     0.9);
          numbered = point.x;
        }
      last = point;
      last_us = set->time_us;
      joined = TRUE;
    }
}

static double
text_width (OmcVitalsChart *self, const char *text)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);

  return width;
}

static void
draw_axis (OmcVitalsChart *self, GtkSnapshot *snapshot, const graphene_rect_t *area)
{
  guint step = self->hours <= 24 ? 4 : 12;
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (self->now_us);
  g_autoptr (GDateTime) now = g_date_time_to_local (utc);
  gint64 since_hour = (gint64)g_date_time_get_minute (now) * G_TIME_SPAN_MINUTE +
                      (gint64)(g_date_time_get_hour (now) % step) * G_TIME_SPAN_HOUR;
  double free = gtk_widget_get_width (GTK_WIDGET (self)); /* left of the label before */
  GdkRGBA color;

  gtk_widget_get_color (GTK_WIDGET (self), &color);
  color.alpha *= 0.18f;
  for (gint64 time = self->now_us - since_hour;
       time > self->now_us - (gint64)self->hours * G_TIME_SPAN_HOUR;
       time -= (gint64)step * G_TIME_SPAN_HOUR)
    {
      double x = x_of (self, time, area);
      double width;
      g_autofree char *text = omc_display_time (time, self->now_us);

      gtk_snapshot_append_color (
          snapshot, &color, &GRAPHENE_RECT_INIT ((float)x, area->origin.y, 1, area->size.height));
      width = text_width (self, text);
      if (x - width / 2 < area->origin.x || x + width / 2 > free)
        continue;
      draw_text (self, snapshot, text, x,
                 area->origin.y + area->size.height + AXIS * self->text_scale / 2.0, 0.5, 0.8);
      free = x - width / 2 - MIN_LABEL_Y;
    }
}

static float
get_text_scale (GtkWidget *widget)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, "0");
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);

  return MAX (1.0f, (float)height / TEXT_HEIGHT);
}

static void
omc_vitals_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  OmcVitalsChart *self = OMC_VITALS_CHART (widget);
  float scale = self->text_scale = get_text_scale (widget);
  float left = LEFT * scale;
  float width = (float)gtk_widget_get_width (widget) - left - RIGHT * scale;
  float height = (float)gtk_widget_get_height (widget) - AXIS * scale;
  float each = height / G_N_ELEMENTS (strips);
  graphene_rect_t whole = GRAPHENE_RECT_INIT (left, 0, width, height);

  if (!self->sets || width < 40)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (strips); i++)
    {
      graphene_rect_t area =
          GRAPHENE_RECT_INIT (left, i * each + STRIP_GAP, width, each - STRIP_GAP);

      draw_bands (self, snapshot, &strips[i], &area);
      gtk_snapshot_save (snapshot);
      draw_text (self, snapshot, omc_vital_short_label (strips[i].kind), 2,
                 area.origin.y + area.size.height / 2, 0, 1);
      gtk_snapshot_restore (snapshot);
      draw_values (self, snapshot, &strips[i], &area);
    }
  draw_axis (self, snapshot, &whole);
}

static void
omc_vitals_chart_measure (GtkWidget *widget,
                          GtkOrientation orientation,
                          int for_size,
                          int *minimum,
                          int *natural,
                          int *minimum_baseline,
                          int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 480 : MIN_HEIGHT;
}

static void
describe_strip (OmcVitalsChart *self, const Strip *strip, GString *text)
{
  double value, low = G_MAXDOUBLE, high = -G_MAXDOUBLE, latest = 0;
  gint64 latest_us = 0;
  g_autofree char *time = NULL;

  for (guint i = 0; i < self->sets->len; i++)
    {
      const OmcVitalsSet *set = self->sets->pdata[i];

      if (set->time_us < self->now_us - (gint64)self->hours * G_TIME_SPAN_HOUR ||
          !omc_vitals_set_get_number (set, strip->kind, strip->ucum, &value))
        continue;
      if (latest_us == 0)
        {
          latest = value;
          latest_us = set->time_us;
        }
      low = MIN (low, value);
      high = MAX (high, value);
    }

  if (latest_us == 0)
    {
      g_string_append_printf (text, _ ("%s: not measured. "), omc_vital_label (strip->kind));
      return;
    }
  time = omc_display_time (latest_us, self->now_us);
  g_string_append_printf (text, _ ("%s: last %g at %s, from %g to %g. "),
                          omc_vital_label (strip->kind), latest, time, low, high);
}

static void
describe (OmcVitalsChart *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; self->sets && i < G_N_ELEMENTS (strips); i++)
    describe_strip (self, &strips[i], text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Vitals chart"), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text->str, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
omc_vitals_chart_finalize (GObject *object)
{
  g_clear_pointer (&OMC_VITALS_CHART (object)->sets, g_ptr_array_unref);

  G_OBJECT_CLASS (omc_vitals_chart_parent_class)->finalize (object);
}

static void
omc_vitals_chart_class_init (OmcVitalsChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = omc_vitals_chart_finalize;
  widget_class->measure = omc_vitals_chart_measure;
  widget_class->snapshot = omc_vitals_chart_snapshot;

  gtk_widget_class_set_css_name (widget_class, "vitalschart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
omc_vitals_chart_init (OmcVitalsChart *self)
{
  self->hours = 24;
  self->scale = 1;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

void
omc_vitals_chart_set_sets (OmcVitalsChart *self,
                           GPtrArray *sets,
                           OmcNews2Scope scope,
                           int spo2_scale,
                           gint64 now_us)
{
  g_return_if_fail (OMC_IS_VITALS_CHART (self));
  g_return_if_fail (sets != NULL);

  g_clear_pointer (&self->sets, g_ptr_array_unref);
  self->sets = g_ptr_array_ref (sets);
  self->scope = scope;
  self->scale = spo2_scale;
  self->now_us = now_us;
  describe (self);
}

void
omc_vitals_chart_set_hours (OmcVitalsChart *self, guint hours)
{
  g_return_if_fail (OMC_IS_VITALS_CHART (self));
  g_return_if_fail (hours > 0);

  self->hours = hours;
  describe (self);
}
