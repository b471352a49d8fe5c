/* omc-actor.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-access"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-actor.h"

struct _OmcActor
{
  GObject parent_instance;
  char *user;         /* (owned) */
  char *display;      /* (owned) */
  char *department;   /* (owned) (nullable) */
  char *practitioner; /* (owned) (nullable) */
  OmcRole role;
};

G_DEFINE_FINAL_TYPE (OmcActor, omc_actor, G_TYPE_OBJECT)

/* These words stand in stores and files: they never change. */
static const char *const ROLE_NAMES[] = {
  [OMC_ROLE_NURSE] = "nurse",
  [OMC_ROLE_CHARGE_NURSE] = "charge-nurse",
  [OMC_ROLE_PHYSICIAN] = "physician",
  [OMC_ROLE_HOME_CARE_NURSE] = "home-care-nurse",
  [OMC_ROLE_HEALTH_CARE_ASSISTANT] = "health-care-assistant",
  [OMC_ROLE_AUDITOR] = "auditor",
  [OMC_ROLE_ADMINISTRATOR] = "administrator",
  [OMC_ROLE_KIOSK] = "kiosk",
  [OMC_ROLE_DEVICE] = "device",
};

const char *
omc_role_to_string (OmcRole role)
{
  g_return_val_if_fail ((guint)role < G_N_ELEMENTS (ROLE_NAMES), NULL);

  return ROLE_NAMES[role];
}

gboolean
omc_role_from_string (const char *text, OmcRole *role)
{
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (ROLE_NAMES); i++)
    if (g_str_equal (text, ROLE_NAMES[i]))
      {
        if (role != NULL)
          *role = (OmcRole)i;
        return TRUE;
      }
  return FALSE;
}

static void
omc_actor_finalize (GObject *object)
{
  OmcActor *self = OMC_ACTOR (object);

  g_free (self->user);
  g_free (self->display);
  g_free (self->department);
  g_free (self->practitioner);
  G_OBJECT_CLASS (omc_actor_parent_class)->finalize (object);
}

static void
omc_actor_class_init (OmcActorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = omc_actor_finalize;
}

static void
omc_actor_init (OmcActor *self)
{
}

OmcActor *
omc_actor_new (const char *user,
               const char *display,
               OmcRole role,
               const char *department,
               const char *practitioner)
{
  OmcActor *self;

  g_return_val_if_fail (user != NULL && user[0] != '\0', NULL);
  g_return_val_if_fail ((guint)role < G_N_ELEMENTS (ROLE_NAMES), NULL);

  self = g_object_new (OMC_TYPE_ACTOR, NULL);
  self->user = g_strdup (user);
  self->display = g_strdup (display != NULL ? display : user);
  self->role = role;
  self->department = g_strdup (department);
  self->practitioner = g_strdup (practitioner);
  return self;
}

OmcActor *
omc_actor_new_device (void)
{
  return omc_actor_new ("device", _ ("This device"), OMC_ROLE_DEVICE, NULL, NULL);
}

const char *
omc_actor_get_user (OmcActor *self)
{
  g_return_val_if_fail (OMC_IS_ACTOR (self), NULL);

  return self->user;
}

const char *
omc_actor_get_display (OmcActor *self)
{
  g_return_val_if_fail (OMC_IS_ACTOR (self), NULL);

  return self->display;
}

OmcRole
omc_actor_get_role (OmcActor *self)
{
  g_return_val_if_fail (OMC_IS_ACTOR (self), OMC_ROLE_KIOSK);

  return self->role;
}

const char *
omc_actor_get_department (OmcActor *self)
{
  g_return_val_if_fail (OMC_IS_ACTOR (self), NULL);

  return self->department;
}

const char *
omc_actor_get_practitioner (OmcActor *self)
{
  g_return_val_if_fail (OMC_IS_ACTOR (self), NULL);

  return self->practitioner;
}
