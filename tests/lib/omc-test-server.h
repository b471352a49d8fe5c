/* omc-test-server.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * OmcTestServer:
 *
 * An HTTP server on loopback that says what a test tells it to, on a thread of its own.
 */
typedef struct _OmcTestServer OmcTestServer;

/* tls: with a certificate of its own that nothing trusts but the file of omc_test_server_dup_ca_file. */
OmcTestServer *omc_test_server_new (gboolean tls) G_GNUC_WARN_UNUSED_RESULT;
void omc_test_server_free (OmcTestServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcTestServer, omc_test_server_free)
const char *omc_test_server_get_url (OmcTestServer *self); /* without a path */
/* PEM of the certificate, written into folder. */
char *omc_test_server_dup_ca_file (OmcTestServer *self, const char *folder);

typedef enum
{
  OMC_TEST_ANSWER,
  OMC_TEST_DROP,     /* closes the connection without a word */
  OMC_TEST_TRUNCATE, /* promises more bytes than it sends */
  OMC_TEST_GZIP,
} OmcTestManner;

typedef struct
{
  const char *method; /* NULL: any */
  const char *path;   /* glob of path and query, NULL: any */
  guint status;
  const char *content_type; /* NULL: application/fhir+json */
  const char *body;         /* NULL: none */
  const char *header;       /* "Name: value", NULL: none; "Date: ..." replaces the true one */
  OmcTestManner manner;
  guint delay_ms;
  guint times; /* 0: for ever; else it is used up after these */
} OmcTestReply;

/* The first reply added that matches and is not used up is given; none: 404. Strings are copied. */
void omc_test_server_add (OmcTestServer *self, const OmcTestReply *reply);
void omc_test_server_clear (OmcTestServer *self);
/* Requests so far whose "METHOD path?query" matches the glob. */
guint omc_test_server_count (OmcTestServer *self, const char *glob);
/* A header of the last request; NULL when it had none. */
char *omc_test_server_dup_last_header (OmcTestServer *self, const char *name);

G_END_DECLS
