/* omc-sandbox-form.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One name=value of a query or a form, decoded. */
typedef struct
{
  char *name;  /* (owned) */
  char *value; /* (owned) */
} OmcSandboxPair;

/* In the order given, repeated names kept; NULL text is none. Fails on text that is not
 * percent-encoded UTF-8. */
GPtrArray *omc_sandbox_form_parse (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The first value; NULL: there is none. */
const char *omc_sandbox_form_get (GPtrArray *pairs, const char *name);
/* Appends "&name=value", encoded so that it is safe in a URL and in JSON. */
void omc_sandbox_form_append (GString *text, const char *name, const char *value);

G_END_DECLS
