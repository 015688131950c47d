-- up: forbid NULL in t.n
-- every row is written anew
-- alone; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `t` MODIFY COLUMN `n` VARCHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT 'x' COMMENT 'n';
-- probe: SELECT 0

-- down: allow NULL in t.n
-- every row is written anew
-- alone; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `t` MODIFY COLUMN `n` VARCHAR(10) COLLATE utf8mb4_bin DEFAULT 'x' COMMENT 'n';
-- probe: SELECT 0

