/* omc-ctl.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "omc-ctl.h"

#include "omc-config.h"
#include "omc-config-retention.h"
#include "omc-practice.h"
#include "omc-store-audit.h"
#include "omc-store-budget.h"
#include "omc-store-policy.h"
#include "omc-store-cache.h"
#include "omc-store-slots.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define MIN_PASSPHRASE 8
#define MAX_PASSPHRASE 1024
#define SECRET_SERVICE_TIMEOUT_MS 3000
#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

void
omc_ctl_say (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  vfprintf (stderr, format, arguments);
  va_end (arguments);
  fputc ('\n', stderr);
}

int
omc_ctl_fail (int status, const char *format, ...)
{
  va_list arguments;

  fputs ("omnicarectl: ", stderr);
  va_start (arguments, format);
  vfprintf (stderr, format, arguments);
  va_end (arguments);
  fputc ('\n', stderr);
  return status;
}

int
omc_ctl_fail_error (GError *error)
{
  gboolean input = error->domain == OMC_FHIR_ERROR || error->domain == OMC_JSON_ERROR ||
                   g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID) ||
                   error->domain == G_OPTION_ERROR || error->domain == G_FILE_ERROR;

  return omc_ctl_fail (input ? OMC_CTL_USAGE : OMC_CTL_FINDING, "%s", error->message);
}

gboolean
omc_ctl_parse (const GOptionEntry *entries, const char *usage, int *argc, char ***argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_set_help_enabled (context, FALSE);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (g_option_context_parse (context, argc, argv, &error))
    return TRUE;
  omc_ctl_fail (OMC_CTL_USAGE, "%s", error->message);
  omc_ctl_say (_ ("usage: omnicarectl %s"), usage);
  return FALSE;
}

gboolean
omc_ctl_parse_alone (const GOptionEntry *entries, const char *usage, int *argc, char ***argv)
{
  if (!omc_ctl_parse (entries, usage, argc, argv))
    return FALSE;
  if (*argc > 1)
    omc_ctl_fail (OMC_CTL_USAGE, _ ("unexpected '%s'; usage: omnicarectl %s"), (*argv)[1], usage);

  return *argc <= 1;
}

/* --- passphrase --- */

/* The first line, without the mark that some editors put before a text. NULL when it is empty. */
static OmcSecret *
secret_from_line (const char *text, gsize length)
{
  static const char mark[] = "\xef\xbb\xbf";
  const char *end = memchr (text, '\n', length);

  if (end != NULL)
    length = (gsize)(end - text);
  if (length >= strlen (mark) && memcmp (text, mark, strlen (mark)) == 0)
    {
      text += strlen (mark);
      length -= strlen (mark);
    }
  while (length > 0 && text[length - 1] == '\r')
    length--;
  return length > 0 ? omc_secret_new (text, length) : NULL;
}

static OmcSecret *
read_passphrase_file (const char *path)
{
  char buffer[MAX_PASSPHRASE + 1];
  OmcSecret *secret = NULL;
  gsize length;
  int failed;
  FILE *file = g_str_equal (path, "-") ? stdin : fopen (path, "re");

  if (file == NULL)
    {
      omc_ctl_fail (OMC_CTL_USAGE, _ ("cannot read the passphrase file %s: %s"), path,
                    g_strerror (errno));
      return NULL;
    }
  length = fread (buffer, 1, sizeof buffer, file);
  failed = ferror (file) != 0 ? errno : 0;
  if (file != stdin)
    fclose (file);
  if (failed != 0)
    omc_ctl_fail (OMC_CTL_USAGE, _ ("cannot read the passphrase file %s: %s"), path,
                  g_strerror (failed));
  else if (length > MAX_PASSPHRASE)
    omc_ctl_fail (OMC_CTL_USAGE, _ ("the passphrase file %s is longer than %d bytes"), path,
                  MAX_PASSPHRASE);
  else if ((secret = secret_from_line (buffer, length)) == NULL)
    omc_ctl_fail (OMC_CTL_USAGE, _ ("the passphrase file %s is empty"), path);
  omc_wipe (buffer, sizeof buffer);
  return secret;
}

static OmcSecret *
read_passphrase_terminal (const char *prompt)
{
  char buffer[MAX_PASSPHRASE + 1];
  struct termios before, quiet;
  OmcSecret *secret = NULL;
  FILE *terminal = fopen ("/dev/tty", "r+e");

  if (terminal == NULL || tcgetattr (fileno (terminal), &before) != 0)
    {
      if (terminal != NULL)
        fclose (terminal);
      omc_ctl_fail (
          OMC_CTL_USAGE, "%s",
          _ ("no passphrase: give --passphrase-file FILE, or set OMNICARE_PASSPHRASE_FILE"));
      return NULL;
    }
  quiet = before;
  quiet.c_lflag &= ~(tcflag_t)ECHO;
  tcsetattr (fileno (terminal), TCSAFLUSH, &quiet);
  fputs (prompt, terminal);
  fflush (terminal);
  if (fgets (buffer, sizeof buffer, terminal) != NULL)
    secret = secret_from_line (buffer, strlen (buffer));
  tcsetattr (fileno (terminal), TCSAFLUSH, &before);
  fputc ('\n', terminal);
  fclose (terminal);
  omc_wipe (buffer, sizeof buffer);
  if (secret == NULL)
    omc_ctl_fail (OMC_CTL_USAGE, "%s", _ ("the passphrase is empty"));
  return secret;
}

OmcSecret *
omc_ctl_read_passphrase (OmcCtl *self, const char *prompt)
{
  if (self->passphrase_file != NULL)
    return read_passphrase_file (self->passphrase_file);
  if (omc_practice_is_store (self->data_dir))
    return omc_practice_dup_passphrase ();
  return read_passphrase_terminal (prompt);
}

OmcSecret *
omc_ctl_read_new_passphrase (OmcCtl *self, const char *prompt)
{
  OmcSecret *passphrase = omc_ctl_read_passphrase (self, prompt);

  /* NIST SP 800-63B rev 4: at least 8, no rules of composition (clinical.md 6). */
  if (passphrase != NULL && omc_secret_get_length (passphrase) < MIN_PASSPHRASE)
    {
      omc_ctl_fail (OMC_CTL_USAGE,
                    _ ("the passphrase is shorter than %d characters; nothing was made"),
                    MIN_PASSPHRASE);
      g_clear_pointer (&passphrase, omc_secret_unref);
    }
  return passphrase;
}

/* --- store --- */

OmcKeyManager *
omc_ctl_get_keys (OmcCtl *self)
{
  if (self->keys == NULL)
    {
      gboolean practice = omc_practice_is_store (self->data_dir);
      g_autoptr (OmcSecretStore) secrets =
          practice ? omc_secret_store_memory_new ()
                   : omc_secret_store_libsecret_new (SECRET_SERVICE_TIMEOUT_MS);

      if (practice)
        omc_secret_store_memory_set_state (secrets, OMC_SECRET_UNAVAILABLE);
      self->keys = omc_key_manager_new (self->data_dir, secrets, practice ? &OMC_KDF_FLOOR : NULL);
      omc_key_manager_set_notes_failures (self->keys, TRUE);
    }
  return self->keys;
}

/* The person to unlock as: the one named, the only one with a passphrase slot, or among several the one of this session. */
static char *
choose_user (OmcCtl *self, int *status)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) slots = NULL;
  const char *usual =
      omc_practice_is_store (self->data_dir) ? OMC_PRACTICE_USER : g_get_user_name ();
  const char *only = NULL;
  guint n = 0;

  if (self->user != NULL)
    return g_strdup (self->user);
  *status = OMC_CTL_FINDING;
  slots = omc_key_manager_list_slots (omc_ctl_get_keys (self), &error);
  if (slots == NULL)
    {
      omc_ctl_fail (OMC_CTL_FINDING, "%s", error->message);
      return NULL;
    }
  for (guint i = 0; i < slots->len; i++)
    {
      OmcKeySlotInfo *slot = g_ptr_array_index (slots, i);

      if (slot->kind != OMC_KEY_SLOT_PASSPHRASE)
        continue;
      n++;
      if (only == NULL || g_strcmp0 (slot->user, usual) == 0)
        only = slot->user;
    }
  if (n > 1 && g_strcmp0 (only, usual) != 0)
    {
      *status = omc_ctl_fail (
          OMC_CTL_USAGE, "%s",
          _ ("several people have a passphrase here; say who you are with --user NAME"));
      return NULL;
    }
  if (only == NULL)
    omc_ctl_fail (OMC_CTL_FINDING, "%s",
                  _ ("nobody has a passphrase here; unlock in the client with the recovery code"));
  else
    *status = OMC_CTL_USAGE; /* of the passphrase that is asked for next */
  return g_strdup (only);
}

static OmcActor *
find_actor (OmcCtl *self, const char *user, GError **error)
{
  g_autoptr (GPtrArray) users = omc_store_list_users_sync (self->store, NULL, error);

  for (guint i = 0; users != NULL && i < users->len; i++)
    {
      OmcStoreUser *entry = g_ptr_array_index (users, i);

      if (g_strcmp0 (omc_actor_get_user (entry->actor), user) != 0)
        continue;
      if (!entry->disabled)
        return g_object_ref (entry->actor);
      g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED,
                   _ ("%s is disabled on this device"), user);
      return NULL;
    }
  if (users != NULL && users->len == 0)
    g_set_error (
        error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
        _ ("making the store in %s was interrupted, and nothing is in it: move that folder "
           "away and run 'omnicarectl init' again"),
        self->data_dir);
  else if (users != NULL)
    g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED,
                 _ ("%s has a passphrase but no role on this device; add the person with "
                    "'omnicarectl user add'"),
                 user);
  return NULL;
}

gboolean
omc_ctl_check_store (OmcCtl *self, int *status)
{
  if (omc_key_manager_exists (omc_ctl_get_keys (self)))
    return TRUE;
  *status = omc_ctl_fail (OMC_CTL_FINDING,
                          _ ("there is no store in %s; make one with 'omnicarectl init'"),
                          self->data_dir);
  return FALSE;
}

/* The practice ward is never bounded: its passphrase is public. */
static gboolean
set_lifetime (OmcCtl *self, GError **error)
{
  g_autoptr (OmcConfig) config = omc_config_load (self->config_file, error);

  if (config == NULL)
    return FALSE;
  if (!omc_practice_is_store (self->data_dir))
    omc_key_manager_set_lifetime (
        self->keys, omc_config_get_integer (config, "offline.access.lifetimeHours") * HOUR_US);
  return TRUE;
}

static gboolean
try_passphrase (OmcCtl *self, const char *user, OmcSecret *passphrase, GError **error)
{
  OmcKeyLifetime lifetime;

  if (self->for_contact)
    return omc_key_manager_unlock_for_contact_sync (self->keys, user, passphrase, NULL, error);
  if (!omc_key_manager_unlock_sync (self->keys, user, passphrase, NULL, error))
    return FALSE;
  if (omc_key_manager_get_lifetime_sync (self->keys, &lifetime, NULL) &&
      (lifetime.soon || lifetime.held))
    omc_ctl_say ("omnicarectl: %s", omc_key_manager_get_notice (self->keys));
  return TRUE;
}

gboolean
omc_ctl_unlock (OmcCtl *self, char **user, int *status)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSecret) passphrase = NULL;

  if (!omc_ctl_check_store (self, status))
    return FALSE;
  *status = OMC_CTL_USAGE;
  if (!set_lifetime (self, &error))
    {
      omc_ctl_fail (*status, "%s", error->message);
      return FALSE;
    }
  if ((*user = choose_user (self, status)) == NULL ||
      (passphrase = omc_ctl_read_passphrase (self, _ ("Passphrase: "))) == NULL)
    return FALSE;
  if (try_passphrase (self, *user, passphrase, &error))
    {
      *status = OMC_CTL_OK;
      return TRUE;
    }
  *status = g_error_matches (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET)
                ? OMC_CTL_USAGE
                : OMC_CTL_FINDING;
  omc_ctl_fail (*status, "%s", error->message);
  return FALSE;
}

gboolean
omc_ctl_open_store (OmcCtl *self, GError **error)
{
  g_autoptr (OmcConfig) config = omc_config_load (self->config_file, error);
  OmcRetention retention;
  const char *policy;

  if (config == NULL)
    return FALSE;
  self->store = omc_store_new (self->data_dir, omc_ctl_get_keys (self), self->clock);
  omc_store_set_max_size (self->store, omc_config_get_integer (config, "offline.storage.maxSize"));
  omc_store_set_retention (self->store,
                           omc_config_to_retention (config, &retention) ? &retention : NULL);
  self->audit_retention_days = omc_config_get_integer (config, "audit.retentionDays");
  omc_store_set_audit_retention (self->store, self->audit_retention_days * G_TIME_SPAN_DAY);
  if (!omc_store_open_sync (self->store, NULL, error))
    return FALSE;
  policy = omc_config_get_string (config, "access.policyFile");
  if (policy != NULL)
    omc_store_adopt_policy_sync (self->store, policy,
                                 omc_config_get_string (config, "access.policyKey"));
  return TRUE;
}

gboolean
omc_ctl_open_unlocked (OmcCtl *self, const char *user, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!omc_ctl_open_store (self, error))
    return FALSE;
  self->actor = find_actor (self, user, &local);
  if (self->actor != NULL)
    return TRUE;
  if (g_error_matches (local, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED))
    omc_store_note_not_admitted_sync (self->store, user, OMC_KEY_SLOT_PASSPHRASE);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
omc_ctl_open (OmcCtl *self, int *status)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *user = NULL;

  if (!omc_ctl_unlock (self, &user, status))
    return FALSE;
  if (omc_ctl_open_unlocked (self, user, &error))
    return TRUE;
  *status = omc_ctl_fail (OMC_CTL_FINDING, "%s", error->message);
  return FALSE;
}

/* --- output --- */

void
omc_ctl_print_json (OmcJsonBuilder *builder, OmcJsonNode *root)
{
  g_autoptr (OmcJson) json = omc_json_builder_end (builder, root);
  gsize length;
  g_autofree char *text = omc_json_to_string (json, FALSE, &length);

  fwrite (text, 1, length, stdout);
  fputc ('\n', stdout);
}

int
omc_ctl_check_code_is_out (const char *code)
{
  if (fflush (stdout) == 0 && ferror (stdout) == 0)
    return OMC_CTL_OK;

  return omc_ctl_fail (
      OMC_CTL_FINDING,
      _ ("the recovery code could not be written to the standard output, and it is "
         "in force: print it and keep it away from this computer: %s"),
      code);
}

void
omc_ctl_print_written (const char *output, const char *what, guint64 n)
{
  g_autoptr (OmcJsonBuilder) b = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (b);
  g_autofree char *shown = g_utf8_make_valid (output, -1); /* a file may be called anything */

  omc_json_node_set_string (b, root, "output", shown);
  omc_ctl_set_integer (b, root, what, (gint64)n);
  omc_ctl_print_json (b, root);
}

void
omc_ctl_print_resource (OmcResource *resource, gboolean pretty)
{
  gsize length;
  g_autofree char *text = omc_json_to_string (omc_resource_get_json (resource), pretty, &length);

  fwrite (text, 1, length, stdout);
  fputc ('\n', stdout);
}

void
omc_ctl_set_instant (OmcJsonBuilder *builder, OmcJsonNode *object, const char *key, gint64 us)
{
  g_autofree char *text = us != 0 ? omc_instant_format (us) : NULL;

  omc_json_node_set_string (builder, object, key, text);
}

void
omc_ctl_set_integer (OmcJsonBuilder *builder, OmcJsonNode *object, const char *key, gint64 value)
{
  omc_json_node_set (builder, object, key, omc_json_builder_integer (builder, value));
}

void
omc_ctl_set_boolean (OmcJsonBuilder *builder, OmcJsonNode *object, const char *key, gboolean value)
{
  omc_json_node_set (builder, object, key, omc_json_builder_boolean (builder, value));
}

gboolean
omc_ctl_take_number (int argc, char **argv, const char *usage, gint64 *number)
{
  *number = 0;
  if (argc >= 2 &&
      (argc == 2 || g_ascii_string_to_signed (argv[2], 10, 1, G_MAXINT64, number, NULL)) &&
      (g_str_equal (argv[1], "list") || *number != 0))
    return TRUE;
  omc_ctl_fail (OMC_CTL_USAGE, _ ("usage: omnicarectl %s"), usage);
  return FALSE;
}

gboolean
omc_ctl_split_reference (const char *reference, char **type, char **id)
{
  const char *slash = strchr (reference, '/');

  if (slash != NULL && slash > reference && slash[1] != '\0' && strchr (slash + 1, '/') == NULL)
    {
      *type = g_strndup (reference, (gsize)(slash - reference));
      *id = g_strdup (slash + 1);
      if (omc_fhir_is_resource_type (*type))
        return TRUE;
      g_clear_pointer (type, g_free);
      g_clear_pointer (id, g_free);
    }
  omc_ctl_fail (OMC_CTL_USAGE,
                _ ("'%s' does not name a resource; write TYPE/ID, as in Patient/john-doe"),
                reference);
  return FALSE;
}
