/* omc-store-policy.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-policy.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "omc-audit-dao.h"
#include "omc-bounded-file.h"
#include "omc-setting-dao.h"
#include "omc-signature.h"
#include "omc-store-private.h"

#define POLICY OMC_STORE_POLICY_SETTINGS
#define VERSION OMC_STORE_POLICY_VERSION
#define REFUSED POLICY "-refused"
#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define SIGNATURE_SUFFIX ".sig"

/* Why a policy of the site is not in force. The words stand in stores and audit entries: they never change. */
static const struct
{
  const char *word;
  const char *reason;
} REASONS[] = {
  { "unreadable", N_ ("its file or its signature's file cannot be read") },
  { "no-key", N_ ("the configuration names no key (access.policyKey), or one that is none") },
  { "signature", N_ ("its signature is not that of the site") },
  { "invalid", N_ ("it is not written as a policy is") },
  { "forbidden", N_ ("it gives what no policy may give") },
  { "older", N_ ("another one of this or a later version was in force here") },
  { "damaged", N_ ("what the store kept of it cannot be read any more") },
  { "failed", N_ ("the store could not take it") },
};

/* --- what is kept --- */

typedef struct
{
  char *text;
  char *refused;
} Kept;

static gboolean
read_kept (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  Kept *kept = data;

  return omc_setting_dao_get (session, OMC_TEXTS_SETTINGS, POLICY, &kept->text, error) &&
         omc_setting_dao_get (session, OMC_TEXTS_SETTINGS, REFUSED, &kept->refused, error);
}

/* The time without the server is asked before the store is open: the keyring keeps it. */
static void
bound_lifetime (OmcStore *self, OmcAccessPolicy *policy)
{
  guint hours = omc_access_policy_get_lifetime_hours (policy);
  g_autoptr (GError) error = NULL;

  if (hours > 0 && !omc_key_manager_lower_lifetime_sync (self->keys, hours * HOUR_US, &error))
    g_message ("Cannot bound the time without the server: %s", error->message);
}

static void
set_policy (OmcStore *self, OmcAccessPolicy *policy)
{
  g_autoptr (OmcAccessPolicy) before = NULL;

  g_mutex_lock (&self->lock);
  before = self->policy;
  self->policy = omc_access_policy_ref (policy);
  g_mutex_unlock (&self->lock);
  bound_lifetime (self, policy);
}

static void
set_refused (OmcStore *self, const char *word)
{
  g_mutex_lock (&self->lock);
  self->policy_refused = g_intern_string (word);
  g_mutex_unlock (&self->lock);
}

typedef struct
{
  const char *word; /* (nullable): it was accepted */
  gboolean is_new;
} Refusal;

static gboolean
write_refusal (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  Refusal *refusal = data;
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  g_autofree char *before = NULL;
  OmcAuditEvent event = { .type = "security",
                          .subtype = "policy-refused",
                          .action = 'E',
                          .outcome = 8,
                          .detail = refusal->word };

  if (!omc_setting_dao_get (session, OMC_TEXTS_SETTINGS, REFUSED, &before, error))
    return FALSE;
  refusal->is_new = g_strcmp0 (before, refusal->word) != 0;
  if (!refusal->is_new)
    return TRUE;

  return omc_setting_dao_set (session, OMC_TEXTS_SETTINGS, REFUSED, refusal->word, error) &&
         (refusal->word == NULL || omc_audit_dao_append (session, device, &event, error));
}

/* word: (nullable): all is well again */
static void
note_refusal (OmcStore *self, const char *word)
{
  Refusal refusal = { word, FALSE };
  g_autoptr (GError) error = NULL;

  g_mutex_lock (&self->lock);
  refusal.is_new = g_strcmp0 (self->policy_refused, word) != 0;
  g_mutex_unlock (&self->lock);
  if (!refusal.is_new)
    return;
  set_refused (self, word);
  if (!omc_store_run_write (self, write_refusal, &refusal, NULL, &error))
    g_message ("Cannot record a refused access policy: %s", error->message);
  if (word != NULL)
    g_message ("The access policy of this site is not in force: %s", word);
}

void
omc_store_refresh_policy_sync (OmcStore *self)
{
  g_autoptr (OmcAccessPolicy) policy = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  Kept kept = { 0 };

  g_return_if_fail (OMC_IS_STORE (self));

  if (omc_store_run_read (self, read_kept, &kept, NULL, &error))
    set_refused (self, kept.refused);
  if (kept.text != NULL)
    {
      bytes = g_bytes_new (kept.text, strlen (kept.text));
      policy = omc_access_policy_parse (bytes, &error);
    }
  if (policy == NULL)
    policy = omc_access_policy_new_default ();
  set_policy (self, policy);
  if (error != NULL)
    note_refusal (self, "damaged");
  g_free (kept.text);
  g_free (kept.refused);
}

/* --- installing --- */

typedef struct
{
  OmcActor *actor;
  OmcAccessPolicy *policy;
  const char *text;
  gboolean changed;
} Installation;

static gboolean
write_policy (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  Installation *job = data;
  guint64 version = omc_access_policy_get_version (job->policy);
  g_autofree char *detail = g_strdup_printf ("version %" G_GUINT64_FORMAT, version);
  g_autofree char *before = NULL;
  gint64 highest = 0;
  OmcAuditEvent event = {
    .type = "security", .subtype = "policy-installed", .action = 'U', .detail = detail
  };

  if (!omc_setting_dao_get (session, OMC_TEXTS_SETTINGS, POLICY, &before, error) ||
      !omc_setting_dao_get_integer (session, OMC_TEXTS_SETTINGS, VERSION, &highest, error))
    return FALSE;
  job->changed = g_strcmp0 (before, job->text) != 0;
  if (!job->changed)
    return omc_setting_dao_set (session, OMC_TEXTS_SETTINGS, REFUSED, NULL, error);
  if ((gint64)version <= highest)
    {
      g_set_error (error, OMC_ACCESS_ERROR, OMC_ACCESS_ERROR_OLDER,
                   _ ("version: this policy is of version %" G_GUINT64_FORMAT ", and one of "
                      "version %" G_GINT64_FORMAT " was in force here; a changed policy needs a "
                      "higher version"),
                   version, highest);
      return FALSE;
    }

  return omc_setting_dao_set (session, OMC_TEXTS_SETTINGS, POLICY, job->text, error) &&
         omc_setting_dao_set_integer (session, OMC_TEXTS_SETTINGS, VERSION, (gint64)version,
                                      error) &&
         omc_setting_dao_set (session, OMC_TEXTS_SETTINGS, REFUSED, NULL, error) &&
         omc_audit_dao_append (session, job->actor, &event, error);
}

gboolean
omc_store_install_policy_sync (OmcStore *self,
                               OmcActor *actor,
                               GBytes *text,
                               GBytes *signature,
                               const char *public_key,
                               gboolean *changed,
                               GCancellable *cancellable,
                               GError **error)
{
  g_autoptr (OmcAccessPolicy) policy = NULL;
  g_autofree char *copy = NULL;
  guint8 key[OMC_SIGNATURE_KEY_LENGTH];
  Installation job = { actor };
  gconstpointer data;
  gsize length;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);
  g_return_val_if_fail (text != NULL && signature != NULL && public_key != NULL, FALSE);

  if (!omc_store_check_access (self, actor, OMC_ACCESS_MANAGE_DEVICE, NULL, NULL, error) ||
      !omc_signature_parse_key (public_key, key, error) ||
      !omc_signature_verify (key, text, signature, error))
    return FALSE;
  policy = omc_access_policy_parse (text, error);
  if (policy == NULL)
    return FALSE;
  data = g_bytes_get_data (text, &length);
  job.policy = policy;
  job.text = copy = g_strndup (data, length);
  if (!omc_store_run_write (self, write_policy, &job, cancellable, error))
    return FALSE;
  set_policy (self, policy);
  set_refused (self, NULL);
  if (changed != NULL)
    *changed = job.changed;

  return TRUE;
}

static GBytes *
read_file (const char *path, gsize maximum)
{
  g_autofree char *content = NULL;
  gsize length;

  if (!omc_bounded_file_read_regular (path, maximum, &content, &length, NULL))
    return NULL;

  return g_bytes_new_take (g_steal_pointer (&content), length);
}

static const char *
find_word (const GError *error)
{
  if (error->domain == OMC_CRYPTO_ERROR)
    return error->code == OMC_CRYPTO_ERROR_DAMAGED ? "signature" : "no-key";
  if (error->domain == OMC_ACCESS_ERROR)
    return error->code == OMC_ACCESS_ERROR_OLDER       ? "older"
           : error->code == OMC_ACCESS_ERROR_FORBIDDEN ? "forbidden"
                                                       : "invalid";
  return "failed";
}

void
omc_store_adopt_policy_sync (OmcStore *self, const char *path, const char *public_key)
{
  g_autofree char *signature_path = g_strconcat (path, SIGNATURE_SUFFIX, NULL);
  g_autoptr (GBytes) text = NULL;
  g_autoptr (GBytes) signature = NULL;
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  g_autoptr (GError) error = NULL;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (path != NULL);

  text = read_file (path, OMC_ACCESS_POLICY_LENGTH_MAX);
  signature = read_file (signature_path, OMC_SIGNATURE_FILE_MAX);
  if (public_key == NULL)
    note_refusal (self, "no-key");
  else if (text == NULL || signature == NULL)
    note_refusal (self, "unreadable");
  else if (!omc_store_install_policy_sync (self, device, text, signature, public_key, NULL, NULL,
                                           &error))
    note_refusal (self, find_word (error));
}

/* --- asking --- */

guint64
omc_store_get_policy_version (OmcStore *self)
{
  g_autoptr (OmcAccessPolicy) policy = omc_store_dup_policy (self);

  return omc_access_policy_get_version (policy);
}

char *
omc_store_dup_policy_issuer (OmcStore *self)
{
  g_autoptr (OmcAccessPolicy) policy = omc_store_dup_policy (self);

  return g_strdup (omc_access_policy_get_issuer (policy));
}

char *
omc_store_dup_policy_text (OmcStore *self)
{
  g_autoptr (OmcAccessPolicy) policy = omc_store_dup_policy (self);

  return omc_access_policy_to_json (policy, MAX (omc_access_policy_get_version (policy), 1));
}

char *
omc_store_dup_policy_notice (OmcStore *self)
{
  guint64 version;
  const char *word;

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);

  g_mutex_lock (&self->lock);
  word = self->policy_refused;
  version = omc_access_policy_get_version (self->policy);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (REASONS); i++)
    if (g_str_equal (word, REASONS[i].word))
      return version == 0
                 ? g_strdup_printf (_ ("The access policy of this site was refused: %s. The "
                                       "built-in policy is in force."),
                                    _ (REASONS[i].reason))
                 : g_strdup_printf (_ ("The access policy of this site was refused: %s. Version "
                                       "%" G_GUINT64_FORMAT " stays in force."),
                                    _ (REASONS[i].reason), version);

  return NULL;
}
