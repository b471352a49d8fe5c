/* session-case.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Runs this program again as "--case NAME", on a message bus of its own with a folder of its own as home; fails the test when
 * it does not end well. tools: what has to be installed, else the test is skipped. name=value, after NULL: its environment. */
void session_case_run (const char *name, const char *const *tools, const char *const *environment);

G_END_DECLS
