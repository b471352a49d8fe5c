/* sync-people.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "sync-fixture.h"

G_BEGIN_DECLS

/* Who may have the same id on one server as somebody else on another one. */
typedef struct
{
  const char *number;
  const char *family;
  const char *given;
  const char *gender;
  const char *birth;
} SyncPerson;

/* The two who may be taken for each other. */
extern const SyncPerson sync_people_anna;
extern const SyncPerson sync_people_ole;

/* The id of the nth person or value on a server of that kind: one counts, the other makes UUIDs. */
char *sync_people_dup_id (gconstpointer profile, gboolean person, guint n);
/* more: further members, from the comma on. */
char *sync_people_dup (const SyncPerson *person, const char *id, const char *more);
/* A value that says whose it is. id: (nullable): the device makes one. */
char *
sync_people_dup_value (const char *id, const char *patient_id, const char *of, const char *more);
/* Both take text. */
void sync_people_put_there (SyncFixture *fixture, char *text);
void sync_people_save_here (SyncFixture *fixture, char *text);
/* The 17th person, and the 123rd value, which is of that person. */
void
sync_people_put_chart_there (SyncFixture *fixture, gconstpointer profile, const SyncPerson *person);
/* Anna's chart is there, and on the device. */
void sync_people_set_up (SyncFixture *fixture, gconstpointer profile);
/* To another server. types: (nullable): of it, all that the device reads. person: (nullable): who has the chart there. */
void sync_people_move (SyncFixture *fixture,
                       gconstpointer profile,
                       const char *types,
                       const SyncPerson *person);
const char *sync_people_get_family (OmcResource *patient);
/* Every value says whose it is; what it refers to has to agree. */
void sync_people_assert_agree_here (SyncFixture *fixture);

G_END_DECLS
