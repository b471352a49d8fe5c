/* omc-sandbox-writer.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-search.h"

/* Bundles are made of stored text: a page of a thousand resources is a thousand copies and no
 * parsing. */

static void
append_link (GString *text, const char *relation, const char *url)
{
  g_string_append_printf (text, "{\"relation\":\"%s\",\"url\":\"%s\"}", relation, url);
}

void
omc_sandbox_writer_begin (OmcSandboxWriter *self,
                          OmcSandboxCore *core,
                          const char *kind,
                          gint64 total,
                          const char *own_link,
                          const char *next_link)
{
  self->core = core;
  self->n_entries = 0;
  self->text = g_string_sized_new (65536);

  g_string_append_printf (self->text, "{\"resourceType\":\"Bundle\",\"type\":\"%s\"", kind);
  if (total >= 0)
    g_string_append_printf (self->text, ",\"total\":%" G_GINT64_FORMAT, total);
  g_string_append (self->text, ",\"link\":[");
  append_link (self->text, "self", own_link);
  if (next_link != NULL)
    {
      g_string_append_c (self->text, ',');
      append_link (self->text, "next", next_link);
    }
  g_string_append_c (self->text, ']');
}

void
omc_sandbox_writer_add (OmcSandboxWriter *self,
                        const char *type,
                        const char *id,
                        const char *body,
                        gsize length,
                        const char *mode)
{
  GString *text = self->text;

  g_string_append (text,
                   self->n_entries++ == 0 ? ",\"entry\":[{\"fullUrl\":\"" : ",{\"fullUrl\":\"");
  g_string_append (text, self->core->base_url != NULL ? self->core->base_url : "");
  g_string_append_c (text, '/');
  g_string_append (text, type);
  g_string_append_c (text, '/');
  g_string_append (text, id);
  g_string_append (text, "\",\"resource\":");
  g_string_append_len (text, body, (gssize)length);
  if (mode != NULL)
    {
      g_string_append (text, ",\"search\":{\"mode\":\"");
      g_string_append (text, mode);
      g_string_append (text, "\"}");
    }
  g_string_append_c (text, '}');
}

OmcSandboxAnswer *
omc_sandbox_writer_end (OmcSandboxWriter *self)
{
  gsize length;

  g_string_append (self->text, self->n_entries > 0 ? "]}" : "}");
  length = self->text->len;
  return omc_sandbox_answer_new (200, g_string_free (g_steal_pointer (&self->text), FALSE), length);
}
