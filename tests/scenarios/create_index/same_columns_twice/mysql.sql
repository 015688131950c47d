-- up: create index ix_users_email on users
-- alone; lock: metadata lock on the table for a moment at both ends: others go on reading and writing while the index is built
ALTER TABLE `users` ADD INDEX `ix_users_email` (`email`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'ix_users_email')

-- up: create index ix_users_email1 on users
-- alone; lock: metadata lock on the table for a moment at both ends: others go on reading and writing while the index is built
ALTER TABLE `users` ADD INDEX `ix_users_email1` (`email`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'ix_users_email1')

-- down: drop index ix_users_email1
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP INDEX `ix_users_email1`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'ix_users_email1')

-- down: drop index ix_users_email
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP INDEX `ix_users_email`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'ix_users_email')

