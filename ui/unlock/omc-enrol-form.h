/* omc-enrol-form.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-gate.h"

G_BEGIN_DECLS

#define OMC_TYPE_ENROL_FORM (omc_enrol_form_get_type ())

/* Server, first person, role and passphrase of a new store. Signals: `submitted`, `cancelled`. */
G_DECLARE_FINAL_TYPE (OmcEnrolForm, omc_enrol_form, OMC, ENROL_FORM, AdwBin)

/* What was typed; the passphrase is forgotten. */
OmcGateRequest *omc_enrol_form_take_request (OmcEnrolForm *self) G_GNUC_WARN_UNUSED_RESULT;
void omc_enrol_form_show_error (OmcEnrolForm *self, const char *message);
void omc_enrol_form_set_server (OmcEnrolForm *self, const char *url);

G_END_DECLS
