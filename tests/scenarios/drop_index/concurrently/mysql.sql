-- up: drop index by_email
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP INDEX `by_email`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'by_email')

-- down: create index by_email on users
-- alone; lock: metadata lock on the table for a moment at both ends: others go on reading and writing while the index is built
ALTER TABLE `users` ADD INDEX `by_email` (`email`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'by_email')

