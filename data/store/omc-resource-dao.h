/* omc-resource-dao.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/* What a chart asks for; kept in the row, so never renumber. */
typedef enum
{
  OMC_KIND_OTHER = 0,
  OMC_KIND_PATIENT = 1,
  OMC_KIND_ENCOUNTER_ACTIVE = 2,
  OMC_KIND_ENCOUNTER = 3,
  OMC_KIND_ALLERGY = 4,
  OMC_KIND_CONDITION = 5,
  OMC_KIND_MEDICATION = 6,
  OMC_KIND_FLAG = 7,
  OMC_KIND_VITAL = 8,
  OMC_KIND_OBSERVATION = 9,
} OmcResourceKind;

typedef enum
{
  OMC_ROW_PRESENT = 0,
  OMC_ROW_DELETED = 1, /* here, and the server does not know yet */
  OMC_ROW_HIDDEN = 2,
} OmcRowState;

/**
 * OmcResourceRow:
 *
 * A row of encrypted_resources without its payload. pk 0: there is none yet.
 */
typedef struct
{
  gint64 pk;
  char *type; /* (owned) */
  char *id;   /* (owned) */
  gint64 patient;
  OmcResourceKind kind;
  gint64 event_us;
  gboolean odd_date; /* see omc_resource_facts_is_oddly_dated () */
  OmcRowState state;
  gboolean dirty;
  gint64 counter;
  char *server_version; /* (owned) (nullable) */
  char *server_updated; /* (owned) (nullable) */
  gint64 created_us;
  gint64 original_size; /* of the payload, as JSON */
  gint64 stored_size;   /* sealed */
} OmcResourceRow;

void omc_resource_row_clear (OmcResourceRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OmcResourceRow, omc_resource_row_clear)

/* "type/id/counter": what a payload is bound to. */
char *omc_resource_dao_place (const char *type, const char *id, gint64 counter);

/* row->pk stays 0 when there is none. */
gboolean omc_resource_dao_find (OmcSession *session,
                                const char *type,
                                const char *id,
                                OmcResourceRow *row,
                                GError **error);
gboolean
omc_resource_dao_find_pk (OmcSession *session, gint64 pk, OmcResourceRow *row, GError **error);
/* NOT_FOUND, DELETED and DAMAGED are told apart. */
OmcResource *
omc_resource_dao_read (OmcSession *session, const char *type, const char *id, GError **error);
/* Whatever its state. */
OmcResource *
omc_resource_dao_read_row (OmcSession *session, const OmcResourceRow *row, GError **error);
/* Whether it could be read, without reading what it says. */
gboolean
omc_resource_dao_check_row (OmcSession *session, const OmcResourceRow *row, GError **error);

/* Writes row and payload; fills patient, kind, event time and the new counter in. */
gboolean omc_resource_dao_put (OmcSession *session,
                               OmcResourceRow *row,
                               OmcResource *resource,
                               GError **error);
/* Only state, dirty and the server's version of row. */
gboolean
omc_resource_dao_update_state (OmcSession *session, const OmcResourceRow *row, GError **error);
gboolean omc_resource_dao_remove (OmcSession *session,
                                  const OmcResourceRow *row,
                                  gboolean by_server,
                                  GError **error);

/* Notes that it was deleted. */
gboolean omc_resource_dao_bury (OmcSession *session,
                                const char *type,
                                const char *id,
                                gboolean by_server,
                                GError **error);
/* Removes the device's copy of what the server has: clean, and of a patient. */
gboolean omc_resource_dao_evict (OmcSession *session, const OmcResourceRow *row, GError **error);

/* Calls func for the visible resources of a patient and kind, newest event first, that are not older than since. */
typedef gboolean (*OmcResourceRowFunc) (OmcResource *resource, gpointer data, GError **error);
gboolean omc_resource_dao_foreach_of_patient (OmcSession *session,
                                              gint64 patient,
                                              OmcResourceKind kind,
                                              gint64 since_us,
                                              guint limit,
                                              OmcResourceRowFunc func,
                                              gpointer data,
                                              GError **error);
/* (element-type OmcResource); damaged payloads are left out and counted. */
gboolean omc_resource_dao_list_of_patient (OmcSession *session,
                                           gint64 patient,
                                           OmcResourceKind kind,
                                           gint64 since_us,
                                           guint limit,
                                           GPtrArray *into,
                                           GError **error);

G_END_DECLS
