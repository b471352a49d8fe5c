/* omc-random.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <errno.h>
#include <sys/random.h>

#include "omc-random.h"

void
omc_random_bytes (gpointer data, gsize length)
{
  guint8 *bytes = data;

  g_return_if_fail (data != NULL || length == 0);

  while (length > 0)
    {
      ssize_t got = getrandom (bytes, length, 0);

      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        g_error ("The system gives no random numbers: %s", g_strerror (errno));
      bytes += got;
      length -= (gsize)got;
    }
}
