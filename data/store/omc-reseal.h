/* omc-reseal.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/**
 * OmcReseal:
 *
 * Where the rotation of the data key stands: all payloads are brought under the newest key, piece by piece.
 */
typedef struct
{
  guint32 epoch; /* that all payloads shall have; 0: there was never a rotation */
  gboolean running;
  gboolean checking; /* every payload was sealed anew; a last look before the old keys go */
  guint64 done;      /* records looked at */
  guint64 total;
  guint64 damaged; /* payloads that fail authentication: their key is kept */
  gint64 started_us;
  gint64 ended_us; /* 0: not yet */
} OmcReseal;

/* In a transaction of the writer. */

/* A new data key, under which everything is sealed from now on. */
gboolean omc_reseal_begin (OmcSession *session, GError **error);
/* Seals payloads anew until the monotonic time until_us; removes the old keys when no row names them any more. ended:
 * there is nothing left to do. A crash repeats one step. */
gboolean omc_reseal_step (OmcSession *session, gint64 until_us, gboolean *ended, GError **error);

gboolean omc_reseal_read (OmcSession *session, OmcReseal *state, GError **error);
/* How many old keys are kept. */
gboolean omc_reseal_count_old_keys (OmcSession *session, guint *n_keys, GError **error);

G_END_DECLS
