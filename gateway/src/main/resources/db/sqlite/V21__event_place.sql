-- `place` numbers the events of all tenants in the order in which they were committed, and is never given twice.
CREATE TABLE placed_event (
  place  INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant INTEGER NOT NULL,
  seq    INTEGER NOT NULL,
  id     TEXT    NOT NULL,
  type   TEXT    NOT NULL,
  at     INTEGER NOT NULL,
  data   TEXT    NOT NULL,
  UNIQUE (tenant, seq)
);
INSERT INTO placed_event (tenant, seq, id, type, at, data)
  SELECT tenant, seq, id, type, at, data FROM event ORDER BY id, seq;
DROP TABLE event;
ALTER TABLE placed_event RENAME TO event;
