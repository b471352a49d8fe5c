/* omc-actor.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  OMC_ROLE_NURSE,
  OMC_ROLE_CHARGE_NURSE,
  OMC_ROLE_PHYSICIAN,
  OMC_ROLE_HOME_CARE_NURSE,
  OMC_ROLE_HEALTH_CARE_ASSISTANT,
  OMC_ROLE_AUDITOR,
  OMC_ROLE_ADMINISTRATOR,
  OMC_ROLE_KIOSK,
  OMC_ROLE_DEVICE, /* the sync engine and maintenance: acts for nobody, sees what the device holds */
} OmcRole;

const char *omc_role_to_string (OmcRole role); /* "nurse", "charge-nurse", ... */
gboolean omc_role_from_string (const char *text, OmcRole *role);

#define OMC_TYPE_ACTOR (omc_actor_get_type ())

/**
 * OmcActor:
 *
 * Who acts on the store, in which role, and why. Immutable, may cross threads. There is no read or write of the
 * store without one.
 */
G_DECLARE_FINAL_TYPE (OmcActor, omc_actor, OMC, ACTOR, GObject)

/* department, practitioner (a "Practitioner/id" reference): (nullable) */
OmcActor *omc_actor_new (const char *user,
                         const char *display,
                         OmcRole role,
                         const char *department,
                         const char *practitioner) G_GNUC_WARN_UNUSED_RESULT;
OmcActor *omc_actor_new_device (void) G_GNUC_WARN_UNUSED_RESULT;
const char *omc_actor_get_user (OmcActor *self);
const char *omc_actor_get_display (OmcActor *self);
OmcRole omc_actor_get_role (OmcActor *self);
const char *omc_actor_get_department (OmcActor *self);
const char *omc_actor_get_practitioner (OmcActor *self);

G_END_DECLS
