/* omc-unsaved.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_UNSAVED (omc_unsaved_get_type ())

/**
 * OmcUnsaved:
 *
 * Says, above whatever screen its person is on, what of theirs was not saved after its own screen was left, until they
 * have gone back to it. It outlasts a lock and is never shown to somebody else. Its banner is made when there is
 * something to say.
 */
G_DECLARE_FINAL_TYPE (OmcUnsaved, omc_unsaved, OMC, UNSAVED, GObject)

/* above: the child of a box, after which the banner comes */
OmcUnsaved *omc_unsaved_new (GtkWidget *above) G_GNUC_WARN_UNUSED_RESULT;
/* session: (nullable): of who is signed in. One that has ended is still listened to. */
void omc_unsaved_set_session (OmcUnsaved *self, OmcUiSession *session);
/* The person has gone there by another way. */
void omc_unsaved_forget (OmcUnsaved *self, const char *action, const char *target);

G_END_DECLS
