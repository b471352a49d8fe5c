/* omc-actor-label.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "omc-actor.h"

G_BEGIN_DECLS

/* On a shared computer everybody must see at any size who is signed in. brief: "A. Berg". A screen reader is told the whole
 * name, a pointer the role as well. actor: (nullable) */
void omc_actor_label_show (GtkLabel *label, OmcActor *actor, gboolean brief);

G_END_DECLS
