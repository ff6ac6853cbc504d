-- Tries of webhooks go by their age, not only by their number.
CREATE INDEX delivery_at ON delivery (at);
