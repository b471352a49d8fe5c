/* omc-gate.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_GATE_ERROR (omc_gate_error_quark ())

typedef enum
{
  OMC_GATE_ERROR_NOT_A_USER, /* the passphrase is right, the person is unknown or blocked here */
  OMC_GATE_ERROR_FAILED,
} OmcGateError;

GQuark omc_gate_error_quark (void);

typedef enum
{
  OMC_GATE_FIRST_RUN,    /* nothing is here */
  OMC_GATE_LOCKED,       /* a store and its keys */
  OMC_GATE_KEYS_MISSING, /* a database without a keyring file */
  OMC_GATE_DAMAGED,      /* the keyring cannot be read */
} OmcGateState;

typedef struct
{
  char *user;
  gboolean has_pin; /* one that works until the computer is started again */
  OmcPinStatus pin;
} OmcGatePerson;

typedef struct
{
  OmcGateState state;
  gboolean practice;
  char *practice_display; /* (nullable): whom to practise as */
  GPtrArray *people;      /* (element-type OmcGatePerson): who have a passphrase here */
  gint64 changed_us;      /* when the store was last written, 0: never */
  gboolean read_only;     /* the place cannot be written */
  gboolean opens_alone;   /* a kiosk, with what opens its store without a person */
  guint lock_seconds;     /* as the site has set it, 0: not */
  guint rotation_days;    /* of the data key, 0: never */
  char *message;          /* (nullable) */
} OmcGateReport;

void omc_gate_report_free (OmcGateReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcGateReport, omc_gate_report_free)
/* (nullable): of that name */
const OmcGatePerson *omc_gate_report_find (const OmcGateReport *self, const char *user);

typedef enum
{
  OMC_GATE_BY_PASSPHRASE,
  OMC_GATE_BY_PIN,
  OMC_GATE_BY_RECOVERY_CODE,
  OMC_GATE_BY_PRACTICE, /* makes the practice ward when there is none */
  OMC_GATE_BY_ENROLMENT,
  OMC_GATE_BY_CREDENTIAL, /* of a kiosk, without a person */
} OmcGateWay;

typedef struct
{
  OmcGateWay way;
  char *user;
  char *display;
  OmcRole role;
  char *server_url;      /* (nullable) */
  OmcSecret *passphrase; /* (owned) (nullable): or the PIN */
  char *code;
} OmcGateRequest;

OmcGateRequest *omc_gate_request_new (OmcGateWay way) G_GNUC_WARN_UNUSED_RESULT;
void omc_gate_request_free (OmcGateRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcGateRequest, omc_gate_request_free)

#define OMC_TYPE_GATE (omc_gate_get_type ())

/**
 * OmcGate:
 *
 * The way into a store, as the unlock screen sees it; app/ knows how to go it. Nothing here blocks.
 */
G_DECLARE_DERIVABLE_TYPE (OmcGate, omc_gate, OMC, GATE, GObject)

struct _OmcGateClass
{
  GObjectClass parent_class;

  /* All but enter run on a worker thread. open gives the open store and who acts. */
  OmcGateReport *(*examine) (OmcGate *self, GCancellable *cancellable, GError **error);
  OmcActor *(*open) (OmcGate *self,
                     const OmcGateRequest *request,
                     char **recovery_code,
                     GCancellable *cancellable,
                     GError **error);
  /* After open, for who acts. */
  gboolean (*set_passphrase) (OmcGate *self,
                              OmcActor *actor,
                              OmcSecret *passphrase,
                              GCancellable *cancellable,
                              GError **error);
  gboolean (*set_pin) (OmcGate *self,
                       OmcActor *actor,
                       OmcSecret *passphrase,
                       OmcSecret *pin,
                       GCancellable *cancellable,
                       GError **error);
  gboolean (*add_person) (OmcGate *self,
                          OmcActor *actor,
                          const OmcGateRequest *person,
                          GCancellable *cancellable,
                          GError **error);
  /* On the main thread, once open has succeeded. */
  OmcUiSession *(*enter) (OmcGate *self, OmcActor *actor);
};

void omc_gate_examine_async (OmcGate *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
OmcGateReport *omc_gate_examine_finish (OmcGate *self, GAsyncResult *result, GError **error);
/* request: (transfer full) */
void omc_gate_open_async (OmcGate *self,
                          OmcGateRequest *request,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
/* recovery_code: (out) (nullable): of a new store, to be shown once */
OmcUiSession *
omc_gate_open_finish (OmcGate *self, GAsyncResult *result, char **recovery_code, GError **error);

/* A new passphrase of who acts, in place of one that is lost or that the system's keyring no longer supports. */
void omc_gate_set_passphrase_async (OmcGate *self,
                                    OmcActor *actor,
                                    OmcSecret *passphrase,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean omc_gate_set_passphrase_finish (OmcGate *self, GAsyncResult *result, GError **error);

/* passphrase: of who acts, proved anew. pin: (nullable) NULL takes the PIN away, without a passphrase. */
void omc_gate_set_pin_async (OmcGate *self,
                             OmcActor *actor,
                             OmcSecret *passphrase,
                             OmcSecret *pin,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean omc_gate_set_pin_finish (OmcGate *self, GAsyncResult *result, GError **error);

/* Another person for this device, with a first passphrase. person: (transfer full): user, display, role and passphrase */
void omc_gate_add_person_async (OmcGate *self,
                                OmcActor *actor,
                                OmcGateRequest *person,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean omc_gate_add_person_finish (OmcGate *self, GAsyncResult *result, GError **error);

G_END_DECLS
