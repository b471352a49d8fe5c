/* omc-pack-ahead.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-pack-ahead.h"

#include "omc-secret.h"

/* A thread and the contexts of a codec cost as much as some fifty resources. */
#define MIN_RESOURCES 256
/* What the other thread is about to pack itself. */
#define LEAD 2
/* A batch may hold documents of megabytes: they need not lie here twice. */
#define MAX_BYTES (16 * 1024 * 1024)

typedef struct
{
  OmcPacked packed;
  gint ready; /* atomic: packed is filled in, and only read from now on */
} Slot;

struct _OmcPackAhead
{
  GPtrArray *resources; /* (owned) (element-type OmcResource) */
  GHashTable *places;   /* (owned): OmcResource by address -> its place in resources */
  Slot *slots;          /* (owned): one for each resource */
  gint passed;          /* atomic: how many of them the other thread no longer waits for */
  gint stopped;         /* atomic */
  GThread *thread;      /* (owned) */
};

static gboolean
pack (OmcCodec *codec, GByteArray *buffer, OmcResource *resource, OmcPacked *packed)
{
  g_autofree char *text = omc_resource_to_string (resource, &packed->original_length);

  /* Who comes by fails in the same way, and says so. */
  if (!omc_codec_encode (codec, text, packed->original_length, buffer, &packed->codec,
                         &packed->dictionary, NULL))
    return FALSE;
  packed->length = buffer->len;
  packed->data = g_memdup2 (buffer->data, buffer->len);

  return TRUE;
}

static gpointer
thread_main (gpointer user_data)
{
  OmcPackAhead *self = user_data;
  g_autoptr (OmcCodec) codec = omc_codec_new (NULL);
  g_autoptr (GByteArray) buffer = g_byte_array_new ();
  gsize n_bytes = 0;
  guint i = 0;

  for (; codec != NULL && n_bytes < MAX_BYTES && !g_atomic_int_get (&self->stopped); i++)
    {
      i = MAX (i, (guint)g_atomic_int_get (&self->passed) + LEAD);
      if (i >= self->resources->len ||
          !pack (codec, buffer, g_ptr_array_index (self->resources, i), &self->slots[i].packed))
        break;
      n_bytes += self->slots[i].packed.length;
      g_atomic_int_set (&self->slots[i].ready, TRUE);
    }
  if (buffer->len > 0)
    omc_wipe (buffer->data, buffer->len);

  return NULL;
}

OmcPackAhead *
omc_pack_ahead_start (GPtrArray *resources)
{
  OmcPackAhead *self;

  g_return_val_if_fail (resources != NULL, NULL);

  if (resources->len < MIN_RESOURCES || g_get_num_processors () < 2)
    return NULL;

  self = g_new0 (OmcPackAhead, 1);
  self->resources = g_ptr_array_ref (resources);
  self->places = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < resources->len; i++)
    g_hash_table_insert (self->places, g_ptr_array_index (resources, i), GUINT_TO_POINTER (i));
  self->slots = g_new0 (Slot, resources->len);
  self->thread = g_thread_new ("omc-pack-ahead", thread_main, self);

  return self;
}

void
omc_pack_ahead_stop (OmcPackAhead *self)
{
  if (self == NULL)
    return;

  g_atomic_int_set (&self->stopped, TRUE);
  g_thread_join (self->thread);
  for (guint i = 0; i < self->resources->len; i++)
    {
      OmcPacked *packed = &self->slots[i].packed;

      if (packed->data != NULL)
        omc_wipe (packed->data, packed->length);
      g_free (packed->data);
    }
  g_free (self->slots);
  g_hash_table_unref (self->places);
  g_ptr_array_unref (self->resources);
  g_free (self);
}

const OmcPacked *
omc_pack_ahead_find (OmcPackAhead *self, OmcResource *resource)
{
  gpointer place;

  g_return_val_if_fail (self != NULL, NULL);

  if (!g_hash_table_lookup_extended (self->places, resource, NULL, &place))
    return NULL;
  g_atomic_int_set (&self->passed, GPOINTER_TO_INT (place) + 1);

  return g_atomic_int_get (&self->slots[GPOINTER_TO_UINT (place)].ready)
             ? &self->slots[GPOINTER_TO_UINT (place)].packed
             : NULL;
}
