/* sync-tampered.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "sync-tampered.h"

#include "omc-fhir-client.h"

void
sync_tampered_restart (SyncTampered *self)
{
  g_clear_object (&self->engine);
  self->engine = omc_sync_engine_new (self->f.bed->store, OMC_FHIR_TRANSPORT (self->server),
                                      self->f.bed->config);
}

void
sync_tampered_set_up (SyncTampered *self, gconstpointer profile)
{
  g_autoptr (GError) error = NULL;

  sync_fixture_set_up (&self->f, profile);
  self->server = omc_tamper_transport_new (
      OMC_FHIR_TRANSPORT (omc_fhir_client_new (self->f.bed->config, &error)));
  g_assert_no_error (error);
  sync_tampered_restart (self);
}

void
sync_tampered_set_up_known (SyncTampered *self, gconstpointer profile)
{
  sync_tampered_set_up (self, profile);
  sync_fixture_put_there (&self->f, PATIENT, P1, "DOE", 1);
  sync_fixture_assert_complete (&self->f, 1);
}

void
sync_tampered_tear_down (SyncTampered *self, gconstpointer profile)
{
  g_object_unref (self->engine);
  g_object_unref (self->server);
  sync_fixture_tear_down (&self->f, profile);
}

OmcSyncReport *
sync_tampered_run (SyncTampered *self, gboolean by_person)
{
  const OmcSyncRunOptions options = { .all_due = by_person };
  g_autoptr (GError) error = NULL;
  OmcSyncReport *report = omc_sync_engine_run (self->engine, &options, NULL, &error);

  g_assert_no_error (error);
  g_test_message ("  %u sent, %u failed, %u waiting: %s", report->sent, report->failed,
                  report->waiting, report->error);
  return report;
}
