-- up: create unique index one_adult_name on users
-- refused: mysql can't keep the rows of one_adult_name apart: a unique index over an expression or some of the rows isn't to be had: add a generated column that is NULL where it doesn't count, and make that unique

-- down: drop index one_adult_name
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `users` DROP INDEX `one_adult_name`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'one_adult_name')

