-- up: change the type of t.n to Enum("grade")
-- every row is written anew
-- true, or stop: column t.n has values that the enum hasn't; lock: none that others feel
SELECT NOT EXISTS (SELECT 1 FROM `t` WHERE NOT ((CAST(`n` AS CHAR)) IN ('2', '1', 'none')));

-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` ADD COLUMN `strat_new_value` ENUM('2','1','none') COLLATE utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'strat_new_value')

-- lock: locks on every row it changes, until it is committed
UPDATE `t` SET strat_new_value = CAST(`n` AS CHAR);

-- alone; lock: lock on the table: blocks reads and writes while rows that were written meanwhile are caught up with, and while it is altered
LOCK TABLES `t` WRITE;
UPDATE `t` SET strat_new_value = CAST(`n` AS CHAR) WHERE NOT (strat_new_value <=> (CAST(`n` AS CHAR)));
ALTER TABLE `t` DROP COLUMN `n`, RENAME COLUMN `strat_new_value` TO `n`;
UNLOCK TABLES;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'n') AND NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'strat_new_value')
-- clear: UNLOCK TABLES

-- up: change the type of t.w to Enum("grade")
-- every row is written anew
-- true, or stop: column t.w has values that the enum hasn't; lock: none that others feel
SELECT NOT EXISTS (SELECT 1 FROM `t` WHERE NOT ((`w`) IN ('2', '1', 'none')));

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `t` MODIFY COLUMN `w` ENUM('2','1','none') COLLATE utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'w' AND COLUMN_TYPE = 'enum(''2'',''1'',''none'')')

-- down: change the type of t.w to Varchar(10)
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `t` MODIFY COLUMN `w` VARCHAR(10) COLLATE utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'w' AND COLUMN_TYPE = 'varchar(10)')

-- down: change the type of t.n to Integer
-- every row is written anew
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` ADD COLUMN `strat_new_value` INT;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'strat_new_value')

-- lock: locks on every row it changes, until it is committed
UPDATE `t` SET strat_new_value = CAST(`n` AS CHAR);

-- alone; lock: lock on the table: blocks reads and writes while rows that were written meanwhile are caught up with, and while it is altered
LOCK TABLES `t` WRITE;
UPDATE `t` SET strat_new_value = CAST(`n` AS CHAR) WHERE NOT (strat_new_value <=> (CAST(`n` AS CHAR)));
ALTER TABLE `t` DROP COLUMN `n`, RENAME COLUMN `strat_new_value` TO `n`;
UNLOCK TABLES;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'n') AND NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'strat_new_value')
-- clear: UNLOCK TABLES

