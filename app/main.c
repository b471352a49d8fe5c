/* main.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-app"

#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "omc-application.h"

int
main (int argc, char *argv[])
{
  g_autoptr (OmcApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, OMC_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = omc_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
