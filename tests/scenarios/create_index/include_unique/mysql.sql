-- up: create unique index covering on users
-- notice: mysql has no further columns in indexes: covering goes without
-- alone; lock: metadata lock on the table for a moment at both ends: others go on reading and writing while the index is built
ALTER TABLE `users` ADD UNIQUE INDEX `covering` (`email`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'covering')

-- down: drop index covering
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP INDEX `covering`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'covering')

