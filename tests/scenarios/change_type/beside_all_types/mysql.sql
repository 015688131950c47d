-- up: change the type of kinds.a_varchar to Text
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `kinds` MODIFY COLUMN `a_varchar` LONGTEXT COLLATE utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND COLUMN_NAME = 'a_varchar' AND DATA_TYPE = 'longtext')

-- down: change the type of kinds.a_varchar to Varchar(20)
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `kinds` MODIFY COLUMN `a_varchar` VARCHAR(20) COLLATE utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND COLUMN_NAME = 'a_varchar' AND COLUMN_TYPE = 'varchar(20)')

