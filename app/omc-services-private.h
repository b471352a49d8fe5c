/* omc-services-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-services.h"

G_BEGIN_DECLS

struct _OmcServices
{
  OmcGate parent_instance;
  char *directory;       /* (owned) */
  OmcSyncConfig *config; /* (owned) */
  GSettings *settings;   /* (owned) */
  gboolean practice;
  OmcSecretStore *secrets; /* (owned) */
  OmcKeyManager *keys;     /* (owned) */
  OmcStore *store;         /* (owned) */
  OmcSyncService *sync;    /* (owned) (nullable): from the first time the store is open */
  char *policy_file;       /* (owned) (nullable): the site's */
  char *policy_key;        /* (owned) (nullable) */
  gboolean kiosk;
  char *department; /* (owned) (nullable): of the kiosk */
  /* What the configuration says and does not get. */
  char *server_notice;   /* (owned) (nullable): as of the last sign-in */
  char *lifetime_notice; /* (owned) (nullable): once for each start of the program */
  guint rotation_days;   /* 0: never */
  guint rotation_source;
  guint lock_seconds;
};

/* Who may come in, for omc-services.c: omc-services-people.c. All on worker threads. */
gboolean omc_services_list_people (OmcServices *self, OmcGateReport *report, GError **error);
/* detail: (nullable) */
void omc_services_audit_login (OmcServices *self,
                               OmcActor *actor,
                               int outcome,
                               const char *detail,
                               GCancellable *cancellable);
void omc_services_find_server (OmcServices *self, GCancellable *cancellable);
/* Is it the person of the request? Opens the keys when they are not open, and the store too where the server must be met
 * before. */
gboolean omc_services_prove (OmcServices *self,
                             const OmcGateRequest *request,
                             GCancellable *cancellable,
                             GError **error);
gboolean omc_services_set_passphrase (OmcGate *gate,
                                      OmcActor *actor,
                                      OmcSecret *passphrase,
                                      GCancellable *cancellable,
                                      GError **error);
gboolean omc_services_set_pin (OmcGate *gate,
                               OmcActor *actor,
                               OmcSecret *passphrase,
                               OmcSecret *pin,
                               GCancellable *cancellable,
                               GError **error);
gboolean omc_services_add_person (OmcGate *gate,
                                  OmcActor *actor,
                                  const OmcGateRequest *person,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
