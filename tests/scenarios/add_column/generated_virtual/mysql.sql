-- up: add column users.next_age Integer
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` ADD COLUMN `next_age` INT GENERATED ALWAYS AS (`age` + 1) VIRTUAL;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'next_age')

-- down: drop column users.next_age
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP COLUMN `next_age`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'next_age')

