-- Idempotency keys whose messages are kept no more: one key is one message for ever. A row is what was last true of it.
CREATE TABLE spent_key (
  tenant      INTEGER NOT NULL,
  hash        BLOB    NOT NULL,            -- SHA-256 of the key
  id          TEXT    NOT NULL,
  message_id  TEXT    NOT NULL,
  fingerprint BLOB    NOT NULL,
  chat        TEXT    NOT NULL,
  type        TEXT    NOT NULL,
  state       TEXT    NOT NULL,
  failure     TEXT,
  send_at     INTEGER,
  reached     TEXT    NOT NULL,
  PRIMARY KEY (tenant, hash)
) WITHOUT ROWID;
