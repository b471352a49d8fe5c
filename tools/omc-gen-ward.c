/* omc-gen-ward.c: writes a practice ward as FHIR NDJSON
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicare-gen-ward"

#include "config.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <gio/gunixoutputstream.h>
#include <glib/gi18n.h>

#include "omc-clock.h"
#include "omc-log.h"
#include "omc-ward.h"

#define BUFFER_SIZE (1 << 20)

static gboolean
write_line (const char *json, gsize length, gpointer user_data, GError **error)
{
  GOutputStream *stream = user_data;

  return g_output_stream_write_all (stream, json, length, NULL, NULL, error) &&
         g_output_stream_write_all (stream, "\n", 1, NULL, NULL, error);
}

static GOutputStream *
open_output (const char *path, GError **error)
{
  g_autoptr (GOutputStream) base = NULL;
  g_autoptr (GOutputStream) compressed = NULL;
  g_autoptr (GFile) file = NULL;

  if (g_str_equal (path, "-"))
    base = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
  else
    {
      file = g_file_new_for_commandline_arg (path);
      base = G_OUTPUT_STREAM (g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, error));
    }
  if (base == NULL)
    return NULL;
  if (g_str_has_suffix (path, ".gz"))
    {
      g_autoptr (GZlibCompressor) compressor =
          g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1);

      compressed = g_converter_output_stream_new (base, G_CONVERTER (compressor));
      return g_buffered_output_stream_new_sized (compressed, BUFFER_SIZE);
    }

  return g_buffered_output_stream_new_sized (base, BUFFER_SIZE);
}

/* The instant, and the offset that it is written with. */
static gboolean
parse_now (const char *text, OmcWardOptions *options)
{
  gsize length = strlen (text);

  if (length < 20 || !omc_instant_parse_range (text, &options->now_us, NULL))
    return FALSE;
  if (text[length - 1] != 'Z')
    {
      const char *zone = text + length - 6;

      options->offset_minutes = (atoi (zone + 1) * 60 + atoi (zone + 4)) * (*zone == '-' ? -1 : 1);
    }

  return TRUE;
}

static gboolean
run (const OmcWardOptions *options, const char *path, guint64 *n_resources, GError **error)
{
  g_autoptr (GOutputStream) stream = open_output (path, error);

  return stream != NULL && omc_ward_generate (options, write_line, stream, n_resources, error) &&
         g_output_stream_close (stream, NULL, error);
}

int
main (int argc, char **argv)
{
  int patients = OMC_WARD_MIN_PATIENTS;
  gint64 seed = 1;
  int vitals_sets = -1;
  g_autofree char *now = NULL;
  g_autofree char *output = NULL;
  guint64 n_resources = 0;
  const GOptionEntry entries[] = {
    { "patients", 'n', 0, G_OPTION_ARG_INT, &patients, N_ ("Number of patients, 24 to 100000"),
      "N" },
    { "seed", 's', 0, G_OPTION_ARG_INT64, &seed, N_ ("The same seed gives the same ward"), "S" },
    { "now", 0, 0, G_OPTION_ARG_STRING, &now, N_ ("The moment the ward is in, a FHIR instant"),
      "INSTANT" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      N_ ("Where to write; .gz is compressed, - is standard output"), "FILE" },
    { "vitals-sets", 0, 0, G_OPTION_ARG_INT, &vitals_sets,
      N_ ("Sets of vital signs a patient (default: three days up to 100 patients, 2 beyond)"),
      "K" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  OmcWardOptions options = { 0 };

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, OMC_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  omc_log_init ();

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (context,
                                _ ("Writes a practice ward of invented people as FHIR R4 NDJSON."));
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("omnicare-gen-ward: %s\n", error->message);
      return 2;
    }

  if (now == NULL)
    {
      g_autoptr (OmcClock) clock = omc_clock_new ();

      now = omc_instant_format_local (omc_clock_get_now (clock));
    }
  if (argc > 1 || output == NULL || patients < OMC_WARD_MIN_PATIENTS ||
      patients > OMC_WARD_MAX_PATIENTS || vitals_sets < -1 || vitals_sets > 1000 ||
      !parse_now (now, &options))
    {
      g_printerr ("omnicare-gen-ward: %s\n", _ ("needs --output, --patients from 24 to 100000, "
                                                "--vitals-sets up to 1000 and --now as an instant "
                                                "such as 2026-11-23T14:00:00+01:00; see --help"));
      return 2;
    }

  options.patients = (guint)patients;
  options.seed = (guint64)seed;
  options.vitals_sets = vitals_sets;
  if (!run (&options, output, &n_resources, &error))
    {
      g_printerr ("omnicare-gen-ward: %s\n", error->message);
      return 1;
    }
  g_printerr (ngettext ("%" G_GUINT64_FORMAT " resource written\n",
                        "%" G_GUINT64_FORMAT " resources written\n", n_resources),
              n_resources);

  return 0;
}
