/* omc-sync-page.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource.h"

G_BEGIN_DECLS

/**
 * OmcSyncPage:
 *
 * One page of a search or a history, read into resources.
 */
typedef struct
{
  GPtrArray *resources; /* (owned) (element-type OmcResource) */
  GPtrArray *deletions; /* (owned) (element-type utf8): "Type/id" */
  char *next;           /* (nullable): link as given */
  gint64 total;         /* -1: not told */
  guint n_unreadable;   /* entries that are no resource: they are not lost, for the mark stays */
} OmcSyncPage;

typedef enum
{
  OMC_PAGE_RESOURCES,
  OMC_PAGE_DELETED, /* of _deleted=true: entries are what is gone */
  OMC_PAGE_HISTORY, /* newest first: the first word on an id counts */
} OmcSyncPageKind;

/* seen: (nullable): "Type/id" that earlier pages of the same history spoke of; receives those of this one. */
OmcSyncPage *omc_sync_page_new (const OmcJsonValue *bundle,
                                OmcSyncPageKind kind,
                                GHashTable *seen,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void omc_sync_page_free (OmcSyncPage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSyncPage, omc_sync_page_free)

G_END_DECLS
