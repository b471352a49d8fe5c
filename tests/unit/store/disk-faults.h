/* disk-faults.h: file operations that do not come back, or fail
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In place of the C library's, for GLib and SQLCipher too: who links disk-faults.c counts what changes files. */

/* Before the nth from now on (0: never) the process is killed, and with it goes what the disk need not have kept: a file that was not
 * synced, and a new name whose folder was not. */
void disk_faults_die_at (int n);
/* The nth from now on (0: never) fails: no room for what writes, else a disk that is read-only or broken. */
void disk_faults_fail_at (int n);
/* How far it is to its turn; 0 when that is over. */
int disk_faults_get_left (void);
/* Runs "program option directory n", which dies at its nth, and gives its wait status. */
int disk_faults_run_until (const char *program, const char *option, const char *directory, int n);

G_END_DECLS
