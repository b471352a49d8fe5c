/* omc-audit-counts.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-audit-ui"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "omc-audit-counts.h"

/* "17" at *text, which then is what follows: digits alone, without zeros before them, as they were written. */
static gboolean
take_number (const char **text, guint64 *number)
{
  gsize length = strspn (*text, "0123456789");
  g_autofree char *digits = g_strndup (*text, length);

  if ((length > 1 && digits[0] == '0') ||
      !g_ascii_string_to_unsigned (digits, 10, 0, G_MAXUINT64, number, NULL))
    return FALSE;
  *text += length;

  return TRUE;
}

static gboolean
take (const char **text, const char *word)
{
  if (!g_str_has_prefix (*text, word))
    return FALSE;
  *text += strlen (word);

  return TRUE;
}

/* The format is one of ours, for one number. */
static char *
print (const char *format, guint64 number)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  g_auto (GStrv) parts = g_strsplit (format, "%s", 2);

  return g_strjoinv (digits, parts);
}

/* NULL: it is none of the counted words. */
static char *
describe_count (const char **text, guint64 n)
{
  gulong form = (gulong)(n % 1000000);
  const char *format;

  if (take (text, " created"))
    /* Translators: %s is a number, here and in those that follow */
    format = ngettext ("%s record created", "%s records created", form);
  else if (take (text, " updated"))
    format = ngettext ("%s changed", "%s changed", form);
  else if (take (text, " deleted"))
    format = ngettext ("%s deleted", "%s deleted", form);
  else if (take (text, " unchanged"))
    format = ngettext ("%s as it was", "%s as they were", form);
  else if (take (text, " merged"))
    format = ngettext ("%s merged", "%s merged", form);
  else if (take (text, " conflicts"))
    format = ngettext ("%s waits for a person", "%s wait for a person", form);
  else
    return NULL;

  return print (format, n);
}

/* "3 created, 0 updated, 1 merged" */
static char *
describe_list (const char *detail)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  const char *rest = detail;

  do
    {
      g_autofree char *part = NULL;
      guint64 n;

      if (!take_number (&rest, &n) || (part = describe_count (&rest, n)) == NULL)
        return NULL;
      if (n > 0)
        g_ptr_array_add (parts, g_steal_pointer (&part));
    }
  while (take (&rest, ", "));
  if (*rest != '\0')
    return NULL;
  if (parts->len == 0)
    return g_strdup (_ ("nothing changed"));
  g_ptr_array_add (parts, NULL);
  /* Translators: stands between "3 records created" and "1 merged" */
  return g_strjoinv (C_ ("audit trail", ", "), (char **)parts->pdata);
}

char *
omc_audit_counts_describe (const char *detail)
{
  const char *rest = detail;
  guint64 n;

  g_return_val_if_fail (detail != NULL, NULL);

  if (take (&rest, "version ") && take_number (&rest, &n))
    return *rest == '\0' ? print (_ ("version %s"), n) : NULL;
  rest = detail;
  if (!take_number (&rest, &n))
    return NULL;
  if (g_str_equal (rest, " removed from this device, for room; the server has them"))
    return print (ngettext ("%s record removed to make room; the server has it",
                            "%s records removed to make room; the server has them",
                            (gulong)(n % 1000000)),
                  n);
  if (g_str_equal (rest, " removed from this device, time is over; the server has them"))
    return print (ngettext ("%s record removed since its time was over; the server has it",
                            "%s records removed since their time was over; the server has them",
                            (gulong)(n % 1000000)),
                  n);

  return describe_list (detail);
}
