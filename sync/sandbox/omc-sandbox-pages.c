/* omc-sandbox-pages.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include <stdio.h>

#include "omc-sandbox-pages.h"

#define MAX_KEPT 256

struct _OmcSandboxPages
{
  OmcClock *clock;  /* (owned) */
  GHashTable *kept; /* (owned): name -> OmcSandboxPage */
  GQueue order;     /* names, oldest first; they belong to the table */
  gint64 life_us;
  gint64 expired_us; /* what was made until then is no longer good */
};

static void
page_free (gpointer data)
{
  OmcSandboxPage *page = data;

  g_free (page->type);
  g_free (page->query);
  g_array_unref (page->keys);
  g_free (page);
}

OmcSandboxPages *
omc_sandbox_pages_new (OmcClock *clock, guint life_seconds)
{
  OmcSandboxPages *self = g_new0 (OmcSandboxPages, 1);

  self->clock = g_object_ref (clock);
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, page_free);
  g_queue_init (&self->order);
  self->life_us = (gint64)life_seconds * G_USEC_PER_SEC;
  self->expired_us = G_MININT64;
  return self;
}

void
omc_sandbox_pages_free (OmcSandboxPages *self)
{
  if (self == NULL)
    return;

  g_queue_clear (&self->order);
  g_hash_table_unref (self->kept);
  g_object_unref (self->clock);
  g_free (self);
}

const char *
omc_sandbox_pages_keep (OmcSandboxPages *self, const char *type, const char *query, GArray *keys)
{
  OmcSandboxPage *page = g_new0 (OmcSandboxPage, 1);
  char *name = g_uuid_string_random ();

  page->type = g_strdup (type);
  page->query = g_strdup (query);
  page->keys = keys;
  page->made_us = omc_clock_get_monotonic (self->clock);

  if (g_queue_get_length (&self->order) >= MAX_KEPT)
    g_hash_table_remove (self->kept, g_queue_pop_head (&self->order));
  g_hash_table_insert (self->kept, name, page);
  g_queue_push_tail (&self->order, name);
  return name;
}

static gboolean
is_expired (OmcSandboxPages *self, gint64 made_us)
{
  return made_us <= self->expired_us ||
         omc_clock_get_monotonic (self->clock) - made_us > self->life_us;
}

const OmcSandboxPage *
omc_sandbox_pages_find (OmcSandboxPages *self, const char *name)
{
  const OmcSandboxPage *page = g_hash_table_lookup (self->kept, name);

  return page != NULL && !is_expired (self, page->made_us) ? page : NULL;
}

void
omc_sandbox_pages_expire (OmcSandboxPages *self)
{
  self->expired_us = omc_clock_get_monotonic (self->clock);
}

char *
omc_sandbox_pages_make_cursor (OmcSandboxPages *self, char kind, gint64 a, gint64 b)
{
  return g_strdup_printf ("%c-%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, kind, a,
                          b, omc_clock_get_monotonic (self->clock));
}

gboolean
omc_sandbox_pages_read_cursor (OmcSandboxPages *self,
                               const char *text,
                               char *kind,
                               gint64 *a,
                               gint64 *b,
                               gboolean *expired)
{
  g_auto (GStrv) parts = g_strsplit (text, "-", 5);
  gint64 made_us;

  if (g_strv_length (parts) != 4 || strlen (parts[0]) != 1 ||
      !g_ascii_string_to_signed (parts[1], 10, 0, G_MAXINT64, a, NULL) ||
      !g_ascii_string_to_signed (parts[2], 10, 0, G_MAXINT64, b, NULL) ||
      !g_ascii_string_to_signed (parts[3], 10, 0, G_MAXINT64, &made_us, NULL))
    return FALSE;

  *kind = *parts[0];
  *expired = is_expired (self, made_us);
  return TRUE;
}
