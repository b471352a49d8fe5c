/* main.c: omnicarectl, the store from a terminal
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "omc-config.h"
#include "omc-crypto-selftest.h"
#include "omc-ctl.h"
#include "omc-log.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* clang-format off */
static const OmcCtlCommand commands[] = {
  { "init", omc_ctl_init, OMC_CTL_USAGE_INIT, N_("make the keys and the store; prints the recovery code once") },
  { "user", omc_ctl_user, OMC_CTL_USAGE_USER, N_("people and roles on this device") },
  { "import", omc_ctl_import, OMC_CTL_USAGE_IMPORT, N_("Bundle, resource or NDJSON, also .gz and .zst") },
  { "export", omc_ctl_export, OMC_CTL_USAGE_EXPORT, N_("NDJSON, numbers and unknown elements as they came in") },
  { "get", omc_ctl_get, OMC_CTL_USAGE_GET, N_("one resource") },
  { "search", omc_ctl_search, OMC_CTL_USAGE_SEARCH, N_("local FHIR search; a searchset Bundle") },
  { "vitals", omc_ctl_vitals, OMC_CTL_USAGE_VITALS, N_("record a set of vital signs") },
  { "news2", omc_ctl_news2, OMC_CTL_USAGE_NEWS2, N_("score without a store") },
  { "merge", omc_ctl_merge, OMC_CTL_USAGE_MERGE, N_("three-way merge without a store") },
  { "sync", omc_ctl_sync, OMC_CTL_USAGE_SYNC, N_("one run with the server") },
  { "status", omc_ctl_status, OMC_CTL_USAGE_STATUS, N_("state, queue and freshness") },
  { "queue", omc_ctl_queue, OMC_CTL_USAGE_QUEUE, N_("what is not on the server yet") },
  { "conflicts", omc_ctl_conflicts, OMC_CTL_USAGE_CONFLICTS, N_("what a person must decide, and the journal") },
  { "audit", omc_ctl_audit, OMC_CTL_USAGE_AUDIT, N_("who did what; verify the chain; review emergency accesses") },
  { "break-glass", omc_ctl_break_glass, OMC_CTL_USAGE_BREAK_GLASS, N_("open the chart of another department in an emergency; it is reviewed") },
  { "keys", omc_ctl_keys, OMC_CTL_USAGE_KEYS, N_("the key hierarchy") },
  { "policy", omc_ctl_policy, OMC_CTL_USAGE_POLICY, N_("who may do what; a signed policy of the site") },
  { "backup", omc_ctl_backup, OMC_CTL_USAGE_BACKUP, N_("one encrypted file of the store, and the way back; work: the unsent records that a restore set aside") },
  { "cache", omc_ctl_cache, OMC_CTL_USAGE_CACHE, N_("which charts this device keeps; what it removed comes back from the server") },
  { "doctor", omc_ctl_doctor, OMC_CTL_USAGE_DOCTOR, N_("check everything and say what to do") },
};
/* clang-format on */

static void
print_help (FILE *out)
{
  fputs (_ ("Usage: omnicarectl [OPTIONS] COMMAND ...\n\nThe OmniCare store from a "
            "terminal.\n\nCommands:\n"),
         out);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (out, "  %-10s %s\n             %s\n", commands[i].name, _ (commands[i].summary),
             commands[i].usage);
  fputs (_ ("\nOptions:\n"
            "  --data-dir DIR          where the store is (OMNICARE_DATA_DIR)\n"
            "  --config FILE           configuration file\n"
            "  --user NAME             who acts\n"
            "  --passphrase-file FILE  first line is the passphrase, - for standard input "
            "(OMNICARE_PASSPHRASE_FILE)\n"
            "  --json                  one JSON document or NDJSON on standard output\n"
            "  --version, --help\n\n"
            "Exit status: 0 done, 1 a finding or failure, 2 usage or bad input.\n"),
         out);
}

/* Takes one common option with a value out of the arguments: "--name value" or "--name=value". */
static gboolean
take_value (char **argv, int argc, int *i, const char *name, char **value, const char **missing)
{
  gsize length = strlen (name);

  if (!g_str_has_prefix (argv[*i], name) || (argv[*i][length] != '\0' && argv[*i][length] != '='))
    return FALSE;
  g_free (*value);
  if (argv[*i][length] == '=')
    *value = g_strdup (argv[*i] + length + 1);
  else if (*i + 1 < argc)
    *value = g_strdup (argv[++*i]);
  else
    *value = NULL;
  if (*value == NULL || **value == '\0')
    *missing = name;
  return TRUE;
}

/* Common options may stand anywhere; the rest, the command first, is left in *rest. */
static int
take_common (OmcCtl *self, int argc, char **argv, GPtrArray *rest)
{
  for (int i = 1; i < argc; i++)
    {
      const char *missing = NULL;

      if (take_value (argv, argc, &i, "--data-dir", &self->data_dir, &missing) ||
          take_value (argv, argc, &i, "--config", &self->config_file, &missing) ||
          take_value (argv, argc, &i, "--user", &self->user, &missing) ||
          take_value (argv, argc, &i, "--passphrase-file", &self->passphrase_file, &missing))
        {
          if (missing != NULL)
            return omc_ctl_fail (OMC_CTL_USAGE, _ ("%s needs a value"), missing);
          continue;
        }
      if (g_str_equal (argv[i], "--json"))
        self->json = TRUE;
      else
        g_ptr_array_add (rest, argv[i]);
    }
  return OMC_CTL_OK;
}

/* A file that was named is read by every command, so that a wrong one never goes unnoticed. */
static gboolean
check_config (OmcCtl *self, GError **error)
{
  g_autoptr (OmcConfig) config = NULL;

  if (self->config_file == NULL)
    return TRUE;
  config = omc_config_load (self->config_file, error);
  return config != NULL;
}

/* An empty variable is one that is not set. */
static const char *
get_variable (const char *name)
{
  const char *value = g_getenv (name);

  return value != NULL && *value != '\0' ? value : NULL;
}

static int
run (OmcCtl *self, GPtrArray *rest)
{
  const char *name = rest->len > 0 ? g_ptr_array_index (rest, 0) : NULL;

  if (name == NULL)
    {
      print_help (stderr);
      return OMC_CTL_USAGE;
    }
  if (g_str_equal (name, "--help") || g_str_equal (name, "-h") || g_str_equal (name, "help"))
    {
      print_help (stdout);
      return OMC_CTL_OK;
    }
  if (g_str_equal (name, "--version"))
    {
      g_print ("omnicarectl %s\n", OMC_VERSION);
      return OMC_CTL_OK;
    }
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char **argv = NULL;

      if (!g_str_equal (name, commands[i].name))
        continue;
      if (g_ptr_array_find_with_equal_func (rest, "--help", g_str_equal, NULL))
        {
          g_print ("omnicarectl %s\n  %s\n", commands[i].usage, _ (commands[i].summary));
          return OMC_CTL_OK;
        }
      g_ptr_array_add (rest, NULL);
      argv = g_memdup2 (rest->pdata, sizeof (char *) * rest->len);
      return commands[i].run (self, (int)rest->len - 1, argv);
    }
  omc_ctl_fail (OMC_CTL_USAGE, _ ("no command '%s'; see omnicarectl --help"), name);
  return OMC_CTL_USAGE;
}

/* Were one of the three closed, the store's own files would take its number, and what is printed would be written into them.
 * For reading only: printing then fails as it should. */
static void
hold_standard_files (void)
{
  int fd;

  do
    fd = open ("/dev/null", O_RDONLY);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO)
    close (fd);
}

int
main (int argc, char **argv)
{
  static const struct rlimit no_core = { 0, 0 };
  OmcCtl self = { 0 };
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  int status;

  hold_standard_files ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, OMC_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  setrlimit (RLIMIT_CORE, &no_core);
  omc_log_init ();

  status = take_common (&self, argc, argv, rest);
  if (self.data_dir == NULL)
    self.data_dir = g_strdup (get_variable ("OMNICARE_DATA_DIR"));
  if (self.data_dir == NULL)
    self.data_dir = g_build_filename (g_get_user_data_dir (), "omnicare", NULL);
  self.clock = omc_clock_new ();
  if (self.passphrase_file == NULL)
    self.passphrase_file = g_strdup (get_variable ("OMNICARE_PASSPHRASE_FILE"));
  if (status == OMC_CTL_OK && !check_config (&self, &error))
    status = omc_ctl_fail (OMC_CTL_USAGE, "%s", error->message);
  if (status == OMC_CTL_OK && !omc_crypto_selftest (&error))
    status = omc_ctl_fail (OMC_CTL_FINDING, "%s", error->message);
  if (status == OMC_CTL_OK)
    status = run (&self, rest);
  if (self.store != NULL)
    omc_store_close (self.store);
  g_clear_object (&self.store);
  g_clear_object (&self.keys);
  g_clear_object (&self.actor);
  g_clear_object (&self.clock);
  g_free (self.data_dir);
  g_free (self.config_file);
  g_free (self.user);
  g_free (self.passphrase_file);
  errno = 0;
  if ((fflush (stdout) != 0 || ferror (stdout)) && status == OMC_CTL_OK)
    status = omc_ctl_fail (OMC_CTL_FINDING, _ ("cannot write the result: %s"),
                           g_strerror (errno != 0 ? errno : EIO));
  return status;
}
