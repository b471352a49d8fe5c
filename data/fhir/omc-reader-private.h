/* omc-reader-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  OMC_UNPACKER_GZIP,
  OMC_UNPACKER_ZSTD,
} OmcUnpackerFormat;

#define OMC_TYPE_UNPACKER (omc_unpacker_get_type ())

/* A GConverter that reads all members of a packed stream and refuses bombs. */
G_DECLARE_FINAL_TYPE (OmcUnpacker, omc_unpacker, OMC, UNPACKER, GObject)

GConverter *omc_unpacker_new (OmcUnpackerFormat format);

G_END_DECLS
