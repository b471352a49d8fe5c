/* omc-origin.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-base"

#include "config.h"

#include "omc-origin.h"

/* As libsoup reads an address, so that both mean the same host by it. */
#define FLAGS (G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE)

char *
omc_origin_dup (const char *url)
{
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, FLAGS, NULL) : NULL;
  g_autofree char *host = NULL;
  gboolean tls;
  int port;

  if (uri == NULL || g_uri_get_host (uri) == NULL || g_uri_get_host (uri)[0] == '\0')
    return NULL;
  tls = g_str_equal (g_uri_get_scheme (uri), "https");
  if (!tls && !g_str_equal (g_uri_get_scheme (uri), "http"))
    return NULL;
  host = g_ascii_strdown (g_uri_get_host (uri), -1);
  port = g_uri_get_port (uri);
  if (port == (tls ? 443 : 80))
    port = -1;

  return g_uri_join (G_URI_FLAGS_NONE, tls ? "https" : "http", NULL, host, port, "", NULL, NULL);
}
