-- up: create index by_email on users
-- notice: mysql has no hash indexes: by_email is a plain one
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `users` ADD INDEX `by_email` (`email`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'by_email')

-- down: drop index by_email
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `users` DROP INDEX `by_email`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'by_email')

