-- up: add column users.origin Varchar(10)
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` ADD COLUMN `origin` VARCHAR(10) COLLATE utf8mb4_bin DEFAULT 'old';
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'origin')

-- alone; at the latest: INSTANT
ALTER TABLE `users` MODIFY COLUMN `origin` VARCHAR(10) COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- down: drop column users.origin
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP COLUMN `origin`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'origin')

