-- up: create unique index ix_users_name_age on users
-- alone; lock: metadata lock on the table for a moment at both ends: others go on reading and writing while the index is built
ALTER TABLE `users` ADD UNIQUE INDEX `ix_users_name_age` (`name`, `age`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'ix_users_name_age')

-- down: drop index ix_users_name_age
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP INDEX `ix_users_name_age`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'ix_users_name_age')

