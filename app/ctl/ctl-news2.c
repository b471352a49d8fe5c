/* ctl-news2.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "omc-ctl.h"

#include "omc-news2.h"
#include "omc-quantity.h"

#include <glib/gi18n.h>
#include <string.h>

/* An absent option is a missing parameter; a bad one is bad input, never a missing parameter. */
static gboolean
read_number (const char *option, const char *text, guint decimals, int low, int high, int *value)
{
  g_autofree char *number = NULL;
  gint64 scaled;
  gboolean exact;

  if (text == NULL)
    return TRUE;
  number = omc_quantity_normalise (text);
  if (number != NULL && omc_quantity_to_scaled (number, decimals, &scaled, &exact) && exact &&
      scaled >= low && scaled <= high)
    {
      *value = (int)scaled;
      return TRUE;
    }
  omc_ctl_fail (OMC_CTL_USAGE, _ ("--%s '%s' is not a number that can be measured"), option, text);
  return FALSE;
}

static gboolean
read_temperature (const char *text, int *tenths)
{
  g_autofree char *number = NULL;
  const char *unit;
  gboolean fahrenheit;
  gint64 scaled;

  if (text == NULL)
    return TRUE;
  number = g_strndup (text, strspn (text, "0123456789.,-"));
  unit = text + strlen (number);
  fahrenheit = g_str_equal (unit, "degF") || g_str_equal (unit, "[degF]");
  if (!fahrenheit && *unit != '\0' && !g_str_equal (unit, "degC") && !g_str_equal (unit, "Cel"))
    g_clear_pointer (&number, g_free);
  if (number != NULL)
    {
      char *normal = omc_quantity_normalise (number);

      g_free (number);
      number = normal;
    }
  if (number != NULL &&
      omc_quantity_convert (number, fahrenheit ? "[degF]" : "Cel", "Cel", 1, &scaled) &&
      scaled >= 150 && scaled <= 450)
    {
      *tenths = (int)scaled;
      return TRUE;
    }
  omc_ctl_fail (OMC_CTL_USAGE,
                _ ("--temperature '%s' is not a temperature: write 37.2, 37.2degC or 99.0degF"),
                text);
  return FALSE;
}

/* The options' own names, in the order of the parameters. */
static const char *const SCORE_NAMES[OMC_NEWS2_N_PARAMETERS] = {
  [OMC_NEWS2_RESPIRATION] = "rr",
  [OMC_NEWS2_SPO2] = "spo2",
  [OMC_NEWS2_OXYGEN] = "oxygen",
  [OMC_NEWS2_SYSTOLIC] = "sbp",
  [OMC_NEWS2_PULSE] = "pulse",
  [OMC_NEWS2_CONSCIOUSNESS] = "consciousness",
  [OMC_NEWS2_TEMPERATURE] = "temperature",
};

static void
print_json (const OmcNews2Result *result)
{
  g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (b);
  OmcJsonNode *scores;
  const char *band = omc_news2_band_to_string (result->band);
  const char *monitoring = omc_news2_monitoring_to_string (result);

  omc_json_node_set (b, root, "total",
                     result->total >= 0 ? omc_json_builder_integer (b, result->total)
                                        : omc_json_builder_null (b));
  omc_json_node_set (b, root, "partial",
                     result->partial >= 0 ? omc_json_builder_integer (b, result->partial)
                                          : omc_json_builder_null (b));
  omc_ctl_set_boolean (b, root, "complete", result->complete);
  omc_ctl_set_boolean (b, root, "red", result->red);
  omc_json_node_set (b, root, "band",
                     band != NULL ? omc_json_builder_string (b, band) : omc_json_builder_null (b));
  scores = omc_json_node_add_object (b, root, "scores");
  for (guint i = 0; i < OMC_NEWS2_N_PARAMETERS; i++)
    omc_json_node_set (b, scores, SCORE_NAMES[i],
                       result->scores[i] >= 0 ? omc_json_builder_integer (b, result->scores[i])
                                              : omc_json_builder_null (b));
  omc_json_node_set_string (b, root, "scope", omc_news2_scope_to_string (result->scope));
  omc_json_node_set (b, root, "monitoring",
                     monitoring != NULL ? omc_json_builder_string (b, monitoring)
                                        : omc_json_builder_null (b));
  omc_ctl_print_json (b, root);
}

static void
print_text (const OmcNews2Result *result)
{
  g_autofree char *summary = omc_news2_dup_summary (result);

  g_print ("NEWS2 %s\n", summary);
  for (guint i = 0; i < OMC_NEWS2_N_PARAMETERS; i++)
    if (result->scores[i] >= 0)
      g_print ("  %-24s %d\n", omc_news2_parameter_label (i), result->scores[i]);
  if (result->band != OMC_NEWS2_BAND_NONE)
    g_print ("%s. %s\n", omc_news2_band_label (result->band), omc_news2_response (result));
}

int
omc_ctl_news2 (OmcCtl *self, int argc, char **argv)
{
  g_autofree char *rr = NULL, *spo2 = NULL, *scale = NULL, *oxygen = NULL, *sbp = NULL,
                  *pulse = NULL;
  g_autofree char *consciousness = NULL, *temperature = NULL, *age_text = NULL;
  gboolean pregnant = FALSE;
  int age = OMC_NEWS2_MISSING;
  OmcNews2Input input = OMC_NEWS2_INPUT_INIT;
  OmcNews2Result result;
  OmcNews2Scope scope;
  const GOptionEntry entries[] = {
    { "rr", 0, 0, G_OPTION_ARG_STRING, &rr, NULL, NULL },
    { "spo2", 0, 0, G_OPTION_ARG_STRING, &spo2, NULL, NULL },
    { "scale", 0, 0, G_OPTION_ARG_STRING, &scale, NULL, NULL },
    { "oxygen", 0, 0, G_OPTION_ARG_STRING, &oxygen, NULL, NULL },
    { "sbp", 0, 0, G_OPTION_ARG_STRING, &sbp, NULL, NULL },
    { "pulse", 0, 0, G_OPTION_ARG_STRING, &pulse, NULL, NULL },
    { "consciousness", 0, 0, G_OPTION_ARG_STRING, &consciousness, NULL, NULL },
    { "temperature", 0, 0, G_OPTION_ARG_STRING, &temperature, NULL, NULL },
    { "age", 0, 0, G_OPTION_ARG_STRING, &age_text, NULL, NULL },
    { "pregnant", 0, 0, G_OPTION_ARG_NONE, &pregnant, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse_alone (entries, OMC_CTL_USAGE_NEWS2, &argc, &argv))
    return OMC_CTL_USAGE;
  if (!read_number ("rr", rr, 0, 0, 99, &input.respiration) ||
      !read_number ("spo2", spo2, 0, 0, 100, &input.spo2) ||
      !read_number ("sbp", sbp, 0, 0, 375, &input.systolic) ||
      !read_number ("pulse", pulse, 0, 0, 350, &input.pulse) ||
      !read_number ("age", age_text, 0, 0, 150, &age) ||
      !read_temperature (temperature, &input.temperature))
    return OMC_CTL_USAGE;
  if (scale != NULL && !g_str_equal (scale, "1") && !g_str_equal (scale, "2"))
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("--scale is 1 or 2, not '%s'"), scale);
  if (scale != NULL)
    input.scale = g_str_equal (scale, "1") ? 1 : 2;
  if (oxygen != NULL && !g_str_equal (oxygen, "yes") && !g_str_equal (oxygen, "no"))
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("--oxygen is yes or no, not '%s'"), oxygen);
  if (oxygen != NULL)
    input.oxygen = g_str_equal (oxygen, "yes") ? OMC_OXYGEN_OXYGEN : OMC_OXYGEN_AIR;
  if (consciousness != NULL && (*consciousness == '\0' || !omc_consciousness_from_string (
                                                              consciousness, &input.consciousness)))
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("--consciousness is A, C, V, P or U, not '%s'"),
                         consciousness);

  scope = pregnant                   ? OMC_NEWS2_SCOPE_PREGNANT
          : age == OMC_NEWS2_MISSING ? OMC_NEWS2_SCOPE_UNKNOWN
          : age < 16                 ? OMC_NEWS2_SCOPE_CHILD
                                     : OMC_NEWS2_SCOPE_ADULT;
  /* The calculator scores what it is given when nobody says an age, and says so; a chart never does. */
  omc_news2_score (&input, scope == OMC_NEWS2_SCOPE_UNKNOWN ? OMC_NEWS2_SCOPE_ADULT : scope,
                   &result);
  if (!self->json)
    print_text (&result);
  result.scope = scope;
  if (self->json)
    print_json (&result);
  if (scope == OMC_NEWS2_SCOPE_CHILD || scope == OMC_NEWS2_SCOPE_PREGNANT)
    return omc_ctl_fail (OMC_CTL_FINDING, "%s", omc_news2_scope_sentence (scope));
  if (scope == OMC_NEWS2_SCOPE_UNKNOWN)
    omc_ctl_say ("omnicarectl: %s",
                 _ ("no --age: scored as an adult of 16 or over who is not pregnant"));
  return OMC_CTL_OK;
}
