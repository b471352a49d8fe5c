/* omc-setting-dao.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/* Small texts by name: settings of this device, and marks of synchronisation. */
typedef enum
{
  OMC_TEXTS_SETTINGS,
  OMC_TEXTS_SYNC,
} OmcTexts;

/* NULL removes. */
gboolean omc_setting_dao_set (OmcSession *session,
                              OmcTexts texts,
                              const char *name,
                              const char *value,
                              GError **error);
gboolean omc_setting_dao_get (OmcSession *session,
                              OmcTexts texts,
                              const char *name,
                              char **value,
                              GError **error);
gboolean omc_setting_dao_get_integer (OmcSession *session,
                                      OmcTexts texts,
                                      const char *name,
                                      gint64 *value,
                                      GError **error);
gboolean omc_setting_dao_set_integer (OmcSession *session,
                                      OmcTexts texts,
                                      const char *name,
                                      gint64 value,
                                      GError **error);

gboolean omc_user_dao_put (OmcSession *session, OmcActor *user, gboolean disabled, GError **error);
/* (element-type OmcStoreUser) */
GPtrArray *omc_user_dao_list (OmcSession *session, GError **error);

/* What a sealed draft is bound to. */
char *omc_draft_dao_place (const char *user, const char *key);
/* draft NULL: forget it. */
gboolean omc_draft_dao_put (OmcSession *session,
                            const char *user,
                            const char *key,
                            GBytes *draft,
                            GError **error);
gboolean omc_draft_dao_get (OmcSession *session,
                            const char *user,
                            const char *key,
                            GBytes **draft,
                            gint64 *saved_at_us,
                            GError **error);

G_END_DECLS
