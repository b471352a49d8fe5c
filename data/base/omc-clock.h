/* omc-clock.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define OMC_TYPE_CLOCK (omc_clock_get_type ())

/**
 * OmcClock:
 *
 * The only source of time. The real clock runs monotonically between corrections and carries the server's
 * offset (the Date header); a manual clock stands still until a test moves it. Thread safe.
 */
G_DECLARE_FINAL_TYPE (OmcClock, omc_clock, OMC, CLOCK, GObject)

OmcClock *omc_clock_new (void) G_GNUC_WARN_UNUSED_RESULT;
OmcClock *omc_clock_new_manual (gint64 unix_us) G_GNUC_WARN_UNUSED_RESULT;
/* Microseconds since 1970 UTC, corrected by the server's offset when one is known. */
gint64 omc_clock_get_now (OmcClock *self);
/* Microseconds that only grow. */
gint64 omc_clock_get_monotonic (OmcClock *self);
/* Of which start of the computer the monotonic microseconds are; "" where the kernel does not say. */
const char *omc_clock_get_start_id (OmcClock *self);
void omc_clock_advance (OmcClock *self, gint64 us); /* manual clocks only */
/* Manual clocks only: somebody sets the device's own clock; no time passes. */
void omc_clock_set_device_time (OmcClock *self, gint64 unix_us);
/* Manual clocks only: the computer is started again, and says so by another start_id. */
void omc_clock_start_again (OmcClock *self, const char *start_id);
void omc_clock_set_server_time (OmcClock *self, gint64 server_unix_us);
/* Device minus server in microseconds; 0 while unknown. */
gint64 omc_clock_get_skew (OmcClock *self);
gboolean omc_clock_has_server_time (OmcClock *self);

/* FHIR instants: "2026-11-23T14:02:07.123Z" <-> microseconds since 1970. */
char *omc_instant_format (gint64 unix_us);
/* With this device's zone offset: "2026-11-23T15:02:07.123+01:00". */
char *omc_instant_format_local (gint64 unix_us);
/* With a given zone offset in minutes east; 0 gives "Z". */
char *omc_instant_format_offset (gint64 unix_us, int offset_minutes);
/* FHIR date, dateTime (any precision) or instant to the half-open interval it covers; FALSE if it is none.
 * What has no offset (dates) counts in UTC, so that every device reads it alike. */
gboolean omc_instant_parse_range (const char *text, gint64 *start_us, gint64 *end_us);

G_END_DECLS
