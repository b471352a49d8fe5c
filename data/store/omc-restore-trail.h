/* omc-restore-trail.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/*
 * The restored store knows of all that was done up to now: a restore takes records back, never the trail. What the store that was here
 * has behind the end of the backup's trail, in files of the archive or in the database, goes over, with all that it knows of the
 * trail: what is archived, sent and refused.
 *
 * from: with a directory; to: of the backup. goes_on: FALSE when the end of the backup's trail cannot be shown to be in the other
 * one, and both stay as they are.
 */
gboolean
omc_restore_take_over_trail (OmcSession *from, OmcSession *to, gboolean *goes_on, GError **error);

G_END_DECLS
