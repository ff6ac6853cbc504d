-- Of the tries of an event those that the endpoint said no to (4xx): these alone put it aside.
ALTER TABLE webhook ADD COLUMN rejections INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replay ADD COLUMN rejections INTEGER NOT NULL DEFAULT 0;
