/* omc-person-dialog.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-gate.h"

G_BEGIN_DECLS

#define OMC_TYPE_PERSON_DIALOG (omc_person_dialog_get_type ())

/* Another person for this device: name, role and a first passphrase. Signal: `added`. */
G_DECLARE_FINAL_TYPE (OmcPersonDialog, omc_person_dialog, OMC, PERSON_DIALOG, AdwDialog)

/* actor: who adds */
AdwDialog *omc_person_dialog_new (OmcGate *gate, OmcActor *actor) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
