/* omc-actor-label.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-ui"

#include "config.h"

#include "omc-actor-label.h"
#include "omc-person-words.h"
#include "omc-tip.h"

void
omc_actor_label_show (GtkLabel *label, OmcActor *actor, gboolean brief)
{
  const char *name = actor ? omc_actor_get_display (actor) : "";
  g_autofree char *text = brief ? omc_shorten_name (name) : g_strdup (name);
  g_autofree char *tip =
      actor ? g_strdup_printf ("%s · %s", name, omc_role_describe (omc_actor_get_role (actor)))
            : NULL;

  g_return_if_fail (GTK_IS_LABEL (label));

  gtk_label_set_text (label, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  omc_tip_set (GTK_WIDGET (label), tip);
}
