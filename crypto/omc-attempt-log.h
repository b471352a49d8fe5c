/* omc-attempt-log.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-secret.h"

G_BEGIN_DECLS

/* What failed while the store was closed waits here for its audit trail. Nobody has the trail's key then: each entry is
 * authenticated with a key that the next one replaces by its hash, so that who comes later can add to the file, but neither
 * change nor take away what stands there; the store, which knows the first key, sees it. A whole file of before, put back,
 * is not seen. The first entries are kept, of more the number. */

#define OMC_ATTEMPTS_MAX 64

typedef struct
{
  gint64 at_us;    /* by the computer's clock */
  guint32 slot_id; /* 0: of nobody who is known here */
  guint8 kind;     /* OmcKeySlotKind */
  guint8 code;     /* OmcCryptoError: why */
} OmcAttempt;

typedef enum
{
  OMC_ATTEMPT_LOG_GOOD,
  OMC_ATTEMPT_LOG_ABSENT,
  OMC_ATTEMPT_LOG_FORGED,
} OmcAttemptLogState;

/* Holds others off until the descriptor is closed; -1 on failure. For begin and read. */
int omc_attempt_log_lock (const char *directory, GError **error);
/* An empty one, in place of what is there. key: of the store. */
gboolean omc_attempt_log_begin (const char *directory, OmcSecret *key, GError **error);
/* attempts: (element-type OmcAttempt): filled; n_more: (out): how many came after them */
OmcAttemptLogState
omc_attempt_log_read (const char *directory, OmcSecret *key, GArray *attempts, guint32 *n_more);
/* Without any key. Where there is no file, or none that could be continued, nothing is written. */
void omc_attempt_log_note (const char *directory, const OmcAttempt *attempt);

G_END_DECLS
