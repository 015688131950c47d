-- up: change the type of kinds.a_bool to Integer
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `kinds` MODIFY COLUMN `a_bool` INT;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND COLUMN_NAME = 'a_bool' AND DATA_TYPE = 'int')

-- down: change the type of kinds.a_bool to Bool
-- every row is written anew
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `kinds` ADD COLUMN `strat_new_value` TINYINT(1);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND COLUMN_NAME = 'strat_new_value')

-- lock: locks on every row it changes, until it is committed
UPDATE `kinds` SET strat_new_value = `a_bool` <> 0;

-- alone; lock: lock on the table: blocks reads and writes while rows that were written meanwhile are caught up with, and while it is altered
LOCK TABLES `kinds` WRITE;
UPDATE `kinds` SET strat_new_value = `a_bool` <> 0 WHERE NOT (strat_new_value <=> (`a_bool` <> 0));
ALTER TABLE `kinds` DROP COLUMN `a_bool`, RENAME COLUMN `strat_new_value` TO `a_bool`;
UNLOCK TABLES;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND COLUMN_NAME = 'a_bool') AND NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND COLUMN_NAME = 'strat_new_value')
-- clear: UNLOCK TABLES

