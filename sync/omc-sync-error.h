/* omc-sync-error.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define OMC_SYNC_ERROR (omc_sync_error_quark ())

/**
 * OmcSyncError:
 * @OMC_SYNC_ERROR_OFFLINE: no contact; the next run tries again by itself
 * @OMC_SYNC_ERROR_NOT_FHIR: something answered that is not the FHIR server (a login page of the network)
 * @OMC_SYNC_ERROR_TLS: the server's certificate is not trusted here
 * @OMC_SYNC_ERROR_AUTH: the server refused the credentials
 * @OMC_SYNC_ERROR_THROTTLED: the server asks to wait
 * @OMC_SYNC_ERROR_SERVER: the server failed, or its answer is broken
 * @OMC_SYNC_ERROR_REFUSED: the server refused the whole request
 * @OMC_SYNC_ERROR_FORBIDDEN: the server accepts nothing that this device writes
 * @OMC_SYNC_ERROR_EXPIRED: the link to the next page is no longer good
 * @OMC_SYNC_ERROR_BUSY: another program synchronises this store
 * @OMC_SYNC_ERROR_CONFIG: the configuration cannot be used
 * @OMC_SYNC_ERROR_UNCONFIRMED: it names another server, login or authority than this device knows; nothing was sent
 */
typedef enum
{
  OMC_SYNC_ERROR_OFFLINE,
  OMC_SYNC_ERROR_NOT_FHIR,
  OMC_SYNC_ERROR_TLS,
  OMC_SYNC_ERROR_AUTH,
  OMC_SYNC_ERROR_THROTTLED,
  OMC_SYNC_ERROR_SERVER,
  OMC_SYNC_ERROR_REFUSED,
  OMC_SYNC_ERROR_FORBIDDEN,
  OMC_SYNC_ERROR_EXPIRED,
  OMC_SYNC_ERROR_BUSY,
  OMC_SYNC_ERROR_CONFIG,
  OMC_SYNC_ERROR_UNCONFIRMED,
} OmcSyncError;

GQuark omc_sync_error_quark (void);

G_END_DECLS
