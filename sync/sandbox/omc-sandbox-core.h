/* omc-sandbox-core.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-clock.h"
#include "omc-sandbox-pages.h"
#include "omc-sandbox-profile.h"
#include "omc-sandbox-quota.h"
#include "omc-sandbox-store.h"

G_BEGIN_DECLS

/* What every interaction works on: the server without HTTP. One thread at a time. */
typedef struct
{
  const OmcSandboxProfile *profile;
  OmcSandboxStore *store; /* (owned) */
  OmcSandboxPages *pages; /* (owned) */
  OmcClock *clock;        /* (owned) */
  GHashTable *counters;   /* (owned): name -> guint64 * */
  char *base_url;         /* (owned) (nullable) */
  char *token_url;        /* (owned) (nullable) */
  gboolean atomic;        /* a transaction is one */
  gboolean auth;          /* a token is needed */
} OmcSandboxCore;

void omc_sandbox_core_count (OmcSandboxCore *self, const char *name, guint64 by);

/* One FHIR request, alone or as an entry of a bundle. All borrowed. */
typedef struct
{
  const char *method;
  const char *path;  /* below the FHIR base, without the first slash */
  const char *query; /* (nullable): as sent */
  const char *if_match;
  const char *if_none_match;
  const char *if_none_exist;
  const char *prefer;
  const char *content_type;
  GBytes *body;           /* (nullable) */
  gint64 stamp;           /* lastUpdated of what this request writes */
  OmcSandboxQuota *quota; /* (nullable): of the client */
  GPtrArray *references;  /* (nullable): in a transaction: "Type/id" that must exist at its end */
} OmcSandboxRequest;

typedef struct
{
  guint status;
  GBytes *body;   /* (owned) (nullable) */
  char *etag;     /* (owned) (nullable) */
  char *location; /* (owned) (nullable): "Type/id/_history/version" */
  gint64 updated; /* microseconds; 0: none */
  gboolean is_outcome;
} OmcSandboxAnswer;

void omc_sandbox_answer_free (OmcSandboxAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSandboxAnswer, omc_sandbox_answer_free)

/* transfer full: takes text. */
OmcSandboxAnswer *
omc_sandbox_answer_new (guint status, char *text, gsize length) G_GNUC_WARN_UNUSED_RESULT;
/* An OperationOutcome; code is an IssueType. */
OmcSandboxAnswer *
omc_sandbox_answer_outcome (guint status, const char *code, const char *format, ...)
    G_GNUC_PRINTF (3, 4) G_GNUC_WARN_UNUSED_RESULT;
/* 500, or what the error of a caller's resource deserves. */
OmcSandboxAnswer *omc_sandbox_answer_error (OmcSandboxCore *core,
                                            const GError *error) G_GNUC_WARN_UNUSED_RESULT;

/* Always answers. */
OmcSandboxAnswer *omc_sandbox_dispatch (OmcSandboxCore *core,
                                        const OmcSandboxRequest *request) G_GNUC_WARN_UNUSED_RESULT;

/* The interactions behind it. */
OmcSandboxAnswer *omc_sandbox_read (OmcSandboxCore *core,
                                    const OmcSandboxRequest *request,
                                    const char *type,
                                    const char *id);
OmcSandboxAnswer *
omc_sandbox_vread (OmcSandboxCore *core, const char *type, const char *id, const char *version_id);
OmcSandboxAnswer *
omc_sandbox_create (OmcSandboxCore *core, const OmcSandboxRequest *request, const char *type);
OmcSandboxAnswer *omc_sandbox_update (OmcSandboxCore *core,
                                      const OmcSandboxRequest *request,
                                      const char *type,
                                      const char *id);
OmcSandboxAnswer *
omc_sandbox_update_where (OmcSandboxCore *core, const OmcSandboxRequest *request, const char *type);
OmcSandboxAnswer *omc_sandbox_patch (OmcSandboxCore *core,
                                     const OmcSandboxRequest *request,
                                     const char *type,
                                     const char *id);
OmcSandboxAnswer *omc_sandbox_delete (OmcSandboxCore *core,
                                      const OmcSandboxRequest *request,
                                      const char *type,
                                      const char *id);
/* NULL type: of the whole server; NULL id: of a type. */
OmcSandboxAnswer *omc_sandbox_history (OmcSandboxCore *core,
                                       const OmcSandboxRequest *request,
                                       const char *type,
                                       const char *id);
OmcSandboxAnswer *
omc_sandbox_search (OmcSandboxCore *core, const OmcSandboxRequest *request, const char *type);
OmcSandboxAnswer *
omc_sandbox_everything (OmcSandboxCore *core, const OmcSandboxRequest *request, const char *id);
OmcSandboxAnswer *omc_sandbox_next_page (OmcSandboxCore *core, const OmcSandboxRequest *request);
OmcSandboxAnswer *omc_sandbox_bundle (OmcSandboxCore *core, const OmcSandboxRequest *request);
OmcSandboxAnswer *omc_sandbox_metadata (OmcSandboxCore *core);
OmcSandboxAnswer *omc_sandbox_smart_configuration (OmcSandboxCore *core);

G_END_DECLS
