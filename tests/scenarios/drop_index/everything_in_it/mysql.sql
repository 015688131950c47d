-- up: drop index rich
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `users` DROP INDEX `rich`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'rich')

-- down: create unique index rich on users
-- refused: mysql can't keep the rows of rich apart: a unique index over an expression or some of the rows isn't to be had: add a generated column that is NULL where it doesn't count, and make that unique

