/* ctl-people.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-ctl.h"

G_BEGIN_DECLS

/* The server withholds who may still work here: the types, and one sentence of what follows; NULL when it does not. */
char *omc_ctl_people_dup_unheard (OmcCtl *self);
char *omc_ctl_people_describe_unheard (OmcCtl *self);
/* What the administrator of the server is to do. */
const char *omc_ctl_people_get_remedy (void);
/* A role that a person can have, by its name. FALSE after telling which there are. */
gboolean omc_ctl_people_read_role (const char *name, OmcRole *role);

G_END_DECLS
