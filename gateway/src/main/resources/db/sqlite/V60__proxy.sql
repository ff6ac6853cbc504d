-- The proxy that a tenant's connections go through, sealed with the tenant's key.
ALTER TABLE tenant ADD COLUMN proxy BLOB;
