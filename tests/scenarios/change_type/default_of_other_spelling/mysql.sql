-- up: change the type of t.n to Text
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `t` MODIFY COLUMN `n` LONGTEXT COLLATE utf8mb4_bin NOT NULL DEFAULT ('7');
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'n' AND DATA_TYPE = 'longtext')

-- down: change the type of t.n to Varchar(10)
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `t` MODIFY COLUMN `n` VARCHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT '7';
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'n' AND COLUMN_TYPE = 'varchar(10)')

