/* omc-key-manager-lifetime.c: how long people sign in without the server; declared in omc-key-manager.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "omc-contact-mark.h"
#include "omc-key-manager-private.h"

#define KEY_LENGTH 32
#define MARK_LABEL "omnicare server contact key 1"
#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define PIN_LIMIT_US (72 * HOUR_US)
#define SEE_INTERVAL_US (60 * G_USEC_PER_SEC)
/* Of the time that is given: from then on people are told. */
#define SOON(limit_us) ((limit_us) / 5 * 4)

static void
read_time (OmcKeyManager *self, OmcDeviceTime *now)
{
  if (self->time_func != NULL)
    self->time_func (now, self->time_data);
  else
    omc_device_time_now (now);
}

void
_omc_key_manager_set_time_func (OmcKeyManager *self, OmcDeviceTimeFunc func, gpointer data)
{
  self->time_func = func;
  self->time_data = data;
}

void
omc_key_manager_set_lifetime (OmcKeyManager *self, gint64 lifetime_us)
{
  g_return_if_fail (OMC_IS_KEY_MANAGER (self));
  g_return_if_fail (lifetime_us >= 0 && lifetime_us <= OMC_KEY_LIFETIME_MAX_HOURS * HOUR_US);

  g_mutex_lock (&self->state);
  self->lifetime_us = lifetime_us;
  g_mutex_unlock (&self->state);
}

gint64
omc_key_manager_get_lifetime_limit (OmcKeyManager *self)
{
  gint64 lifetime_us;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), 0);

  g_mutex_lock (&self->state);
  lifetime_us = self->lifetime_us;
  g_mutex_unlock (&self->state);
  return lifetime_us;
}

static guint32
hours_of (gint64 lifetime_us)
{
  return lifetime_us > 0 ? (guint32)((lifetime_us + HOUR_US - 1) / HOUR_US) : OMC_KEY_ROOTS_UNBOUND;
}

/* What is configured, and no more than the bound. */
static gint64
limit_in_force (OmcKeyManager *self, guint32 bound_hours)
{
  gint64 wanted_us = omc_key_manager_get_lifetime_limit (self);

  if (bound_hours == 0 || bound_hours >= hours_of (wanted_us))
    return wanted_us;
  return bound_hours * HOUR_US;
}

static gint64
pin_limit (gint64 limit_us)
{
  return limit_us > 0 ? MIN (limit_us, PIN_LIMIT_US) : PIN_LIMIT_US;
}

/* Where passphrases do not end, PINs do. */
static gint64
span_of (gint64 limit_us)
{
  return limit_us > 0 ? limit_us : PIN_LIMIT_US;
}

/* Without a mark that can be believed nothing is known of the last contact, and nothing is granted. */
static void
judge (const OmcContactMark *mark, gboolean known, gint64 limit_us, OmcKeyLifetime *lifetime)
{
  gint64 until_us;

  lifetime->limit_us = limit_us;
  lifetime->left_us = limit_us > 0 ? 0 : G_MAXINT64;
  lifetime->pin_left_us = 0;
  if (!known)
    return;
  lifetime->contact_us = mark->contact_us;
  lifetime->elapsed_us = mark->seen_us - mark->contact_us;
  lifetime->revoked = mark->revoked;
  if (mark->contact_us != 0)
    lifetime->pin_left_us = MAX (0, pin_limit (limit_us) - lifetime->elapsed_us);
  if (limit_us > 0)
    {
      until_us = MAX (mark->contact_us + limit_us, mark->until_us);
      lifetime->left_us = MAX (0, until_us - mark->seen_us);
      lifetime->soon = lifetime->left_us <= limit_us - SOON (limit_us);
    }
  if (mark->revoked)
    lifetime->left_us = lifetime->pin_left_us = 0;
}

static gboolean
read_lifetime (OmcKeyManager *self,
               OmcSecret *root,
               guint32 bound_hours,
               OmcKeyLifetime *lifetime,
               GError **error)
{
  g_autoptr (OmcSecret) key = omc_kdf_expand (root, NULL, 0, MARK_LABEL, KEY_LENGTH, error);
  gint64 limit_us = limit_in_force (self, bound_hours);
  OmcContactMark mark = { 0 };
  OmcDeviceTime now;
  gboolean known;
  int fd;

  if (key == NULL)
    return FALSE;
  read_time (self, &now);
  /* In a folder that cannot be written the time is judged all the same. */
  fd = omc_contact_mark_lock (self->directory, NULL);
  known = omc_contact_mark_load (self->directory, key, &mark) == OMC_CONTACT_MARK_GOOD;
  if (known && omc_contact_mark_advance (&mark, &now, span_of (limit_us)) && fd >= 0)
    omc_contact_mark_save (self->directory, key, &mark, NULL);
  if (fd >= 0)
    close (fd);
  judge (&mark, known, limit_us, lifetime);
  lifetime->held = limit_us != omc_key_manager_get_lifetime_limit (self);
  return TRUE;
}

static gboolean
refuse_expired (OmcKeyEntry entry, const OmcKeyLifetime *lifetime, GError **error)
{
  guint hours = (guint)(lifetime->elapsed_us / HOUR_US);

  if (lifetime->revoked)
    g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_BLOCKED,
                         _ ("The server has withdrawn this device. Unsent work is kept; the "
                            "recovery code opens the store. Ask who manages the devices."));
  else if (lifetime->contact_us == 0)
    g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_EXPIRED,
                         _ ("It is not known when this device last met its server: the record of "
                            "that is missing or was changed. Connect to the server, or use the "
                            "recovery code."));
  else if (entry == OMC_KEY_ENTRY_PIN && lifetime->left_us > 0)
    g_set_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_EXPIRED,
                 ngettext ("This device has not met its server for %u hour: a PIN is not enough "
                           "any more. Sign in with the passphrase.",
                           "This device has not met its server for %u hours: a PIN is not enough "
                           "any more. Sign in with the passphrase.",
                           hours),
                 hours);
  else
    g_set_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_EXPIRED,
                 ngettext ("This device has not met its server for %u hour. Connect it, or have "
                           "the time extended with the recovery code.",
                           "This device has not met its server for %u hours. Connect it, or have "
                           "the time extended with the recovery code.",
                           hours),
                 hours);
  return FALSE;
}

static void
say_soon (OmcKeyManager *self, const OmcKeyLifetime *lifetime)
{
  guint hours = (guint)((lifetime->left_us + HOUR_US - 1) / HOUR_US);
  g_autofree char *text = g_strdup_printf (
      ngettext ("This device has not met its server for long: in %u hour nobody can sign in "
                "without the server or the recovery code.",
                "This device has not met its server for long: in %u hours nobody can sign in "
                "without the server or the recovery code.",
                hours),
      hours);

  _omc_key_manager_add_notice (self, text);
}

char *
omc_key_lifetime_describe_held (const OmcKeyLifetime *lifetime)
{
  guint hours;

  g_return_val_if_fail (lifetime != NULL, NULL);

  hours = (guint)(lifetime->limit_us / HOUR_US);
  return g_strdup_printf (
      ngettext ("The configuration gives more time without the server than was confirmed or the "
                "access policy allows: %u hour stays in force. Who manages the device confirms it "
                "with “omnicarectl keys confirm”.",
                "The configuration gives more time without the server than was confirmed or the "
                "access policy allows: %u hours stay in force. Who manages the device confirms it "
                "with “omnicarectl keys confirm”.",
                hours),
      hours);
}

static void
say_held (OmcKeyManager *self, const OmcKeyLifetime *lifetime)
{
  g_autofree char *text = omc_key_lifetime_describe_held (lifetime);

  _omc_key_manager_add_notice (self, text);
}

gboolean
_omc_key_manager_admit (OmcKeyManager *self,
                        OmcKeyring *keyring,
                        OmcSecret *master,
                        OmcKeyEntry entry,
                        GError **error)
{
  g_autoptr (OmcKeyRoots) roots =
      omc_key_roots_open (keyring->roots, keyring->store_id, master, error);
  OmcKeyLifetime lifetime = { 0 };
  gint64 left_us;

  if (roots == NULL)
    return FALSE;
  if (roots->has_server && (entry == OMC_KEY_ENTRY_PASSPHRASE || entry == OMC_KEY_ENTRY_PIN))
    {
      if (!read_lifetime (self, roots->root, roots->bound_hours, &lifetime, error))
        return FALSE;
      left_us = entry == OMC_KEY_ENTRY_PIN ? lifetime.pin_left_us : lifetime.left_us;
      if (left_us <= 0)
        return refuse_expired (entry, &lifetime, error);
      if (lifetime.soon)
        say_soon (self, &lifetime);
      if (lifetime.held)
        say_held (self, &lifetime);
    }
  return _omc_key_manager_set_unlocked (self, keyring, master, error);
}

/* (nullable) */
static OmcSecret *
dup_root (OmcKeyManager *self, gboolean *has_server, guint32 *bound_hours, GError **error)
{
  OmcSecret *root = NULL;

  g_mutex_lock (&self->state);
  if (self->roots != NULL)
    {
      root = omc_secret_ref (self->roots->root);
      *has_server = self->roots->has_server;
      *bound_hours = self->roots->bound_hours;
    }
  g_mutex_unlock (&self->state);
  if (root == NULL)
    g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_LOCKED,
                         _ ("The store is locked; sign in first"));
  return root;
}

gboolean
omc_key_manager_get_lifetime_sync (OmcKeyManager *self, OmcKeyLifetime *lifetime, GError **error)
{
  g_autoptr (OmcSecret) root = NULL;
  guint32 bound_hours = 0;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (lifetime != NULL, FALSE);

  *lifetime = (OmcKeyLifetime){ .left_us = G_MAXINT64, .pin_left_us = G_MAXINT64 };
  root = dup_root (self, &lifetime->has_server, &bound_hours, error);
  if (root == NULL)
    return FALSE;
  lifetime->limit_us = limit_in_force (self, bound_hours);
  return !lifetime->has_server || read_lifetime (self, root, bound_hours, lifetime, error);
}

void
_omc_key_manager_see_time (OmcKeyManager *self)
{
  gint64 now = g_get_monotonic_time ();
  OmcKeyLifetime lifetime;
  gboolean due;

  g_mutex_lock (&self->state);
  due = self->time_seen_at == 0 || now - self->time_seen_at >= SEE_INTERVAL_US;
  if (due)
    self->time_seen_at = now;
  g_mutex_unlock (&self->state);
  if (due)
    omc_key_manager_get_lifetime_sync (self, &lifetime, NULL);
}

/* --- what is kept beside the keys --- */

typedef struct
{
  gboolean met;  /* a server was */
  guint32 hours; /* of the bound */
  gboolean may_rise;
} RootsChange;

static gboolean
change_roots (OmcKeyManager *self,
              OmcKeyring *keyring,
              OmcSecret **master,
              gpointer data,
              GError **error)
{
  const RootsChange *change = data;
  g_autoptr (OmcKeyRoots) roots =
      omc_key_roots_open (keyring->roots, keyring->store_id, *master, error);

  if (roots == NULL)
    return FALSE;
  roots->has_server = roots->has_server || change->met;
  if (change->may_rise || roots->bound_hours == 0 || change->hours < roots->bound_hours)
    roots->bound_hours = change->hours;
  return _omc_key_manager_put_roots (keyring, roots, *master, error);
}

gboolean
omc_key_manager_confirm_lifetime_sync (OmcKeyManager *self, gint64 lifetime_us, GError **error)
{
  RootsChange change = { FALSE, hours_of (lifetime_us), TRUE };

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (lifetime_us >= 0, FALSE);

  return _omc_key_manager_change (self, change_roots, &change, TRUE, error);
}

gboolean
omc_key_manager_lower_lifetime_sync (OmcKeyManager *self, gint64 lifetime_us, GError **error)
{
  RootsChange change = { FALSE, hours_of (lifetime_us), FALSE };
  g_autoptr (OmcSecret) root = NULL;
  gboolean has_server;
  guint32 bound_hours;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (lifetime_us >= 0, FALSE);

  root = dup_root (self, &has_server, &bound_hours, error);
  if (root == NULL)
    return FALSE;
  if (bound_hours != 0 && bound_hours <= change.hours)
    return TRUE;
  return _omc_key_manager_change (self, change_roots, &change, TRUE, error);
}

/* --- the mark --- */

typedef void (*MarkFunc) (OmcContactMark *mark,
                          const OmcDeviceTime *now,
                          gint64 limit_us,
                          gint64 value);

static gboolean
change_mark (OmcKeyManager *self,
             OmcSecret *root,
             guint32 bound_hours,
             MarkFunc func,
             gint64 value,
             GError **error)
{
  g_autoptr (OmcSecret) key = omc_kdf_expand (root, NULL, 0, MARK_LABEL, KEY_LENGTH, error);
  OmcContactMark mark;
  OmcDeviceTime now;
  gboolean ok;
  int fd;

  if (key == NULL || (fd = omc_contact_mark_lock (self->directory, error)) < 0)
    return FALSE;
  read_time (self, &now);
  omc_contact_mark_load (self->directory, key, &mark);
  func (&mark, &now, span_of (limit_in_force (self, bound_hours)), value);
  ok = omc_contact_mark_save (self->directory, key, &mark, error);
  close (fd);
  return ok;
}

static void
meet (OmcContactMark *mark, const OmcDeviceTime *now, gint64 limit_us, gint64 revoked)
{
  omc_contact_mark_meet (mark, now);
  mark->revoked = revoked != 0;
}

gboolean
omc_key_manager_note_contact_sync (OmcKeyManager *self, gboolean revoked, GError **error)
{
  RootsChange change = { TRUE, hours_of (omc_key_manager_get_lifetime_limit (self)), FALSE };
  g_autoptr (OmcSecret) root = NULL;
  gboolean has_server = FALSE;
  guint32 bound_hours = 0;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);

  root = dup_root (self, &has_server, &bound_hours, error);
  /* The mark first: where the keyring says that there is one, a missing one was taken away. */
  return root != NULL && change_mark (self, root, bound_hours, meet, revoked, error) &&
         (has_server || _omc_key_manager_change (self, change_roots, &change, TRUE, error));
}

/* Where the mark was lost, the last contact stays unknown. A device that was withdrawn is not given back by this. */
static void
extend (OmcContactMark *mark, const OmcDeviceTime *now, gint64 limit_us, gint64 period_us)
{
  omc_contact_mark_extend (mark, now, limit_us, period_us);
}

gboolean
omc_key_manager_extend_lifetime_sync (OmcKeyManager *self, gint64 period_us, GError **error)
{
  g_autoptr (OmcSecret) root = NULL;
  gboolean has_server = FALSE;
  guint32 bound_hours = 0;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (period_us > 0 && period_us <= OMC_KEY_LIFETIME_MAX_HOURS * HOUR_US, FALSE);

  root = dup_root (self, &has_server, &bound_hours, error);
  return root != NULL &&
         (!has_server || change_mark (self, root, bound_hours, extend, period_us, error));
}
