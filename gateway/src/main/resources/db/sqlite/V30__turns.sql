-- When a message may go at the earliest, and what the rows of a queue are ordered by.
ALTER TABLE outbound ADD COLUMN send_at INTEGER;
ALTER TABLE outbound ADD COLUMN turn TEXT NOT NULL DEFAULT '';
UPDATE outbound SET turn = id;
DROP INDEX outbound_open;
-- Spelled with OR: SQLite doesn't see that `state = 'queued'` lies within an IN.
CREATE INDEX outbound_open ON outbound (tenant, state, turn)
  WHERE state = 'queued' OR state = 'sending' OR state = 'scheduled' OR state = 'failed' OR state = 'cancelled';
CREATE INDEX outbound_chat ON outbound (tenant, chat, id);
