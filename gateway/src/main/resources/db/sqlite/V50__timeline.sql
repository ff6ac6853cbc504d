-- Each transition has a number of its own, so that a tenant's timeline can be read page by page.

CREATE TABLE numbered_transition (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant     INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  state      TEXT    NOT NULL,
  reason     TEXT,
  code       INTEGER,
  generation INTEGER NOT NULL
);
INSERT INTO numbered_transition (tenant, at, state, reason, code, generation)
  SELECT tenant, at, state, reason, code, generation FROM transition ORDER BY rowid;
DROP TABLE transition;
ALTER TABLE numbered_transition RENAME TO transition;
CREATE INDEX transition_tenant ON transition (tenant, id);
