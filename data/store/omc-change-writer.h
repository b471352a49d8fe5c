/* omc-change-writer.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-access-guard.h"
#include "omc-outbox-dao.h"
#include "omc-store-sync.h"

G_BEGIN_DECLS

/* The steps that make one transaction of a person's work: resource, base, queue, audit. */

typedef struct
{
  OmcActor *actor;
  OmcAccessGuard *guard;
  const char *set_id; /* (nullable) */
  OmcSaveReason reason;
  gboolean imports; /* a file that the person brings in */
} OmcChangeContext;

/* Creates or updates. stored: (out) (optional) as it is here now. created: (out) (optional) */
gboolean omc_change_writer_save (OmcSession *session,
                                 const OmcChangeContext *context,
                                 OmcResource *resource,
                                 OmcResource **stored,
                                 gboolean *created,
                                 GError **error);
gboolean omc_change_writer_delete (OmcSession *session,
                                   const OmcChangeContext *context,
                                   const char *type,
                                   const char *id,
                                   GError **error);
/* Takes waiting work back. */
gboolean omc_change_writer_cancel (OmcSession *session,
                                   OmcActor *actor,
                                   gint64 queue_id,
                                   const char *reason,
                                   GError **error);
/* One audit entry about a resource: "Type/id/_history/version". */
gboolean omc_change_writer_audit (OmcSession *session,
                                  OmcActor *actor,
                                  const OmcResourceRow *row,
                                  const char *subtype,
                                  char action,
                                  const char *detail,
                                  GError **error);

G_END_DECLS
