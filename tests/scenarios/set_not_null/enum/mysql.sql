-- up: forbid NULL in people.other
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `people` MODIFY COLUMN `other` ENUM('sad','ok','happy') COLLATE utf8mb4_bin NOT NULL;
-- probe: SELECT 0

-- down: allow NULL in people.other
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `people` MODIFY COLUMN `other` ENUM('sad','ok','happy') COLLATE utf8mb4_bin;
-- probe: SELECT 0

