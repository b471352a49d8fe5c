/* ctl-output.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>
#include <stdio.h>

G_BEGIN_DECLS

/**
 * OmcCtlOutput:
 *
 * A file that a command is told to write, for nobody but who asked. It comes under another name first, so that what ends early
 * never looks whole and what was there before stays. A pipe or device is written into: a rename would put a file in its place.
 */
typedef struct
{
  FILE *file;
  char *path;
  char *part; /* (nullable): of a pipe or device */
} OmcCtlOutput;

gboolean omc_ctl_output_open (OmcCtlOutput *self, const char *path, GError **error);
/* done: all of it was written; FALSE: error is set already, and nothing is left of it. Gives done, or FALSE. */
gboolean omc_ctl_output_close (OmcCtlOutput *self, gboolean done, GError **error);

G_END_DECLS
