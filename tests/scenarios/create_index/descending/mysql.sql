-- up: create index ix_users_age_id on users
-- alone; lock: metadata lock on the table for a moment at both ends: others go on reading and writing while the index is built
ALTER TABLE `users` ADD INDEX `ix_users_age_id` (`age` DESC, `id`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'ix_users_age_id')

-- down: drop index ix_users_age_id
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP INDEX `ix_users_age_id`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'ix_users_age_id')

