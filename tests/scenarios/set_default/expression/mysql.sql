-- up: set the default of users.age
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` MODIFY COLUMN `age` INT DEFAULT (6 * 7);
-- probe: SELECT 0

-- down: drop the default of users.age
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` MODIFY COLUMN `age` INT;
-- probe: SELECT 0

