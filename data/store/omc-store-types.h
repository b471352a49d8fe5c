/* omc-store-types.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-actor.h"
#include "omc-audit-chain.h"
#include "omc-resource.h"

G_BEGIN_DECLS

#define OMC_STORE_ERROR (omc_store_error_quark ())

/**
 * OmcStoreError:
 * @OMC_STORE_ERROR_NOT_FOUND: nothing of that type and id here
 * @OMC_STORE_ERROR_DELETED: it was here and was deleted
 * @OMC_STORE_ERROR_DENIED: the access policy says no
 * @OMC_STORE_ERROR_STALE: changed since it was read
 * @OMC_STORE_ERROR_BUSY: in flight, or another program holds the store
 * @OMC_STORE_ERROR_DAMAGED: a page or payload fails authentication
 * @OMC_STORE_ERROR_NOT_ENCRYPTED: the library or file is not SQLCipher; the program refuses to go on
 * @OMC_STORE_ERROR_WRONG_KEY: the file is not opened by these keys
 * @OMC_STORE_ERROR_NEWER: made by a newer program
 * @OMC_STORE_ERROR_FULL: no room on the disk
 * @OMC_STORE_ERROR_READ_ONLY: the place cannot be written
 * @OMC_STORE_ERROR_INVALID: the resource or request cannot be stored
 * @OMC_STORE_ERROR_FAILED: all else
 * @OMC_STORE_ERROR_BREAK_GLASS: a patient of another department, open after omc_store_break_glass_sync ()
 * @OMC_STORE_ERROR_OTHER_HISTORY: the server under this address is not the one that it was
 */
typedef enum
{
  OMC_STORE_ERROR_NOT_FOUND,
  OMC_STORE_ERROR_DELETED,
  OMC_STORE_ERROR_DENIED,
  OMC_STORE_ERROR_STALE,
  OMC_STORE_ERROR_BUSY,
  OMC_STORE_ERROR_DAMAGED,
  OMC_STORE_ERROR_NOT_ENCRYPTED,
  OMC_STORE_ERROR_WRONG_KEY,
  OMC_STORE_ERROR_NEWER,
  OMC_STORE_ERROR_FULL,
  OMC_STORE_ERROR_READ_ONLY,
  OMC_STORE_ERROR_INVALID,
  OMC_STORE_ERROR_FAILED,
  OMC_STORE_ERROR_BREAK_GLASS,
  OMC_STORE_ERROR_OTHER_HISTORY,
} OmcStoreError;

GQuark omc_store_error_quark (void);

typedef enum
{
  OMC_SAVE_CHART,      /* ordinary documentation */
  OMC_SAVE_CORRECTION, /* corrected, amended, entered-in-error */
  OMC_SAVE_DEMOGRAPHICS,
} OmcSaveReason;

typedef enum
{
  OMC_IMPORT_LOCAL_WORK,
  OMC_IMPORT_SERVER_STATE,
} OmcImportMode;

typedef struct
{
  guint created;
  guint updated;
  guint unchanged;
  guint merged;
  guint conflicts;
} OmcImportCounts;

/* --- search --- */
typedef struct _OmcSearchResult OmcSearchResult;

struct _OmcSearchResult
{
  gatomicrefcount ref_count;
  GPtrArray *matches;  /* (owned) (element-type OmcResource) */
  GPtrArray *included; /* (owned) (element-type OmcResource) */
  guint total;         /* matches without _count; counted only when _total=accurate or all fit */
  gboolean has_total;
  gboolean has_more;
  gboolean
      elsewhere; /* some of what was searched in was removed from this device: the server may know more */
};

OmcSearchResult *omc_search_result_ref (OmcSearchResult *self);
void omc_search_result_unref (OmcSearchResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSearchResult, omc_search_result_unref)

/* --- ward board --- */
typedef enum
{
  OMC_BOARD_SORT_RISK, /* overdue by risk, then NEWS2, then due time */
  OMC_BOARD_SORT_BED,
  OMC_BOARD_SORT_NAME,
  OMC_BOARD_SORT_DUE,
} OmcBoardSort;

typedef enum
{
  OMC_BOARD_ALL = 0,
  OMC_BOARD_OVERDUE = 1 << 0,
  OMC_BOARD_DETERIORATING = 1 << 1,
  OMC_BOARD_UNSENT = 1 << 2,
  OMC_BOARD_CONFLICT = 1 << 3,
} OmcBoardFilter;

typedef struct
{
  const char *text;     /* (nullable): name, bed or number; diacritics folded, middle of word */
  const char *location; /* (nullable): "Location/id" of a ward */
  OmcBoardSort sort;
  OmcBoardFilter filter;
  gboolean all_patients; /* also those without an active encounter */
  gboolean
      beyond; /* also patients of other departments, by who and where they are alone, for those whom the glass
                          * could be broken for; only with a text of three letters */
} OmcBoardQuery;

#define OMC_BOARD_TREND 6

typedef struct
{
  gatomicrefcount ref_count;
  char *patient_id;
  char *family;
  char *given;
  char *birth_date;  /* FHIR date, (nullable) */
  char *gender;      /* FHIR code, (nullable) */
  char *number;      /* medical record number as shown, (nullable) */
  char *ward;        /* (nullable) */
  char *bed;         /* (nullable) */
  int news2;         /* of the newest complete set; -1: none */
  int news2_partial; /* "at least", of the newest set when incomplete; -1: none */
  gboolean news2_red;
  int trend[OMC_BOARD_TREND]; /* totals of the last complete sets, oldest first; -1: none */
  gint64 last_set_us;         /* 0: none */
  gint64 due_us;              /* 0: none planned */
  int spo2_scale;             /* 1 or 2 */
  guint n_allergies;          /* active ones; "no known allergy" is allergy_nka */
  gboolean allergy_nka;
  guint n_alerts;
  guint n_unsent; /* sets, as n_pending_sets counts them */
  guint n_conflicts;
  gboolean deceased;
  gboolean needs_glass; /* of another department: nothing clinical is told */
} OmcBoardRow;

OmcBoardRow *omc_board_row_ref (OmcBoardRow *self);
void omc_board_row_unref (OmcBoardRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcBoardRow, omc_board_row_unref)

/* --- chart --- */
typedef struct
{
  gatomicrefcount ref_count;
  OmcResource *patient; /* (owned) */
  OmcBoardRow *row;     /* (owned) */
  GPtrArray
      *observations; /* vitals since the asked time, newest first; then each list by its own date */
  GPtrArray *allergies;
  GPtrArray *conditions;
  GPtrArray *medication; /* MedicationRequest and MedicationStatement */
  GPtrArray *flags;
  GPtrArray *encounters;
  GPtrArray *queue;      /* (element-type OmcQueueItem): what waits for this patient */
  gint64 confirmed_us;   /* when the server last confirmed this chart, 0: never */
  guint n_elsewhere;     /* of its records were removed from this device; they are on the server */
  gint64 glass_until_us; /* open by a broken glass, until then; 0: the reader's own patient */
} OmcChart;

OmcChart *omc_chart_ref (OmcChart *self);
void omc_chart_unref (OmcChart *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcChart, omc_chart_unref)

/* --- queue --- */
typedef enum
{
  OMC_QUEUE_PENDING,
  OMC_QUEUE_IN_FLIGHT,
  OMC_QUEUE_BLOCKED_BY_CONFLICT,
  OMC_QUEUE_NEEDS_ATTENTION,
} OmcQueueState;

typedef enum
{
  OMC_OPERATION_CREATE,
  OMC_OPERATION_UPDATE,
  OMC_OPERATION_DELETE,
} OmcOperation;

typedef struct
{
  gatomicrefcount ref_count;
  gint64 id;
  char *resource_type;
  char *resource_id; /* the local id */
  char *patient_id;  /* (nullable) */
  char *server_id;   /* (nullable): none before the first acknowledgement */
  OmcOperation operation;
  OmcQueueState state;
  int priority; /* smaller goes first */
  guint attempts;
  char *base_version;    /* (nullable): the server's versionId that the work is based on */
  char *idempotency_key; /* lower-case UUID, the same at every attempt */
  char *author;          /* user */
  char *summary;         /* "Temperature 98.6 degF", shown to the author only; never logged */
  char *error;           /* (nullable): a sentence */
  gint64 created_us;
  gint64 event_us; /* when it happened at the bedside */
  gint64 last_attempt_us;
  gint64 next_attempt_us;
  char *set_id;         /* (nullable): what was saved together counts as one set for a person */
  char *family;         /* (nullable): of the patient, in lists for a person */
  char *given;          /* (nullable): the same */
  OmcResource *payload; /* (owned) (nullable): for the sync engine, none in lists */
} OmcQueueItem;

OmcQueueItem *omc_queue_item_ref (OmcQueueItem *self);
void omc_queue_item_unref (OmcQueueItem *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcQueueItem, omc_queue_item_unref)

const char *omc_queue_state_to_string (OmcQueueState state);  /* "pending", "in-flight", ... */
const char *omc_operation_to_string (OmcOperation operation); /* "create", "update", "delete" */

/* --- conflicts --- */
typedef enum
{
  OMC_CONFLICTS_OPEN,    /* wait for a person, most dangerous first, then oldest */
  OMC_CONFLICTS_JOURNAL, /* automatic merges and decided ones, newest first */
  OMC_CONFLICTS_ALL,
} OmcConflictFilter;

typedef enum
{
  OMC_CONFLICT_OPEN,
  OMC_CONFLICT_STOPPED, /* wrong-patient danger */
  OMC_CONFLICT_AUTO_MERGED,
  OMC_CONFLICT_RESOLVED,
  OMC_CONFLICT_SUPERSEDED, /* cancelled, or replaced by a newer conflict */
} OmcConflictStatus;

typedef struct
{
  gatomicrefcount ref_count;
  gint64 id;
  char *resource_type;
  char *resource_id;
  char *patient_id;   /* (nullable) */
  char *patient_name; /* (nullable) "DOE, John" */
  OmcConflictStatus status;
  int severity; /* OmcSeverity of its worst hunk */
  guint n_hunks;
  guint n_undecided;
  char *summary;        /* labels of the units, untranslated gettext keys joined by '\n' */
  char *base_version;   /* (nullable) */
  char *local_author;   /* (nullable) */
  char *remote_author;  /* (nullable): meta or Provenance, where known */
  char *remote_version; /* (nullable) */
  gint64 local_us;
  gint64 remote_us;
  gint64 created_us;
  gint64 resolved_us;  /* 0: not yet */
  char *resolved_by;   /* (nullable): a user, or "rule" */
  OmcResource *base;   /* (owned) (nullable); the documents only from read_conflict */
  OmcResource *local;  /* (owned) (nullable): a delete here */
  OmcResource *remote; /* (owned) (nullable): deleted there */
  OmcResource *merged; /* (owned) (nullable) */
  OmcJson *hunks;      /* (owned) (nullable): as omc_merge_result_to_json, with decisions */
} OmcConflict;

OmcConflict *omc_conflict_ref (OmcConflict *self);
void omc_conflict_unref (OmcConflict *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcConflict, omc_conflict_unref)

const char *omc_conflict_status_to_string (OmcConflictStatus status);

/* --- status --- */
typedef struct
{
  guint n_resources;
  guint n_patients;
  guint n_pending;      /* queue items by state */
  guint n_pending_sets; /* what a person counts: things saved together are one */
  guint n_in_flight;
  guint n_blocked;
  guint n_attention;
  guint n_conflicts;
  gint64 oldest_pending_us; /* 0: none */
  gint64 last_sync_us;      /* last complete run, 0: never */
  gint64 last_contact_us;
  gint64 payload_bytes;  /* sealed */
  gint64 original_bytes; /* as JSON */
  gint64 file_bytes;
  guint32 key_epoch;
  guint64 audit_sequence;
  guint64
      audit_sent; /* so much of it is on the server, in one piece from its start, or was refused */
  guint n_audit_refused;  /* entries that the server would not take */
  guint64 audit_archived; /* so much of it is in sealed segments */
  guint64 audit_alarm;    /* the head on the server that the trail here does not have; 0: none */
  guint schema_version;
} OmcStoreStatus;

typedef struct
{
  gint64 confirmed_us; /* 0: never */
  guint n_resources;
  guint n_confirmed;  /* whose stored version is the server's */
  GPtrArray *waiting; /* (element-type OmcQueueItem) */
} OmcPatientProof;

void omc_patient_proof_free (OmcPatientProof *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcPatientProof, omc_patient_proof_free)

typedef struct
{
  OmcActor *actor; /* (owned) */
  gboolean disabled;
} OmcStoreUser;

void omc_store_user_free (OmcStoreUser *self);

/* --- emergency access --- */
typedef struct
{
  gint64 id;
  char *user;
  char *role;
  char *patient_id;
  char *family;     /* (nullable): as the board has the person */
  char *given;      /* (nullable) */
  char *birth_date; /* FHIR date, (nullable) */
  char *reason;     /* a code of omc-break-glass.h */
  char *words;
  gint64 opened_us;
  gint64 expires_us;
  gint64 reviewed_us; /* 0: waits for its review */
  char *reviewed_by;  /* (nullable) */
  char *verdict;      /* (nullable): "justified" or "unjustified" */
  char *review;       /* (nullable): the reviewer's words */
} OmcGlass;

void omc_glass_free (OmcGlass *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcGlass, omc_glass_free)

/* --- audit --- */
typedef struct _OmcAuditItems OmcAuditItems; /* omc-audit-items.h */

/* FHIR AuditEvent: type, subtype, action, outcome; entities without values. */
typedef struct
{
  const char *type; /* "rest", "login", "security", "export", ... */
  const char *
      subtype; /* "read", "search", "create", "login", "lock", "sync-push", "conflict-decision", ... */
  char action;            /* C R U D E */
  int outcome;            /* 0 ok, 4 minor, 8 serious, 12 major */
  const char *patient_id; /* (nullable) */
  const char *entity;     /* (nullable): "Observation/id/_history/version" */
  const char *purpose;    /* (nullable): v3-ActReason, "TREAT", "BTG" */
  const char *detail;     /* (nullable): static text without values */
  OmcAuditItems *items;   /* (nullable): the records, when they are many */
} OmcAuditEvent;

typedef struct
{
  guint64 sequence;
  gint64 recorded_us;
  char *type;
  char *subtype;
  char action;
  int outcome;
  char *user;
  char *role;
  char *patient_id; /* (nullable) */
  char *entity;     /* (nullable) */
  char *purpose;    /* (nullable) */
  char *detail;     /* (nullable) */
  guint n_items;    /* records that it names beside, omc_store_list_audit_items_sync () */
} OmcAuditEntry;

void omc_audit_entry_free (OmcAuditEntry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcAuditEntry, omc_audit_entry_free)

/* One record of an entry that is about many: what came, in which version of the server. */
typedef struct
{
  char action; /* C U D */
  char *resource_type;
  char *resource_id;
  char *version_id; /* (nullable) */
  char *patient_id; /* (nullable) */
} OmcAuditItem;

void omc_audit_item_free (OmcAuditItem *self);

typedef struct
{
  guint64 n_entries; /* found good, from the first one on */
  OmcAuditFinding finding;
  guint64 place;    /* first broken sequence, or the last one */
  guint64 through;  /* where what is broken ends: a file of the archive is missing as a whole */
  guint64 from;     /* the first entry that was looked at: those before were found good earlier */
  guint n_segments; /* files of the archive that were looked at */
  gint64 full_us;   /* when all of it was last read without a finding; 0: never */
  gboolean
      checkpoint_forged; /* somebody without the key of the chain changed how far an earlier one came */
} OmcAuditReport;

/* What of the trail is in files, and what in the database. */
typedef struct
{
  guint n_segments;
  guint64 n_bytes;  /* of the files */
  guint64 last;     /* the last entry that is in one; 0: none */
  guint64 oldest;   /* the first that is in the database; 0: none */
  gint64 oldest_us; /* when that was recorded */
} OmcAuditArchiveStatus;

typedef struct
{
  guint64 n_due;    /* entries that would go into files */
  guint64 n_young;  /* stay: on the server, but not old enough, or behind such a one */
  guint64 n_unsent; /* stay: the server has not accepted them, or one before them */
  guint n_refused;  /* ... so many of these it refused */
} OmcAuditArchivePlan;

typedef struct
{
  char *place;   /* "Observation/7", "page 12" */
  char *problem; /* sentence */
  char *remedy;  /* sentence: what to do */
  gboolean fatal;
} OmcStoreFinding;

void omc_store_finding_free (OmcStoreFinding *self);

/* --- change notices --- */
typedef enum
{
  OMC_CHANGED_RESOURCES = 1 << 0,
  OMC_CHANGED_QUEUE = 1 << 1,
  OMC_CHANGED_CONFLICTS = 1 << 2,
  OMC_CHANGED_SYNC = 1 << 3,
} OmcChangeFlags;

#define OMC_TYPE_STORE_CHANGE (omc_store_change_get_type ())

typedef struct
{
  gatomicrefcount ref_count;
  OmcChangeFlags flags;
  GHashTable *patients; /* (nullable): ids; NULL when too many to list: reload */
} OmcStoreChange;

GType omc_store_change_get_type (void);
OmcStoreChange *omc_store_change_ref (OmcStoreChange *self);
void omc_store_change_unref (OmcStoreChange *self);
gboolean omc_store_change_concerns (OmcStoreChange *self, const char *patient_id);

G_END_DECLS
