/* omc-pack-ahead.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-codec.h"
#include "omc-resource.h"

G_BEGIN_DECLS

/**
 * OmcPackAhead:
 *
 * Writes the resources of a batch as JSON and compresses them on a thread of its own, ahead of the one that stores them.
 * That one never waits: what is not ready when it comes by, it packs itself.
 */
typedef struct _OmcPackAhead OmcPackAhead;

typedef struct
{
  guint8 *data; /* (owned): compressed */
  gsize length;
  gsize original_length; /* of the JSON */
  guint8 codec;
  guint16 dictionary;
} OmcPacked;

/* (element-type OmcResource); the array stays as it is until the stop. NULL: for so few it is not worth it. */
OmcPackAhead *omc_pack_ahead_start (GPtrArray *resources) G_GNUC_WARN_UNUSED_RESULT;
/* Wipes what was packed. */
void omc_pack_ahead_stop (OmcPackAhead *self);
/* (nullable): lives until the stop; NULL: not ready, or none of the batch */
const OmcPacked *omc_pack_ahead_find (OmcPackAhead *self, OmcResource *resource);

G_END_DECLS
