/* bench-store-text.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "ward-sample.h"

/* The last members of a run, of a plain SQLCipher store that keeps the same resources as JSON text, with a row
 * for each value that a search may ask for. */
void bench_store_text (const char *directory, const WardSampleOptions *options, guint batch);
