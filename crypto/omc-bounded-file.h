/* omc-bounded-file.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A file that somebody named, whole, ended by a zero; it may be a pipe. No more than maximum bytes are ever read of it:
 * G_FILE_ERROR_INVAL, and the message has the limit, when there are more. length: (out) (optional) */
gboolean omc_bounded_file_read (const char *path,
                                gsize maximum,
                                char **content,
                                gsize *length,
                                GError **error);
/* The same for one of a folder that others may have written to: what is no regular file is refused without waiting for it. */
gboolean omc_bounded_file_read_regular (const char *path,
                                        gsize maximum,
                                        char **content,
                                        gsize *length,
                                        GError **error);

G_END_DECLS
