/* omc-ward-json.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicare-gen-ward"

#include "config.h"

#include <string.h>

#include "omc-codes.h"
#include "omc-ward-private.h"

void
omc_ward_rand_init (OmcWardRand *rand, guint64 seed, guint64 stream)
{
  rand->state = seed * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) ^
                (stream + 1) * G_GUINT64_CONSTANT (0xd1342543de82ef95);
  omc_ward_rand_next (rand);
}

guint64
omc_ward_rand_next (OmcWardRand *rand)
{
  guint64 z = rand->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return z ^ (z >> 31);
}

int
omc_ward_rand_int (OmcWardRand *rand, int low, int high)
{
  g_assert (high > low);

  return low + (int)(omc_ward_rand_next (rand) % (guint64)(high - low));
}

gboolean
omc_ward_rand_chance (OmcWardRand *rand, int percent)
{
  return omc_ward_rand_int (rand, 0, 100) < percent;
}

void
omc_ward_rand_uuid (OmcWardRand *rand, char uuid[37])
{
  static const char hex[] = "0123456789abcdef";
  guint64 high = (omc_ward_rand_next (rand) & ~G_GUINT64_CONSTANT (0xf000)) | 0x4000;
  guint64 low = (omc_ward_rand_next (rand) & G_GUINT64_CONSTANT (0x3fffffffffffffff)) |
                G_GUINT64_CONSTANT (0x8000000000000000);
  char *p = uuid;

  for (int i = 0; i < 32; i++)
    {
      guint64 half = i < 16 ? high : low;

      if (i == 8 || i == 12 || i == 16 || i == 20)
        *p++ = '-';
      *p++ = hex[half >> (60 - (i % 16) * 4) & 0xf];
    }
  *p = '\0';
}

static void
append_text (GString *out, const char *text)
{
  for (const char *run = text;;)
    {
      gsize length = strcspn (run, "\"\\");

      g_string_append_len (out, run, (gssize)length);
      if (run[length] == '\0')
        return;
      g_string_append_c (out, '\\');
      g_string_append_c (out, run[length]);
      run += length + 1;
    }
}

static void
begin_member (OmcWardJson *json, const char *key)
{
  if (json->comma)
    g_string_append_c (json->out, ',');
  json->comma = TRUE;
  if (key == NULL)
    return;
  g_string_append_c (json->out, '"');
  g_string_append (json->out, key);
  g_string_append (json->out, "\":");
}

void
omc_ward_json_open (OmcWardJson *json, const char *key, char bracket)
{
  begin_member (json, key);
  g_string_append_c (json->out, bracket);
  json->comma = FALSE;
}

void
omc_ward_json_close (OmcWardJson *json, char bracket)
{
  g_string_append_c (json->out, bracket);
  json->comma = TRUE;
}

void
omc_ward_json_string (OmcWardJson *json, const char *key, const char *value)
{
  if (value == NULL)
    return;
  begin_member (json, key);
  g_string_append_c (json->out, '"');
  append_text (json->out, value);
  g_string_append_c (json->out, '"');
}

void
omc_ward_json_raw (OmcWardJson *json, const char *key, const char *value)
{
  begin_member (json, key);
  g_string_append (json->out, value);
}

void
omc_ward_json_int (OmcWardJson *json, const char *key, int value)
{
  char text[16];

  g_snprintf (text, sizeof text, "%d", value);
  omc_ward_json_raw (json, key, text);
}

void
omc_ward_json_reference (OmcWardJson *json, const char *key, const char *type, const char *id)
{
  char reference[80];

  g_snprintf (reference, sizeof reference, "%s/%s", type, id);
  omc_ward_json_open (json, key, '{');
  omc_ward_json_string (json, "reference", reference);
  omc_ward_json_close (json, '}');
}

void
omc_ward_json_concept (OmcWardJson *json,
                       const char *key,
                       const char *system,
                       const char *code,
                       const char *display,
                       const char *text)
{
  omc_ward_json_open (json, key, '{');
  omc_ward_json_open (json, "coding", '[');
  omc_ward_json_open (json, NULL, '{');
  omc_ward_json_string (json, "system", system);
  omc_ward_json_string (json, "code", code);
  omc_ward_json_string (json, "display", display);
  omc_ward_json_close (json, '}');
  omc_ward_json_close (json, ']');
  omc_ward_json_string (json, "text", text);
  omc_ward_json_close (json, '}');
}

void
omc_ward_json_quantity (OmcWardJson *json,
                        const char *key,
                        const char *number,
                        const char *unit,
                        const char *ucum)
{
  omc_ward_json_open (json, key, '{');
  omc_ward_json_raw (json, "value", number);
  omc_ward_json_string (json, "unit", unit);
  omc_ward_json_string (json, "system", OMC_SYSTEM_UCUM);
  omc_ward_json_string (json, "code", ucum);
  omc_ward_json_close (json, '}');
}

void
omc_ward_json_begin (OmcWardJson *json, const char *type, const char *id)
{
  g_string_truncate (json->out, 0);
  json->comma = FALSE;
  omc_ward_json_open (json, NULL, '{');
  omc_ward_json_string (json, "resourceType", type);
  omc_ward_json_string (json, "id", id);
}
