-- up: drop the default of t.at
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `at` DATETIME(6) NOT NULL;
-- probe: SELECT 0

-- down: set the default of t.at
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `at` DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6);
-- probe: SELECT 0

