-- up: change the type of t.d to Uuid
-- every row is written anew
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` ADD COLUMN `strat_new_value` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'strat_new_value')

-- lock: locks on every row it changes, until it is committed
UPDATE `t` SET strat_new_value = CASE WHEN lower(`d`) REGEXP '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN lower(`d`) WHEN `d` IS NOT NULL THEN repeat('x', 37) END;

-- alone; lock: lock on the table: blocks reads and writes while rows that were written meanwhile are caught up with, and while it is altered
LOCK TABLES `t` WRITE;
UPDATE `t` SET strat_new_value = CASE WHEN lower(`d`) REGEXP '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN lower(`d`) WHEN `d` IS NOT NULL THEN repeat('x', 37) END WHERE NOT (strat_new_value <=> (CASE WHEN lower(`d`) REGEXP '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN lower(`d`) WHEN `d` IS NOT NULL THEN repeat('x', 37) END));
ALTER TABLE `t` DROP COLUMN `d`, RENAME COLUMN `strat_new_value` TO `d`;
UNLOCK TABLES;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'd') AND NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'strat_new_value')
-- clear: UNLOCK TABLES

-- down: change the type of t.d to Text
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `t` MODIFY COLUMN `d` LONGTEXT COLLATE utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'd' AND DATA_TYPE = 'longtext')

