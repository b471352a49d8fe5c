/* fuzz-audit-segment.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-audit-segment.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

#define EDIT_LENGTH 3
#define N_ENTRIES 3
#define FIRST 5

typedef struct
{
  OmcSecret *key;
  OmcCodec *codec;
  GByteArray *plain;
  GBytes *whole; /* a file that opens */
} Sample;

static const Sample *
get_sample (void)
{
  static Sample sample;
  OmcAuditSegmentInfo info = { .first = FIRST, .last = FIRST + N_ENTRIES - 1 };
  const OmcAuditRecord records[N_ENTRIES] = {
    { .entry = "1795000000000000\x1frest", .length = 21 },
    { .entry = "", .length = 0, .items = (const guint8 *)"list", .items_length = 4 },
    { .entry = "1795000000000001", .length = 16, .items = (const guint8 *)"", .items_length = 0 },
  };
  guint8 raw[32];

  if (sample.whole != NULL)
    return &sample;
  for (guint i = 0; i < sizeof raw; i++)
    raw[i] = (guint8)i;
  memset (info.previous, 1, sizeof info.previous);
  memset (info.hash, 2, sizeof info.hash);
  sample.key = omc_secret_new (raw, sizeof raw);
  sample.codec = omc_codec_new (NULL);
  sample.plain = g_byte_array_new ();
  for (guint i = 0; i < N_ENTRIES; i++)
    omc_audit_segment_add (sample.plain, &records[i]);
  sample.whole = omc_audit_segment_seal (&info, sample.plain, sample.key, sample.codec, NULL);
  g_assert_nonnull (sample.whole);

  return &sample;
}

static gboolean
opens (const guint8 *bytes, gsize length, const Sample *sample)
{
  OmcAuditSegmentInfo info;
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) plain =
      omc_audit_segment_open (bytes, length, sample->key, sample->codec, &info, &error);

  g_assert_true ((plain != NULL) == (error == NULL));
  if (plain == NULL)
    return FALSE;
  g_assert_cmpuint (info.first, ==, FIRST);
  g_assert_cmpuint (info.last, ==, FIRST + N_ENTRIES - 1);
  g_assert_cmpmem (plain->data, plain->len, sample->plain->data, sample->plain->len);

  return TRUE;
}

/* The header alone is taken as it was made, or not at all. */
static void
parse (const guint8 *bytes, gsize length, const Sample *sample)
{
  OmcAuditSegmentInfo info;
  guint64 file_length;
  g_autoptr (GError) error = NULL;

  if (omc_audit_segment_parse (bytes, length, sample->key, &info, &file_length, &error))
    g_assert_true (info.first == FIRST && file_length == g_bytes_get_size (sample->whole));
  else
    g_assert_nonnull (error);
}

/* What is walked through is inside, in its order, and ends; written again it is the same. */
static void
walk (const guint8 *data, gsize size)
{
  g_autoptr (GByteArray) plain = g_byte_array_new_take (g_memdup2 (data, size), size);
  g_autoptr (GByteArray) again = g_byte_array_new ();
  OmcAuditRecord record = { 0 };
  gsize position = 0, before = 0;

  while (omc_audit_segment_next (plain, &position, &record))
    {
      g_assert_cmpuint (position, >, before);
      g_assert_cmpuint (position, <=, plain->len);
      g_assert_true ((const guint8 *)record.entry >= plain->data + before);
      g_assert_true ((const guint8 *)record.entry + record.length + record.items_length ==
                     plain->data + position);
      omc_audit_segment_add (again, &record);
      before = position;
    }
  g_assert_cmpmem (again->data, again->len, plain->data, position);
}

/* The input as a file, as a plain form, and as edits of a whole file (place, place, what): whatever is not the whole one is
 * refused. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const Sample *sample = get_sample ();
  gsize whole_length;
  const guint8 *whole = g_bytes_get_data (sample->whole, &whole_length);
  g_autofree guint8 *edited = g_memdup2 (whole, whole_length);
  gsize length = whole_length;

  walk (data, size);
  parse (data, size, sample);
  g_assert_false (opens (data, size, sample));
  for (gsize i = 0; i + EDIT_LENGTH <= size; i += EDIT_LENGTH)
    {
      gsize place = (gsize)data[i] << 8 | data[i + 1];

      if (place < whole_length)
        edited[place] ^= data[i + 2];
      else if (data[i + 2] == 0)
        length = place % (whole_length + 1);
    }
  parse (edited, length, sample);
  g_assert_true (opens (edited, length, sample) ==
                 (length == whole_length && memcmp (edited, whole, length) == 0));

  return 0;
}
