-- up: add primary key log_pkey to log
-- every row is written anew
-- alone; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `log` ADD CONSTRAINT `log_pkey` PRIMARY KEY (`n`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'log' AND INDEX_NAME = 'PRIMARY')

-- down: drop constraint log_pkey of log
-- every row is written anew
-- alone; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `log` DROP PRIMARY KEY;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'log' AND INDEX_NAME = 'PRIMARY')

