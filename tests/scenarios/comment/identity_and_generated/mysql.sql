-- up: comment on t.id
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `id` BIGINT NOT NULL AUTO_INCREMENT COMMENT 'a';
-- probe: SELECT 0

-- up: comment on t.g
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `g` INT GENERATED ALWAYS AS (`n` + 1) STORED COMMENT 'b';
-- probe: SELECT 0

-- up: comment on t.at
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `at` DATETIME(6) NOT NULL DEFAULT (utc_timestamp(6)) COMMENT 'c';
-- probe: SELECT 0

-- down: comment on t.at
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `at` DATETIME(6) NOT NULL DEFAULT (utc_timestamp(6));
-- probe: SELECT 0

-- down: comment on t.g
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `g` INT GENERATED ALWAYS AS (`n` + 1) STORED;
-- probe: SELECT 0

-- down: comment on t.id
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `id` BIGINT NOT NULL AUTO_INCREMENT;
-- probe: SELECT 0

