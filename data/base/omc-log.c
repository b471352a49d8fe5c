/* omc-log.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-base"

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "omc-log.h"

#define MAX_FIELDS 24
#define MAX_MESSAGE 4096

static gboolean
is_ours (const char *domain)
{
  return domain != NULL &&
         (g_str_has_prefix (domain, "omc") || g_str_has_prefix (domain, "omnicare"));
}

/* The rules of redaction, in order of application. */
static const struct
{
  const char *pattern;
  const char *replacement;
  gboolean foreign_only;
} rules[] = {
  { "[\\r\\n\\t]+", " ", FALSE },
  { "\"[^\"]*\"|“[^”]*”|‘[^’]*’|`[^`']*['`]|(?<![\\w])'[^']*'", "<text>", TRUE },
  { "(?i)(bearer|basic|token|password|passphrase|secret|key)([ =:]+)[^\\s,;]+", "\\1\\2<secret>",
    FALSE },
  { "(?i)(https?://)[^/\\s@]*@", "\\1", FALSE },
  { "(?<=\\S)\\?[^\\s]*=[^\\s]*", "?<query>", FALSE },
  { "\\b([A-Z][A-Za-z]{3,40})/[A-Za-z0-9.\\-]{1,64}", "\\1/<id>", FALSE },
  { "[^\\s@<>]+@[^\\s@<>]+\\.[^\\s@<>]+", "<mail>", FALSE },
  { "\\b\\d{4}-\\d{2}-\\d{2}\\b(?!T)", "<date>", FALSE },
  { "\\+?\\d(?:[ ./()-]?\\d){5,}", "<number>", FALSE },
};

static GRegex *
get_rule (gsize i)
{
  static GRegex *compiled[G_N_ELEMENTS (rules)];
  static gsize once;

  if (g_once_init_enter (&once))
    {
      for (gsize k = 0; k < G_N_ELEMENTS (rules); k++)
        compiled[k] = g_regex_new (rules[k].pattern, G_REGEX_OPTIMIZE, 0, NULL);
      g_once_init_leave (&once, 1);
    }

  return compiled[i];
}

char *
omc_log_redact (const char *message, gboolean foreign)
{
  g_autofree char *text = NULL;

  if (message == NULL)
    return g_strdup ("");

  text = g_utf8_make_valid (message, (gssize)strnlen (message, MAX_MESSAGE));
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      char *next;

      if (rules[i].foreign_only && !foreign)
        continue;
      next = g_regex_replace (get_rule (i), text, -1, 0, rules[i].replacement, 0, NULL);
      /* What cannot be searched is not printed either. */
      g_free (text);
      text = next != NULL ? next : g_strdup ("<text>");
    }

  return g_steal_pointer (&text);
}

OmcLogTag
omc_log_tag (const char *text)
{
  static guint8 key[32];
  static gsize once;
  g_autofree char *digest = NULL;
  OmcLogTag tag = { "#none" };

  if (text == NULL)
    return tag;

  if (g_once_init_enter (&once))
    {
      if (getrandom (key, sizeof key, 0) != sizeof key)
        g_error ("no random numbers from the system");
      g_once_init_leave (&once, 1);
    }

  digest = g_compute_hmac_for_string (G_CHECKSUM_SHA256, key, sizeof key, text, -1);
  g_snprintf (tag.text, sizeof tag.text, "#%.8s", digest);

  return tag;
}

static gboolean
field_is_number (const GLogField *field)
{
  const char *value = field->value;
  gsize length = field->length < 0 ? strlen (value) : (gsize)field->length;

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (value[i]) && value[i] != '.' && value[i] != '-')
      return FALSE;

  return length > 0;
}

static gboolean
field_may_pass (const GLogField *field)
{
  static const char *const plain[] = { "PRIORITY", "GLIB_DOMAIN", "CODE_FILE", "CODE_LINE",
                                       "CODE_FUNC" };
  static const char *const numeric[] = { "OMC_COUNT_", "OMC_CODE_", "OMC_MS_" };

  for (gsize i = 0; i < G_N_ELEMENTS (plain); i++)
    if (g_str_equal (field->key, plain[i]))
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (numeric); i++)
    if (g_str_has_prefix (field->key, numeric[i]))
      return field_is_number (field);

  return FALSE;
}

GLogWriterOutput
omc_log_writer (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  GLogField kept[MAX_FIELDS];
  gsize n_kept = 0;
  const GLogField *message = NULL;
  g_autofree char *domain = NULL;
  g_autofree char *text = NULL;

  for (gsize i = 0; i < n_fields; i++)
    {
      if (g_str_equal (fields[i].key, "MESSAGE"))
        message = &fields[i];
      else if (g_str_equal (fields[i].key, "GLIB_DOMAIN") && domain == NULL)
        domain = fields[i].length < 0 ? g_strdup (fields[i].value)
                                      : g_strndup (fields[i].value, (gsize)fields[i].length);
      if (n_kept < MAX_FIELDS - 1 && field_may_pass (&fields[i]))
        kept[n_kept++] = fields[i];
    }

  if (!is_ours (domain) && (level & (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_INFO)) != 0)
    return G_LOG_WRITER_HANDLED;
  if (g_log_writer_default_would_drop (level, domain))
    return G_LOG_WRITER_HANDLED;

  if (message != NULL && message->length >= 0)
    {
      g_autofree char *whole = g_strndup (message->value, (gsize)message->length);
      text = omc_log_redact (whole, !is_ours (domain));
    }
  else
    text = omc_log_redact (message != NULL ? message->value : NULL, !is_ours (domain));
  kept[n_kept++] = (GLogField){ "MESSAGE", text, -1 };

  if (g_log_writer_is_journald (fileno (stderr)) &&
      g_log_writer_journald (level, kept, n_kept, NULL) == G_LOG_WRITER_HANDLED)
    return G_LOG_WRITER_HANDLED;

  return g_log_writer_standard_streams (level, kept, n_kept, NULL);
}

void
omc_log_init (void)
{
  static gsize once;

  if (!g_once_init_enter (&once))
    return;

  g_log_writer_default_set_use_stderr (TRUE);
  g_log_set_writer_func (omc_log_writer, NULL, NULL);
  g_once_init_leave (&once, 1);
}
