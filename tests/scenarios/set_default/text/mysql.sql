-- up: set the default of t.d
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `d` LONGTEXT COLLATE utf8mb4_bin DEFAULT ('a');
-- probe: SELECT 0

-- down: drop the default of t.d
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `d` LONGTEXT COLLATE utf8mb4_bin;
-- probe: SELECT 0

