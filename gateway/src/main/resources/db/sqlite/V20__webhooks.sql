-- Any number of webhooks a tenant. `main`: the one that the tenant's own settings name.
ALTER TABLE webhook ADD COLUMN main INTEGER NOT NULL DEFAULT 0;
ALTER TABLE webhook ADD COLUMN format TEXT NOT NULL DEFAULT 'holdfast';
ALTER TABLE webhook ADD COLUMN version INTEGER NOT NULL DEFAULT 0;      -- grows with each setting: what was tried before it doesn't count
ALTER TABLE webhook ADD COLUMN headers BLOB;                            -- sealed JSON
ALTER TABLE webhook ADD COLUMN old_secret BLOB;                         -- sealed; signs as well until its time is over
ALTER TABLE webhook ADD COLUMN old_secret_until INTEGER;
ALTER TABLE webhook ADD COLUMN timeout_ms INTEGER NOT NULL DEFAULT 15000;
ALTER TABLE webhook ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
UPDATE webhook SET main = 1;

-- Stretches of the log that are to be brought once more, beside what is new.
CREATE TABLE replay (
  webhook  TEXT    NOT NULL,
  from_seq INTEGER NOT NULL,
  to_seq   INTEGER NOT NULL,
  next_seq INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,   -- tries of `next_seq`
  PRIMARY KEY (webhook, from_seq, to_seq)
);

-- The last tries of each webhook: `slot` is `number` modulo their bound, so that a new one takes the place of the oldest.
CREATE TABLE delivery (
  webhook     TEXT    NOT NULL,
  slot        INTEGER NOT NULL,
  number      INTEGER NOT NULL,
  event       TEXT    NOT NULL,
  seq         INTEGER NOT NULL,
  type        TEXT    NOT NULL,
  at          INTEGER NOT NULL,
  redelivery  INTEGER NOT NULL,
  status      INTEGER,
  duration_ms INTEGER NOT NULL,
  error       TEXT,
  PRIMARY KEY (webhook, slot)
);
