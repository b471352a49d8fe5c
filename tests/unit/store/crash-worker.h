/* crash-worker.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The processes that are killed. They say "begun ", and then, a line each, what was acknowledged: "saved ID", "came ID"
 * (from the server), "patient ID NUMBER", "mark NUMBER", "draft NUMBER", "archived NUMBER" (of
 * the audit trail, through), "backup PATH"; and what they are about to do: "acknowledging NUMBER" (of it),
 * "sending ID", "rekeying database". */

#define CRASH_N_PATIENTS 8

/* Works on a store with all that writes. */
G_NORETURN void crash_worker_main (const char *directory, guint32 seed);
/* Makes a store, and ends. */
G_NORETURN void crash_creator_main (const char *directory);
/* What the worker and who made its store save of patient n; number grows. */
char *crash_worker_dup_patient (int n, guint32 number) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
