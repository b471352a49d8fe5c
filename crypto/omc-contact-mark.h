/* omc-contact-mark.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-secret.h"

G_BEGIN_DECLS

#define OMC_BOOT_ID_LENGTH 16

/* The computer's time as far as it can be told: its clock, which may be set, and what passed since it was started, which may
 * not be. */
typedef struct
{
  gint64 wall_us;
  gint64 boot_us;                     /* since the start, with the time that it slept */
  guint8 boot_id[OMC_BOOT_ID_LENGTH]; /* of this start; zero: not known */
  gboolean disciplined;               /* a time service steers the clock, and nobody set it since */
} OmcDeviceTime;

void omc_device_time_now (OmcDeviceTime *self);

/**
 * OmcContactMark:
 *
 * When this device last met its server, and the time since: seen_us is the contact and all that was counted after it. It
 * only grows, but for the time off before a start whose wrong clock a time service put right. until_us is told in the same
 * time, which is not the clock's once that was set.
 */
typedef struct
{
  gint64 contact_us;
  gint64 seen_us;
  gint64 wall_us;   /* what the clock said when seen_us was counted */
  gint64 until_us;  /* an extension holds until then; 0: none */
  gboolean revoked; /* the server withdrew this device */
  gint64 boot_us;
  /* Of the time off before this start, while only a clock that nobody vouches for told it; 0: settled. */
  gint64 off_us;
  gint64 off_seen_us; /* seen_us and wall_us before it */
  gint64 off_wall_us;
  guint8 boot_id[OMC_BOOT_ID_LENGTH];
} OmcContactMark;

typedef enum
{
  OMC_CONTACT_MARK_ABSENT,
  OMC_CONTACT_MARK_GOOD,
  OMC_CONTACT_MARK_FORGED, /* not written with this store's key, or cannot be read */
} OmcContactMarkState;

/* limit_us: so long a device does without its server. Gives TRUE when the mark moved far enough to be worth writing. */
gboolean omc_contact_mark_advance (OmcContactMark *self, const OmcDeviceTime *now, gint64 limit_us);
/* People may go on for so long from now. */
void omc_contact_mark_extend (OmcContactMark *self,
                              const OmcDeviceTime *now,
                              gint64 limit_us,
                              gint64 period_us);
/* A contact, now: all that was counted is over. */
void omc_contact_mark_meet (OmcContactMark *self, const OmcDeviceTime *now);

/* key: an HMAC key of the store. */
GBytes *omc_contact_mark_to_bytes (const OmcContactMark *self, OmcSecret *key, GError **error);
OmcContactMarkState
omc_contact_mark_parse (gconstpointer data, gsize length, OmcSecret *key, OmcContactMark *self);
/* The file in the folder of the keyring. */
OmcContactMarkState
omc_contact_mark_load (const char *directory, OmcSecret *key, OmcContactMark *self);
gboolean omc_contact_mark_save (const char *directory,
                                OmcSecret *key,
                                const OmcContactMark *self,
                                GError **error);
/* Holds others off the file until the descriptor is closed; -1 on failure. */
int omc_contact_mark_lock (const char *directory, GError **error);

G_END_DECLS
