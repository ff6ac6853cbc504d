-- A tenant has one main webhook at most. Of several, as two first settings at once could make them, the oldest is it.
UPDATE webhook SET main = 0 WHERE main = 1 AND id <>
  (SELECT MIN(other.id) FROM webhook AS other WHERE other.tenant = webhook.tenant AND other.main = 1);
CREATE UNIQUE INDEX webhook_main ON webhook (tenant) WHERE main = 1;
