-- What was said beside an end's code: the end of a ban, a proxy's word.
ALTER TABLE transition ADD COLUMN text TEXT;
