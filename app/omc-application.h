/* omc-application.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define OMC_TYPE_APPLICATION (omc_application_get_type ())

/**
 * OmcApplication:
 *
 * Reads the options and the configuration and composes window, services and session lock.
 */
G_DECLARE_FINAL_TYPE (OmcApplication, omc_application, OMC, APPLICATION, AdwApplication)

OmcApplication *omc_application_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
