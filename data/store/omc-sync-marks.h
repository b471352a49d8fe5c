/* omc-sync-marks.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

/* Names of the store's own marks in sync_state; those of the engine have other prefixes. */
#define OMC_MARK_LAST_SYNC "store.last-sync"
#define OMC_MARK_LAST_CONTACT "store.last-contact"
/* The types in which the server says who may work here, and with what, that it does not let this device read. */
#define OMC_MARK_UNHEARD "store.people-unheard"
/* Since when the store holds records of a server before this one (omc-place.h). */
#define OMC_MARK_MOVED "store.moved"
