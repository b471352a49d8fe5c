/* ctl-people.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "ctl-people.h"

#include "omc-store-slots.h"

#include <glib/gi18n.h>

char *
omc_ctl_people_dup_unheard (OmcCtl *self)
{
  return omc_store_dup_unheard (self->store, NULL);
}

char *
omc_ctl_people_describe_unheard (OmcCtl *self)
{
  g_autofree char *types = omc_ctl_people_dup_unheard (self);
  OmcKeyLifetime lifetime;
  guint hours;

  if (types == NULL || !omc_key_manager_get_lifetime_sync (self->keys, &lifetime, NULL))
    return NULL;
  if (!lifetime.has_server || lifetime.left_us == G_MAXINT64)
    return g_strdup_printf (_ ("the server does not let this device read %s: whom it withdraws is "
                               "not known here"),
                            types);
  if (lifetime.left_us == 0)
    return g_strdup_printf (_ ("the server does not let this device read %s, where it says who may "
                               "still work here: the time for which passphrases open it is over"),
                            types);
  hours = (guint)(lifetime.left_us / G_TIME_SPAN_HOUR);
  return g_strdup_printf (
      ngettext ("the server does not let this device read %s, where it says who may still work "
                "here: passphrases open it for %u hour more",
                "the server does not let this device read %s, where it says who may still work "
                "here: passphrases open it for %u hours more",
                hours),
      types, hours);
}

const char *
omc_ctl_people_get_remedy (void)
{
  return _ (
      "grant this device's login the right to read Practitioner and Device on the server; the "
      "next run then gives the full time again");
}

gboolean
omc_ctl_people_read_role (const char *name, OmcRole *role)
{
  g_autoptr (GString) names = g_string_new (NULL);

  if (omc_role_from_string (name, role) && *role != OMC_ROLE_DEVICE)
    return TRUE;
  for (guint i = 0; i < OMC_ROLE_DEVICE; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", omc_role_to_string ((OmcRole)i));
  if (name == NULL)
    omc_ctl_fail (OMC_CTL_USAGE, _ ("--role is one of %s"), names->str);
  else
    omc_ctl_fail (OMC_CTL_USAGE, _ ("--role is one of %s, not '%s'"), names->str, name);

  return FALSE;
}
