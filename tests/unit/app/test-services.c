/* test-services.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-services-private.h"
#include "omc-store-bounds.h"
#include "omc-store-keys.h"
#include "omc-store-slots.h"
#include "omc-store-sync.h"
#include "omc-sync-error.h"
#include "omc-test-server.h"
#include "store-fixture.h"

#define ANN_WORDS "correct horse battery"
#define BOB_WORDS "a nurse's first words"
#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

/* A device of a ward: ann manages it, bob is a nurse. Their slots are the cheapest that there are. */
typedef struct
{
  char *directory;
  GSettings *settings;
  OmcServices *services;
} Bed;

static OmcSecret *
words (const char *text)
{
  return omc_secret_new (text, strlen (text));
}

static void
add_person (Bed *bed, OmcKeyManager *keys, OmcStore *store, const char *name, OmcRole role)
{
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  g_autoptr (OmcActor) person = omc_actor_new (name, name, role, NULL, NULL);
  g_autoptr (GError) error = NULL;

  omc_store_put_user_sync (store, device, person, FALSE, NULL, &error);
  g_assert_no_error (error);
}

static void
set_up (Bed *bed, gconstpointer data)
{
  g_autoptr (OmcSecretStore) secrets = omc_secret_store_memory_new ();
  g_autoptr (OmcSecret) ann = words (ANN_WORDS);
  g_autoptr (OmcSecret) bob = words (BOB_WORDS);
  g_autoptr (OmcClock) clock = omc_clock_new ();
  g_autoptr (OmcSyncConfig) config = omc_sync_config_new ();
  g_autoptr (OmcKeyManager) keys = NULL;
  g_autoptr (OmcStore) store = NULL;
  g_autofree char *code = NULL;
  g_autoptr (GError) error = NULL;

  bed->directory = g_dir_make_tmp ("omnicare-XXXXXX", &error);
  g_assert_no_error (error);
  omc_secret_store_memory_set_state (secrets, OMC_SECRET_UNAVAILABLE);
  keys = omc_key_manager_new (bed->directory, secrets, &OMC_KDF_FLOOR);
  omc_key_manager_create_sync (keys, "ann", ann, &code, NULL, &error);
  g_assert_no_error (error);
  omc_key_manager_set_passphrase_sync (keys, "bob", bob, NULL, &error);
  g_assert_no_error (error);
  store = omc_store_new (bed->directory, keys, clock);
  omc_store_open_sync (store, NULL, &error);
  g_assert_no_error (error);
  add_person (bed, keys, store, "ann", OMC_ROLE_ADMINISTRATOR);
  add_person (bed, keys, store, "bob", OMC_ROLE_NURSE);
  omc_store_close (store);
  bed->settings = g_settings_new (OMC_APP_ID);
  bed->services = omc_services_new (bed->directory, config, bed->settings, FALSE);
}

static void
tear_down (Bed *bed, gconstpointer data)
{
  omc_services_shut_down (bed->services);
  g_clear_object (&bed->services);
  g_clear_object (&bed->settings);
  store_fixture_remove_tree (bed->directory);
  g_free (bed->directory);
}

static OmcActor *
come_in (Bed *bed, const char *user, const char *text, GError **error)
{
  g_autoptr (OmcGateRequest) request = omc_gate_request_new (OMC_GATE_BY_PASSPHRASE);
  g_autofree char *code = NULL;

  request->user = g_strdup (user);
  request->passphrase = words (text);

  return OMC_GATE_GET_CLASS (bed->services)
      ->open (OMC_GATE (bed->services), request, &code, NULL, error);
}

/* The entry alone, as where the slot is the last one or an older keyring was put back. */
static void
disable (Bed *bed, const char *name)
{
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  g_autoptr (OmcActor) person = omc_actor_new (name, name, OMC_ROLE_NURSE, NULL, NULL);
  g_autoptr (GError) error = NULL;

  omc_store_put_user_sync (bed->services->store, device, person, TRUE, NULL, &error);
  g_assert_no_error (error);
}

static guint
count_refused (Bed *bed, const char *entity)
{
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries =
      omc_store_list_audit_sync (bed->services->store, device, 0, 1000, NULL, &error);
  guint n = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < entries->len; i++)
    {
      const OmcAuditEntry *entry = g_ptr_array_index (entries, i);

      n += g_strcmp0 (entry->subtype, "login") == 0 && entry->outcome == 4 &&
           g_strcmp0 (entry->entity, entity) == 0;
    }
  return n;
}

static void
assert_turned_away (Bed *bed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcActor) actor = come_in (bed, "bob", BOB_WORDS, &error);

  g_assert_null (actor);
  g_assert_error (error, OMC_GATE_ERROR, OMC_GATE_ERROR_NOT_A_USER);
  g_assert_nonnull (strstr (error->message, "bob"));
}

static void
test_disabled (Bed *bed, gconstpointer data)
{
  g_autoptr (OmcActor) ann = NULL;
  g_autoptr (GError) error = NULL;

  ann = come_in (bed, "ann", ANN_WORDS, &error);
  g_assert_no_error (error);
  disable (bed, "bob");
  omc_services_shut_down (bed->services);
  assert_turned_away (bed);
  g_assert_false (omc_store_is_open (bed->services->store));
  g_assert_false (omc_key_manager_is_unlocked (bed->services->keys));
  g_clear_object (&ann);
  ann = come_in (bed, "ann", ANN_WORDS, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_refused (bed, "passphrase bob"), ==, 1);
}

/* Behind a locked screen what was charted goes on to the server. */
static void
test_disabled_behind_the_lock (Bed *bed, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcActor) ann = come_in (bed, "ann", ANN_WORDS, &error);

  g_assert_no_error (error);
  disable (bed, "bob");
  assert_turned_away (bed);
  g_assert_true (omc_store_is_open (bed->services->store));
  g_assert_true (omc_key_manager_is_unlocked (bed->services->keys));
  g_assert_cmpuint (count_refused (bed, "passphrase bob"), ==, 1);
}

/* As it was after a first contact. */
static void
meet (Bed *bed, const char *url)
{
  g_autoptr (GError) error = NULL;

  omc_store_set_mark (bed->services->store, "server/base", url, &error);
  g_assert_no_error (error);
  omc_key_manager_note_contact_sync (bed->services->keys, FALSE, &error);
  g_assert_no_error (error);
}

static void
confirm (Bed *bed, OmcActor *actor)
{
  g_autoptr (OmcServerIdentity) server = omc_sync_config_dup_identity (bed->services->config);
  g_autoptr (GError) error = NULL;

  omc_store_confirm_bounds_sync (bed->services->store, actor, 72 * HOUR_US, server, NULL, &error);
  g_assert_no_error (error);
}

/* A run now, by what the session has. */
static gboolean
is_refused (Bed *bed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSyncReport) report =
      omc_sync_service_run_sync (bed->services->sync, NULL, FALSE, NULL, &error);

  if (report != NULL)
    return FALSE;
  g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_UNCONFIRMED);

  return TRUE;
}

static guint
count_words (const char *text, const char *words)
{
  g_auto (GStrv) parts = g_strsplit (text, words, -1);

  return g_strv_length (parts) - 1;
}

static void
test_other_server (Bed *bed, gconstpointer data)
{
  g_autoptr (OmcTestServer) other = omc_test_server_new (FALSE);
  g_autofree char *origin = g_strconcat (omc_test_server_get_url (other), ")", NULL);
  g_autofree char *url =
      g_strconcat ("http://who:word@", omc_test_server_get_url (other) + 7, "/r4?key=1", NULL);
  g_autoptr (OmcUiSession) session = NULL;
  g_autoptr (OmcActor) ann = NULL;
  g_autoptr (GError) error = NULL;

  bed->services->config->auto_sync = FALSE;
  omc_services_set_lifetime_hours (bed->services, 72);
  ann = come_in (bed, "ann", ANN_WORDS, &error);
  g_assert_no_error (error);
  meet (bed, "https://fhir.example/r4");
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *notice = NULL;

      omc_services_shut_down (bed->services);
      g_set_str (&bed->services->config->server_url, i == 0 ? "https://fhir.example/r4/" : url);
      omc_services_set_lifetime_hours (bed->services, i == 0 ? 72 : 100);
      g_clear_object (&ann);
      ann = come_in (bed, "ann", ANN_WORDS, &error);
      g_assert_no_error (error);
      notice = omc_services_dup_notice (bed->services);
      if (i == 0)
        {
          g_assert_null (notice);
          g_assert_nonnull (bed->services->config->server_url);
          continue;
        }
      g_assert_nonnull (strstr (notice, origin));
      g_assert_null (strstr (notice, "word"));
      g_assert_null (strstr (notice, "key=1"));
      g_assert_nonnull (strstr (notice, "72 hours stay in force"));
    }
  session = OMC_GATE_GET_CLASS (bed->services)->enter (OMC_GATE (bed->services), ann);
  g_assert_true (is_refused (bed));
  /* The next who signs in comes to no other end, and is told no more than once. */
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *notice = NULL;

      g_clear_object (&ann);
      ann = come_in (bed, "ann", ANN_WORDS, &error);
      g_assert_no_error (error);
      notice = omc_services_dup_notice (bed->services);
      g_assert_cmpuint (count_words (notice, origin), ==, 1);
      g_assert_cmpuint (count_words (notice, "72 hours stay in force"), ==, 1);
      g_assert_true (is_refused (bed));
    }
  g_assert_cmpuint (omc_test_server_count (other, "*"), ==, 0);
}

static char *
notice_of_next (Bed *bed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcActor) ann = come_in (bed, "ann", ANN_WORDS, &error);

  g_assert_no_error (error);
  return omc_services_dup_notice (bed->services);
}

/* The secret of the device, and no restart of the program. */
static void
test_other_login (Bed *bed, gconstpointer data)
{
  g_autoptr (OmcTestServer) server = omc_test_server_new (FALSE);
  g_autoptr (OmcTestServer) login = omc_test_server_new (FALSE);
  g_autofree char *token_url = g_strconcat (omc_test_server_get_url (login), "/Doe?key=1", NULL);
  g_autofree char *told = NULL;
  g_autofree char *quiet = NULL;
  g_autoptr (OmcUiSession) session = NULL;
  g_autoptr (OmcActor) ann = NULL;
  g_autoptr (GError) error = NULL;
  OmcSyncConfig *config = bed->services->config;

  config->auto_sync = FALSE;
  omc_services_set_lifetime_hours (bed->services, 72);
  g_set_str (&config->server_url, omc_test_server_get_url (server));
  g_set_str (&config->client_id, "ward");
  g_set_str (&config->client_secret, "planted secret");
  ann = come_in (bed, "ann", ANN_WORDS, &error);
  g_assert_no_error (error);
  meet (bed, config->server_url);
  omc_services_shut_down (bed->services);
  g_set_str (&config->token_url, token_url);
  g_clear_object (&ann);
  ann = come_in (bed, "ann", ANN_WORDS, &error);
  g_assert_no_error (error);
  told = omc_services_dup_notice (bed->services);
  g_assert_nonnull (strstr (told, omc_test_server_get_url (login)));
  g_assert_null (strstr (told, "Doe"));
  session = OMC_GATE_GET_CLASS (bed->services)->enter (OMC_GATE (bed->services), ann);
  g_assert_true (is_refused (bed));
  g_assert_cmpuint (omc_test_server_count (login, "*"), ==, 0);
  g_assert_cmpuint (omc_test_server_count (server, "*"), ==, 0);
  confirm (bed, ann);
  g_assert_false (is_refused (bed));
  g_assert_cmpuint (omc_test_server_count (login, "POST /Doe*"), ==, 1);
  quiet = notice_of_next (bed);
  g_assert_null (quiet);
}

static guint32
get_epoch (Bed *bed)
{
  OmcKeyStatus status;
  g_autoptr (GError) error = NULL;

  omc_store_get_key_status_sync (bed->services->store, &status, NULL, &error);
  g_assert_no_error (error);
  return status.epoch;
}

static gint64
get_wait_us (guint source_id)
{
  GSource *source = g_main_context_find_source_by_id (NULL, source_id);

  g_assert_nonnull (source);
  return g_source_get_ready_time (source) - g_get_monotonic_time ();
}

/* As after an hour. */
static void
let_it_ring (guint source_id)
{
  g_source_set_ready_time (g_main_context_find_source_by_id (NULL, source_id), 0);
  while (get_wait_us (source_id) <= 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_rotation_is_looked_at (Bed *bed, gconstpointer data)
{
  g_autoptr (OmcUiSession) session = NULL;
  g_autoptr (OmcActor) ann = NULL;
  g_autoptr (GError) error = NULL;
  OmcClock *clock;
  guint source;

  omc_services_set_rotation_days (bed->services, 2);
  ann = come_in (bed, "ann", ANN_WORDS, &error);
  g_assert_no_error (error);
  session = OMC_GATE_GET_CLASS (bed->services)->enter (OMC_GATE (bed->services), ann);
  source = bed->services->rotation_source;
  g_assert_cmpuint (source, !=, 0);
  g_assert_cmpint (get_wait_us (source), >, HOUR_US - 60 * G_USEC_PER_SEC);
  g_assert_cmpint (get_wait_us (source), <, HOUR_US + 60 * G_USEC_PER_SEC);
  clock = omc_store_get_clock (bed->services->store);
  /* Its day has not come. */
  let_it_ring (source);
  g_assert_cmpuint (get_epoch (bed), ==, 1);
  omc_clock_set_server_time (clock, omc_clock_get_now (clock) + 49 * HOUR_US);
  let_it_ring (source);
  while (get_epoch (bed) == 1)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (get_epoch (bed), ==, 2);
  /* It goes on, and not at every look. */
  let_it_ring (source);
  g_assert_cmpuint (get_epoch (bed), ==, 2);
  omc_services_shut_down (bed->services);
  g_assert_null (g_main_context_find_source_by_id (NULL, source));
}

static void
test_no_rotation (Bed *bed, gconstpointer data)
{
  g_autoptr (OmcUiSession) session = NULL;
  g_autoptr (OmcActor) ann = NULL;
  g_autoptr (GError) error = NULL;

  omc_services_set_rotation_days (bed->services, 0);
  ann = come_in (bed, "ann", ANN_WORDS, &error);
  g_assert_no_error (error);
  session = OMC_GATE_GET_CLASS (bed->services)->enter (OMC_GATE (bed->services), ann);
  g_assert_cmpuint (bed->services->rotation_source, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                                                        \
  g_test_add ("/app/services/" path, Bed, NULL, set_up, function, tear_down)
  ADD ("who-is-disabled-leaves-nothing-open", test_disabled);
  ADD ("behind-the-lock-the-store-goes-on", test_disabled_behind_the_lock);
  ADD ("another-server-or-more-time-in-a-file-is-told-and-not-taken", test_other_server);
  ADD ("another-login-gets-nothing-until-confirmed-and-then-at-once", test_other_login);
  ADD ("every-hour-the-date-of-the-key-is-looked-at", test_rotation_is_looked_at);
  ADD ("without-days-it-never-is", test_no_rotation);
#undef ADD

  return g_test_run ();
}
