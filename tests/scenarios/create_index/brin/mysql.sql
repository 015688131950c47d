-- up: create index by_age on users
-- notice: mysql has no brin indexes: by_age is a plain one
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `users` ADD INDEX `by_age` (`age`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'by_age')

-- down: drop index by_age
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `users` DROP INDEX `by_age`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'by_age')

