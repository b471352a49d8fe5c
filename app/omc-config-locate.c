/* omc-config-locate.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-config-locate.h"

#include <string.h>

#define MAX_DEPTH 32

typedef struct
{
  const char *at;
  const char *end;
  guint line;
} Scanner;

/* A string's content as it stands, without unescaping: keys of a configuration have nothing to escape. */
static char *
scan_string (Scanner *self)
{
  const char *start = ++self->at;
  char *content;

  while (self->at < self->end && *self->at != '"')
    {
      if (*self->at == '\\' && self->at + 1 < self->end)
        self->at++;
      self->at++;
    }
  content = g_strndup (start, (gsize)(self->at - start));
  if (self->at < self->end)
    self->at++;
  return content;
}

static void
skip_blanks (Scanner *self)
{
  for (; self->at < self->end && strchr (" \t\r\n", *self->at) != NULL; self->at++)
    if (*self->at == '\n')
      self->line++;
}

guint
omc_config_locate (const char *text, gsize length, const char *path)
{
  Scanner scanner = { text, text + length, 1 };
  char *keys[MAX_DEPTH] = { NULL };
  guint depth = 0;
  guint found = 0;

  while (found == 0 && scanner.at < scanner.end)
    {
      skip_blanks (&scanner);
      if (scanner.at >= scanner.end)
        break;
      if (*scanner.at == '"')
        {
          guint line = scanner.line;
          g_autofree char *string = scan_string (&scanner);

          skip_blanks (&scanner);
          if (scanner.at < scanner.end && *scanner.at == ':' && depth > 0)
            {
              g_autofree char *here = NULL;

              g_free (keys[depth - 1]);
              keys[depth - 1] = g_steal_pointer (&string);
              here = g_strjoinv (".", keys);
              if (g_str_equal (here, path))
                found = line;
            }
          continue;
        }
      if (*scanner.at == '{' && depth + 1 < MAX_DEPTH)
        depth++;
      else if (*scanner.at == '}' && depth > 0)
        g_clear_pointer (&keys[--depth], g_free);
      scanner.at++;
    }
  for (guint i = 0; i < MAX_DEPTH; i++)
    g_free (keys[i]);
  return MAX (found, 1);
}
