/* omc-news2-chip.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-widgets"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-news2-chip.h"
#include "omc-tip.h"

struct _OmcNews2Chip
{
  OmcTag parent_instance;
};

G_DEFINE_FINAL_TYPE (OmcNews2Chip, omc_news2_chip, OMC_TYPE_TAG)

static const char *const band_classes[] = { "band-0", "band-1", "band-2", "band-3", "band-4" };

/* How many marks stand beside the number: the second sign beside colour. */
static const char *const band_marks[] = { "", "", "!", "!!", "!!!" };

static void
show (OmcNews2Chip *self, const char *text, guint band, const char *description)
{
  g_assert (band < G_N_ELEMENTS (band_classes));

  for (guint i = 0; i < G_N_ELEMENTS (band_classes); i++)
    if (i != band)
      gtk_widget_remove_css_class (GTK_WIDGET (self), band_classes[i]);
  gtk_widget_add_css_class (GTK_WIDGET (self), band_classes[band]);
  omc_tag_set (OMC_TAG (self), NULL, text);
  omc_tag_set_description (OMC_TAG (self), description);
  omc_tip_set (GTK_WIDGET (self), description);
}

static void
omc_news2_chip_class_init (OmcNews2ChipClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_css_name (widget_class, "news2chip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
omc_news2_chip_init (OmcNews2Chip *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "numeric");
  /* "≥ 8!!" reads the same way everywhere; mirrored it would say the contrary. */
  gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
  omc_news2_chip_set_total (self, -1, OMC_NEWS2_BAND_NONE, FALSE);
}

GtkWidget *
omc_news2_chip_new (void)
{
  return g_object_new (OMC_TYPE_NEWS2_CHIP, NULL);
}

void
omc_news2_chip_set_total (OmcNews2Chip *self, int total, OmcNews2Band band, gboolean red)
{
  g_autofree char *text = NULL;
  g_autofree char *description = NULL;

  g_return_if_fail (OMC_IS_NEWS2_CHIP (self));

  if (total < 0)
    {
      show (self, "–", OMC_NEWS2_BAND_NONE, _ ("No NEWS2 score"));
      return;
    }

  text = g_strdup_printf ("%d%s%s", total, red ? "◆" : "", band_marks[band]);
  description = red ? g_strdup_printf (_ ("NEWS2 %d, risk %s, one parameter red"), total,
                                       omc_news2_band_label (band))
                    : g_strdup_printf (_ ("NEWS2 %d, risk %s"), total, omc_news2_band_label (band));
  show (self, text, band, description);
}

void
omc_news2_chip_set_result (OmcNews2Chip *self, const OmcNews2Result *result)
{
  g_autofree char *text = NULL;
  g_autofree char *summary = NULL;
  g_autofree char *description = NULL;

  g_return_if_fail (OMC_IS_NEWS2_CHIP (self));
  g_return_if_fail (result != NULL);

  if (result->complete || result->partial < 0 || result->n_present == 0)
    {
      omc_news2_chip_set_total (self, result->complete ? result->total : -1, result->band,
                                result->red);
      return;
    }

  text = g_strdup_printf ("≥ %d%s%s", result->partial, result->red ? "◆" : "",
                          band_marks[result->band]);
  summary = omc_news2_dup_summary (result);
  description = g_strdup_printf (_ ("NEWS2 %s"), summary);
  show (self, text, result->band, description);
}

void
omc_news2_chip_set_score (OmcNews2Chip *self, int score)
{
  /* A sub-score of 0 is white, 1 yellow, 2 orange, 3 red: the bands one further. */
  guint band = score < 0 ? 0 : (guint)CLAMP (score, 0, 3) + 1;
  g_autofree char *text = NULL;
  g_autofree char *description = NULL;

  g_return_if_fail (OMC_IS_NEWS2_CHIP (self));

  text = score < 0 ? g_strdup ("") : g_strdup_printf ("%d", score);
  description = score < 0 ? g_strdup (_ ("No score")) : g_strdup_printf (_ ("Score %d"), score);
  show (self, text, band, description);
}
