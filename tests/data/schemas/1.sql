CREATE TABLE access_log (
  patient INTEGER PRIMARY KEY REFERENCES patients (pk),
  opened INTEGER NOT NULL,
  last_opened_at INTEGER NOT NULL
) STRICT;
CREATE TABLE audit_log (
  sequence INTEGER PRIMARY KEY,
  entry BLOB NOT NULL,
  hash BLOB NOT NULL,
  items BLOB                       -- records that the entry is about, packed (omc-audit-items.h); the entry has their digest
) STRICT;
CREATE TABLE audit_refused (
  sequence INTEGER PRIMARY KEY,
  refused_at INTEGER NOT NULL,
  error TEXT NOT NULL
) STRICT;
CREATE TABLE audit_segments (
  first INTEGER PRIMARY KEY,
  last INTEGER NOT NULL,
  hash BLOB NOT NULL,              -- of the last entry
  bytes INTEGER NOT NULL,          -- of the file
  data BLOB                        -- the file itself: in a backup alone
) STRICT;
CREATE TABLE base_versions (
  resource INTEGER PRIMARY KEY REFERENCES encrypted_resources (pk) ON DELETE CASCADE,
  counter INTEGER NOT NULL,
  server_version TEXT,
  server_updated TEXT,
  encrypted_data BLOB NOT NULL
) STRICT;
CREATE TABLE board_stale (patient INTEGER PRIMARY KEY) STRICT;
CREATE VIRTUAL TABLE board_starts USING fts5 (
  words, content = '', contentless_delete = 1, detail = none, tokenize = "unicode61 remove_diacritics 2",
  prefix = '1 2');
CREATE VIRTUAL TABLE board_words USING fts5 (
  words, content = '', contentless_delete = 1, tokenize = 'trigram');
CREATE TABLE break_glass (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user TEXT NOT NULL,
  role TEXT NOT NULL,
  patient INTEGER NOT NULL REFERENCES patients (pk),
  reason TEXT NOT NULL,            -- a code of omc-break-glass.h
  words TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,     -- earlier when it was closed by hand
  start_id TEXT NOT NULL,          -- of the start of the computer: a clock can be set, that cannot
  opened_run INTEGER NOT NULL,     -- microseconds since that start
  reviewed_at INTEGER NOT NULL DEFAULT 0,
  reviewed_by TEXT,
  verdict TEXT,
  review TEXT
) STRICT;
CREATE TABLE conflicts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  resource_type TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  resource INTEGER,
  patient INTEGER REFERENCES patients (pk),
  status INTEGER NOT NULL,         -- OmcConflictStatus
  severity INTEGER NOT NULL,
  n_hunks INTEGER NOT NULL,
  n_undecided INTEGER NOT NULL,
  summary TEXT NOT NULL,
  local_version BLOB,              -- sealed documents
  remote_version BLOB,
  base_version BLOB,
  merged_version BLOB,
  hunks BLOB,
  resolution TEXT,                 -- 'rule', or how a person decided
  base_tag TEXT,
  remote_tag TEXT,
  remote_updated TEXT,
  local_author TEXT,
  remote_author TEXT,
  local_at INTEGER NOT NULL DEFAULT 0,
  remote_at INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  resolved_at INTEGER NOT NULL DEFAULT 0,
  resolved_by TEXT,
  seal_tag TEXT NOT NULL           -- binds the sealed documents to this row
) STRICT;
CREATE TABLE drafts (
  user TEXT NOT NULL,
  key TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  encrypted_data BLOB NOT NULL,
  PRIMARY KEY (user, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE encrypted_resources (
  pk INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  resource_type TEXT NOT NULL,
  patient INTEGER REFERENCES patients (pk),
  kind INTEGER NOT NULL,           -- OmcResourceKind: what a chart asks for
  event_at INTEGER NOT NULL,       -- when it happened at the bedside
  odd_date INTEGER NOT NULL,       -- 1: what a search calls its date is not event_at alone
  state INTEGER NOT NULL,          -- 0 here, 1 deleted here and not yet there, 2 hidden by the server
  sync_status INTEGER NOT NULL,    -- 0 as on the server, 1 work waits
  counter INTEGER NOT NULL,        -- this device's count of versions; bound into the payload
  server_version TEXT,             -- versionId of the server that this is or is based on
  server_updated TEXT,
  search_index INTEGER NOT NULL,   -- generation of the search parameters its index rows were made with
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  after_run INTEGER NOT NULL DEFAULT 0, -- the last one of sync_runs before it was written: clocks are set, runs only follow
  accessed_at INTEGER NOT NULL DEFAULT 0,
  pinned INTEGER NOT NULL DEFAULT 0,
  original_size INTEGER NOT NULL,
  encrypted_data BLOB NOT NULL,
  metadata TEXT GENERATED ALWAYS AS (
    json_object ('algorithm', 'zstd', 'originalSize', original_size, 'storedSize', length (encrypted_data),
                 'ratio', round (1.0 * original_size / length (encrypted_data), 2),
                 'versionId', server_version, 'lastUpdated', server_updated)) VIRTUAL
) STRICT;
CREATE TABLE evicted (
  resource_type TEXT NOT NULL,
  id TEXT NOT NULL,
  patient INTEGER NOT NULL REFERENCES patients (pk), -- whose it was
  PRIMARY KEY (resource_type, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE evicted_patients (
  patient INTEGER PRIMARY KEY REFERENCES patients (pk),
  n INTEGER NOT NULL,              -- of evicted
  evicted_at INTEGER NOT NULL,
  asked_at INTEGER NOT NULL DEFAULT 0 -- since when they are wanted back
) STRICT;
CREATE TABLE id_map (
  resource_type TEXT NOT NULL,
  local_id TEXT NOT NULL,
  server_id TEXT NOT NULL,
  PRIMARY KEY (resource_type, local_id),
  UNIQUE (resource_type, server_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE key_epochs (
  epoch INTEGER PRIMARY KEY,
  wrapped_key BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  retired_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE key_rotation (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  epoch INTEGER NOT NULL,
  stage INTEGER NOT NULL,          -- records, conflicts, drafts, ended (omc-reseal.c)
  position INTEGER NOT NULL,       -- the last row that was looked at
  total INTEGER NOT NULL,
  sealed INTEGER NOT NULL,         -- payloads, in this pass
  checking INTEGER NOT NULL,
  damaged INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL
) STRICT;
CREATE TABLE metrics (
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (name, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE patients (
  pk INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  confirmed_at INTEGER NOT NULL DEFAULT 0,
  confirmed_run INTEGER NOT NULL DEFAULT 0, -- the one of sync_runs that did it
  n_resources INTEGER NOT NULL DEFAULT 0, -- sums of encrypted_resources
  stored INTEGER NOT NULL DEFAULT 0,
  original INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE pinned_patients (
  patient INTEGER PRIMARY KEY REFERENCES patients (pk),
  user TEXT NOT NULL,
  pinned_at INTEGER NOT NULL
) STRICT;
CREATE TABLE search_keys (
  key INTEGER NOT NULL,
  resource INTEGER NOT NULL,
  PRIMARY KEY (key, resource)
) STRICT, WITHOUT ROWID;
CREATE TABLE search_keys_new (
  key INTEGER NOT NULL,
  resource INTEGER NOT NULL,
  PRIMARY KEY (key, resource)
) STRICT, WITHOUT ROWID;
CREATE TABLE search_params (
  pk INTEGER PRIMARY KEY,
  resource_type TEXT NOT NULL,
  name TEXT NOT NULL,              -- '': all of the type
  UNIQUE (resource_type, name)
) STRICT;
CREATE TABLE search_pending (
  key INTEGER NOT NULL,
  resource INTEGER NOT NULL,
  PRIMARY KEY (key, resource)
) STRICT, WITHOUT ROWID;
CREATE TABLE search_postings (
  param INTEGER NOT NULL,          -- negative: by the end of a period
  value INTEGER NOT NULL,          -- the hash of a code, a reference or three letters of a string, the hour of a time, the magnitude of a number
  first INTEGER NOT NULL,
  n INTEGER NOT NULL,
  rest BLOB NOT NULL,
  PRIMARY KEY (param, value, first)
) STRICT, WITHOUT ROWID;
CREATE TABLE search_string (
  param INTEGER NOT NULL,
  value TEXT NOT NULL,             -- normalised, and cut
  resource INTEGER NOT NULL,
  PRIMARY KEY (param, value, resource)
) STRICT, WITHOUT ROWID;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE storage_types (
  resource_type TEXT PRIMARY KEY,
  n INTEGER NOT NULL,
  stored INTEGER NOT NULL,
  original INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sync_queue (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  resource_type TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  operation INTEGER NOT NULL,      -- OmcOperation
  state INTEGER NOT NULL,          -- OmcQueueState
  priority INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  last_attempt INTEGER NOT NULL DEFAULT 0,
  next_attempt INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  created_at INTEGER NOT NULL,
  event_at INTEGER NOT NULL,
  resource INTEGER NOT NULL REFERENCES encrypted_resources (pk),
  patient INTEGER REFERENCES patients (pk),
  base_version TEXT,
  idempotency_key TEXT NOT NULL UNIQUE,
  author TEXT NOT NULL,
  summary TEXT NOT NULL,
  set_id TEXT,
  counter INTEGER NOT NULL,        -- version of the payload that this item carries
  payload BLOB                     -- only when the record has moved on while the item was in flight
) STRICT;
CREATE TABLE sync_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  started_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  complete INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  merged INTEGER NOT NULL,
  conflicts INTEGER NOT NULL,
  sent INTEGER NOT NULL,
  error TEXT
) STRICT;
CREATE TABLE sync_state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE tombstones (
  resource_type TEXT NOT NULL,
  id TEXT NOT NULL,
  deleted_at INTEGER NOT NULL,
  by_server INTEGER NOT NULL,
  PRIMARY KEY (resource_type, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE users (
  user TEXT PRIMARY KEY,
  display TEXT NOT NULL,
  role TEXT NOT NULL,
  department TEXT,
  practitioner TEXT,
  disabled INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE ward_board (
  patient INTEGER PRIMARY KEY REFERENCES patients (pk),
  active INTEGER NOT NULL,         -- an encounter is going on
  family TEXT NOT NULL,
  given TEXT NOT NULL,
  birth_date TEXT,
  gender TEXT,
  number TEXT,
  ward TEXT,
  ward_id TEXT,
  bed TEXT,
  name_key TEXT NOT NULL,
  bed_key TEXT NOT NULL,
  risk INTEGER NOT NULL,           -- 0 none .. 4 high
  news2 INTEGER NOT NULL,
  news2_partial INTEGER NOT NULL,
  news2_red INTEGER NOT NULL,
  trend BLOB NOT NULL,
  deteriorating INTEGER NOT NULL,
  last_set_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,         -- 0: none planned
  spo2_scale INTEGER NOT NULL,
  n_allergies INTEGER NOT NULL,
  allergy_nka INTEGER NOT NULL,
  n_alerts INTEGER NOT NULL,
  n_unsent INTEGER NOT NULL,
  n_conflicts INTEGER NOT NULL,
  deceased INTEGER NOT NULL,
  used_at INTEGER NOT NULL         -- when the chart changed here or was opened
) STRICT;
CREATE INDEX board_all_by_name ON ward_board
  (name_key, patient, due_at, deteriorating, n_unsent, n_conflicts, ward_id);
CREATE INDEX board_by_bed ON ward_board
  (active, bed_key, patient, due_at, deteriorating, n_unsent, n_conflicts, ward_id);
CREATE INDEX board_by_due ON ward_board
  (active, due_at, patient, deteriorating, n_unsent, n_conflicts, ward_id);
CREATE INDEX board_by_name ON ward_board
  (active, name_key, patient, due_at, deteriorating, n_unsent, n_conflicts, ward_id);
CREATE INDEX board_by_risk ON ward_board
  (active, risk DESC, news2 DESC, due_at, patient, deteriorating, n_unsent, n_conflicts, ward_id);
CREATE INDEX board_by_use ON ward_board (used_at, patient) WHERE active = 0;
CREATE INDEX board_by_ward ON ward_board (ward_id, active);
CREATE INDEX conflicts_by_patient ON conflicts (patient, status);
CREATE INDEX conflicts_by_resource ON conflicts (resource, status);
CREATE INDEX conflicts_open ON conflicts (severity DESC, created_at) WHERE status IN (0, 1);
CREATE INDEX evicted_by_patient ON evicted (patient, resource_type);
CREATE INDEX evicted_wanted ON evicted_patients (patient) WHERE asked_at <> 0;
CREATE INDEX glass_by_review ON break_glass (reviewed_at, id);
CREATE INDEX glass_by_user ON break_glass (user, patient, expires_at);
CREATE INDEX queue_by_patient ON sync_queue (patient, id);
CREATE INDEX queue_by_resource ON sync_queue (resource, id);
CREATE INDEX queue_order ON sync_queue (state, priority, id);
CREATE INDEX resources_by_patient ON encrypted_resources (patient, kind, event_at);
CREATE INDEX resources_dirty ON encrypted_resources (sync_status, state) WHERE sync_status <> 0 OR state <> 0;
CREATE INDEX resources_oddly_dated ON encrypted_resources (patient) WHERE odd_date = 1;
CREATE VIEW encounters_active AS
  SELECT p.id AS patient_id, r.pk, r.id, r.event_at, r.encrypted_data
  FROM encrypted_resources r JOIN patients p ON p.pk = r.patient
  WHERE r.kind = 2 AND r.state = 0;
CREATE VIEW observations_by_patient AS
  SELECT p.id AS patient_id, r.pk, r.id, r.kind, r.event_at, r.encrypted_data
  FROM encrypted_resources r JOIN patients p ON p.pk = r.patient
  WHERE r.kind IN (8, 9) AND r.state = 0;
