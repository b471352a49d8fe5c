/* bench-use.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-bench.h"

G_BEGIN_DECLS

/* What a ward does with a full store; each prints members of a JSON object. */

/* ids: (element-type utf8): "Type/id" */
void bench_use_reads (BenchStore *bench, GPtrArray *ids);
/* "@" in the query is the id of one of the patients (element-type utf8). */
void bench_use_search (BenchStore *bench, const char *name, const char *query, GPtrArray *patients);
void bench_use_charts (BenchStore *bench, GPtrArray *patients);
void bench_use_board (BenchStore *bench, const char *name, OmcBoardQuery *query, guint offset);
/* With what one fdatasync of as many bytes takes, by turns. */
void bench_use_saves (BenchStore *bench, GPtrArray *patients);
/* What a server sends though it did not change. */
void bench_use_unchanged (BenchStore *bench, GPtrArray *ids);
/* Of the data key: the work alone, and what reads and saves take meanwhile. */
void bench_use_rotation (BenchStore *bench, GPtrArray *ids, GPtrArray *patients);

G_END_DECLS
