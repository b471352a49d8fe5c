/* omc-reader.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource.h"

G_BEGIN_DECLS

typedef enum
{
  OMC_READER_DEFAULT = 0,
  /* The content is a server's state: urn:uuid references that a Bundle itself resolves become "Type/id", and a
   * resource without an id, known by its urn:uuid only, gets that uuid as its id. */
  OMC_READER_FROM_SERVER = 1 << 0,
} OmcReaderFlags;

/* One good resource and where it stands ("file.ndjson:17", "file.json: Bundle.entry[3]"). FALSE with error stops. */
typedef gboolean (*OmcReaderFunc) (OmcResource *resource,
                                   const char *place,
                                   gpointer user_data,
                                   GError **error);
/* One bad item; the rest goes on. */
typedef void (*OmcReaderProblemFunc) (const char *place, const GError *problem, gpointer user_data);

/**
 * omc_reader_read_file:
 * @problem_func: (nullable): without it, the first bad item stops with its error
 *
 * Reads a resource, a Bundle of any type, or NDJSON; each plain, gzip or zstd, told by content. A Bundle is taken
 * apart, a Bundle within it is a resource. Blocks.
 *
 * NDJSON is read line by line: memory is bounded by the longest line. A document or line has at most 256 MiB, and
 * what unpacks to more than 8 GiB, or to 500 times its size, is refused.
 *
 * Returns: %FALSE with error when the file cannot be read to its end, or a callback stopped it
 */
gboolean omc_reader_read_file (GFile *file,
                               OmcReaderFlags flags,
                               OmcReaderFunc func,
                               OmcReaderProblemFunc problem_func,
                               gpointer user_data,
                               GCancellable *cancellable,
                               GError **error);
/* name: for places; ".ndjson" or ".jsonl" in it settles the format. */
gboolean omc_reader_read_bytes (GBytes *bytes,
                                const char *name,
                                OmcReaderFlags flags,
                                OmcReaderFunc func,
                                OmcReaderProblemFunc problem_func,
                                gpointer user_data,
                                GError **error);
gboolean omc_reader_read_stream (GInputStream *stream,
                                 const char *name,
                                 OmcReaderFlags flags,
                                 OmcReaderFunc func,
                                 OmcReaderProblemFunc problem_func,
                                 gpointer user_data,
                                 GCancellable *cancellable,
                                 GError **error);

/* Plain bytes of a plain, gzip or zstd stream, with the bounds above. */
GInputStream *omc_reader_unpack (GInputStream *stream,
                                 GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
