-- up: run hand-written SQL
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE users ADD COLUMN "nick" TEXT COLLATE BINARY;

-- down: run hand-written SQL of the way back
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE users DROP COLUMN "nick";

