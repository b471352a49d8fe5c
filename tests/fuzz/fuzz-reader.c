/* fuzz-reader.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-reader.h"
#include "omc-search-params.h"
#include "omc-validate.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
ignore_entry (const OmcSearchEntry *entry, gpointer user_data)
{
  g_assert_nonnull (entry->param);
}

/* What arrives goes the whole way of an import: validated, indexed, rewritten. */
static gboolean
take (OmcResource *resource, const char *place, gpointer user_data, GError **error)
{
  g_autoptr (GPtrArray) issues = omc_validate (resource, OMC_VALIDATE_STRICT);
  g_autoptr (OmcResource) outcome = omc_validate_to_outcome (issues);
  g_autoptr (OmcResource) copy = omc_resource_with_meta (resource, "1", NULL);

  g_assert_nonnull (outcome);
  g_assert_true (omc_resource_equal_content (resource, copy));
  omc_search_extract (resource, ignore_entry, NULL);
  g_assert_cmpstr (omc_resource_get_patient_id (resource), ==, omc_resource_get_patient_id (copy));

  return TRUE;
}

static void
complain (const char *place, const GError *problem, gpointer user_data)
{
  g_assert_nonnull (problem);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  static const char *const names[] = { "a.json", "a.ndjson" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean read =
          omc_reader_read_bytes (bytes, names[i], i ? OMC_READER_DEFAULT : OMC_READER_FROM_SERVER,
                                 take, complain, NULL, &error);

      g_assert_true (read == (error == NULL));
    }

  return 0;
}
