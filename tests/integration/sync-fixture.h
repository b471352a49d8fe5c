/* sync-fixture.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sandbox.h"
#include "omc-sync-bed.h"

G_BEGIN_DECLS

#define P1 "aaaaaaaa-0000-4000-8000-000000000001"
#define P2 "aaaaaaaa-0000-4000-8000-000000000002"
#define PATIENT                                                                                    \
  "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"%s\"}],\"birthDate\":"      \
  "\"1950-01-0%d\"}"
#define OBSERVATION                                                                                \
  "{\"resourceType\":\"Observation\",\"status\":\"final\",\"category\":[{\"coding\":[{\"system\":" \
  "\"http://"                                                                                      \
  "terminology.hl7.org/CodeSystem/"                                                                \
  "observation-category\",\"code\":\"vital-signs\"}]}],\"code\":{\"coding\":[{"                    \
  "\"system\":\"http://loinc.org\",\"code\":\"8310-5\"}]},\"subject\":{\"reference\":\"Patient/"   \
  "%s\"},"                                                                                         \
  "\"effectiveDateTime\":\"2026-11-23T14:%02d:00Z\",\"valueQuantity\":{\"value\":37.%d0,\"unit\":" \
  "\"Cel\",\"system\":"                                                                            \
  "\"http://unitsofmeasure.org\",\"code\":\"Cel\"}}"

/* A device and the practice server that it meets; data of a test: the server's profile. */
typedef struct
{
  OmcSandbox *sandbox;
  OmcSyncBed *bed;
} SyncFixture;

void sync_fixture_set_up (SyncFixture *fixture, gconstpointer profile);
void sync_fixture_tear_down (SyncFixture *fixture, gconstpointer profile);
typedef void (*SyncFixtureFunc) (SyncFixture *fixture, gconstpointer profile);
/* Adds a test against each of two servers that differ in most; "*" in the path stands for the server. */
void sync_fixture_add (const char *path, SyncFixtureFunc set_up, SyncFixtureFunc func);
/* The same against the one server that can be in the case. */
void sync_fixture_add_one (const char *path,
                           const char *profile,
                           SyncFixtureFunc set_up,
                           SyncFixtureFunc func);
/* What the configuration now says of the server is meant so. */
void sync_fixture_confirm (SyncFixture *fixture);
/* Another server, which is empty, is named in place of the one before, and confirmed. */
void sync_fixture_change_server (SyncFixture *fixture, const char *profile);
/* The same address has a server that knows nothing. */
void sync_fixture_rebuild_server (SyncFixture *fixture, const char *profile);
/* As another client would have written it. */
void sync_fixture_put_there (SyncFixture *fixture, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* spec: (nullable): none. */
void sync_fixture_set_faults (SyncFixture *fixture, const char *spec);
/* Records; the audit trail is there too. */
guint64 sync_fixture_count_there (SyncFixture *fixture);
/* So many records of a type are on the device. */
void sync_fixture_assert_here (SyncFixture *fixture, const char *type, guint n);
/* Both sides have it and mean the same. */
void sync_fixture_assert_same (SyncFixture *fixture, OmcResource *local);
void sync_fixture_assert_complete (SyncFixture *fixture, guint times);
/* By the nurse; the patient of that id, of the family DOE. */
OmcResource *sync_fixture_edit_birth_date (SyncFixture *fixture, const char *id, const char *date);

G_END_DECLS
