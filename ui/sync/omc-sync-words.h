/* omc-sync-words.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sync-service.h"

G_BEGIN_DECLS

/**
 * OmcSyncWords:
 *
 * What a person is told about sync, by the only four states that they need (design/sync.md): saved offline,
 * sending, synced, needs you; from the service's own figures, so that nothing is called synced before it is.
 */
typedef struct
{
  char *text;   /* (owned): "Saved offline: 1 set" */
  char *detail; /* (owned): one sentence more */
  const char *icon;
  const char *style; /* CSS class */
} OmcSyncWords;

OmcSyncWords *omc_sync_words_new (OmcSyncService *service, gint64 now_us) G_GNUC_WARN_UNUSED_RESULT;
void omc_sync_words_free (OmcSyncWords *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSyncWords, omc_sync_words_free)

G_END_DECLS
