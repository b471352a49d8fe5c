/* omc-sandbox.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-clock.h"

G_BEGIN_DECLS

#define OMC_SANDBOX_ERROR (omc_sandbox_error_quark ())

typedef enum
{
  OMC_SANDBOX_ERROR_OPTION, /* an option, fault or file that is not what it should be */
  OMC_SANDBOX_ERROR_FAILED,
} OmcSandboxError;

GQuark omc_sandbox_error_quark (void);

#define OMC_SANDBOX_BANNER "practice server, not for care"

/**
 * OmcSandbox:
 *
 * The embedded practice FHIR R4 server: for practice, demonstrations and tests, never for care.
 *
 * It listens on loopback only and runs on its own thread with its own main context, so that a test
 * may use a blocking or an asynchronous client in the same process. All functions may be called
 * from any thread.
 */
typedef struct _OmcSandbox OmcSandbox;

typedef struct
{
  const char *profile;   /* medplum, hapi, google, azure, aidbox, strict; NULL: medplum */
  const char *database;  /* file; NULL or ":memory:": kept in memory */
  const char *address;   /* NULL: 127.0.0.1; any address that is not loopback is refused */
  guint16 port;          /* 0: any free one */
  const char *client_id; /* NULL: no authentication */
  const char *client_secret;
  const char *tls_cert; /* PEM files; both or none */
  const char *tls_key;
  guint64 seed;        /* of the decisions of faults */
  guint token_seconds; /* life of an access token; 0: 3600 */
  guint page_seconds;  /* life of a "next" link; 0: 3600 */
  guint quota_points;  /* in a minute: write 100, search 20, history 10, read 1; 0: no quota */
  gboolean atomic_transactions; /* medplum: the project feature "transaction-bundles" is on */
  OmcClock *clock;              /* NULL: the real one */
} OmcSandboxOptions;

OmcSandbox *omc_sandbox_new (const OmcSandboxOptions *options,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void omc_sandbox_free (OmcSandbox *self);

/* Binds and serves. After a stop it may be started again, on the same port and with the same
 * resources. */
gboolean omc_sandbox_start (OmcSandbox *self, GError **error);
/* Closes every connection, answered or not, and waits for the thread. */
void omc_sandbox_stop (OmcSandbox *self);

/* "http://127.0.0.1:PORT/fhir/R4"; NULL before the first start. */
const char *omc_sandbox_get_base_url (OmcSandbox *self);
/* "http://127.0.0.1:PORT/oauth2/token"; NULL before the first start. */
const char *omc_sandbox_get_token_url (OmcSandbox *self);
guint16 omc_sandbox_get_port (OmcSandbox *self);

/* A practice ward of 100,000 patients takes 2.5 GB. */
#define OMC_SANDBOX_LOAD_MAX ((gsize)G_MAXUINT32 - 65536)

/* NDJSON, gzip or plain, of OMC_SANDBOX_LOAD_MAX when unpacked; ids are kept, a known id gets a new version. Each resource is
 * judged as one that a client sends, but what it refers to may come after it. All of it or nothing is stored, and the error
 * names the entry, its line and the element. */
gboolean omc_sandbox_load_file (OmcSandbox *self, const char *path, guint *count, GError **error);
gboolean omc_sandbox_load_text (OmcSandbox *self,
                                const char *ndjson,
                                gssize length,
                                guint *count,
                                GError **error);
/* The current version as JSON text; NULL when absent or deleted. */
char *omc_sandbox_dup_resource (OmcSandbox *self,
                                const char *type,
                                const char *id) G_GNUC_WARN_UNUSED_RESULT;
/* Deletes as another client would. */
gboolean
omc_sandbox_delete_resource (OmcSandbox *self, const char *type, const char *id, GError **error);
/* Living resources of a type; of all types with NULL. */
guint64 omc_sandbox_count_resources (OmcSandbox *self, const char *type);

/**
 * omc_sandbox_set_faults:
 * @specs: (nullable) (array zero-terminated=1): replaces all faults; %NULL: none
 * @seed: of the decisions
 *
 * A spec is "kind,option=value,...". Kinds: latency (ms), drop-before and drop-after (the write;
 * no answer either
 * way), status (code), truncate, duplicate (the request arrives twice), portal (a captive portal's
 * page with 200),
 * unauthorized, throttle (seconds), late-commit (ms: stored that much later with the older
 * lastUpdated),
 * expired-page, skew (seconds, of the Date header). Options of all: rate=0..1, nth=K (only the
 * K-th matching
 * request), times=N (at most), method=M, path=GLOB ("*Observation*", without query).
 */
gboolean
omc_sandbox_set_faults (OmcSandbox *self, const char *const *specs, guint64 seed, GError **error);

/* "requests", "read", "vread", "search", "history", "create", "update", "patch", "delete",
 * "bundle", "token",
 * "metadata", "entries" (of bundles), "faults", "fault.KIND", "status.NNN"; 0 for a name that
 * never counted. */
guint64 omc_sandbox_get_counter (OmcSandbox *self, const char *name);
void omc_sandbox_reset_counters (OmcSandbox *self);
/* Every token and every "next" link given so far ends now. */
void omc_sandbox_expire_tokens (OmcSandbox *self);
void omc_sandbox_expire_pages (OmcSandbox *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSandbox, omc_sandbox_free)

G_END_DECLS
