/* omc-access-policy-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-access-policy.h"

G_BEGIN_DECLS

#define OMC_N_ROLES (OMC_ROLE_DEVICE + 1)

/* What a cell of the table says. */
typedef enum
{
  OMC_CELL_DENY,
  OMC_CELL_ALLOW,       /* whoever's patient it is, or of no patient */
  OMC_CELL_DEPARTMENT,  /* in scope */
  OMC_CELL_BREAK_GLASS, /* in scope; others after breaking the glass */
  OMC_N_CELLS,
} OmcCell;

struct _OmcAccessPolicy
{
  gatomicrefcount ref_count;
  guint64 version; /* 0: built in */
  char *issuer;    /* (owned) (nullable) */
  OmcCell cells[OMC_N_ROLES][OMC_N_ACCESS_ACTIONS];
  GHashTable *types[OMC_N_ROLES][OMC_N_ACCESS_ACTIONS]; /* (owned) (nullable): type -> OmcCell */
  gboolean unplaced[OMC_N_ROLES];                       /* are patients without a place in scope? */
  guint lifetime_hours; /* without the server at most; 0: as configured */
  GHashTable *covers; /* (owned): department -> set of departments whose patients are its own too */
};

/* Nothing is allowed but to the device. */
OmcAccessPolicy *_omc_access_policy_new (void) G_GNUC_WARN_UNUSED_RESULT;
void _omc_access_policy_set_type (OmcAccessPolicy *self,
                                  OmcRole role,
                                  OmcAccessAction action,
                                  const char *type,
                                  OmcCell cell);
/* Types whose rules are the same under every policy: names and places, and the audit trail. */
gboolean _omc_access_policy_is_fixed_type (const char *type);

G_END_DECLS
