/* omc-device-watch.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_DEVICE_WATCH (omc_device_watch_get_type ())

/* Looks while a person is signed in whether all is well with the device: soon after the sign-in, each minute and after each
 * run. Emits `changed` when there is something else to say, on the main thread. */
G_DECLARE_FINAL_TYPE (OmcDeviceWatch, omc_device_watch, OMC, DEVICE_WATCH, GObject)

/* site: (nullable): what is refused of what the site has set. practice: nobody minds how the keys of a practice ward are kept. */
OmcDeviceWatch *omc_device_watch_new (OmcUiSession *session,
                                      const char *site,
                                      gboolean practice) G_GNUC_WARN_UNUSED_RESULT;
/* (nullable): NULL when all is well. */
const char *omc_device_watch_get_message (OmcDeviceWatch *self);
gboolean omc_device_watch_may_close (OmcDeviceWatch *self);

G_END_DECLS
