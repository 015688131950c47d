-- up: rename column users.name to old_name
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` RENAME COLUMN `name` TO `old_name`;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'old_name') AND NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'name')

-- up: add column users.name Text
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` ADD COLUMN `name` LONGTEXT COLLATE utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'name')

-- down: drop column users.name
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP COLUMN `name`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'name')

-- down: rename column users.old_name to name
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` RENAME COLUMN `old_name` TO `name`;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'name') AND NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'old_name')

