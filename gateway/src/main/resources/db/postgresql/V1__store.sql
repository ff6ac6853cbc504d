-- The layout of db/sqlite in PostgreSQL's words: explanations stand there. What is sorted or searched by prefix
-- is compared by bytes, whatever the database's own collation is.

CREATE TABLE tenant (
  number     BIGINT           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id         TEXT COLLATE "C" NOT NULL UNIQUE,
  epoch      BIGINT           NOT NULL DEFAULT 0,
  events     BIGINT           NOT NULL DEFAULT 0,
  key        BYTEA            NOT NULL,
  config     TEXT             NOT NULL,
  created_at BIGINT           NOT NULL
);

CREATE TABLE record (
  tenant  BIGINT           NOT NULL,
  kind    TEXT COLLATE "C" NOT NULL,
  key     TEXT COLLATE "C" NOT NULL,
  value   BYTEA            NOT NULL,
  expires BIGINT,
  PRIMARY KEY (tenant, kind, key)
);
CREATE INDEX record_expires ON record (expires) WHERE expires IS NOT NULL;

CREATE TABLE outbound (
  tenant          BIGINT           NOT NULL,
  id              TEXT COLLATE "C" NOT NULL,
  message_id      TEXT COLLATE "C" NOT NULL,
  idempotency_key TEXT,
  fingerprint     BYTEA            NOT NULL,
  chat            TEXT COLLATE "C" NOT NULL,
  type            TEXT             NOT NULL,
  message         BYTEA            NOT NULL,
  state           TEXT             NOT NULL,
  failure         TEXT,
  stanza          BYTEA,
  reached         TEXT             NOT NULL,
  sending_at      BIGINT,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX outbound_message ON outbound (tenant, message_id);
CREATE UNIQUE INDEX outbound_key ON outbound (tenant, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX outbound_sending ON outbound (tenant, sending_at) WHERE sending_at IS NOT NULL;
CREATE INDEX outbound_open ON outbound (tenant, state, id) WHERE state = 'queued' OR state = 'sending';

CREATE TABLE event (
  tenant BIGINT           NOT NULL,
  seq    BIGINT           NOT NULL,
  id     TEXT COLLATE "C" NOT NULL,
  type   TEXT             NOT NULL,
  at     BIGINT           NOT NULL,
  data   TEXT             NOT NULL,
  PRIMARY KEY (tenant, seq)
);

CREATE TABLE transition (
  tenant     BIGINT NOT NULL,
  at         BIGINT NOT NULL,
  state      TEXT   NOT NULL,
  reason     TEXT,
  code       BIGINT,
  generation BIGINT NOT NULL
);
CREATE INDEX transition_tenant ON transition (tenant, at);

CREATE TABLE webhook (
  id            TEXT COLLATE "C" PRIMARY KEY,
  tenant        BIGINT           NOT NULL,
  url           TEXT             NOT NULL,
  secret        BYTEA            NOT NULL,
  types         TEXT             NOT NULL,
  cursor        BIGINT           NOT NULL,
  failing_since BIGINT,
  attempts      BIGINT           NOT NULL DEFAULT 0,
  retry_at      BIGINT,
  last_error    TEXT,
  disabled      TEXT
);
CREATE INDEX webhook_tenant ON webhook (tenant);

CREATE TABLE dead_letter (
  webhook TEXT   NOT NULL,
  seq     BIGINT NOT NULL,
  at      BIGINT NOT NULL,
  error   TEXT   NOT NULL,
  PRIMARY KEY (webhook, seq)
);

CREATE TABLE api_key (
  id         TEXT COLLATE "C" PRIMARY KEY,
  hash       BYTEA            NOT NULL UNIQUE,
  scope      TEXT             NOT NULL,
  tenant     TEXT,
  name       TEXT             NOT NULL,
  created_at BIGINT           NOT NULL
);

CREATE TABLE fact (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
