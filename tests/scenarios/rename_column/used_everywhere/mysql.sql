-- up: rename column users.age to years
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `users` DROP CONSTRAINT `real_age`, RENAME COLUMN `age` TO `years`, DROP COLUMN `next_age`, ADD COLUMN `next_age` INT GENERATED ALWAYS AS (`years` + 1) STORED, ADD CONSTRAINT `real_age` CHECK (`years` >= 0 AND `years` < 200);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'years') AND NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'age')

-- alone; lock: none that others feel
CREATE OR REPLACE VIEW `names` (`id`, `age`) AS SELECT u.`id`, u.`years` FROM `users` AS u WHERE u.`name` <> 'age';
-- probe: SELECT 0

-- up: rename column users.name to full name
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` RENAME COLUMN `name` TO `full name`;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'full name') AND NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'name')

-- alone; lock: none that others feel
CREATE OR REPLACE VIEW `names` (`id`, `age`) AS SELECT u.`id`, u.`years` FROM `users` AS u WHERE u.`full name` <> 'age';
-- probe: SELECT 0

-- down: rename column users.full name to name
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` RENAME COLUMN `full name` TO `name`;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'name') AND NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'full name')

-- alone; lock: none that others feel
CREATE OR REPLACE VIEW `names` (`id`, `age`) AS SELECT u.`id`, u.`years` FROM `users` AS u WHERE u.`name` <> 'age';
-- probe: SELECT 0

-- down: rename column users.years to age
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `users` DROP CONSTRAINT `real_age`, RENAME COLUMN `years` TO `age`, DROP COLUMN `next_age`, ADD COLUMN `next_age` INT GENERATED ALWAYS AS (`age` + 1) STORED, ADD CONSTRAINT `real_age` CHECK (`age` >= 0 AND `age` < 200);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'age') AND NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'years')

-- alone; lock: none that others feel
CREATE OR REPLACE VIEW `names` (`id`, `age`) AS SELECT u.`id`, u.`age` FROM `users` AS u WHERE u.`name` <> 'age';
-- probe: SELECT 0

