-- Idempotency keys whose messages are kept no more: one key is one message for ever. A row is what was last true of it.
CREATE TABLE spent_key (
  tenant      BIGINT           NOT NULL,
  hash        BYTEA            NOT NULL,
  id          TEXT COLLATE "C" NOT NULL,
  message_id  TEXT COLLATE "C" NOT NULL,
  fingerprint BYTEA            NOT NULL,
  chat        TEXT COLLATE "C" NOT NULL,
  type        TEXT             NOT NULL,
  state       TEXT             NOT NULL,
  failure     TEXT,
  send_at     BIGINT,
  reached     TEXT             NOT NULL,
  PRIMARY KEY (tenant, hash)
);
