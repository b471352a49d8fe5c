/* omc-ui.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-ui"

#include "config.h"

#include "omc-resources.h"
#include "omc-ui-resources.h"
#include "omc-ui.h"

void
omc_ui_init (void)
{
  static gboolean done = FALSE;

  if (done)
    return;

  /* A static library loses constructors that nothing refers to, so that resources are registered by hand. */
  omc_resources_register_resource ();
  omc_ui_templates_register_resource ();
  adw_init ();
  done = TRUE;
}
