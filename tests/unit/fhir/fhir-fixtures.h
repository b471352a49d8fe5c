/* fhir-fixtures.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One call a document: a .json file or a line of an .ndjson file, unpacked; name is relative to the fixtures. */
typedef void (*FhirFixtureFunc) (const char *name,
                                 const char *text,
                                 gsize length,
                                 gpointer user_data);

/* Skips the test and returns FALSE when there are no fixtures. folder NULL: all of them. */
gboolean fhir_fixtures_foreach (const char *folder, FhirFixtureFunc func, gpointer user_data);

G_END_DECLS
