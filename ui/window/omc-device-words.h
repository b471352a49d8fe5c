/* omc-device-words.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-key-manager.h"

G_BEGIN_DECLS

/* What stands ill with a device. */
typedef struct
{
  gboolean rolled_back; /* the server knows more of the audit trail than there is here */
  gboolean read_only;   /* the folder of the store cannot be written */
  gboolean disk_full;   /* the room that is kept for unsent work is given up */
  OmcKeyLifetime lifetime;
  char *
      unheard; /* (owned) (nullable): why a contact gives no more time, as omc_store_dup_unheard() has it */
  gint64 skew_us;     /* the device's clock against the server's; 0: right, or not known */
  char *site;         /* (owned) (nullable): what is refused of what the site has set */
  const char *notice; /* (nullable): what the keys fall short of */
} OmcDeviceFacts;

void omc_device_facts_free (OmcDeviceFacts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcDeviceFacts, omc_device_facts_free)

/**
 * omc_device_words:
 * @may_close: (out): the person may put it away until the next sign-in
 *
 * Returns: (nullable): the worst of it, for the person who works here: what it means and what to do. Free it.
 */
char *omc_device_words (const OmcDeviceFacts *facts, gboolean *may_close);

G_END_DECLS
