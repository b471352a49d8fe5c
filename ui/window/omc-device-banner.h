/* omc-device-banner.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-lazy.h"
#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_DEVICE_BANNER (omc_device_banner_get_type ())

/* Says, above whatever screen a person is on, what stands ill with the device. */
G_DECLARE_FINAL_TYPE (OmcDeviceBanner, omc_device_banner, OMC, DEVICE_BANNER, GObject)

/* place: of an AdwBanner, which is made when there is something to say */
OmcDeviceBanner *omc_device_banner_new (OmcLazy *place) G_GNUC_WARN_UNUSED_RESULT;
/* session: (nullable): of who is signed in; site, practice: as for an OmcDeviceWatch */
void omc_device_banner_set_session (OmcDeviceBanner *self,
                                    OmcUiSession *session,
                                    const char *site,
                                    gboolean practice);

G_END_DECLS
