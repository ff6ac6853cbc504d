-- Hot tables name a tenant by its number: short keys keep the indexes small. Times are milliseconds since 1970.

CREATE TABLE tenant (
  number     INTEGER PRIMARY KEY AUTOINCREMENT,
  id         TEXT    NOT NULL UNIQUE,
  epoch      INTEGER NOT NULL DEFAULT 0,   -- fences: batches of an older one are refused
  events     INTEGER NOT NULL DEFAULT 0,   -- the sequence number of the newest event
  key        BLOB    NOT NULL,             -- seals the tenant's secrets; itself sealed with the master key
  config     TEXT    NOT NULL,             -- JSON
  created_at INTEGER NOT NULL
);

-- What a session keeps, one row a record; `value` is sealed where its kind is a secret.
CREATE TABLE record (
  tenant  INTEGER NOT NULL,
  kind    TEXT    NOT NULL,
  key     TEXT    NOT NULL,
  value   BLOB    NOT NULL,
  expires INTEGER,
  PRIMARY KEY (tenant, kind, key)
);
CREATE INDEX record_expires ON record (expires) WHERE expires IS NOT NULL;

CREATE TABLE outbound (
  tenant          INTEGER NOT NULL,
  id              TEXT    NOT NULL,
  message_id      TEXT    NOT NULL,
  idempotency_key TEXT,
  fingerprint     BLOB    NOT NULL,
  chat            TEXT    NOT NULL,
  type            TEXT    NOT NULL,
  message         BLOB    NOT NULL,        -- sealed
  state           TEXT    NOT NULL,
  failure         TEXT,
  stanza          BLOB,                    -- sealed
  reached         TEXT    NOT NULL,        -- state=milliseconds, with commas between
  sending_at      INTEGER,                 -- when it entered `sending`: what pacing counts
  PRIMARY KEY (tenant, id)
);
CREATE INDEX outbound_message ON outbound (tenant, message_id);
CREATE UNIQUE INDEX outbound_key ON outbound (tenant, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX outbound_sending ON outbound (tenant, sending_at) WHERE sending_at IS NOT NULL;
-- Spelled with OR: SQLite doesn't see that `state = 'queued'` lies within an IN.
CREATE INDEX outbound_open ON outbound (tenant, state, id) WHERE state = 'queued' OR state = 'sending';

-- The log: numbered without gaps per tenant, never changed.
CREATE TABLE event (
  tenant INTEGER NOT NULL,
  seq    INTEGER NOT NULL,
  id     TEXT    NOT NULL,
  type   TEXT    NOT NULL,
  at     INTEGER NOT NULL,
  data   TEXT    NOT NULL,                 -- JSON
  PRIMARY KEY (tenant, seq)
);

-- The states that a session reached, with the reason: what diagnostics show.
CREATE TABLE transition (
  tenant     INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  state      TEXT    NOT NULL,
  reason     TEXT,
  code       INTEGER,
  generation INTEGER NOT NULL
);
CREATE INDEX transition_tenant ON transition (tenant, at);

CREATE TABLE webhook (
  id         TEXT    PRIMARY KEY,
  tenant     INTEGER NOT NULL,
  url        TEXT    NOT NULL,
  secret     BLOB    NOT NULL,             -- sealed
  types      TEXT    NOT NULL,             -- event types with commas between; empty: all
  cursor     INTEGER NOT NULL,             -- the sequence number of the newest event that was taken or put aside
  failing_since INTEGER,
  attempts   INTEGER NOT NULL DEFAULT 0,   -- tries of the event behind the cursor
  retry_at   INTEGER,
  last_error TEXT,
  disabled   TEXT                          -- why it is off
);
CREATE INDEX webhook_tenant ON webhook (tenant);

-- Events that an endpoint refused for good.
CREATE TABLE dead_letter (
  webhook TEXT    NOT NULL,
  seq     INTEGER NOT NULL,
  at      INTEGER NOT NULL,
  error   TEXT    NOT NULL,
  PRIMARY KEY (webhook, seq)
);

CREATE TABLE api_key (
  id         TEXT    PRIMARY KEY,
  hash       BLOB    NOT NULL UNIQUE,      -- SHA-256 of 256 random bits: nothing to guess
  scope      TEXT    NOT NULL,
  tenant     TEXT,
  name       TEXT    NOT NULL,
  created_at INTEGER NOT NULL
);

-- What belongs to the store as a whole: the root it is linked under, the newest client revision.
CREATE TABLE fact (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
