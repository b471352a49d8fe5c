/* ctl-keys-confirm.c: what the configuration says of the server, and of the time without it, is meant so
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "ctl-keys.h"
#include "omc-config.h"
#include "omc-store-bounds.h"

#include <glib/gi18n.h>

#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

static void
print_time (const OmcKeyLifetime *lifetime)
{
  guint hours = (guint)(lifetime->limit_us / HOUR_US);

  if (hours == 0)
    g_print ("%s\n", _ ("Passphrases open this device without end, with or without the server."));
  else
    g_print (ngettext ("Passphrases open this device for %u hour without the server.\n",
                       "Passphrases open this device for %u hours without the server.\n", hours),
             hours);
}

static int
tell (OmcCtl *self, const char *server)
{
  OmcKeyLifetime lifetime;
  g_autoptr (GError) error = NULL;

  if (!omc_key_manager_get_lifetime_sync (self->keys, &lifetime, &error))
    return omc_ctl_fail_error (error);
  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);

      omc_ctl_set_integer (b, root, "limitHours", lifetime.limit_us / HOUR_US);
      omc_json_node_set_string (b, root, "server", server);
      omc_ctl_print_json (b, root);
      return OMC_CTL_OK;
    }
  print_time (&lifetime);
  if (server != NULL)
    g_print (_ ("This device works with the server %s.\n"), server);
  return OMC_CTL_OK;
}

int
omc_ctl_keys_confirm (OmcCtl *self, int argc, char **argv)
{
  g_autofree char *server = NULL;
  g_autoptr (OmcConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  int code;
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, &server, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse (entries, OMC_CTL_USAGE_KEYS, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc != 1)
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_KEYS);
  config = omc_config_load (self->config_file, &error);
  if (config == NULL)
    return omc_ctl_fail (OMC_CTL_USAGE, "%s", error->message);
  if (server == NULL)
    server = g_strdup (omc_config_get_string (config, "server.url"));
  if (!omc_ctl_open (self, &code))
    return code;
  if (!omc_store_confirm_bounds_sync (self->store, self->actor,
                                      omc_key_manager_get_lifetime_limit (self->keys), server, NULL,
                                      &error))
    return omc_ctl_fail_error (error);
  return tell (self, server);
}
