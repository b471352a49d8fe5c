/* omc-log.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * omc_log_init:
 *
 * Makes [func@log_writer] the writer of this process. First thing in every main().
 */
void omc_log_init (void);

/**
 * omc_log_writer:
 *
 * A GLogWriterFunc for journald or standard error that keeps patient data out. Of the structured fields only the
 * message, its place in the code, and those that start with `OMC_COUNT_`, `OMC_CODE_` or `OMC_MS_` pass, the latter
 * only with a number as value. Messages go through [func@log_redact]; debug and info messages of foreign libraries
 * are dropped, because they print what they handle.
 */
GLogWriterOutput
omc_log_writer (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data);

/**
 * omc_log_redact:
 * @message: (nullable): text
 * @foreign: whether it was not written by us: then everything in quotes goes too
 *
 * Takes out what may name a person or open a door: queries of URLs and names and passwords in them, bearer tokens,
 * ids in references ("Patient/7"), mail addresses, dates of day precision, and runs of six or more digits.
 *
 * Returns: (transfer full): one line
 */
char *omc_log_redact (const char *message, gboolean foreign);

typedef struct
{
  char text[12];
} OmcLogTag;

OmcLogTag omc_log_tag (const char *text);

/**
 * OMC_LOG_TAG:
 * @text: (nullable): an id or a name that must not be logged
 *
 * "#5f0c91ab": the same for the same text as long as this process lives, and no way back to the text. To be used in
 * the argument list of a message.
 */
#define OMC_LOG_TAG(text_) (omc_log_tag (text_).text)

G_END_DECLS
