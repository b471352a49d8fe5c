/* test-sync-convergence.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-sandbox.h"
#include "omc-sync-bed.h"
#include "omc-sync-reconcile.h"

/*
 * Two devices, one server, random work and answers that get lost. Afterwards both devices equal the server, each
 * write that was acknowledged to a nurse is on the server or in a conflict, and nothing is there twice. A seed that
 * fails is printed and replays: ROUNDS and faults come from it alone.
 */

#define N_DEVICES 2
#define N_PATIENTS 4
#define N_STEPS 40
#define N_SEEDS 4

typedef struct
{
  OmcSandbox *sandbox;
  OmcSyncBed *beds[N_DEVICES];
  GRand *rand;
  char *patients[N_PATIENTS];
  GPtrArray *markers; /* texts of the observations that were saved */
} World;

static void
set_faults (World *world, gboolean on)
{
  static const char *const specs[] = { "drop-after,rate=0.12",         "drop-before,rate=0.08",
                                       "status,code=500,rate=0.04",    "truncate,rate=0.04",
                                       "duplicate,rate=0.05",          "expired-page,rate=0.05",
                                       "throttle,seconds=0,rate=0.02", NULL };
  g_autoptr (GError) error = NULL;

  omc_sandbox_set_faults (world->sandbox, on ? specs : NULL, g_rand_int (world->rand), &error);
  g_assert_no_error (error);
}

static void
world_init (World *world, const char *profile, guint32 seed)
{
  const OmcSandboxOptions options = { .profile = profile };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  world->rand = g_rand_new_with_seed (seed);
  world->markers = g_ptr_array_new_with_free_func (g_free);
  world->sandbox = omc_sandbox_new (&options, &error);
  g_assert_no_error (error);
  omc_sandbox_start (world->sandbox, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N_PATIENTS; i++)
    {
      world->patients[i] = g_uuid_string_random ();
      g_string_append_printf (
          text, "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"F%u\"}]}\n",
          world->patients[i], i);
    }
  omc_sandbox_load_text (world->sandbox, text->str, -1, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N_DEVICES; i++)
    {
      g_autoptr (OmcSyncReport) report = NULL;

      world->beds[i] = omc_sync_bed_new (omc_sandbox_get_base_url (world->sandbox), NULL);
      report = omc_sync_bed_sync (world->beds[i]);
      g_assert_true (report->complete);
    }
}

static void
world_clear (World *world)
{
  for (guint i = 0; i < N_DEVICES; i++)
    omc_sync_bed_free (world->beds[i]);
  omc_sandbox_free (world->sandbox);
  g_rand_free (world->rand);
  g_ptr_array_unref (world->markers);
  for (guint i = 0; i < N_PATIENTS; i++)
    g_free (world->patients[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (World, world_clear)

static void
edit_patient (World *world, OmcSyncBed *bed)
{
  static const char *const members[] = { "gender", "birthDate", "language" };
  static const char *const values[][2] = { { "male", "female" },
                                           { "1950-01-01", "1951-02-02" },
                                           { "en", "de" } };
  const char *id = world->patients[g_rand_int_range (world->rand, 0, N_PATIENTS)];
  guint member = (guint)g_rand_int_range (world->rand, 0, G_N_ELEMENTS (members));
  g_autoptr (OmcResource) current = omc_sync_bed_read (bed, "Patient", id);
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  g_autoptr (OmcJson) json = NULL;
  g_autofree char *text = NULL;
  OmcJsonNode *root;

  if (current == NULL)
    return;
  root = omc_json_builder_copy (builder, omc_resource_get_root (current));
  omc_json_node_set_string (builder, root, members[member],
                            values[member][g_rand_boolean (world->rand)]);
  json = omc_json_builder_end (builder, root);
  text = omc_json_to_string (json, FALSE, NULL);
  omc_resource_unref (omc_sync_bed_save (bed, "%s", text));
}

static void
chart (World *world, OmcSyncBed *bed)
{
  const char *id = world->patients[g_rand_int_range (world->rand, 0, N_PATIENTS)];
  char *marker = g_strdup_printf ("marker-%u", world->markers->len);

  g_ptr_array_add (world->markers, marker);
  omc_resource_unref (omc_sync_bed_save (bed,
                                         "{\"resourceType\":\"Observation\",\"status\":\"final\","
                                         "\"code\":{\"text\":\"%s\"},\"subject\":{\"reference\":"
                                         "\"Patient/%s\"}}",
                                         marker, id));
}

static void
work (World *world)
{
  for (guint step = 0; step < N_STEPS; step++)
    {
      OmcSyncBed *bed = world->beds[g_rand_int_range (world->rand, 0, N_DEVICES)];
      gint32 dice = g_rand_int_range (world->rand, 0, 100);

      if (dice < 40)
        chart (world, bed);
      else if (dice < 70)
        edit_patient (world, bed);
      else if (dice < 96)
        omc_sync_report_free (omc_sync_bed_sync (bed));
      else
        omc_sync_bed_restart (bed);
    }
}

/* Both until neither has anything to say; conflicts stay for a person. */
static void
settle (World *world)
{
  set_faults (world, FALSE);
  for (guint round = 0; round < 3; round++)
    {
      for (guint i = 0; i < N_DEVICES; i++)
        omc_sync_report_free (omc_sync_bed_sync_until_complete (world->beds[i], 5));
    }
  for (guint i = 0; i < N_DEVICES; i++)
    {
      OmcStoreStatus status = omc_sync_bed_get_status (world->beds[i]);

      g_assert_cmpuint (status.n_pending, ==, 0);
      g_assert_cmpuint (status.n_in_flight, ==, 0);
      g_assert_cmpuint (status.n_attention, ==, 0);
    }
}

/* (element-type utf8) set of "Type/id" that wait for a person on this device */
static GHashTable *
list_conflicts (OmcSyncBed *bed)
{
  GHashTable *open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) conflicts =
      omc_store_list_conflicts_sync (bed->store, bed->nurse, OMC_CONFLICTS_OPEN, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < conflicts->len; i++)
    {
      const OmcConflict *conflict = g_ptr_array_index (conflicts, i);

      g_hash_table_add (open,
                        g_strconcat (conflict->resource_type, "/", conflict->resource_id, NULL));
    }
  return open;
}

static void
check_resource (World *world,
                OmcSyncBed *bed,
                const char *type,
                const char *id,
                GHashTable *markers)
{
  g_autoptr (OmcResource) local = omc_sync_bed_read (bed, type, id);
  g_autofree char *server_id = omc_sync_bed_dup_server_id (bed, local);
  g_autofree char *there_text = NULL;
  g_autofree char *here_text = omc_sync_bed_dup_rendered (bed, type, id);
  g_autoptr (OmcResource) here = omc_resource_parse (here_text, -1, NULL);
  g_autoptr (OmcResource) there = NULL;
  const char *marker = omc_json_value_pick_string (omc_resource_get_root (here), "code.text");

  g_assert_nonnull (server_id);
  there_text = omc_sandbox_dup_resource (world->sandbox, type, server_id);
  g_assert_nonnull (there_text);
  there = omc_resource_parse (there_text, -1, NULL);
  if (!omc_sync_content_equal (here, there))
    {
      g_test_message ("here:  %s", here_text);
      g_test_message ("there: %s", there_text);
      g_assert_true (omc_sync_content_equal (here, there));
    }
  if (marker != NULL)
    g_assert_true (g_hash_table_add (markers, g_strdup (marker))); /* not twice */
}

static void
check (World *world)
{
  static const char *const types[] = { "Patient", "Observation" };

  for (guint i = 0; i < N_DEVICES; i++)
    {
      g_autoptr (GHashTable) conflicts = list_conflicts (world->beds[i]);
      g_autoptr (GHashTable) markers =
          g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

      for (guint t = 0; t < G_N_ELEMENTS (types); t++)
        {
          g_autoptr (GPtrArray) ids = omc_sync_bed_list_ids (world->beds[i], types[t]);

          g_assert_cmpuint (ids->len, ==, omc_sandbox_count_resources (world->sandbox, types[t]));
          for (guint n = 0; n < ids->len; n++)
            {
              g_autofree char *key = g_strconcat (types[t], "/", g_ptr_array_index (ids, n), NULL);

              if (!g_hash_table_contains (conflicts, key))
                check_resource (world, world->beds[i], types[t], g_ptr_array_index (ids, n),
                                markers);
            }
        }
      for (guint n = 0; n < world->markers->len; n++)
        g_assert_true (g_hash_table_contains (markers, g_ptr_array_index (world->markers, n)));
    }
}

static void
test_devices_converge (gconstpointer profile)
{
  const char *wanted = g_getenv ("OMNICARE_SEEDS"); /* "7" for the first seven */
  guint32 last = wanted != NULL ? (guint32)g_ascii_strtoull (wanted, NULL, 10) : N_SEEDS;

  for (guint32 seed = 1; seed <= last; seed++)
    {
      g_auto (World) world = { 0 };

      g_test_message ("seed %u", seed);
      world_init (&world, profile, seed);
      set_faults (&world, TRUE);
      work (&world);
      settle (&world);
      check (&world);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/sync/convergence/medplum/devices-converge", "medplum",
                        test_devices_converge);
  g_test_add_data_func ("/sync/convergence/hapi/devices-converge", "hapi", test_devices_converge);

  return g_test_run ();
}
