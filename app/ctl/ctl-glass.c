/* ctl-glass.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "omc-ctl.h"

#include <string.h>

#include <glib/gi18n.h>

#include "omc-break-glass.h"

static OmcJsonNode *
glass_node (OmcJsonBuilder *b, const OmcGlass *glass)
{
  OmcJsonNode *root = omc_json_builder_object (b);

  omc_ctl_set_integer (b, root, "number", glass->id);
  omc_json_node_set_string (b, root, "user", glass->user);
  omc_json_node_set_string (b, root, "role", glass->role);
  omc_json_node_set_string (b, root, "patient", glass->patient_id);
  omc_json_node_set_string (b, root, "reason", glass->reason);
  omc_json_node_set_string (b, root, "words", glass->words);
  omc_ctl_set_instant (b, root, "opened", glass->opened_us);
  omc_ctl_set_instant (b, root, "until", glass->expires_us);
  omc_ctl_set_instant (b, root, "reviewed", glass->reviewed_us);
  omc_json_node_set_string (b, root, "reviewedBy", glass->reviewed_by);
  omc_json_node_set_string (b, root, "verdict", glass->verdict);
  omc_json_node_set_string (b, root, "review", glass->review);
  return root;
}

static void
print_glass (const OmcGlass *glass, gboolean json)
{
  if (json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();

      omc_ctl_print_json (b, glass_node (b, glass));
    }
  else
    {
      g_autofree char *when = omc_instant_format_local (glass->opened_us);

      g_print ("%4" G_GINT64_FORMAT "  %s  %-16s %-12s Patient/%s  %s: %s\n", glass->id, when,
               glass->user, glass->verdict != NULL ? glass->verdict : _ ("to review"),
               glass->patient_id, glass->reason, glass->words);
    }
}

static int
list_glass (OmcCtl *self, gboolean all)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list =
      omc_store_list_glass_sync (self->store, self->actor, all, NULL, &error);

  if (list == NULL)
    return omc_ctl_fail_error (error);
  for (guint i = 0; i < list->len; i++)
    print_glass (g_ptr_array_index (list, i), self->json);
  if (list->len == 0 && !self->json)
    g_print ("%s\n", _ ("No emergency access waits for a review."));
  return OMC_CTL_OK;
}

static int
review (OmcCtl *self, gint64 id, gboolean justified, const char *words)
{
  g_autoptr (GError) error = NULL;

  if (!omc_store_review_glass_sync (self->store, self->actor, id, justified, words, NULL, &error))
    return omc_ctl_fail_error (error);
  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);

      omc_ctl_set_integer (b, root, "number", id);
      omc_json_node_set_string (b, root, "verdict", justified ? "justified" : "unjustified");
      omc_json_node_set_string (b, root, "reviewedBy", omc_actor_get_user (self->actor));
      omc_ctl_print_json (b, root);
    }
  return OMC_CTL_OK;
}

int
omc_ctl_review (OmcCtl *self, int argc, char **argv)
{
  gboolean all = FALSE;
  gboolean justified = FALSE;
  gboolean unjustified = FALSE;
  g_autofree char *words = NULL;
  gint64 id = 0;
  int status;
  const GOptionEntry entries[] = {
    { "all", 0, 0, G_OPTION_ARG_NONE, &all, NULL, NULL },
    { "justified", 0, 0, G_OPTION_ARG_NONE, &justified, NULL, NULL },
    { "unjustified", 0, 0, G_OPTION_ARG_NONE, &unjustified, NULL, NULL },
    { "words", 0, 0, G_OPTION_ARG_STRING, &words, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse (entries, "audit " OMC_CTL_USAGE_AUDIT_REVIEW, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc > 3 || (argc == 3) != (justified != unjustified) || (argc < 3 && (justified || words)) ||
      (argc == 3 && (all || !g_ascii_string_to_signed (argv[2], 10, 1, G_MAXINT64, &id, NULL))))
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"),
                         "audit " OMC_CTL_USAGE_AUDIT_REVIEW);
  if (!omc_ctl_open (self, &status))
    return status;
  if (argc < 3)
    return list_glass (self, all);
  return review (self, id, justified, words);
}

static int
break_it (OmcCtl *self, const char *patient_id, const char *reason, const char *words)
{
  g_autoptr (OmcSecret) passphrase =
      omc_ctl_read_passphrase (self, _ ("Your passphrase once more: "));
  g_autoptr (GError) error = NULL;
  gint64 until_us;

  if (passphrase == NULL)
    return OMC_CTL_USAGE;
  if (!omc_store_break_glass_sync (self->store, self->actor, patient_id, reason, words,
                                   OMC_KEY_SLOT_PASSPHRASE, passphrase, &until_us, NULL, &error))
    return omc_ctl_fail_error (error);
  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);

      omc_json_node_set_string (b, root, "patient", patient_id);
      omc_ctl_set_instant (b, root, "until", until_us);
      omc_ctl_print_json (b, root);
    }
  else
    {
      g_autofree char *until = omc_instant_format_local (until_us);

      g_print (_ ("The chart is open to you until %s. This access will be reviewed.\n"), until);
    }
  return OMC_CTL_OK;
}

static int
end_it (OmcCtl *self, const char *patient_id)
{
  g_autoptr (GError) error = NULL;

  if (!omc_store_close_glass_sync (self->store, self->actor, patient_id, NULL, &error))
    return omc_ctl_fail_error (error);
  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);

      omc_json_node_set_string (b, root, "patient", patient_id);
      omc_json_node_set_string (b, root, "done", "end");
      omc_ctl_print_json (b, root);
    }
  return OMC_CTL_OK;
}

static int
fail_reason (const char *reason)
{
  g_autoptr (GString) codes = g_string_new (NULL);
  gsize n_reasons;
  const OmcBreakGlassReason *reasons = omc_break_glass_list_reasons (&n_reasons);

  for (gsize i = 0; i < n_reasons; i++)
    g_string_append_printf (codes, "%s%s", i > 0 ? ", " : "", reasons[i].code);
  return omc_ctl_fail (OMC_CTL_USAGE, _ ("there is no reason '%s'; --reason is one of %s"), reason,
                       codes->str);
}

int
omc_ctl_break_glass (OmcCtl *self, int argc, char **argv)
{
  g_autofree char *reason = NULL;
  g_autofree char *words = NULL;
  const char *patient_id;
  gboolean end = FALSE;
  int status;
  const GOptionEntry entries[] = {
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, NULL, NULL },
    { "words", 0, 0, G_OPTION_ARG_STRING, &words, NULL, NULL },
    { "end", 0, 0, G_OPTION_ARG_NONE, &end, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse (entries, OMC_CTL_USAGE_BREAK_GLASS, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc != 2 || end == (reason != NULL) || end == (words != NULL))
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_BREAK_GLASS);
  if (!end && omc_break_glass_get_label (reason) == NULL)
    return fail_reason (reason);
  patient_id = g_str_has_prefix (argv[1], "Patient/") ? argv[1] + strlen ("Patient/") : argv[1];
  if (!omc_ctl_open (self, &status))
    return status;
  return end ? end_it (self, patient_id) : break_it (self, patient_id, reason, words);
}
