/* ctl-get.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "omc-ctl.h"

#include <glib/gi18n.h>

int
omc_ctl_get (OmcCtl *self, int argc, char **argv)
{
  g_autofree char *type = NULL;
  g_autofree char *id = NULL;
  g_autoptr (OmcResource) resource = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!omc_ctl_parse (NULL, OMC_CTL_USAGE_GET, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc != 2)
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_GET);
  if (!omc_ctl_split_reference (argv[1], &type, &id))
    return OMC_CTL_USAGE;
  if (!omc_ctl_open (self, &status))
    return status;
  resource = omc_store_read_sync (self->store, self->actor, type, id, NULL, &error);
  if (resource == NULL)
    return omc_ctl_fail (OMC_CTL_FINDING, "%s", error->message);
  omc_ctl_print_resource (resource, !self->json);
  return OMC_CTL_OK;
}
