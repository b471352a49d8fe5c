/* test-store-audit-fhir.c: entries of the trail as AuditEvents
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-audit-fhir.h"
#include "omc-validate.h"

#define STORE_ID "5a3c7d42-91be-4c07-8d11-000000000001"
#define WHEN_US (G_GINT64_CONSTANT (1795000000123) * 1000)

typedef struct
{
  OmcAuditEntry entry;
  const char *patient;
  const char *record;
  gboolean is_head;
} Sample;

#define ENTRY(...)                                                                                 \
  { .recorded_us = WHEN_US, .user = (char *)"anna", .role = (char *)"nurse", __VA_ARGS__ }
#define TEXT(name, value) .name = (char *)value

static const Sample SAMPLES[] = {
  { .entry = ENTRY (.sequence = 1, TEXT (type, "login"), TEXT (subtype, "login"), .action = 'E') },
  { .entry = ENTRY (.sequence = 2,
                    TEXT (type, "login"),
                    TEXT (subtype, "login"),
                    .action = 'E',
                    .outcome = 8,
                    TEXT (detail, "wrong passphrase")) },
  { .entry = ENTRY (.sequence = 3,
                    TEXT (type, "rest"),
                    TEXT (subtype, "read"),
                    .action = 'R',
                    TEXT (patient_id, "p1"),
                    TEXT (purpose, "BTG"),
                    TEXT (detail, "patient opened")),
    .patient = "Patient/77" },
  { .entry = ENTRY (.sequence = 4,
                    TEXT (type, "rest"),
                    TEXT (subtype, "create"),
                    .action = 'C',
                    TEXT (patient_id, "p1"),
                    TEXT (purpose, "TREAT"),
                    TEXT (entity, "Observation/o1/_history/3")),
    .patient = "Patient/77",
    .record = "Observation/78" },
  { .entry = ENTRY (.sequence = 5,
                    TEXT (type, "rest"),
                    TEXT (subtype, "delete"),
                    .action = 'D',
                    TEXT (patient_id, "p2"),
                    TEXT (purpose, "TREAT"),
                    TEXT (entity, "Observation/o2/_history/4")) },
  { .entry = ENTRY (.sequence = 6,
                    TEXT (type, "rest"),
                    TEXT (subtype, "search"),
                    .action = 'E',
                    TEXT (purpose, "TREAT"),
                    TEXT (entity, "Patient")) },
  { .entry = { .sequence = 7,
               .recorded_us = WHEN_US,
               TEXT (user, "device"),
               TEXT (role, "device"),
               TEXT (type, "rest"),
               TEXT (subtype, "sync-pull"),
               .action = 'U',
               .n_items = 812,
               TEXT (detail, "812 created, 0 updated, 0 deleted, 0 merged, 0 conflicts") },
    .is_head = TRUE },
  { .entry = ENTRY (.sequence = 8,
                    TEXT (type, "security"),
                    TEXT (subtype, "anchor-lost"),
                    .action = 'E',
                    .outcome = 12,
                    TEXT (entity, "audit/5")) },
  { .entry = { .sequence = 9,
               .recorded_us = WHEN_US,
               TEXT (type, "damaged"),
               TEXT (subtype, "") } },
};

static void
hash_of (guint64 sequence, guint8 hash[OMC_AUDIT_HASH_LENGTH])
{
  memset (hash, (int)sequence, OMC_AUDIT_HASH_LENGTH);
}

static OmcResource *
event_of (const Sample *sample)
{
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
  OmcAuditFhirPlace place = { STORE_ID, hash, sample->patient, sample->record, sample->is_head };
  g_autoptr (GError) error = NULL;
  OmcResource *event;

  hash_of (sample->entry.sequence, hash);
  event = omc_audit_fhir_new (&sample->entry, &place, &error);
  g_assert_no_error (error);

  return event;
}

/* What an auditor of a hospital gets to read is what a person has looked at once. */
static void
test_golden (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "audit-events.ndjson", NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *golden = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (SAMPLES); i++)
    {
      g_autoptr (OmcResource) event = event_of (&SAMPLES[i]);
      g_autofree char *line = omc_resource_to_string (event, NULL);

      g_string_append (text, line);
      g_string_append_c (text, '\n');
    }
  if (g_getenv ("OMNICARE_RECORD_GOLDEN") != NULL)
    g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  g_assert_true (g_file_get_contents (path, &golden, NULL, NULL));
  g_assert_cmpstr (text->str, ==, golden);
}

static void
test_valid (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (SAMPLES); i++)
    {
      g_autoptr (OmcResource) event = event_of (&SAMPLES[i]);
      g_autoptr (GPtrArray) issues = omc_validate (event, OMC_VALIDATE_STRICT);

      g_assert_false (omc_validate_has_error (issues));
      g_assert_true (omc_fhir_is_id (omc_resource_get_id (event)));
    }
}

static void
test_patient (void)
{
  g_autoptr (OmcResource) known = event_of (&SAMPLES[3]);
  g_autoptr (OmcResource) gone = event_of (&SAMPLES[4]);
  const char *id = omc_resource_get_patient_id (known);
  const char *none = omc_resource_get_patient_id (gone);

  g_assert_cmpstr (id, ==, "77");
  g_assert_null (none);
}

static void
test_place (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (SAMPLES); i++)
    {
      g_autoptr (OmcResource) event = event_of (&SAMPLES[i]);
      guint8 hash[OMC_AUDIT_HASH_LENGTH], wanted[OMC_AUDIT_HASH_LENGTH];
      guint64 sequence;

      hash_of (SAMPLES[i].entry.sequence, wanted);
      g_assert_true (omc_audit_fhir_read_place (event, STORE_ID, &sequence, hash));
      g_assert_cmpuint (sequence, ==, SAMPLES[i].entry.sequence);
      g_assert_cmpmem (hash, sizeof hash, wanted, sizeof wanted);
      g_assert_false (omc_audit_fhir_read_place (event, "another-store", &sequence, hash));
    }
}

static void
test_key (void)
{
  guint8 hash[OMC_AUDIT_HASH_LENGTH] = { 0 };
  g_autofree char *first = omc_audit_fhir_key (STORE_ID, 1, hash);
  g_autofree char *again = omc_audit_fhir_key (STORE_ID, 1, hash);
  g_autofree char *second = omc_audit_fhir_key (STORE_ID, 2, hash);
  g_autofree char *elsewhere = omc_audit_fhir_key ("b", 1, hash);
  g_autofree char *rebuilt = NULL;

  hash[31] = 1;
  rebuilt = omc_audit_fhir_key (STORE_ID, 1, hash);
  g_assert_true (g_uuid_string_is_valid (first));
  g_assert_cmpstr (first, ==, again);
  g_assert_cmpstr (first, !=, second);
  g_assert_cmpstr (first, !=, elsewhere);
  g_assert_cmpstr (first, !=, rebuilt);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/audit-fhir/says-what-was-agreed", test_golden);
  g_test_add_func ("/store/audit-fhir/is-a-valid-audit-event", test_valid);
  g_test_add_func ("/store/audit-fhir/names-a-patient-that-the-server-knows", test_patient);
  g_test_add_func ("/store/audit-fhir/tells-its-place-in-the-chain", test_place);
  g_test_add_func ("/store/audit-fhir/has-one-key-for-one-entry", test_key);

  return g_test_run ();
}
