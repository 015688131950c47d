-- up: add column users.settings Json
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` ADD COLUMN `settings` JSON NOT NULL DEFAULT ('{}');
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'settings')

-- down: drop column users.settings
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP COLUMN `settings`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'settings')

