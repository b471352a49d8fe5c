/* omc-person-name.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-json.h"

G_BEGIN_DECLS

/* Of a person's names the one to go by: that of use "official", else the first. (nullable) */
const OmcJsonValue *omc_person_name_choose (const OmcJsonValue *person);
/* The given names of a HumanName, with a blank between; NULL: none. */
char *omc_person_name_dup_given (const OmcJsonValue *name);

G_END_DECLS
