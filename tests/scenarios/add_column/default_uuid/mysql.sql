-- up: add column users.token Uuid
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `users` ADD COLUMN `token` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT (uuid());
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'token')

-- down: drop column users.token
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP COLUMN `token`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'token')

