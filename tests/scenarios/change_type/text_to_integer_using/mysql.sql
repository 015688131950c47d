-- up: change the type of users.name to Integer
-- every row is written anew
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` ADD COLUMN `strat_new_value` INT;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'strat_new_value')

-- lock: locks on every row it changes, until it is committed
UPDATE `users` SET strat_new_value = length(`name`);

-- alone; lock: lock on the table: blocks reads and writes while rows that were written meanwhile are caught up with, and while it is altered
LOCK TABLES `users` WRITE;
UPDATE `users` SET strat_new_value = length(`name`) WHERE NOT (strat_new_value <=> (length(`name`)));
ALTER TABLE `users` DROP COLUMN `name`, CHANGE COLUMN `strat_new_value` `name` INT NOT NULL AFTER `id`;
UNLOCK TABLES;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'name') AND NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'strat_new_value')
-- clear: UNLOCK TABLES

-- down: change the type of users.name to Varchar(80)
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `users` MODIFY COLUMN `name` VARCHAR(80) COLLATE utf8mb4_bin NOT NULL;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'name' AND COLUMN_TYPE = 'varchar(80)')

