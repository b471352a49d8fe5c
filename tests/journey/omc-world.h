/* omc-world.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * OmcWorld:
 *
 * What stands around the client in a journey: a folder, the practice server as a process of its own that can be
 * stopped and started on the same port, and a second device driven by omnicarectl. A failing call is a test failure.
 */
typedef struct _OmcWorld OmcWorld;

/* For the main of a journey, in place of g_test_init (). */
void omc_world_init (int *argc, char ***argv);
OmcWorld *omc_world_new (const char *build, guint n_patients);
void omc_world_free (OmcWorld *self);
const char *omc_world_get_server_url (OmcWorld *self);
/* A path inside the world's folder. */
char *omc_world_path (OmcWorld *self, const char *name);

void omc_world_start_server (OmcWorld *self);
void omc_world_stop_server (OmcWorld *self);
/* GET below the FHIR base; the server must run. */
JsonNode *omc_world_get (OmcWorld *self, const char *path);

/* Runs omnicarectl on a device ("mine", "other") of this world; NULL-terminated arguments. What it printed as JSON. */
JsonNode *
omc_world_ctl (OmcWorld *self, const char *device, int expected_status, ...) G_GNUC_NULL_TERMINATED;
void omc_world_sync (OmcWorld *self, const char *device);
/* Sets a member of a patient on a device (as local work there); value is JSON text. */
void omc_world_edit_patient (OmcWorld *self,
                             const char *device,
                             const char *id,
                             const char *member,
                             const char *value);

/* A string at "a.b[0].c" in a node; "" when absent. Free it. */
char *omc_world_pick (JsonNode *node, const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcWorld, omc_world_free)

G_END_DECLS
