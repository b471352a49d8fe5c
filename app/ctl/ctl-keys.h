/* ctl-keys.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-ctl.h"
#include "omc-store-keys.h"

G_BEGIN_DECLS

/* argv[0] is "rotate". */
int omc_ctl_keys_rotate (OmcCtl *self, int argc, char **argv);

/* argv[0] is "add", "change" or "remove". */
int omc_ctl_keys_change_slot (OmcCtl *self, int argc, char **argv);
/* argv[0] is "recover", "extend". */
int omc_ctl_keys_recover (OmcCtl *self, int argc, char **argv);
int omc_ctl_keys_extend (OmcCtl *self, int argc, char **argv);
/* argv[0] is "confirm". */
int omc_ctl_keys_confirm (OmcCtl *self, int argc, char **argv);
/* A key as text, of any lines; "-": standard input. NULL after telling. */
OmcSecret *omc_ctl_keys_read_file (const char *path);
/* argv[0] is "credential". */
int omc_ctl_keys_add_credential (OmcCtl *self, int argc, char **argv);
int omc_ctl_keys_try_credential (OmcCtl *self);
/* All slots, one a line. */
int omc_ctl_keys_print_slots (OmcCtl *self);

G_END_DECLS
