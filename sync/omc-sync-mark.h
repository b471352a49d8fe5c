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
/* server_us: the Date header when the reading began (0: not known: then NULL, nothing may be left behind). A Date that
 * is ahead would leave a hole for ever, so it is believed only as far as the device's own clock or the newest
 * lastUpdated that was read (0: none) bear it out; a mark that is too early only costs a repetition. */
char *
omc_sync_mark_value (gint64 server_us, gint64 device_us, gint64 newest_us, guint overlap_seconds);
/* "Observation?_lastUpdated=ge2026-11-23T14:00:07.000Z&_sort=_lastUpdated&_count=1000"; mark: (nullable): all. */
char *omc_sync_mark_query (const char *type, const char *mark, guint page_size);
/* Would moving from old (nullable) to new leave anything behind? Marks never go back by themselves. */
gboolean omc_sync_mark_is_later (const char *old_mark, const char *new_mark);

G_END_DECLS
