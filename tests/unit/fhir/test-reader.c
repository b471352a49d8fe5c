/* test-reader.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <zstd.h>

#include "omc-bundle.h"
#include "omc-reader.h"
#include "omc-test-fixtures.h"

typedef struct
{
  GString *good; /* "place Type/id\n" */
  GString *bad;  /* "place\n" */
  GPtrArray *resources;
  guint stop_after;
} Result;

static void
result_free (Result *self)
{
  g_string_free (self->good, TRUE);
  g_string_free (self->bad, TRUE);
  g_ptr_array_unref (self->resources);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Result, result_free)

static gboolean
take (OmcResource *resource, const char *place, gpointer user_data, GError **error)
{
  Result *self = user_data;

  g_string_append_printf (self->good, "%s %s/%s\n", place,
                          omc_resource_get_resource_type (resource),
                          omc_resource_get_id (resource) ? omc_resource_get_id (resource) : "-");
  g_ptr_array_add (self->resources, omc_resource_ref (resource));
  if (self->stop_after == self->resources->len)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");
      return FALSE;
    }

  return TRUE;
}

static void
complain (const char *place, const GError *problem, gpointer user_data)
{
  Result *self = user_data;

  g_assert_nonnull (problem);
  g_string_append_printf (self->bad, "%s\n", place);
}

static Result *
read_all (const void *data, gsize length, const char *name, OmcReaderFlags flags, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  Result *self = g_new0 (Result, 1);

  self->good = g_string_new (NULL);
  self->bad = g_string_new (NULL);
  self->resources = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  omc_reader_read_bytes (bytes, name, flags, take, complain, self, error);

  return self;
}

static GBytes *
gzip (const void *data, gsize length)
{
  g_autoptr (GConverter) converter =
      G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  g_autoptr (GBytes) plain = g_bytes_new (data, length);
  g_autoptr (GError) error = NULL;
  GBytes *packed = g_converter_convert_bytes (converter, plain, &error);

  g_assert_no_error (error);
  return packed;
}

static GBytes *
zstd (const void *data, gsize length)
{
  gsize room = ZSTD_compressBound (length);
  guint8 *packed = g_malloc (room);
  gsize size = ZSTD_compress (packed, room, data, length, 3);

  g_assert_false (ZSTD_isError (size));
  return g_bytes_new_take (packed, size);
}

static GBytes *
twice (GBytes *part)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (part, &length);
  guint8 *both = g_malloc (2 * length);

  memcpy (both, data, length);
  memcpy (both + length, data, length);
  return g_bytes_new_take (both, 2 * length);
}

#define LINE(id) "{\"resourceType\":\"Patient\",\"id\":\"" id "\"}\n"

static void
test_formats_are_told_by_content (void)
{
  static const struct
  {
    const char *name;
    const char *text;
    const char *good;
  } cases[] = {
    { "a", LINE ("1"), "a Patient/1\n" },
    { "a", "{\"resourceType\":\n\"Patient\"}", "a Patient/-\n" },
    { "a", "\xef\xbb\xbf" LINE ("1"), "a Patient/1\n" },
    { "a", LINE ("1") "\r\n" LINE ("2"), "a:1 Patient/1\na:3 Patient/2\n" },
    { "a.ndjson", LINE ("1"), "a.ndjson:1 Patient/1\n" },
    { "a.ndjson", "{\"resourceType\":\"Patient\"}", "a.ndjson:1 Patient/-\n" },
    { "a.ndjson", "", "" },
    { "a",
      "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":" LINE (
          "1") "},{\"resource\":{\"resourceType\":\"Bundle\",\"id\":\"b\",\"entry\":[]}}]}",
      "a: Bundle.entry[0] Patient/1\na: Bundle.entry[1] Bundle/b\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = strlen (cases[i].text);
      g_autoptr (GBytes) gz = gzip (cases[i].text, length);
      g_autoptr (GBytes) zst = zstd (cases[i].text, length);
      g_autoptr (GBytes) plain = g_bytes_new (cases[i].text, length);
      GBytes *forms[] = { plain, gz, zst };

      for (guint j = 0; j < G_N_ELEMENTS (forms); j++)
        {
          g_autoptr (GError) error = NULL;
          gsize size;
          const void *data = g_bytes_get_data (forms[j], &size);
          g_autoptr (Result) result = read_all (data, size, cases[i].name, 0, &error);

          g_test_message ("case %u, form %u", i, j);
          g_assert_no_error (error);
          g_assert_cmpstr (result->good->str, ==, cases[i].good);
          g_assert_cmpstr (result->bad->str, ==, "");
        }
    }
}

static void
test_all_members_of_a_packed_file_are_read (void)
{
  g_autoptr (GBytes) gz = gzip (LINE ("1"), strlen (LINE ("1")));
  g_autoptr (GBytes) zst = zstd (LINE ("1"), strlen (LINE ("1")));
  GBytes *forms[] = { gz, zst };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GBytes) both = twice (forms[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (Result) result =
          read_all (g_bytes_get_data (both, NULL), g_bytes_get_size (both), "a.ndjson", 0, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (result->good->str, ==, "a.ndjson:1 Patient/1\na.ndjson:2 Patient/1\n");
    }
}

static void
test_every_truncation_of_a_packed_file_is_an_error (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) gz = NULL;
  g_autoptr (GBytes) zst = NULL;

  for (guint i = 0; i < 300; i++)
    g_string_append_printf (text, "{\"resourceType\":\"Patient\",\"id\":\"%u\"}\n",
                            i * 2654435761u);
  gz = gzip (text->str, text->len);
  zst = zstd (text->str, text->len);
  GBytes *forms[] = { gz, zst };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    for (gsize cut = 5; cut < g_bytes_get_size (forms[i]); cut += 7)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (Result) result =
            read_all (g_bytes_get_data (forms[i], NULL), cut, "a.ndjson", 0, &error);

        g_assert_nonnull (error);
        g_assert_true (g_str_has_prefix (error->message, "a.ndjson: "));
      }
}

static void
test_bombs_are_refused (void)
{
  gsize length = (gsize)72 << 20;
  g_autofree char *blanks = g_malloc (length);
  g_autoptr (GBytes) gz = NULL;
  g_autoptr (GBytes) zst = NULL;

  memset (blanks, '\n', length);
  gz = gzip (blanks, length);
  zst = zstd (blanks, length);
  GBytes *forms[] = { gz, zst };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (Result) result = read_all (g_bytes_get_data (forms[i], NULL),
                                            g_bytes_get_size (forms[i]), "a.ndjson", 0, &error);

      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

/* A zstd frame that declares 2 GiB and holds nothing, and one that wants a window of 2 GiB. */
static void
test_declared_sizes_are_not_believed (void)
{
  static const guint8 frames[][14] = {
    { 0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0x00, 0x00, 0x00, 0x80, 0x01, 0x00, 0x00 },
    { 0x28, 0xb5, 0x2f, 0xfd, 0x80, 0xa8, 0x00, 0x00, 0x00, 0x80, 0x01, 0x00, 0x00 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (Result) result = read_all (frames[i], sizeof frames[i], "a.json.zst", 0, &error);

      g_assert_nonnull (error);
      g_assert_cmpuint (result->resources->len, ==, 0);
    }
}

static void
test_bad_items_are_reported_and_the_rest_goes_on (void)
{
  static const char lines[] =
      LINE ("1") "{\"resourceType\":\"Patient\"\n"
                 "[]\n"
                 "{\"resourceType\":\"Patiens\"}\n" LINE ("2") "{\"a\":1,\"a\":1}\n";
  static const char bundle[] =
      "{\"resourceType\":\"Bundle\",\"type\":\"history\",\"entry\":["
      "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\"}},"
      "{\"resource\":{\"id\":\"x\"}},{\"resource\":7},7,"
      "{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient/"
      "9\"},\"response\":{\"status\":\"204\"}},"
      "{\"response\":{\"status\":\"404\"}},"
      "{\"search\":{\"mode\":\"outcome\"},\"resource\":{\"resourceType\":\"OperationOutcome\"}},"
      "{\"resource\":{\"resourceType\":\"Task\",\"id\":\"2\"}}]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (Result) result = read_all (lines, strlen (lines), "f.ndjson", 0, &error);
  g_autoptr (Result) entries = read_all (bundle, strlen (bundle), "f.json", 0, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (result->good->str, ==, "f.ndjson:1 Patient/1\nf.ndjson:5 Patient/2\n");
  g_assert_cmpstr (result->bad->str, ==, "f.ndjson:2\nf.ndjson:3\nf.ndjson:4\nf.ndjson:6\n");
  g_assert_cmpstr (entries->good->str, ==,
                   "f.json: Bundle.entry[0] Patient/1\nf.json: Bundle.entry[7] Task/2\n");
  g_assert_cmpstr (entries->bad->str, ==,
                   "f.json: Bundle.entry[1]\nf.json: Bundle.entry[2]\nf.json: Bundle.entry[3]\n"
                   "f.json: Bundle.entry[4]\n");
}

static void
test_without_a_listener_the_first_bad_item_stops (void)
{
  static const char lines[] = LINE ("1") "x\n" LINE ("2");
  g_autoptr (GBytes) bytes = g_bytes_new_static (lines, strlen (lines));
  g_autoptr (Result) result = read_all ("", 0, "x.ndjson", 0, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (omc_reader_read_bytes (bytes, "f.ndjson", 0, take, NULL, result, &error));
  g_assert_error (error, OMC_JSON_ERROR, OMC_JSON_ERROR_SYNTAX);
  g_assert_true (g_str_has_prefix (error->message, "f.ndjson:2: "));
  g_assert_cmpuint (result->resources->len, ==, 1);
}

static void
test_the_callback_can_stop (void)
{
  static const char lines[] = LINE ("1") LINE ("2") LINE ("3");
  g_autoptr (GBytes) bytes = g_bytes_new_static (lines, strlen (lines));
  g_autoptr (Result) result = read_all ("", 0, "x.ndjson", 0, NULL);
  g_autoptr (GError) error = NULL;

  result->stop_after = 2;
  g_assert_false (omc_reader_read_bytes (bytes, "f.ndjson", 0, take, complain, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_cmpuint (result->resources->len, ==, 2);
  g_assert_cmpstr (result->bad->str, ==, "");
}

static const char transaction[] =
    "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
    "{\"fullUrl\":\"urn:uuid:a\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\"}},"
    "{\"fullUrl\":\"urn:uuid:b\",\"resource\":{\"resourceType\":\"Encounter\",\"subject\":{"
    "\"reference\":"
    "\"urn:uuid:a\"},\"serviceProvider\":{\"reference\":\"Organization?identifier=x|y\"},"
    "\"partOf\":{\"reference\":"
    "\"urn:uuid:zz\"}}},"
    "{\"fullUrl\":\"urn:uuid:d\",\"resource\":{\"resourceType\":\"Location\",\"id\":\"1\"}},"
    "{\"fullUrl\":\"urn:uuid:d\",\"resource\":{\"resourceType\":\"Location\",\"id\":\"2\"}},"
    "{\"resource\":{\"resourceType\":\"Observation\",\"encounter\":{\"reference\":\"urn:uuid:b\"},"
    "\"subject\":"
    "{\"reference\":\"urn:uuid:d\"},\"valueQuantity\":{\"value\":98.60}}}]}";

static void
test_a_servers_urns_are_resolved (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Result) result =
      read_all (transaction, strlen (transaction), "t", OMC_READER_FROM_SERVER, &error);
  g_autofree char *encounter = NULL;
  g_autofree char *observation = NULL;

  g_assert_no_error (error);
  encounter = omc_resource_to_string (result->resources->pdata[1], NULL);
  observation = omc_resource_to_string (result->resources->pdata[4], NULL);
  g_assert_cmpstr (
      encounter, ==,
      "{\"resourceType\":\"Encounter\",\"id\":\"b\",\"subject\":{\"reference\":\"Patient/p\"},"
      "\"serviceProvider\":{\"reference\":\"Organization?identifier=x|y\"},\"partOf\":{"
      "\"reference\":"
      "\"urn:uuid:zz\"}}");
  g_assert_cmpstr (
      observation, ==,
      "{\"resourceType\":\"Observation\",\"encounter\":{\"reference\":\"Encounter/b\"},\"subject\":"
      "{\"reference\":\"urn:uuid:d\"},\"valueQuantity\":{\"value\":98.60}}");
}

/* What stands behind "urn:uuid:" becomes an id only if it can be one. */
static void
test_a_urn_that_is_no_id_names_nothing (void)
{
  static const char bundle[] =
      "{\"resourceType\":\"Bundle\",\"type\":\"batch-response\",\"entry\":["
      "{\"fullUrl\":\"urn:uuid:../../x\",\"resource\":{\"resourceType\":\"Patient\"}},"
      "{\"fullUrl\":\"urn:uuid:\",\"resource\":{\"resourceType\":\"Patient\"}}]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (Result) result =
      read_all (bundle, strlen (bundle), "t", OMC_READER_FROM_SERVER, &error);

  for (guint i = 0; i < result->resources->len; i++)
    g_assert_null (omc_resource_get_id (result->resources->pdata[i]));
}

static void
test_by_default_nothing_is_changed (void)
{
  g_autoptr (Result) result =
      read_all (transaction, strlen (transaction), "t", OMC_READER_DEFAULT, NULL);

  g_assert_null (omc_resource_get_id (result->resources->pdata[1]));
  g_assert_cmpstr (omc_json_value_pick_string (omc_resource_get_root (result->resources->pdata[1]),
                                               "subject.reference"),
                   ==, "urn:uuid:a");
}

static void
test_bundles_are_built_as_read (void)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  g_autoptr (OmcResource) patient = omc_resource_parse (LINE ("1"), -1, NULL);
  OmcBundleRequest request = { .method = "PUT", .url = "Patient/1", .if_match = "W/\"2\"" };
  OmcBundleResponse response = { .status = "200 OK", .etag = "W/\"3\"" };
  OmcJsonNode *root = omc_bundle_begin (builder, "searchset");
  g_autoptr (OmcJson) json = NULL;
  g_autoptr (OmcResource) bundle = NULL;
  OmcBundleIter iter;
  OmcBundleEntry entry;

  omc_bundle_set_total (builder, root, 3);
  omc_bundle_add_link (builder, root, "self", "http://x/Patient");
  omc_bundle_add_link (builder, root, "next", "http://x/Patient?page=2");
  omc_bundle_add_match (builder, root, patient, "http://x/Patient/1", "match");
  omc_bundle_add_request (builder, root, patient, &request);
  omc_bundle_add_response (builder, root, NULL, &response);
  json = omc_json_builder_end (builder, root);
  bundle = omc_resource_new (json, NULL);

  g_assert_true (omc_resource_is_bundle (bundle));
  g_assert_cmpuint (omc_bundle_get_n_entries (bundle), ==, 3);
  g_assert_cmpstr (omc_bundle_get_link (bundle, "next"), ==, "http://x/Patient?page=2");
  g_assert_null (omc_bundle_get_link (bundle, "previous"));
  omc_bundle_iter_init (&iter, bundle);
  g_assert_true (omc_bundle_iter_next (&iter, &entry));
  g_assert_cmpstr (entry.search_mode, ==, "match");
  g_assert_cmpstr (omc_json_value_pick_string (entry.resource, "id"), ==, "1");
  g_assert_true (omc_bundle_iter_next (&iter, &entry));
  g_assert_cmpstr (entry.request.if_match, ==, "W/\"2\"");
  g_assert_true (omc_bundle_iter_next (&iter, &entry));
  g_assert_null (entry.resource);
  g_assert_cmpstr (entry.etag, ==, "W/\"3\"");
  g_assert_false (omc_bundle_iter_next (&iter, &entry));
}

static gboolean
count (OmcResource *resource, const char *place, gpointer user_data, GError **error)
{
  (*(guint *)user_data)++;
  return TRUE;
}

/* HL7's transaction example holds two deletions and nothing else is unreadable. */
static void
expect_deletion (const char *place, const GError *problem, gpointer user_data)
{
  g_assert_true (g_str_has_prefix (place, "Bundle-bundle-transaction.json: Bundle.entry["));
  g_assert_error (problem, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED);
}

static void
read_folder (const char *path, guint *n)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      g_autoptr (GFile) file = g_file_new_for_path (child);
      g_autoptr (GError) error = NULL;

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        read_folder (child, n);
      else if (strstr (name, "json"))
        {
          omc_reader_read_file (file, OMC_READER_FROM_SERVER, count, expect_deletion, n, NULL,
                                &error);
          g_assert_no_error (error);
        }
    }
}

static void
test_every_fixture_is_read (void)
{
  g_autofree char *root = omc_test_dup_fixtures (NULL);
  guint n = 0;

  if (root == NULL)
    return;
  read_folder (root, &n);
  g_test_message ("%u resources", n);
  g_assert_cmpuint (n, >, 5000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fhir/reader/formats-are-told-by-content", test_formats_are_told_by_content);
  g_test_add_func ("/fhir/reader/all-members-of-a-packed-file-are-read",
                   test_all_members_of_a_packed_file_are_read);
  g_test_add_func ("/fhir/reader/every-truncation-of-a-packed-file-is-an-error",
                   test_every_truncation_of_a_packed_file_is_an_error);
  g_test_add_func ("/fhir/reader/bombs-are-refused", test_bombs_are_refused);
  g_test_add_func ("/fhir/reader/declared-sizes-are-not-believed",
                   test_declared_sizes_are_not_believed);
  g_test_add_func ("/fhir/reader/bad-items-are-reported-and-the-rest-goes-on",
                   test_bad_items_are_reported_and_the_rest_goes_on);
  g_test_add_func ("/fhir/reader/without-a-listener-the-first-bad-item-stops",
                   test_without_a_listener_the_first_bad_item_stops);
  g_test_add_func ("/fhir/reader/the-callback-can-stop", test_the_callback_can_stop);
  g_test_add_func ("/fhir/reader/a-servers-urns-are-resolved", test_a_servers_urns_are_resolved);
  g_test_add_func ("/fhir/reader/a-urn-that-is-no-id-names-nothing",
                   test_a_urn_that_is_no_id_names_nothing);
  g_test_add_func ("/fhir/reader/by-default-nothing-is-changed",
                   test_by_default_nothing_is_changed);
  g_test_add_func ("/fhir/reader/bundles-are-built-as-read", test_bundles_are_built_as_read);
  g_test_add_func ("/fhir/reader/every-fixture-is-read", test_every_fixture_is_read);

  return g_test_run ();
}
