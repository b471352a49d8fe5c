/* ctl-export.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "ctl-output.h"
#include "omc-ctl.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>

typedef struct
{
  FILE *out;
  guint64 n;
} Export;

static gboolean
write_resource (OmcResource *resource, gpointer user_data, GError **error)
{
  Export *export = user_data;
  gsize length;
  g_autofree char *text = omc_resource_to_string (resource, &length);

  if (fwrite (text, 1, length, export->out) != length || fputc ('\n', export->out) == EOF)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   _ ("cannot write the export: %s"), g_strerror (errno));
      return FALSE;
    }
  export->n++;
  return TRUE;
}

static gboolean
export_to (OmcCtl *self,
           const char *path,
           const char *type,
           const char *patient,
           Export *export,
           GError **error)
{
  OmcCtlOutput output = { 0 };

  if (!omc_ctl_output_open (&output, path, error))
    return FALSE;
  export->out = output.file;

  return omc_ctl_output_close (&output,
                               omc_store_foreach_sync (self->store, self->actor, type, patient,
                                                       write_resource, export, NULL, error),
                               error);
}

int
omc_ctl_export (OmcCtl *self, int argc, char **argv)
{
  g_autofree char *type = NULL;
  g_autofree char *patient = NULL;
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  Export export = { stdout, 0 };
  int status;
  gboolean to_file, done;
  const GOptionEntry entries[] = {
    { "type", 0, 0, G_OPTION_ARG_STRING, &type, NULL, NULL },
    { "patient", 0, 0, G_OPTION_ARG_STRING, &patient, NULL, NULL },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse_alone (entries, OMC_CTL_USAGE_EXPORT, &argc, &argv))
    return OMC_CTL_USAGE;
  if (type != NULL && !omc_fhir_is_resource_type (type))
    return omc_ctl_fail (OMC_CTL_USAGE, _ ("'%s' is not a resource type of FHIR R4"), type);
  if (patient != NULL && g_str_has_prefix (patient, "Patient/"))
    {
      char *id = g_strdup (patient + strlen ("Patient/"));

      g_free (patient);
      patient = id;
    }
  if (!omc_ctl_open (self, &status))
    return status;
  /* Nothing is what a misspelt name exports, too. */
  if (patient != NULL)
    {
      g_autoptr (OmcPatientProof) proof =
          omc_store_read_proof_sync (self->store, self->actor, patient, NULL, &error);

      if (proof == NULL)
        return omc_ctl_fail_error (error);
    }
  to_file = output != NULL && !g_str_equal (output, "-");
  done = to_file ? export_to (self, output, type, patient, &export, &error)
                 : omc_store_foreach_sync (self->store, self->actor, type, patient, write_resource,
                                           &export, NULL, &error);
  if (!done)
    return omc_ctl_fail_error (error);
  if (self->json && to_file)
    omc_ctl_print_written (output, "resources", export.n);
  omc_ctl_say (_ ("%" G_GUINT64_FORMAT " resources exported"), export.n);
  omc_ctl_say_elsewhere (self);
  return OMC_CTL_OK;
}
