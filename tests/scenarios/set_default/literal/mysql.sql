-- up: set the default of users.age
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` MODIFY COLUMN `age` INT DEFAULT 18;
-- probe: SELECT 0

-- up: set the default of users.name
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` MODIFY COLUMN `name` VARCHAR(80) COLLATE utf8mb4_bin NOT NULL DEFAULT 'it''s "new"';
-- probe: SELECT 0

-- down: drop the default of users.name
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` MODIFY COLUMN `name` VARCHAR(80) COLLATE utf8mb4_bin NOT NULL;
-- probe: SELECT 0

-- down: drop the default of users.age
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` MODIFY COLUMN `age` INT;
-- probe: SELECT 0

