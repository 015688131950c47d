-- up: set the default of t.at
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `at` DATETIME(6) NOT NULL DEFAULT (utc_timestamp(6));
-- probe: SELECT 0

-- up: set the default of t.day
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `day` DATE DEFAULT (curdate());
-- probe: SELECT 0

-- down: drop the default of t.day
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `day` DATE;
-- probe: SELECT 0

-- down: drop the default of t.at
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `at` DATETIME(6) NOT NULL;
-- probe: SELECT 0

