-- up: forbid NULL in t.n
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `t` MODIFY COLUMN `n` VARCHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT 'x' COMMENT 'n';
-- probe: SELECT 0

-- down: allow NULL in t.n
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `t` MODIFY COLUMN `n` VARCHAR(10) COLLATE utf8mb4_bin DEFAULT 'x' COMMENT 'n';
-- probe: SELECT 0

