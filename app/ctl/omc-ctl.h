/* omc-ctl.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "ctl-usage.h"
#include "omc-store.h"

G_BEGIN_DECLS

/* What a command ends with. */
#define OMC_CTL_OK 0
#define OMC_CTL_FINDING 1 /* a finding or failure that the text explains */
#define OMC_CTL_USAGE 2   /* usage or bad input */

/* Of a file that holds one resource. */
#define OMC_CTL_RESOURCE_MAX (64 * 1024 * 1024)

/**
 * OmcCtl:
 *
 * One call of omnicarectl: the common options and, once asked for, the open store. Results go to standard output, as
 * JSON with --json and nothing else there; messages go to standard error.
 */
typedef struct
{
  char *data_dir;        /* (owned) */
  char *config_file;     /* (owned) (nullable) */
  char *user;            /* (owned) (nullable) */
  char *passphrase_file; /* (owned) (nullable) */
  gboolean json;
  gint64 audit_retention_days; /* of the configuration, once the store is open; 0: for ever */
  gboolean for_contact; /* the device may open although it did not meet its server for too long */
  OmcClock *clock;      /* (owned) */
  OmcKeyManager *keys;  /* (owned) (nullable) */
  OmcStore *store;      /* (owned) (nullable) */
  OmcActor *actor;      /* (owned) (nullable): who calls, once the store is open */
} OmcCtl;

/* argv[0] is the command's own name. */
typedef int (*OmcCtlFunc) (OmcCtl *self, int argc, char **argv);

typedef struct
{
  const char *name;
  OmcCtlFunc run;
  const char *usage;
  const char *summary; /* N_() */
} OmcCtlCommand;

/* Prints "omnicarectl: message" and gives the status back. */
int omc_ctl_fail (int status, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The same for an error of ours; bad input is 2, all else 1. */
int omc_ctl_fail_error (GError *error);
void omc_ctl_say (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* Where part of the store is on the server only, what is taken from here is not all. */
void omc_ctl_say_elsewhere (OmcCtl *self);
/* Parses the command's own options; what is left stays in argv. FALSE after telling what is wrong. */
gboolean omc_ctl_parse (const GOptionEntry *entries, const char *usage, int *argc, char ***argv);
/* The same for a command that takes options alone. */
gboolean
omc_ctl_parse_alone (const GOptionEntry *entries, const char *usage, int *argc, char ***argv);
/* The arguments left are "list", with or without a number, or another act and a number, which comes without one as 0. FALSE after telling. */
gboolean omc_ctl_take_number (int argc, char **argv, const char *usage, gint64 *number);
/* From the file, the environment, the practice ward's known one or the terminal. NULL after telling. */
OmcSecret *omc_ctl_read_passphrase (OmcCtl *self, const char *prompt);
/* One that is to be: too short is refused with the sentence. */
OmcSecret *omc_ctl_read_new_passphrase (OmcCtl *self, const char *prompt);
OmcKeyManager *omc_ctl_get_keys (OmcCtl *self);
/* Unlocks the keys alone. user: (out) who. FALSE after telling. */
gboolean omc_ctl_unlock (OmcCtl *self, char **user, int *status);
/* FALSE after telling that there is no store. */
gboolean omc_ctl_check_store (OmcCtl *self, int *status);
/* Opens the store of unlocked keys for nobody, without telling. */
gboolean omc_ctl_open_store (OmcCtl *self, GError **error);
/* Opens the store after that, without telling. */
gboolean omc_ctl_open_unlocked (OmcCtl *self, const char *user, GError **error);
/* Unlocks the keys and opens the store. FALSE after telling; the status is in *status. */
gboolean omc_ctl_open (OmcCtl *self, int *status);
/* Prints and consumes one JSON document. */
void omc_ctl_print_json (OmcJsonBuilder *builder, OmcJsonNode *root);
/* A code that is in force and that nobody saw would be lost: what standard output did not take goes to standard error. */
int omc_ctl_check_code_is_out (const char *code);
/* "output", and of what there is how much in that file. */
void omc_ctl_print_written (const char *output, const char *what, guint64 n);
void omc_ctl_print_resource (OmcResource *resource, gboolean pretty);
/* "2026-11-23T14:02:07.123Z", or nothing for 0. */
void omc_ctl_set_instant (OmcJsonBuilder *builder, OmcJsonNode *object, const char *key, gint64 us);
void
omc_ctl_set_integer (OmcJsonBuilder *builder, OmcJsonNode *object, const char *key, gint64 value);
void
omc_ctl_set_boolean (OmcJsonBuilder *builder, OmcJsonNode *object, const char *key, gboolean value);
/* "Type/id" into its two parts; FALSE after telling. */
gboolean omc_ctl_split_reference (const char *reference, char **type, char **id);

int omc_ctl_backup (OmcCtl *self, int argc, char **argv);
int omc_ctl_cache (OmcCtl *self, int argc, char **argv);
int omc_ctl_init (OmcCtl *self, int argc, char **argv);
int omc_ctl_user (OmcCtl *self, int argc, char **argv);
int omc_ctl_import (OmcCtl *self, int argc, char **argv);
int omc_ctl_export (OmcCtl *self, int argc, char **argv);
int omc_ctl_get (OmcCtl *self, int argc, char **argv);
int omc_ctl_search (OmcCtl *self, int argc, char **argv);
int omc_ctl_vitals (OmcCtl *self, int argc, char **argv);
int omc_ctl_news2 (OmcCtl *self, int argc, char **argv);
int omc_ctl_merge (OmcCtl *self, int argc, char **argv);
int omc_ctl_sync (OmcCtl *self, int argc, char **argv);
int omc_ctl_status (OmcCtl *self, int argc, char **argv);
int omc_ctl_policy (OmcCtl *self, int argc, char **argv);
int omc_ctl_queue (OmcCtl *self, int argc, char **argv);
int omc_ctl_conflicts (OmcCtl *self, int argc, char **argv);
int omc_ctl_audit (OmcCtl *self, int argc, char **argv);
int omc_ctl_review (OmcCtl *self, int argc, char **argv); /* of "audit" */
int omc_ctl_break_glass (OmcCtl *self, int argc, char **argv);
int omc_ctl_keys (OmcCtl *self, int argc, char **argv);
int omc_ctl_doctor (OmcCtl *self, int argc, char **argv);

G_END_DECLS
