/* omc-sync-mark.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * How far a type was read. A server stamps lastUpdated before it commits, so that rows appear behind what was read
 * already (fhir-servers.md 4): a mark is the server's time at the start of the reading minus an overlap, never the
 * last instant that was seen.
 */

/* "pull/Observation" */
char *omc_sync_mark_name (const char *type);
/* NULL when the server's time is not known: then nothing may be left behind. */
char *omc_sync_mark_value (gint64 server_started_us, guint overlap_seconds);
/* "Observation?_lastUpdated=ge2026-11-23T14:00:07.000Z&_sort=_lastUpdated&_count=1000"; mark: (nullable): all. */
char *omc_sync_mark_query (const char *type, const char *mark, guint page_size);
/* Would moving from old (nullable) to new leave anything behind? Marks never go back by themselves. */
gboolean omc_sync_mark_is_later (const char *old_mark, const char *new_mark);

G_END_DECLS
