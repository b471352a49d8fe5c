/* ctl-policy.c: the access policy in force, and a new one
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "omc-ctl.h"

#include "omc-bounded-file.h"
#include "omc-config-locate.h"
#include "omc-config.h"
#include "omc-signature.h"
#include "omc-store-policy.h"

#include <glib/gi18n.h>
#include <stdio.h>

typedef struct
{
  const char *file;
  GBytes *text;      /* (owned) */
  GBytes *signature; /* (owned) (nullable): there is no such file */
} Input;

static void
input_clear (Input *input)
{
  g_clear_pointer (&input->text, g_bytes_unref);
  g_clear_pointer (&input->signature, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Input, input_clear)

static GBytes *
read_file (const char *path, gsize maximum, GError **error)
{
  g_autofree char *content = NULL;
  gsize length;

  if (!omc_bounded_file_read (path, maximum, &content, &length, error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&content), length);
}

/* signature_file: (nullable): FILE.sig, which may be missing */
static gboolean
read_input (Input *input, const char *signature_file, GError **error)
{
  g_autofree char *usual = g_strconcat (input->file, ".sig", NULL);
  g_autoptr (GError) local = NULL;

  input->text = read_file (input->file, OMC_ACCESS_POLICY_LENGTH_MAX, error);
  if (input->text == NULL)
    return FALSE;
  input->signature =
      read_file (signature_file != NULL ? signature_file : usual, OMC_SIGNATURE_FILE_MAX, &local);
  if (input->signature != NULL || signature_file == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* "FILE:LINE: path: what is wrong" */
static int
fail_policy (const Input *input, const GError *error)
{
  const char *colon = strstr (error->message, ": ");
  g_autofree char *path =
      colon != NULL ? g_strndup (error->message, (gsize)(colon - error->message)) : g_strdup ("");
  gsize length;
  const char *text = g_bytes_get_data (input->text, &length);

  if (g_str_equal (path, "/"))
    return omc_ctl_fail (OMC_CTL_USAGE, "%s: %s", input->file, colon + 2);
  return omc_ctl_fail (OMC_CTL_USAGE, "%s:%u: %s", input->file,
                       omc_config_locate (text, length, path), error->message);
}

static int
fail (const Input *input, GError *error)
{
  if (error->domain == OMC_ACCESS_ERROR && error->code != OMC_ACCESS_ERROR_OLDER)
    return fail_policy (input, error);
  return omc_ctl_fail_error (error);
}

/* key: (nullable): the configuration has none. The sentence is NULL when all is well. */
static const char *
judge_signature (const Input *input, const char *key)
{
  guint8 bytes[OMC_SIGNATURE_KEY_LENGTH];

  if (key == NULL)
    return _ ("the configuration names no key of the site (access.policyKey)");
  if (!omc_signature_parse_key (key, bytes, NULL))
    return _ ("access.policyKey in the configuration is no Ed25519 public key in base64");
  if (input->signature == NULL)
    return _ ("there is no signature beside it (FILE.sig)");
  if (!omc_signature_verify (bytes, input->text, input->signature, NULL))
    return _ ("its signature is not that of the site's key over exactly this file");
  return NULL;
}

static int
check (OmcCtl *self, const Input *input, const char *key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcAccessPolicy) policy = omc_access_policy_parse (input->text, &error);
  const char *finding;

  if (policy == NULL)
    return fail_policy (input, error);
  finding = judge_signature (input, key);
  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);

      omc_ctl_set_integer (b, root, "version", (gint64)omc_access_policy_get_version (policy));
      omc_json_node_set_string (b, root, "issuer", omc_access_policy_get_issuer (policy));
      omc_ctl_set_boolean (b, root, "signed", finding == NULL);
      omc_json_node_set_string (b, root, "finding", finding);
      omc_ctl_print_json (b, root);
    }
  else
    g_print (_ ("Version %" G_GUINT64_FORMAT " is written as a policy is.\n"),
             omc_access_policy_get_version (policy));
  return finding == NULL ? OMC_CTL_OK
                         : omc_ctl_fail (OMC_CTL_FINDING, "%s: %s", input->file, finding);
}

static int
install (OmcCtl *self, const Input *input, const char *key)
{
  g_autoptr (GError) error = NULL;
  const char *finding = judge_signature (input, key);
  gboolean changed;

  if (finding != NULL)
    return omc_ctl_fail (OMC_CTL_FINDING, _ ("%s: %s; nothing was changed"), input->file, finding);
  if (!omc_store_install_policy_sync (self->store, self->actor, input->text, input->signature, key,
                                      &changed, NULL, &error))
    return fail (input, error);
  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      OmcJsonNode *root = omc_json_builder_object (b);

      omc_ctl_set_integer (b, root, "version", (gint64)omc_store_get_policy_version (self->store));
      omc_ctl_set_boolean (b, root, "changed", changed);
      omc_ctl_print_json (b, root);
    }
  else
    g_print (_ ("Version %" G_GUINT64_FORMAT " of the access policy is in force.\n"),
             omc_store_get_policy_version (self->store));
  return OMC_CTL_OK;
}

/* The policy itself goes to standard output, where it can be edited and signed; what is to be said goes beside. */
static int
show (OmcCtl *self)
{
  g_autofree char *text = omc_store_dup_policy_text (self->store);
  g_autofree char *notice = omc_store_dup_policy_notice (self->store);
  guint64 version = omc_store_get_policy_version (self->store);

  if (self->json)
    {
      g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
      g_autoptr (OmcJson) policy = omc_json_parse (text, -1, NULL);
      OmcJsonNode *root = omc_json_builder_object (b);

      omc_ctl_set_boolean (b, root, "builtIn", version == 0);
      omc_ctl_set_integer (b, root, "version", (gint64)version);
      omc_json_node_set_string (b, root, "notice", notice);
      omc_json_node_set (b, root, "policy", omc_json_builder_copy (b, omc_json_get_root (policy)));
      omc_ctl_print_json (b, root);
    }
  else
    {
      fputs (text, stdout);
      fputc ('\n', stdout);
      if (version == 0)
        omc_ctl_say ("omnicarectl: %s", _ ("this is the built-in policy"));
    }
  if (notice != NULL)
    omc_ctl_say ("omnicarectl: %s", notice);
  return notice == NULL ? OMC_CTL_OK : OMC_CTL_FINDING;
}

static int
run_with_file (OmcCtl *self, const char *name, const char *file, const char *signature_file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcConfig) config = omc_config_load (self->config_file, &error);
  g_auto (Input) input = { file, NULL, NULL };
  const char *key;
  int code;

  if (config == NULL || !read_input (&input, signature_file, &error))
    return omc_ctl_fail (OMC_CTL_USAGE, "%s", error->message);
  key = omc_config_get_string (config, "access.policyKey");
  if (g_str_equal (name, "check"))
    return check (self, &input, key);
  return omc_ctl_open (self, &code) ? install (self, &input, key) : code;
}

int
omc_ctl_policy (OmcCtl *self, int argc, char **argv)
{
  g_autofree char *signature_file = NULL;
  int code;
  const GOptionEntry entries[] = {
    { "signature", 0, 0, G_OPTION_ARG_FILENAME, &signature_file, NULL, NULL },
    { NULL },
  };

  if (!omc_ctl_parse (entries, OMC_CTL_USAGE_POLICY, &argc, &argv))
    return OMC_CTL_USAGE;
  if (argc == 2 && g_str_equal (argv[1], "show"))
    return omc_ctl_open (self, &code) ? show (self) : code;
  if (argc == 3 && (g_str_equal (argv[1], "check") || g_str_equal (argv[1], "install")))
    return run_with_file (self, argv[1], argv[2], signature_file);
  return omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), OMC_CTL_USAGE_POLICY);
}
