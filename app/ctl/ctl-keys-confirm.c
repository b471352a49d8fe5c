/* ctl-keys-confirm.c: what the configuration says of the server, and of the time without it, is meant so
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "ctl-keys.h"
#include "ctl-server.h"
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

/* before: (nullable) */
static char *
dup_change (const char *now, const char *before)
{
  return before != NULL && !g_str_equal (before, now)
             ? g_strdup_printf (_ ("%s (before: %s)"), now, before)
             : g_strdup (now);
}

typedef char *(*WordsFunc) (const OmcServerIdentity *server);

static char *
dup_part (const OmcCtlServer *server, WordsFunc words)
{
  g_autofree char *now = words (server->named);
  g_autofree char *before = server->known != NULL ? words (server->known) : NULL;

  return dup_change (now, before);
}

static void
print_server (const OmcCtlServer *server)
{
  g_autofree char *url =
      dup_change (server->named->url, server->known != NULL ? server->known->url : NULL);
  g_autofree char *login = dup_part (server, omc_server_identity_dup_login_words);
  g_autofree char *authorities = dup_part (server, omc_server_identity_dup_authority_words);

  g_print (_ ("This device works with the server %s.\n"), url);
  g_print (_ ("It logs in at %s.\n"), login);
  g_print (_ ("The server is vouched for by %s.\n"), authorities);
}

static int
tell (OmcCtl *self, const OmcCtlServer *server)
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
      if (server->named != NULL)
        omc_ctl_server_add (b, root, server->named);
      if (server->known != NULL)
        omc_ctl_server_add (b, omc_json_node_add_object (b, root, "before"), server->known);
      omc_ctl_print_json (b, root);
      return OMC_CTL_OK;
    }
  print_time (&lifetime);
  if (server->named != NULL)
    print_server (server);
  return OMC_CTL_OK;
}

int
omc_ctl_keys_confirm (OmcCtl *self, int argc, char **argv)
{
  g_autofree char *url = NULL;
  g_autofree char *ca_file = NULL;
  g_auto (OmcCtlServer) server = { 0 };
  g_autoptr (GError) error = NULL;
  int code;
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, &url, NULL, NULL },
    { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &ca_file, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse (entries, OMC_CTL_USAGE_KEYS, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc != 1)
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_KEYS);
  if (!omc_ctl_open (self, &code))
    return code;
  if (!omc_ctl_server_read (self, url, ca_file, &server, &error))
    return omc_ctl_fail (OMC_CTL_USAGE, "%s", error->message);
  if (!omc_store_confirm_bounds_sync (self->store, self->actor,
                                      omc_key_manager_get_lifetime_limit (self->keys), server.named,
                                      NULL, &error))
    return omc_ctl_fail_error (error);
  return tell (self, &server);
}
