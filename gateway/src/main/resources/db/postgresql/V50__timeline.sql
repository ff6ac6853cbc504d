-- Each transition has a number of its own, so that a tenant's timeline can be read page by page.

ALTER TABLE transition ADD COLUMN id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
DROP INDEX transition_tenant;
CREATE INDEX transition_tenant ON transition (tenant, id);
