-- up: change the type of t.name to Enum("mood")
-- every row is written anew
-- true, or stop: column t.name has values that the enum hasn't; lock: none that others feel
SELECT NOT EXISTS (SELECT 1 FROM `t` WHERE NOT ((`name`) IN ('sad', 'ok', 'happy')));

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `t` MODIFY COLUMN `name` ENUM('sad','ok','happy') COLLATE utf8mb4_bin NOT NULL;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'name' AND COLUMN_TYPE = 'enum(''sad'',''ok'',''happy'')')

-- down: change the type of t.name to Varchar(10)
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `t` MODIFY COLUMN `name` VARCHAR(10) COLLATE utf8mb4_bin NOT NULL;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'name' AND COLUMN_TYPE = 'varchar(10)')

