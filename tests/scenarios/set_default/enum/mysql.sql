-- up: set the default of people.other
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `people` MODIFY COLUMN `other` ENUM('sad','ok','happy') COLLATE utf8mb4_bin DEFAULT 'sad';
-- probe: SELECT 0

-- down: drop the default of people.other
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `people` MODIFY COLUMN `other` ENUM('sad','ok','happy') COLLATE utf8mb4_bin;
-- probe: SELECT 0

