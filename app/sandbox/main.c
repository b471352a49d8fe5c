/* main.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicare-sandbox"

#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>

#include "omc-sandbox.h"

typedef struct
{
  OmcSandboxOptions options;
  char *client;    /* (owned): ID:SECRET, cut in two */
  char *port_file; /* (owned) */
  char **load;     /* (owned) */
  char **faults;   /* (owned) */
  char *profile;   /* (owned) */
  char *database;  /* (owned) */
  char *address;   /* (owned) */
  char *tls_cert;  /* (owned) */
  char *tls_key;   /* (owned) */
  gint port;
  gint64 seed;
  gint token_seconds;
  gint page_seconds;
  gint quota;
  gboolean no_auth;
  gboolean transactions;
  gboolean quiet;
} Program;

static gboolean
parse_arguments (Program *p, int argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "port", 0, 0, G_OPTION_ARG_INT, &p->port, N_ ("Port; 0 takes any free one"), N_ ("PORT") },
    { "address", 0, 0, G_OPTION_ARG_STRING, &p->address, N_ ("Loopback address: 127.0.0.1 or ::1"),
      N_ ("ADDRESS") },
    { "profile", 0, 0, G_OPTION_ARG_STRING, &p->profile,
      N_ ("Server to be like: medplum, hapi, google, azure, aidbox or strict"), N_ ("NAME") },
    { "load", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &p->load,
      N_ ("NDJSON to start with, gzip or plain; may be repeated"), N_ ("FILE") },
    { "database", 0, 0, G_OPTION_ARG_FILENAME, &p->database,
      N_ ("Where to keep everything; else it is forgotten"), N_ ("FILE") },
    { "port-file", 0, 0, G_OPTION_ARG_FILENAME, &p->port_file,
      N_ ("Write the port here when ready"), N_ ("FILE") },
    { "client", 0, 0, G_OPTION_ARG_STRING, &p->client, N_ ("Ask for a token of this client"),
      N_ ("ID:SECRET") },
    { "no-auth", 0, 0, G_OPTION_ARG_NONE, &p->no_auth, N_ ("Ask for no token"), NULL },
    { "fault", 0, 0, G_OPTION_ARG_STRING_ARRAY, &p->faults,
      N_ ("What goes wrong, as \"drop-after,rate=0.1,method=POST\"; may be repeated"),
      N_ ("SPEC") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &p->seed, N_ ("Of the decisions of faults"),
      N_ ("NUMBER") },
    { "token-seconds", 0, 0, G_OPTION_ARG_INT, &p->token_seconds, N_ ("Life of a token"),
      N_ ("SECONDS") },
    { "page-seconds", 0, 0, G_OPTION_ARG_INT, &p->page_seconds, N_ ("Life of a \"next\" link"),
      N_ ("SECONDS") },
    { "quota", 0, 0, G_OPTION_ARG_INT, &p->quota,
      N_ ("Points in a minute: write 100, search 20, history 10, read 1"), N_ ("POINTS") },
    { "transactions", 0, 0, G_OPTION_ARG_NONE, &p->transactions,
      N_ ("medplum: a transaction is really one"), NULL },
    { "tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &p->tls_cert, N_ ("Certificate (PEM)"),
      N_ ("FILE") },
    { "tls-key", 0, 0, G_OPTION_ARG_FILENAME, &p->tls_key, N_ ("Its key (PEM)"), N_ ("FILE") },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &p->quiet, N_ ("Say nothing but errors"), NULL },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (
      context, _ ("A practice FHIR R4 server for this machine alone. Never for care."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  if (argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("unexpected '%s'; see omnicare-sandbox --help"), argv[1]);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_arguments (Program *p, GError **error)
{
  OmcSandboxOptions *o = &p->options;
  char *colon = p->client != NULL ? strchr (p->client, ':') : NULL;

  if (p->port < 0 || p->port > G_MAXUINT16 || p->token_seconds < 0 || p->page_seconds < 0 ||
      p->quota < 0)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _ ("a number is out of its range"));
      return FALSE;
    }
  if ((p->client != NULL) == p->no_auth ||
      (p->client != NULL && (colon == NULL || colon == p->client)))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _ ("give either --client ID:SECRET or --no-auth"));
      return FALSE;
    }
  if (colon != NULL)
    *colon = '\0';

  o->profile = p->profile;
  o->database = p->database;
  o->address = p->address;
  o->port = (guint16)p->port;
  o->client_id = p->client;
  o->client_secret = colon != NULL ? colon + 1 : NULL;
  o->tls_cert = p->tls_cert;
  o->tls_key = p->tls_key;
  o->seed = (guint64)p->seed;
  o->token_seconds = (guint)p->token_seconds;
  o->page_seconds = (guint)p->page_seconds;
  o->quota_points = (guint)p->quota;
  o->atomic_transactions = p->transactions;
  return TRUE;
}

static gboolean
fill (Program *p, OmcSandbox *sandbox, GError **error)
{
  for (guint i = 0; p->load != NULL && p->load[i] != NULL; i++)
    {
      gint64 started = g_get_monotonic_time ();
      guint count;

      if (!omc_sandbox_load_file (sandbox, p->load[i], &count, error))
        return FALSE;
      if (!p->quiet)
        g_printerr (_ ("%u resources from %s in %.1f s\n"), count, p->load[i],
                    (double)(g_get_monotonic_time () - started) / G_USEC_PER_SEC);
    }
  return omc_sandbox_set_faults (sandbox, (const char *const *)p->faults, (guint64)p->seed, error);
}

static gboolean
announce (Program *p, OmcSandbox *sandbox, GError **error)
{
  if (p->port_file != NULL)
    {
      g_autofree char *text = g_strdup_printf ("%u\n", omc_sandbox_get_port (sandbox));

      if (!g_file_set_contents (p->port_file, text, -1, error))
        return FALSE;
    }
  if (!p->quiet)
    g_printerr (_ ("*** PRACTICE SERVER, NOT FOR CARE ***\n"
                   "%s (like %s), on this machine only; Ctrl+C ends it\n"),
                omc_sandbox_get_base_url (sandbox), p->profile != NULL ? p->profile : "medplum");
  return TRUE;
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
run (Program *p, int argc, char **argv, GError **error)
{
  g_autoptr (OmcSandbox) sandbox = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  if (!parse_arguments (p, argc, argv, error) || !check_arguments (p, error))
    return FALSE;
  sandbox = omc_sandbox_new (&p->options, error);
  if (sandbox == NULL || !fill (p, sandbox, error) || !omc_sandbox_start (sandbox, error) ||
      !announce (p, sandbox, error))
    return FALSE;

  g_unix_signal_add (SIGINT, quit_cb, loop);
  g_unix_signal_add (SIGTERM, quit_cb, loop);
  g_main_loop_run (loop);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Program program = { 0 };
  int status = EXIT_SUCCESS;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, OMC_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (!run (&program, argc, argv, &error))
    {
      g_printerr ("omnicare-sandbox: %s\n", error->message);
      status = g_error_matches (error, OMC_SANDBOX_ERROR, OMC_SANDBOX_ERROR_OPTION) ||
                       error->domain == G_OPTION_ERROR
                   ? 2
                   : EXIT_FAILURE;
    }

  g_free (program.client);
  g_free (program.port_file);
  g_strfreev (program.load);
  g_strfreev (program.faults);
  g_free (program.profile);
  g_free (program.database);
  g_free (program.address);
  g_free (program.tls_cert);
  g_free (program.tls_key);
  return status;
}
