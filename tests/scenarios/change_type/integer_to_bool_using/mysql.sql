-- up: change the type of users.age to Bool
-- every row is written anew
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` ADD COLUMN `strat_new_value` TINYINT(1);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'strat_new_value')

-- lock: locks on every row it changes, until it is committed
UPDATE `users` SET strat_new_value = `age` > 18;

-- alone; lock: lock on the table: blocks reads and writes while rows that were written meanwhile are caught up with, and while it is altered
LOCK TABLES `users` WRITE;
UPDATE `users` SET strat_new_value = `age` > 18 WHERE NOT (strat_new_value <=> (`age` > 18));
ALTER TABLE `users` DROP COLUMN `age`, RENAME COLUMN `strat_new_value` TO `age`;
UNLOCK TABLES;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'age') AND NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'strat_new_value')
-- clear: UNLOCK TABLES

-- down: change the type of users.age to Integer
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `users` MODIFY COLUMN `age` INT;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'age' AND DATA_TYPE = 'int')

