/* omc-uuid.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-base"

#include "config.h"

#include "omc-uuid.h"

#include <string.h>

#define MS_MASK ((G_GUINT64_CONSTANT (1) << 48) - 1)
#define HEAD_LENGTH 15 /* of "tttttttt-tttt-7", the rest stays random */

char *
omc_uuid_new (gint64 now_us)
{
  char *uuid = g_uuid_string_random ();
  guint64 ms = (guint64)MAX (now_us, 0) / 1000 & MS_MASK;
  char head[HEAD_LENGTH + 1];

  g_snprintf (head, sizeof head, "%08x-%04x-7", (guint)(ms >> 16), (guint)(ms & 0xffff));
  memcpy (uuid, head, HEAD_LENGTH);

  return uuid;
}
