ALTER TABLE webhook ADD COLUMN main BIGINT NOT NULL DEFAULT 0;
ALTER TABLE webhook ADD COLUMN format TEXT NOT NULL DEFAULT 'holdfast';
ALTER TABLE webhook ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE webhook ADD COLUMN headers BYTEA;
ALTER TABLE webhook ADD COLUMN old_secret BYTEA;
ALTER TABLE webhook ADD COLUMN old_secret_until BIGINT;
ALTER TABLE webhook ADD COLUMN timeout_ms BIGINT NOT NULL DEFAULT 15000;
ALTER TABLE webhook ADD COLUMN paused BIGINT NOT NULL DEFAULT 0;
UPDATE webhook SET main = 1;

CREATE TABLE replay (
  webhook  TEXT COLLATE "C" NOT NULL,
  from_seq BIGINT           NOT NULL,
  to_seq   BIGINT           NOT NULL,
  next_seq BIGINT           NOT NULL,
  attempts BIGINT           NOT NULL DEFAULT 0,
  PRIMARY KEY (webhook, from_seq, to_seq)
);

CREATE TABLE delivery (
  webhook     TEXT COLLATE "C" NOT NULL,
  slot        BIGINT           NOT NULL,
  number      BIGINT           NOT NULL,
  event       TEXT             NOT NULL,
  seq         BIGINT           NOT NULL,
  type        TEXT             NOT NULL,
  at          BIGINT           NOT NULL,
  redelivery  BIGINT           NOT NULL,
  status      BIGINT,
  duration_ms BIGINT           NOT NULL,
  error       TEXT,
  PRIMARY KEY (webhook, slot)
);
